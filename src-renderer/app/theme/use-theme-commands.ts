import { useMemo } from 'react';
import { useCommands } from '../commands/command-context.tsx';
import { themePreferences } from './theme.ts';
import { useTheme } from './use-theme.ts';

/** One command per theme, for palette and native menu. */
export function useThemeCommands(): void {
  const { setPreference } = useTheme();
  useCommands(
    useMemo(
      () =>
        themePreferences.map(({ id, title }) => ({
          id: `theme.${id}`,
          title: id === 'system' ? 'Theme: as the system' : `Theme: ${title.toLowerCase()}`,
          group: 'View',
          keywords: ['colour', 'color', 'mode'],
          run: () => setPreference(id),
        })),
      [setPreference],
    ),
  );
}

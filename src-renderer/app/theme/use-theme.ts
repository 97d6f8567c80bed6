import { useLayoutEffect, useSyncExternalStore } from 'react';
import { useSetting } from '../settings/settings-context.tsx';
import {
  decodeThemePreference,
  resolveTheme,
  type ThemeName,
  type ThemePreference,
} from './theme.ts';

export interface ThemeChoice {
  readonly preference: ThemePreference;
  readonly theme: ThemeName;
  readonly setPreference: (preference: ThemePreference) => void;
}

/** The theme on screen and the preference behind it. */
export function useTheme(): ThemeChoice {
  const [value, setPreference] = useSetting('theme');
  const preference = decodeThemePreference(value);
  const prefersLight = useMedia('(prefers-color-scheme: light)');
  const prefersContrast = useMedia('(prefers-contrast: more)');
  const theme = resolveTheme(preference, { prefersLight, prefersContrast });
  return { preference, theme, setPreference };
}

/** Puts the theme on the page; to be used once, at the root. */
export function useThemeOnPage(): void {
  const { theme } = useTheme();
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => window.matchMedia(query).matches,
  );
}

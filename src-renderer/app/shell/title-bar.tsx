import { CircleQuestionMark, Contrast, Monitor, Moon, Search, Sun } from 'lucide-react';
import { DatabaseSwitcher } from '../../features/databases/database-switcher.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import { useCommandRegistry } from '../commands/command-context.tsx';
import { useShownKeys } from '../commands/use-shown-keys.ts';
import { EnvironmentMark } from '../environment/environment-mark.tsx';
import { type ThemePreference, themePreferences } from '../theme/theme.ts';
import { useTheme } from '../theme/use-theme.ts';
import './title-bar.css';

const themeIcons = {
  system: <Monitor size={14} />,
  light: <Sun size={14} />,
  dark: <Moon size={14} />,
  contrast: <Contrast size={14} />,
} as const satisfies Record<ThemePreference, unknown>;

const headIcons = {
  light: <Sun size={16} />,
  dark: <Moon size={16} />,
  contrast: <Contrast size={16} />,
} as const;

/** The top of the window: which database, the search, theme and help. */
export function TitleBar() {
  const registry = useCommandRegistry();
  const shownKeys = useShownKeys();
  const { preference, theme, setPreference } = useTheme();
  const paletteKeys = shownKeys(registry.find('palette.open')?.keys);
  const themeEntries: readonly MenuEntry[] = themePreferences.map(({ id, title }) => ({
    kind: 'item',
    id,
    label: title,
    icon: themeIcons[id],
    isChecked: id === preference,
    onSelect: () => setPreference(id),
  }));
  return (
    <header className="title-bar">
      <div className="title-bar-start">
        <DatabaseSwitcher />
        <EnvironmentMark />
      </div>
      <button
        type="button"
        className="title-bar-search"
        onClick={() => registry.run('palette.open')}
      >
        <Search size={14} aria-hidden />
        <span className="title-bar-search-text">Search or run a command</span>
        {paletteKeys !== undefined && <Kbd keys={paletteKeys} />}
      </button>
      <div className="title-bar-end">
        <Menu entries={themeEntries} align="end">
          <button type="button" className="icon-button" aria-label="Theme" title="Theme">
            {headIcons[theme]}
          </button>
        </Menu>
        <IconButton
          label="Keys and help"
          keys={shownKeys(registry.find('help.open')?.keys)}
          icon={<CircleQuestionMark size={16} />}
          onClick={() => registry.run('help.open')}
        />
      </div>
    </header>
  );
}

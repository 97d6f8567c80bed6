/** What the person chose; `system` follows the operating system. */
export type ThemePreference = 'system' | 'light' | 'dark' | 'contrast';

/** The theme on screen, as the `data-theme` attribute of the page names it. */
export type ThemeName = 'light' | 'dark' | 'contrast';

export const themePreferences: readonly { readonly id: ThemePreference; readonly title: string }[] =
  [
    { id: 'system', title: 'System' },
    { id: 'light', title: 'Light' },
    { id: 'dark', title: 'Dark' },
    { id: 'contrast', title: 'High contrast' },
  ];

/** What the operating system asks for. */
export interface SystemLook {
  readonly prefersLight: boolean;
  readonly prefersContrast: boolean;
}

export function decodeThemePreference(value: unknown): ThemePreference {
  return themePreferences.find((preference) => preference.id === value)?.id ?? 'system';
}

export function resolveTheme(preference: ThemePreference, system: SystemLook): ThemeName {
  if (preference !== 'system') return preference;
  if (system.prefersContrast) return 'contrast';
  return system.prefersLight ? 'light' : 'dark';
}

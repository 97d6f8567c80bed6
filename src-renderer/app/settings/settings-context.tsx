import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { WireValue } from '#contract';
import type { SettingsStore } from './settings-store.ts';

const SettingsContext = createContext<SettingsStore | null>(null);

export const SettingsProvider = SettingsContext.Provider;

/** The settings of this person. */
export function useSettings(): SettingsStore {
  const settings = useContext(SettingsContext);
  if (settings === null) throw new Error('useSettings needs a SettingsProvider above it');
  return settings;
}

/** One setting, current, and the function that changes it. The value is untrusted: check it before use. */
export function useSetting(key: string): [WireValue | undefined, (value: WireValue) => void] {
  const settings = useSettings();
  const value = useSyncExternalStore(
    (listener) => settings.subscribe(listener),
    () => settings.get(key),
  );
  const change = useCallback((next: WireValue) => settings.set(key, next), [settings, key]);
  return [value, change];
}

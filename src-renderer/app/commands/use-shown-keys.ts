import { useCallback } from 'react';
import { useClient } from '../../client/client-context.tsx';
import { chordLabels, shownChord } from './key-chord.ts';

/** True on macOS, where `Mod` is the command key. */
export const isMac = navigator.platform.startsWith('Mac');

/** Gives the keycaps to show for a command's keys on this host; `undefined` when it has none that works. */
export function useShownKeys(): (
  keys: readonly string[] | undefined,
) => readonly string[] | undefined {
  const isBrowser = useClient().doorKind === 'browser';
  return useCallback(
    (keys) => {
      const chord = shownChord(keys, isBrowser);
      return chord === undefined ? undefined : chordLabels(chord, isMac);
    },
    [isBrowser],
  );
}

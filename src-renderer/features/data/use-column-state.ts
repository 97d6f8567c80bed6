import { useCallback, useMemo } from 'react';
import { useSetting } from '../../app/settings/settings-context.tsx';
import { type ColumnState, decodeColumnState, encodeColumnState } from '../../grid/column-state.ts';

/** How the columns of a collection are arranged, remembered for this person. */
export function useColumnState(
  path: string,
  collection: string,
): [ColumnState, (change: (before: ColumnState) => ColumnState) => void] {
  const [saved, save] = useSetting(`columns:${collection}:${path}`);
  const state = useMemo(() => decodeColumnState(saved), [saved]);
  const update = useCallback(
    (change: (before: ColumnState) => ColumnState) =>
      save(encodeColumnState(change(decodeColumnState(saved)))),
    [saved, save],
  );
  return [state, update];
}

import { useCallback, useSyncExternalStore } from 'react';
import type { RowCount } from '../../grid/row-model.ts';
import type { WindowRows } from '../../grid/window-rows.ts';

/** Rows that follow what happens, and how far they are with it. */
interface LiveRows<State> {
  readonly rows: WindowRows;
  state(): State;
  subscribe(listener: () => void): () => void;
}

/** What stands around a grid of live rows; the grid hears of its rows itself. */
export function useLiveRows<State>(live: LiveRows<State>): {
  readonly state: State;
  readonly count: RowCount;
  /** Why rows could not be read. */
  readonly error: unknown;
} {
  const state = useSyncExternalStore(
    useCallback((listener: () => void) => live.subscribe(listener), [live]),
    () => live.state(),
  );
  const onRows = useCallback((listener: () => void) => live.rows.onDidChange(listener), [live]);
  const count = useSyncExternalStore(onRows, () => live.rows.count);
  const error = useSyncExternalStore(onRows, () => live.rows.error);
  return { state, count, error };
}

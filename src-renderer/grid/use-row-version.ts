import { useCallback, useSyncExternalStore } from 'react';
import type { RowModel } from './row-model.ts';

/** Renders a component again whenever rows have changed. */
export function useRowVersion(model: RowModel): number {
  return useSyncExternalStore(
    useCallback((listener: () => void) => model.onDidChange(listener), [model]),
    () => model.version,
  );
}

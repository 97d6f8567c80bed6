import { useCallback, useSyncExternalStore } from 'react';
import type { MergedDocument } from './staged-document.ts';
import type { StagedEdits } from './staged-edits.ts';
import type { StagedStore } from './staged-store.ts';

/** What is staged, current. */
export function useStaged(store: StagedStore): {
  readonly state: StagedEdits;
  readonly documents: readonly MergedDocument[];
} {
  useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribe(listener), [store]),
    () => store.version,
  );
  return { state: store.state(), documents: store.merged() };
}

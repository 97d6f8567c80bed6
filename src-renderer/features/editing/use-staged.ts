import { useCallback, useSyncExternalStore } from 'react';
import type { MergedDocument } from './staged-document.ts';
import type { StagedStore } from './staged-store.ts';

/** What is staged in some collections, current. */
export function useStaged(stores: readonly StagedStore[]): readonly MergedDocument[] {
  useSyncExternalStore(
    useCallback(
      (listener: () => void) => {
        const ends = stores.map((store) => store.subscribe(listener));
        return () => {
          for (const end of ends) end();
        };
      },
      [stores],
    ),
    () => stores.reduce((sum, store) => sum + store.version, 0),
  );
  return stores.flatMap((store) => store.merged());
}

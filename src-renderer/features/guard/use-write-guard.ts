import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useClient } from '../../client/client-context.tsx';
import { type GuardState, WriteGuard } from './write-guard.ts';

/** The guard of one tab, and where it stands. */
export function useWriteGuard(): { readonly guard: WriteGuard; readonly state: GuardState } {
  const client = useClient();
  const guard = useMemo(
    () => new WriteGuard((params, signal) => client.call('query.preview', params, { signal })),
    [client],
  );
  useEffect(() => () => guard.answer(false), [guard]);
  const state = useSyncExternalStore(
    useMemo(() => (listener: () => void) => guard.subscribe(listener), [guard]),
    () => guard.state(),
  );
  return { guard, state };
}

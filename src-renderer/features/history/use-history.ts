import { useCallback, useDeferredValue, useEffect, useState } from 'react';
import type { HistoryEntry } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { useTopic } from '../../client/use-topic.ts';

const pageSize = 100;

export interface HistoryView {
  /** `undefined` until the host has told. */
  readonly entries: readonly HistoryEntry[] | undefined;
  readonly hasMore: boolean;
  readonly error: unknown;
  readonly loadMore: () => void;
}

/** The runs that hold the searched words, newest first, as far as they were asked for; current after every run. */
export function useHistory(search: string): HistoryView {
  const client = useClient();
  const state = useTopic('history', {});
  const revision = state.status === 'current' ? state.value.revision : undefined;
  const wanted = useDeferredValue(search);
  const [limit, setLimit] = useState(pageSize);
  const [found, setFound] = useState<Omit<HistoryView, 'loadMore'>>({
    entries: undefined,
    hasMore: false,
    error: undefined,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision says that the list is another one.
  useEffect(() => {
    const abort = new AbortController();
    const params = { limit, ...(wanted === '' ? {} : { search: wanted }) };
    client.call('history.list', params, { signal: abort.signal }).then(
      (list) => setFound({ ...list, error: undefined }),
      (error: unknown) => {
        if (!abort.signal.aborted) setFound((before) => ({ ...before, error }));
      },
    );
    return () => abort.abort();
  }, [client, wanted, limit, revision]);

  const loadMore = useCallback(() => setLimit((before) => Math.min(before + pageSize, 500)), []);
  return { ...found, hasMore: found.hasMore && limit < 500, loadMore };
}

import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { DatabaseId, ExportState, ExportTask, ExportWay } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import type { TopicState } from '../../client/topic-feed.ts';

type Begun = Exclude<ExportWay, { kind: 'none' }>;

export interface RunningExport {
  /** Absent until one is begun. */
  readonly way: Begun | undefined;
  readonly state: ExportState | undefined;
  readonly error: unknown;
  readonly begin: (task: ExportTask) => Promise<void>;
  readonly cancel: () => void;
  /** Forgets an export that is over. */
  readonly reset: () => void;
}

const nothing: TopicState<ExportState> = { status: 'waiting' };

/** One export at a time, from the wish to the file. */
export function useExport(database: DatabaseId): RunningExport {
  const client = useClient();
  const [way, setWay] = useState<Begun>();
  const [error, setError] = useState<unknown>();
  const id = way?.export;
  const feed = useMemo(
    () => (id === undefined ? undefined : client.feed('exports', { export: id })),
    [client, id],
  );
  const topic = useSyncExternalStore(
    useCallback((listener: () => void) => feed?.listen(listener) ?? (() => {}), [feed]),
    () => feed?.state() ?? nothing,
  );
  useEffect(() => {
    if (way?.kind === 'download') download(way.path);
  }, [way]);
  const begin = useCallback(
    async (task: ExportTask) => {
      setError(undefined);
      try {
        const begun = await client.call('exports.begin', { database, task });
        setWay(begun.kind === 'none' ? undefined : begun);
      } catch (failure) {
        setError(failure);
      }
    },
    [client, database],
  );
  const cancel = useCallback(() => {
    if (id === undefined) return;
    client.call('exports.cancel', { export: id }).catch(setError);
  }, [client, id]);
  const reset = useCallback(() => {
    setWay(undefined);
    setError(undefined);
  }, []);
  const state = topic.status === 'current' || topic.status === 'stale' ? topic.value : undefined;
  return {
    ...{ way, state, begin, cancel, reset },
    error: error ?? (topic.status === 'failed' ? topic.error : undefined),
  };
}

/** Lets the browser fetch a file and put it where downloads go. */
function download(path: string): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = '';
  link.click();
}

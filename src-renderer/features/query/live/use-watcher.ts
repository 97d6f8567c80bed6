import { useEffect, useState } from 'react';
import { type DatabaseId, WireError } from '#contract';
import type { Client } from '../../../client/client.ts';
import { useClient } from '../../../client/client-context.tsx';
import type { LiveQuery } from './live-query.ts';

/** How the engine keeps a live query: from changes alone, or by running it again, and then why. */
export interface Watcher {
  readonly reason: string | undefined;
  readonly rerunCount: number;
}

const lookMs = 2_000;

/** Looks at what the engine tells of a live query (`_watchers`), every two seconds while it is shown. */
export function useWatcher(
  database: DatabaseId,
  query: LiveQuery | undefined,
): Watcher | undefined {
  const client = useClient();
  const [found, setFound] = useState<{ readonly query: LiveQuery; readonly watcher: Watcher }>();
  useEffect(() => {
    if (query === undefined) return undefined;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const watcher = await readWatcher(client, database, query.text, abort.signal);
      if (abort.signal.aborted) return;
      if (watcher !== undefined) setFound({ query, watcher });
      timer = setTimeout(() => void look(), lookMs);
    };
    void look();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [client, database, query]);
  return found?.query === query ? found?.watcher : undefined;
}

/** `undefined` while there is none, and while the host does not answer: the next look may find one. */
async function readWatcher(
  client: Client,
  database: DatabaseId,
  text: string,
  signal: AbortSignal,
): Promise<Watcher | undefined> {
  const run = {
    database,
    text: 'query Why($text: String!) { _watchers(where: { query: { eq: $text } }, limit: 1) { reason reruns } }',
    variables: { text },
    isForView: true,
  };
  try {
    for await (const part of client.run(run, { signal })) {
      if (part.kind !== 'rows' || part.batch.rowCount === 0) continue;
      const [reason, reruns] = part.batch.columns.map(([first]) => first);
      return {
        reason: typeof reason === 'string' ? reason : undefined,
        rerunCount: typeof reruns === 'number' ? reruns : 0,
      };
    }
    return undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

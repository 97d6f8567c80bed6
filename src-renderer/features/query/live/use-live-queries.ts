import { useCallback, useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import type { DatabaseId } from '#contract';
import { useClient } from '../../../client/client-context.tsx';
import type { LiveMode } from '../../../grid/live-mode.ts';
import type { QueryResult, RunSnapshot } from '../query-run.ts';
import { LiveQuery, type LiveQueryState } from './live-query.ts';
import { liveRequest } from './live-request.ts';

export interface LiveResult {
  /** Absent until somebody wanted the result to be live. */
  readonly query: LiveQuery | undefined;
  readonly state: LiveQueryState | undefined;
  readonly mode: LiveMode;
  /** Why the result cannot be live. */
  readonly reason: string | undefined;
  readonly setMode: (mode: LiveMode) => void;
}

interface Followed {
  /** The run that all of them belong to. */
  readonly run: number;
  readonly queries: ReadonlyMap<number, LiveQuery>;
}

const none: Followed = { run: 0, queries: new Map() };

/**
 * Follows the statements of a run that somebody wants live, and gives what concerns one of its results. Whoever wanted
 * one live wants it of the next run as well.
 */
export function useLiveQueries(
  database: DatabaseId,
  run: RunSnapshot,
  result: QueryResult | undefined,
): LiveResult {
  const client = useClient();
  const [followed, setFollowed] = useState(none);
  const [kept, setKept] = useState<LiveMode>('paused');
  // Another run is about other results, also when its text is the same.
  const { queries } = followed.run === run.run ? followed : none;
  useEffect(() => {
    const stops = [...queries.values()].map((query) => query.follow(database));
    return () => {
      for (const stop of stops) stop();
    };
  }, [queries, database]);

  const statement = result?.head.span.start ?? -1;
  const query = queries.get(statement);
  const state = useSyncExternalStore(
    useCallback((listener) => query?.subscribe(listener) ?? (() => undefined), [query]),
    () => query?.state(),
  );
  const wanted = result === undefined ? undefined : liveRequest(run, result);
  const follow = (mode: LiveMode) => {
    if (wanted?.kind !== 'request' || mode === 'paused') return;
    const own = run.results.filter(({ head }) => head.span.start === statement);
    const added = new LiveQuery(client, wanted.request, own, { mode });
    setFollowed({ run: run.run, queries: new Map([...queries, [statement, added]]) });
  };
  const setMode = (mode: LiveMode) => {
    setKept(mode);
    if (query === undefined) follow(mode);
    else query.setMode(mode);
  };
  // Only the first result that is looked at goes on: of the others nobody has said anything.
  const goesOn = kept !== 'paused' && followed.run !== run.run;
  const begins = wanted?.kind === 'request' && query === undefined && (wanted.isAsked || goesOn);
  const first = kept === 'paused' ? 'live' : kept;
  const begin = useEffectEvent(() => follow(first));
  useEffect(() => {
    if (begins && run.state !== 'running') begin();
  }, [begins, run.state]);
  const refused = wanted?.kind === 'refused' ? wanted.reason : undefined;
  return {
    ...{ query, state, setMode },
    mode: state?.mode ?? (begins ? first : 'paused'),
    reason: query === undefined ? refused : undefined,
  };
}

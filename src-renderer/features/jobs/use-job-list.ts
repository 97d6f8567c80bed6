import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { JobFilter } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { type ListedJobs, leftIds, modelOf, refreshed } from './job-list.ts';

const pageRows = 200;
const refreshRowsMax = 1_000;
/** The list is read again at most this often, and not more than a fifth of the time is spent on it. */
const refreshMsMin = 1_000;
const restFactor = 4;

const nothingShown: ListedJobs = { rows: [], hasMore: false, newCount: 0, leftCount: 0 };

interface ListState {
  /** The filter that these jobs were found with, as text. */
  readonly key: string;
  readonly listed: ListedJobs | undefined;
  readonly error: unknown;
}

/** The jobs that a filter finds, read again when `revision` moves on, but never under the hand of who reads. */
export function useJobList(options: {
  readonly database: string;
  readonly filter: JobFilter;
  readonly revision: number;
  /** True while pointer or focus is in the list. */
  readonly isHeld: () => boolean;
}) {
  const { database, filter, revision, isHeld } = options;
  const client = useClient();
  const key = JSON.stringify(filter);
  const [state, setState] = useState<ListState>({ key: '', listed: undefined, error: undefined });
  const [isReading, setReading] = useState(false);
  const work = useRef({ isBusy: false, isStale: false, notBefore: 0 });
  const listed = state.key === key ? state.listed : undefined;

  // A search may take long: one that nobody waits for any more is cancelled.
  const searching = useRef(new AbortController());
  const read = useCallback(
    async (wanted: JobFilter, limit: number, before?: string) =>
      client.call(
        'jobs.find',
        { database, filter: wanted, limit, ...(before === undefined ? {} : { before }) },
        { signal: searching.current.signal },
      ),
    [client, database],
  );

  const refresh = useEffectEvent(async (isForced: boolean) => {
    const startedAt = performance.now();
    const shown = listed;
    const { signal } = searching.current;
    const limit = Math.min(refreshRowsMax, Math.max(pageRows, shown?.rows.length ?? 0));
    setReading(true);
    try {
      const found = await read(filter, limit);
      const holds = !isForced && shown !== undefined && isHeld();
      const left = holds ? leftIds(shown.rows.slice(0, refreshRowsMax), found.jobs) : [];
      const others = left.length === 0 ? [] : (await read({ ids: left }, refreshRowsMax)).jobs;
      const next = refreshed(shown ?? nothingShown, found, {
        isHeld: holds,
        others,
      });
      setState({ key, listed: next, error: undefined });
    } catch (error) {
      if (signal.aborted) return;
      setState((old) => ({ key, listed: old.key === key ? old.listed : undefined, error }));
    }
    setReading(false);
    const elapsedMs = performance.now() - startedAt;
    work.current.notBefore = performance.now() + Math.max(refreshMsMin, elapsedMs * restFactor);
  });

  const run = useEffectEvent(async (isForced: boolean) => {
    const { current } = work;
    if (current.isBusy) {
      current.isStale = true;
      return;
    }
    current.isBusy = true;
    try {
      for (let force = isForced; ; force = false) {
        current.isStale = false;
        await refresh(force);
        if (!current.isStale) break;
      }
    } finally {
      current.isBusy = false;
    }
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is what it is about.
  useEffect(() => {
    searching.current.abort();
    searching.current = new AbortController();
    void run(true);
  }, [key, database]);
  useEffect(() => () => searching.current.abort(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision says that jobs have changed.
  useEffect(() => {
    const waitMs = Math.max(0, work.current.notBefore - performance.now());
    const timer = setTimeout(() => void run(false), waitMs);
    return () => clearTimeout(timer);
  }, [revision]);

  const model = useMemo(() => (listed === undefined ? undefined : modelOf(listed)), [listed]);
  const readMore = useEffectEvent(async () => {
    const last = listed?.rows.at(-1)?.id;
    if (last === undefined || listed?.hasMore !== true || work.current.isBusy) return;
    work.current.isBusy = true;
    try {
      const found = await read(filter, pageRows, last);
      setState((old) =>
        old.key === key && old.listed !== undefined
          ? {
              ...old,
              listed: {
                ...old.listed,
                rows: [...old.listed.rows, ...found.jobs],
                hasMore: found.hasMore,
              },
            }
          : old,
      );
    } catch (error) {
      if (!searching.current.signal.aborted) setState((old) => ({ ...old, error }));
    } finally {
      work.current.isBusy = false;
    }
  });
  useEffect(() => model?.onDidWant(() => void readMore()), [model]);

  return {
    listed,
    model,
    isReading,
    error: state.key === key ? state.error : undefined,
    /** Shows what there is now, whoever reads. */
    showNew: () => void run(true),
    /** To be called when pointer or focus leaves the list: what was held back is shown. */
    letGo: () => {
      const isBehind = listed !== undefined && listed.newCount + listed.leftCount > 0;
      if (!isBehind) return;
      // The focus has not arrived elsewhere yet, and that may be in the list again.
      setTimeout(() => {
        if (!isHeld()) void run(false);
      });
    },
  };
}

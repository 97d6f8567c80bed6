import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { type DatabaseInfo, type SuggestedIndex, WireError } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import type { WriteGuard } from '../guard/write-guard.ts';
import { indexKey, PlanRun, type PlanSnapshot } from './plan-run.ts';
import { createIndexText } from './plan-text.ts';

export interface PlanOfTab {
  readonly run: PlanRun;
  readonly plan: PlanSnapshot;
  readonly measure: () => void;
  readonly cancel: () => void;
  readonly tryIndex: (index: SuggestedIndex) => void;
  /** Creates an index once the guard lets it, and measures the text again. */
  readonly create: (index: SuggestedIndex) => void;
  readonly creating: string | undefined;
  readonly createError: unknown;
}

/** The plan of a tab, and what can be done about it. */
export function usePlan(database: DatabaseInfo, guard: WriteGuard): PlanOfTab {
  const client = useClient();
  const id = useRef(database.database);
  useEffect(() => {
    id.current = database.database;
  }, [database.database]);
  const run = useMemo(
    () =>
      new PlanRun((asked, signal) =>
        client.call('query.explain', { database: id.current, ...asked }, { signal }),
      ),
    [client],
  );
  useEffect(() => () => run.dispose(), [run]);
  const plan = useSyncExternalStore(
    useCallback((listener: () => void) => run.subscribe(listener), [run]),
    () => run.snapshot(),
  );
  const [creating, setCreating] = useState<string>();
  const [createError, setCreateError] = useState<unknown>();
  const measure = useCallback(() => {
    const { request } = run.snapshot();
    if (request !== undefined) void run.explain(request, { analyze: true });
  }, [run]);
  const create = useCallback(
    async (index: SuggestedIndex) => {
      const given = { database: id.current, text: createIndexText(index) };
      const admission = await guard.ask(given);
      if (!admission.isAllowed) return;
      const { previewToken } = admission;
      setCreating(indexKey(index));
      setCreateError(undefined);
      try {
        const token = previewToken === undefined ? {} : { previewToken };
        for await (const part of client.run({ ...given, ...token })) {
          if (part.kind === 'failed') throw new WireError(part.error);
        }
        measure();
      } catch (error) {
        setCreateError(error);
      } finally {
        setCreating(undefined);
      }
    },
    [client, guard, measure],
  );
  return {
    ...{ run, plan, measure, creating, createError },
    cancel: useCallback(() => run.cancel(), [run]),
    tryIndex: useCallback((index: SuggestedIndex) => void run.tryIndex(index), [run]),
    create: useCallback((index: SuggestedIndex) => void create(index), [create]),
  };
}

import { useCallback, useRef, useState } from 'react';
import { type MigrationPlanInfo, WireError } from '#contract';
import type { Client } from '../../client/client.ts';
import { useClient } from '../../client/client-context.tsx';

/** Where the text in the editor stands. A plan holds for the text that it was made of. */
export type MigrationRunState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'planning' | 'applying' }
  | {
      readonly kind: 'cancelled';
      readonly text: string;
      /** Absent when it was the trial that was cancelled. */
      readonly plan: MigrationPlanInfo | undefined;
      /** Versions of the text that were applied before; of the others nothing was changed. */
      readonly applied: readonly string[];
    }
  | { readonly kind: 'planned'; readonly text: string; readonly plan: MigrationPlanInfo }
  | { readonly kind: 'applied'; readonly text: string; readonly message: string }
  | { readonly kind: 'failed'; readonly act: 'plan' | 'apply'; readonly error: unknown };

/** Tries and applies a text. One act at a time; leaving the page does not end one that applies. */
export function useMigrationRun(database: string) {
  const client = useClient();
  const [state, setState] = useState<MigrationRunState>({ kind: 'idle' });
  const running = useRef<AbortController>(undefined);
  const begin = useCallback(() => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    return abort.signal;
  }, []);
  const plan = useCallback(
    async (text: string) => {
      const signal = begin();
      setState({ kind: 'planning' });
      try {
        const found = await client.call('migrations.plan', { database, text }, { signal });
        if (!signal.aborted) setState({ kind: 'planned', text, plan: found });
      } catch (error) {
        if (!isCancelled(error)) setState({ kind: 'failed', act: 'plan', error });
        // Another act, or another text, has ended it.
        else if (running.current?.signal === signal) {
          setState({ kind: 'cancelled', text, plan: undefined, applied: [] });
        }
      }
    },
    [client, database, begin],
  );
  const apply = useCallback(
    async (text: string, tried: MigrationPlanInfo) => {
      const signal = begin();
      setState({ kind: 'applying' });
      const messages: string[] = [];
      try {
        const run = { database, text, previewToken: tried.token };
        for await (const part of client.run(run, { signal })) {
          if (part.kind === 'failed') throw new WireError(part.error);
          if (part.kind === 'summary' && part.summary.message !== undefined) {
            messages.push(part.summary.message);
          }
        }
        setState({ kind: 'applied', text, message: messages.join(' ') });
      } catch (error) {
        if (!isCancelled(error)) {
          setState({ kind: 'failed', act: 'apply', error });
          return;
        }
        const applied = await appliedSince(client, database, tried);
        if (running.current?.signal === signal) {
          setState({ kind: 'cancelled', text, plan: tried, applied });
        }
      }
    },
    [client, database, begin],
  );
  const cancel = useCallback(() => running.current?.abort(), []);
  const clear = useCallback(() => setState({ kind: 'idle' }), []);
  return { state, plan, apply, cancel, clear };
}

/** Versions that were pending in a plan and are applied now; none when that cannot be told. */
async function appliedSince(
  client: Client,
  database: string,
  { versions }: MigrationPlanInfo,
): Promise<readonly string[]> {
  const pending = versions.flatMap(({ version, state }) => (state === 'pending' ? version : []));
  try {
    const found = await client.call('migrations.applied', { database });
    return found.versions.map(({ version }) => version).filter((each) => pending.includes(each));
  } catch {
    return [];
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof WireError && error.code === 'Cancelled';
}

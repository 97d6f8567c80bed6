import { useCallback, useRef, useState } from 'react';
import { type MigrationPlanInfo, WireError } from '#contract';
import { useClient } from '../../client/client-context.tsx';

/** Where the text in the editor stands. A plan holds for the text that it was made of. */
export type MigrationRunState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'planning' | 'applying' }
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
        setState(isCancelled(error) ? { kind: 'idle' } : { kind: 'failed', act: 'plan', error });
      }
    },
    [client, database, begin],
  );
  const apply = useCallback(
    async (text: string, previewToken: string) => {
      const signal = begin();
      setState({ kind: 'applying' });
      const messages: string[] = [];
      try {
        for await (const part of client.run({ database, text, previewToken }, { signal })) {
          if (part.kind === 'failed') throw new WireError(part.error);
          if (part.kind === 'summary' && part.summary.message !== undefined) {
            messages.push(part.summary.message);
          }
        }
        setState({ kind: 'applied', text, message: messages.join(' ') });
      } catch (error) {
        setState(isCancelled(error) ? { kind: 'idle' } : { kind: 'failed', act: 'apply', error });
      }
    },
    [client, database, begin],
  );
  const cancel = useCallback(() => running.current?.abort(), []);
  const clear = useCallback(() => setState({ kind: 'idle' }), []);
  return { state, plan, apply, cancel, clear };
}

function isCancelled(error: unknown): boolean {
  return error instanceof WireError && error.code === 'Cancelled';
}

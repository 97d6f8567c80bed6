import { useCallback, useEffect, useRef, useState } from 'react';
import type { SavedQueryTest } from '#contract';
import { useClient } from '../../client/client-context.tsx';

/** What is known of one saved query: that it runs, what came of it, or why that is not known. */
export type QueryTestState =
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly test: SavedQueryTest }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface QueryTests {
  /** By the path of the query; of the last test run. */
  readonly states: ReadonlyMap<string, QueryTestState>;
  readonly isRunning: boolean;
  /** Tests these queries one after the other; what was found before is forgotten. */
  run(paths: readonly string[]): void;
  stop(): void;
}

/** Tests of the saved queries of a database. Ends with the panel. */
export function useQueryTests(database: string): QueryTests {
  const client = useClient();
  const [states, setStates] = useState<ReadonlyMap<string, QueryTestState>>(new Map());
  const [isRunning, setIsRunning] = useState(false);
  const running = useRef<AbortController>(undefined);
  const stop = useCallback(() => running.current?.abort(), []);
  useEffect(() => stop, [stop]);

  const run = useCallback(
    (paths: readonly string[]) => {
      running.current?.abort();
      const abort = new AbortController();
      running.current = abort;
      const { signal } = abort;
      const note = (path: string, state: QueryTestState | undefined) => {
        if (running.current === abort) setStates((before) => withState(before, path, state));
      };
      const testAll = async () => {
        for (const path of paths) {
          if (signal.aborted) break;
          note(path, { kind: 'running' });
          try {
            const test = await client.call('savedQueries.test', { database, path }, { signal });
            note(path, { kind: 'done', test });
          } catch (error) {
            note(path, signal.aborted ? undefined : { kind: 'failed', error });
          }
        }
        if (running.current === abort) setIsRunning(false);
      };
      setStates(new Map());
      setIsRunning(true);
      void testAll();
    },
    [client, database],
  );
  return { states, isRunning, run, stop };
}

function withState(
  before: ReadonlyMap<string, QueryTestState>,
  path: string,
  state: QueryTestState | undefined,
): ReadonlyMap<string, QueryTestState> {
  const after = new Map(before);
  if (state === undefined) after.delete(path);
  else after.set(path, state);
  return after;
}

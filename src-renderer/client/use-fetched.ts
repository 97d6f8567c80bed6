import { useEffect, useEffectEvent, useRef, useState } from 'react';

export interface Fetched<Value> {
  /** The newest that came; kept while it is fetched again. */
  readonly value: Value | undefined;
  readonly error: unknown;
}

/**
 * What a call gives, fetched again when `revision` moves on: one call at a time, and once more behind the last change,
 * so that changes that come faster than answers never keep an answer away. A change of `key` begins anew.
 */
export function useFetched<Value>(
  call: (signal: AbortSignal) => Promise<Value>,
  { key, revision }: { readonly key: string; readonly revision: number },
): Fetched<Value> {
  const [state, setState] = useState<Fetched<Value>>({ value: undefined, error: undefined });
  const newest = useRef(revision);
  const wake = useRef<() => void>(undefined);
  const fetchOnce = useEffectEvent(call);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is another thing to fetch.
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const follow = async () => {
      while (!signal.aborted) {
        const seen = newest.current;
        try {
          const value = await fetchOnce(signal);
          if (!signal.aborted) setState({ value, error: undefined });
        } catch (error) {
          if (!signal.aborted) setState((old) => ({ ...old, error }));
        }
        while (!signal.aborted && newest.current === seen) {
          await new Promise<void>((resolve) => {
            wake.current = resolve;
          });
        }
      }
    };
    void follow();
    return () => {
      abort.abort();
      wake.current?.();
    };
  }, [key]);
  useEffect(() => {
    newest.current = revision;
    wake.current?.();
  }, [revision]);
  return state;
}

import { useEffect, useState } from 'react';
import type { EditableCell } from './grid-actions.ts';
import type { TypedValue } from './value-text.ts';

const pauseMs = 120;

/** What other documents have against what is typed; it is asked when the typing has rested. */
export function useUniqueProblem(
  cell: EditableCell,
  typed: TypedValue | undefined,
): string | undefined {
  const [found, setFound] = useState<{ readonly text: string; readonly problem?: string }>();
  const { uniqueProblemOf } = cell;
  const value = typed?.kind === 'value' ? typed.value : null;
  const text = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the value, which is made anew every time.
  useEffect(() => {
    if (uniqueProblemOf === undefined || value === null) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      uniqueProblemOf(value, abort.signal).then(
        (problem) => setFound(problem === undefined ? { text } : { text, problem }),
        // The preview of the review asks for the same again, and tells why it could not.
        () => undefined,
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [uniqueProblemOf, text]);
  return found?.text === text ? found.problem : undefined;
}

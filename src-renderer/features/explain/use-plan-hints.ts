import { useCallback, useEffect, useState } from 'react';
import type { DatabaseId, WireSpan, WireValue } from '#contract';
import { useSetting } from '../../app/settings/settings-context.tsx';
import { useClient } from '../../client/client-context.tsx';
import { planHints } from './plan-hints.ts';

/** A hint with the place in the text that it is about. */
export interface PlacedHint {
  readonly span: WireSpan;
  readonly text: string;
  readonly isCostly: boolean;
}

const none: readonly PlacedHint[] = [];
/** The text must have rested so long. */
const restMs = 700;

/** The hints of a tab, and what shows or hides them in all tabs. */
export function usePlanHints({
  isShown,
  problems,
  ...asked
}: Omit<HintedText, 'isAsked'> & {
  readonly isShown: boolean;
  /** What is wrong with the text. */
  readonly problems: readonly { readonly severity: 'error' | 'warning' }[];
}): { readonly hints: readonly PlacedHint[]; readonly switchHints: () => void } {
  const [saved, save] = useSetting('editor.planHints');
  const isOn = saved !== false;
  const isRight = problems.every(({ severity }) => severity !== 'error');
  const hints = useAskedHints({ ...asked, isAsked: isOn && isShown && isRight });
  return { hints, switchHints: useCallback(() => save(!isOn), [isOn, save]) };
}

interface HintedText {
  readonly database: DatabaseId;
  readonly text: string;
  /** Of the schema: another one may have other indexes. */
  readonly version: number | undefined;
  readonly variables: { readonly [name: string]: WireValue } | undefined;
  /** False while it is not to be asked: the tab is behind another, or something is wrong with the text. */
  readonly isAsked: boolean;
  readonly askPlaces: (
    text: string,
    start: number,
    operators: readonly string[],
  ) => Promise<readonly (readonly WireSpan[])[]>;
}

/**
 * How the planner would find what a text asks for, once it rests and nothing is wrong with it. Nothing is run. What cannot
 * be planned, such as a text that lacks values for its variables, has no hints.
 */
function useAskedHints(options: HintedText): readonly PlacedHint[] {
  const { database, text, version, variables, isAsked, askPlaces } = options;
  const client = useClient();
  const [found, setFound] = useState<{ readonly text: string; readonly hints: typeof none }>();

  useEffect(() => {
    if (!isAsked || version === undefined || text.trim() === '') return undefined;
    const abort = new AbortController();
    const ask = async () => {
      const asked = { database, text, ...(variables === undefined ? {} : { variables }) };
      const { roots } = await client.call('query.hints', asked, { signal: abort.signal });
      const hints = await Promise.all(
        roots.map(async (root): Promise<readonly PlacedHint[]> => {
          const sources = planHints(root);
          if (sources.length === 0) return [];
          const operators = sources.map(({ operator }) => operator);
          const places = await askPlaces(text, root.span.start, operators);
          return sources.flatMap(({ hint }, at) => {
            const span = places[at]?.at(-1);
            return span === undefined ? [] : [{ span, ...hint }];
          });
        }),
      );
      if (!abort.signal.aborted) setFound({ text, hints: hints.flat() });
    };
    // Hints are worth less than a message about them: what cannot be planned has none.
    const timer = setTimeout(() => void ask().catch(() => setFound(undefined)), restMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, database, text, version, variables, isAsked, askPlaces]);
  return isAsked && found?.text === text ? found.hints : none;
}

import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import type { WireSpan } from '#contract';
import { useSetting } from '../../../app/settings/settings-context.tsx';
import type { RunProblem } from '../run-problem.ts';
import { variablesAt, variablesOf } from './declared-variables.ts';
import {
  parseValues,
  problemsOfValues,
  type VariableValues,
  valuesFor,
} from './variable-values.ts';
import type { VariablesPaneProps } from './variables-pane.tsx';

export interface Variables {
  readonly isOpen: boolean;
  readonly toggle: () => void;
  /** The values for running a text; `undefined` when one is wrong or missing, which the pane then shows. */
  readonly valuesToRun: (runText: string) => VariableValues | undefined;
  readonly pane: VariablesPaneProps;
}

/** The variables of one tab: what its pane shows, and what a run takes. */
export function useVariables(options: {
  readonly text: string;
  readonly place: WireSpan;
  /** The values as the tab keeps them. */
  readonly values: string;
  readonly onValuesChange: (values: string) => void;
  readonly runProblems: readonly RunProblem[];
}): Variables {
  const { onValuesChange, runProblems, values } = options;
  const [savedOpen, setOpen] = useSetting('query.variables');
  const isOpen = savedOpen === true;
  const [wasTried, setTried] = useState(false);
  const wrong = useRef(new Map<string, string>());
  // Reading the declarations is a parse: it follows typing when there is time.
  const text = useDeferredValue(options.text);
  const offset = useDeferredValue(options.place.end);
  const declared = useMemo(() => (isOpen ? variablesAt(text, offset) : []), [isOpen, text, offset]);
  const problemsByName = useMemo(
    () =>
      new Map(
        runProblems.flatMap(({ variable, message }) =>
          variable === undefined ? [] : [[variable, message] as const],
        ),
      ),
    [runProblems],
  );
  const valuesToRun = useCallback(
    (runText: string): VariableValues | undefined => {
      const needed = variablesOf(runText);
      if (needed.length === 0) return {};
      const parsed = parseValues(values);
      const isWrong =
        parsed.kind === 'wrong' ||
        problemsOfValues(needed, parsed.value).size > 0 ||
        needed.some(({ name }) => wrong.current.has(name));
      setTried(isWrong);
      if (!isWrong) return valuesFor(needed, parsed.value);
      setOpen(true);
      return undefined;
    },
    [values, setOpen],
  );
  const onWrong = useCallback((name: string, message: string | undefined) => {
    if (message === undefined) wrong.current.delete(name);
    else wrong.current.set(name, message);
  }, []);
  return {
    isOpen,
    toggle: useCallback(() => setOpen(!isOpen), [isOpen, setOpen]),
    valuesToRun,
    pane: {
      declared,
      text: values,
      onTextChange: onValuesChange,
      runProblems: problemsByName,
      onWrong,
      wasTried,
    },
  };
}

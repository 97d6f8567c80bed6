import { useCallback, useMemo, useRef, useState } from 'react';
import { useSetting } from '../../../app/settings/settings-context.tsx';
import type { DeclaredVariable } from '../../../editor/declared-variables.ts';
import type { RunProblem } from '../run-problem.ts';
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
  /** The values for what a text declares; `undefined` when one is wrong or missing, which the pane then shows. */
  readonly valuesToRun: (declared: readonly DeclaredVariable[]) => VariableValues | undefined;
  /** To be told what the operation at the cursor declares; absent while the pane is closed. */
  readonly onVariables: ((declared: readonly DeclaredVariable[]) => void) | undefined;
  /** All values, as far as they can be read; the same object until they change. */
  readonly known: VariableValues | undefined;
  readonly pane: VariablesPaneProps;
}

const noVariables: readonly DeclaredVariable[] = [];

/** The variables of one tab: what its pane shows, and what a run takes. */
export function useVariables(options: {
  /** The values as the tab keeps them. */
  readonly values: string;
  readonly onValuesChange: (values: string) => void;
  readonly runProblems: readonly RunProblem[];
}): Variables {
  const { onValuesChange, runProblems, values } = options;
  const [savedOpen, setOpen] = useSetting('query.variables');
  /** The pane is open or closed for all tabs, but comes up only in those that once had something for it. */
  const [isWanted, setWanted] = useState(false);
  const isAsked = savedOpen === true;
  const isOpen = isAsked && isWanted;
  const [wantsFocus, setWantsFocus] = useState(false);
  const [wasTried, setTried] = useState(false);
  const wrong = useRef(new Map<string, string>());
  const [declared, setDeclared] = useState<readonly DeclaredVariable[]>(noVariables);
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
    (needed: readonly DeclaredVariable[]): VariableValues | undefined => {
      if (needed.length === 0) return {};
      const parsed = parseValues(values);
      const isWrong =
        parsed.kind === 'wrong' ||
        problemsOfValues(needed, parsed.value).size > 0 ||
        needed.some(({ name }) => wrong.current.has(name));
      setTried(isWrong);
      if (!isWrong) return valuesFor(needed, parsed.value);
      setOpen(true);
      setWanted(true);
      // What a run needs is shown at once, and the place to type it has the focus.
      setDeclared(needed);
      setWantsFocus(true);
      return undefined;
    },
    [values, setOpen],
  );
  const onVariables = useCallback((found: readonly DeclaredVariable[]) => {
    setDeclared(found);
    if (found.length > 0) setWanted(true);
  }, []);
  const toggle = useCallback(() => {
    setOpen(!isOpen);
    if (isOpen) return;
    setWanted(true);
    setWantsFocus(true);
  }, [isOpen, setOpen]);
  const onWrong = useCallback((name: string, message: string | undefined) => {
    if (message === undefined) wrong.current.delete(name);
    else wrong.current.set(name, message);
  }, []);
  const known = useMemo(() => {
    const parsed = parseValues(values);
    return parsed.kind === 'right' ? parsed.value : undefined;
  }, [values]);
  return {
    isOpen,
    toggle,
    known,
    valuesToRun,
    onVariables: isAsked ? onVariables : undefined,
    pane: {
      declared,
      text: values,
      onTextChange: onValuesChange,
      runProblems: problemsByName,
      onWrong,
      wasTried,
      wantsFocus,
      onFocused: useCallback(() => setWantsFocus(false), []),
    },
  };
}

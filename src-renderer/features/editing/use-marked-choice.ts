import { useState } from 'react';
import type { Choice } from './choices.ts';

/** The choice of a list that is going to be taken. */
export interface MarkedChoice {
  /** -1 while none is marked. */
  readonly at: number;
  readonly choice: Choice | undefined;
  readonly move: (step: 1 | -1) => void;
  /** Something was typed: what was marked by hand is marked no more. */
  readonly typed: () => void;
}

/** `isStrict` when one of the list must be chosen: then the first is marked as soon as something is typed. */
export function useMarkedChoice(choices: readonly Choice[], isStrict: boolean): MarkedChoice {
  const [marked, setMarked] = useState(-1);
  const [hasTyped, setTyped] = useState(false);
  const at = marked >= 0 ? Math.min(marked, choices.length - 1) : isStrict && hasTyped ? 0 : -1;
  return {
    at,
    choice: choices[at],
    move: (step) => setMarked((at + step + choices.length) % choices.length),
    typed: () => {
      setTyped(true);
      setMarked(-1);
    },
  };
}

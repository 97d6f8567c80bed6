import { CircleAlert, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { RunProblem } from './run-problem.ts';
import { placeAt } from './text-place.ts';

/** Everything that is wrong with the text, live findings and errors of the last run. Choosing one goes to its place. */
export function ProblemsPanel(props: {
  readonly problems: readonly RunProblem[];
  readonly text: string;
  readonly onChoose: (problem: RunProblem) => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  if (props.problems.length === 0) return <EmptyState title="No problems in this text" />;
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = buttons.findIndex((button) => button.matches(':focus'));
    event.preventDefault();
    buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
  };
  return (
    <ul className="problems" aria-label="Problems" ref={list} onKeyDown={pressed}>
      {props.problems.map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: problems have no identity beyond their order.
        <li key={index}>
          <button type="button" className="problem" onClick={() => props.onChoose(problem)}>
            {problem.severity === 'error' ? (
              <CircleAlert size={14} className="problem-error" aria-label="Error" />
            ) : (
              <TriangleAlert size={14} className="problem-warning" aria-label="Warning" />
            )}
            <span className="problem-text">
              {problem.message}
              {problem.hint !== undefined && <span className="problem-hint"> {problem.hint}</span>}
            </span>
            <span className="problem-code">{problem.code}</span>
            <span className="problem-place">{placeText(props.text, problem)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function placeText(text: string, problem: RunProblem): string {
  if (problem.span === undefined) return '';
  const { line, column } = placeAt(text, problem.span.start);
  return `Ln ${line}, Col ${column}`;
}

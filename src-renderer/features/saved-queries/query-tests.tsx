import { Check, LoaderCircle, X } from 'lucide-react';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { queryName } from './saved-tree.ts';
import type { QueryTestState, QueryTests } from './use-query-tests.ts';
import './query-tests.css';

/** What came of a query's test, behind its name. */
export function TestMark({ state }: { readonly state: QueryTestState | undefined }) {
  if (state === undefined) return null;
  if (state.kind === 'running') {
    return (
      <span className="query-test-mark">
        <LoaderCircle size={14} aria-hidden />
        <span className="visually-hidden">(is tested)</span>
      </span>
    );
  }
  const outcome = state.kind === 'failed' ? 'unmet' : state.test.outcome;
  if (outcome === 'none') return null;
  return (
    <span className={`query-test-mark query-test-${outcome}`}>
      {outcome === 'met' ? <Check size={14} aria-hidden /> : <X size={14} aria-hidden />}
      <span className="visually-hidden">
        {outcome === 'met' ? '(as expected)' : '(not as expected)'}
      </span>
    </span>
  );
}

/** How many were as expected, and what differs in the others. */
export function TestReport({
  tests,
  onOpen,
}: {
  readonly tests: QueryTests;
  readonly onOpen: (path: string) => void;
}) {
  const { states, isRunning, stop } = tests;
  if (states.size === 0) return null;
  return (
    <section className="query-tests" aria-label="Tests">
      <p className="query-tests-line" role="status">
        {summaryOf([...states.values()], isRunning)}
        {isRunning && (
          <Button look="quiet" onClick={stop}>
            Stop
          </Button>
        )}
      </p>
      <ul className="query-tests-unmet">
        {[...states].map(([path, state]) => {
          const lines = differencesOf(state);
          if (lines.length === 0) return null;
          return (
            <li key={path}>
              <Button look="quiet" onClick={() => onOpen(path)}>
                {queryName(path)}
              </Button>
              <ul>
                {lines.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function differencesOf(state: QueryTestState): readonly string[] {
  switch (state.kind) {
    case 'running':
      return [];
    case 'done':
      return state.test.differences;
    case 'failed': {
      const { message, hint } = errorText(state.error);
      return [[message, hint].filter(Boolean).join(' ')];
    }
  }
}

/** In words: `3 of 4 queries are as expected.` */
export function summaryOf(states: readonly QueryTestState[], isRunning: boolean): string {
  const tested = states.filter(
    (state) => state.kind === 'failed' || (state.kind === 'done' && state.test.outcome !== 'none'),
  );
  const met = tested.filter((state) => state.kind === 'done' && state.test.outcome === 'met');
  if (isRunning)
    return `${states.length} looked at, ${tested.length - met.length} not as expected …`;
  if (tested.length === 0) {
    return 'No query says what it expects. A comment does: # expect count 12, # expect rows […], # expect error UnknownField.';
  }
  const noun = tested.length === 1 ? 'query is' : 'queries are';
  return `${met.length} of ${tested.length} ${noun} as expected.`;
}

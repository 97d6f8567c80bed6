import { EmptyState } from '../../ui/empty-state.tsx';
import type { RunSnapshot } from './query-run.ts';
import { resultMessage, runText } from './status-text.ts';

/** What each statement of the last run did, and the plan that was used. */
export function MessagesPanel({ run }: { readonly run: RunSnapshot }) {
  if (run.state === 'idle') return <EmptyState title="Nothing has run in this tab yet" />;
  return (
    <ol className="messages" aria-label="Messages">
      {run.results.map((result) => (
        <li key={result.head.result}>
          <span className="message-title" title={result.head.title}>
            {result.head.title}
          </span>
          <span className="message-text">{resultMessage(result)}</span>
          {result.head.plan !== undefined && (
            <span className="message-plan mono">{result.head.plan}</span>
          )}
        </li>
      ))}
      {run.problems.map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: problems have no identity beyond their order.
        <li key={`problem ${index}`} className="is-error">
          <span className="message-title">{problem.code}</span>
          <span className="message-text">{problem.message}</span>
        </li>
      ))}
      {run.state === 'cancelled' && (
        <li>
          <span className="message-title">run</span>
          <span className="message-text">{runText(run)}</span>
        </li>
      )}
    </ol>
  );
}

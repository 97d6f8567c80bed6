import { CircleAlert, CircleCheck } from 'lucide-react';
import { type MaintenanceOutcome, WireError } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import './health-page.css';
import { bytesText, countText, durationText, taskNames, timeText } from './health-text.ts';

/** How a task of maintenance ended. */
export function OutcomeNote({ outcome }: { readonly outcome: MaintenanceOutcome }) {
  if (outcome.kind === 'failed') {
    const { error, task } = outcome;
    if (error.code === 'Cancelled') {
      return (
        <p className="health-quiet">{`${taskNames[task]} was cancelled. Nothing has changed.`}</p>
      );
    }
    return <ErrorNote {...errorText(new WireError(error))} />;
  }
  const problemCount = outcome.kind === 'compact' ? 0 : outcome.problemCount;
  const isSound = problemCount === 0;
  return (
    <div className="health-outcome" role="status">
      {isSound ? (
        <CircleCheck size={16} className="health-ok" aria-label="Done" />
      ) : (
        <CircleAlert size={16} className="health-bad" aria-label="Problems" />
      )}
      <div>
        <p>{summaryOf(outcome)}</p>
        <p className="health-quiet">
          {`${timeText(outcome.at)} · took ${durationText(outcome.elapsedMs)}`}
        </p>
        {outcome.kind !== 'compact' && !isSound && <Problems {...outcome} />}
      </div>
    </div>
  );
}

interface ProblemsProps {
  readonly problemCount: number;
  readonly problems: readonly { readonly collection: string; readonly message: string }[];
}

function Problems({ problemCount, problems }: ProblemsProps) {
  const unsaid = problemCount - problems.length;
  return (
    <details className="health-problems">
      <summary>{`Show ${countText(problems.length, 'problem')}`}</summary>
      <ul>
        {problems.map(({ collection, message }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a report does not change, and its problems may be alike.
          <li key={at}>
            <span className="mono">{collection}</span> {message}
          </li>
        ))}
      </ul>
      {unsaid > 0 && <p className="health-quiet">{`… and ${unsaid.toLocaleString('en')} more`}</p>}
    </details>
  );
}

function summaryOf(outcome: Exclude<MaintenanceOutcome, { kind: 'failed' }>): string {
  switch (outcome.kind) {
    case 'verify': {
      const { documentCount, keptCount } = outcome;
      const kept = keptCount === 0 ? '' : ` and ${keptCount.toLocaleString('en')} kept for undoing`;
      const read = `${countText(documentCount, 'document')}${kept}`;
      if (outcome.problemCount === 0) {
        const fit = documentCount === 1 && keptCount === 0 ? 'fits its' : 'fit their';
        return `Sound: ${read} ${fit} checksums and indexes.`;
      }
      return `${countText(outcome.problemCount, 'problem')} in ${read}.`;
    }
    case 'backup': {
      const what = `Backed up ${bytesText(outcome.sizeBytes)} to ${outcome.path}.`;
      if (outcome.problemCount === 0) return `${what} The backup was opened and is sound.`;
      return `${what} It has the ${countText(outcome.problemCount, 'problem')} of the database.`;
    }
    case 'restore': {
      const what = `Restored ${bytesText(outcome.sizeBytes)} to ${outcome.path}.`;
      if (outcome.problemCount === 0) return `${what} It was opened and is sound.`;
      return `${what} It has the ${countText(outcome.problemCount, 'problem')} of the backup.`;
    }
    case 'compact':
      return `Compacted from ${bytesText(outcome.sizeBefore)} to ${bytesText(outcome.sizeAfter)}.`;
  }
}

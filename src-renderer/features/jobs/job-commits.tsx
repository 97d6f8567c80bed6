import { useState } from 'react';
import { type DocumentChangeInfo, type JobState, jobStates } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useFetched } from '../../client/use-fetched.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { commitWords } from './commit-words.ts';

const changesMax = 100;
const changeWords = { Insert: 'inserted', Update: 'changed', Delete: 'deleted' } as const;

/** The commits that a job was part of, and the data that each of them wrote with it. */
export function JobCommits({ database, id }: { readonly database: string; readonly id: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section aria-label="Commits">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Commits, and the data written with them</summary>
        {isOpen && <Commits database={database} id={id} />}
      </details>
    </section>
  );
}

/** Read out of the log when it is asked for, which takes as long as the log is. */
function Commits({ database, id }: { readonly database: string; readonly id: string }) {
  const client = useClient();
  const { value, error } = useFetched(
    (signal) =>
      client.call(
        'edits.history',
        { database, collection: '_jobs', id, limit: changesMax },
        { signal },
      ),
    { key: `${database} ${id}`, revision: 0 },
  );
  if (error !== undefined) return <ErrorNote {...errorText(error)} />;
  if (value === undefined) return <ProgressBar label="Reading the log" isActive />;
  return (
    <>
      <ol className="jobs-runs" aria-label="Commits of the job">
        {value.changes.toReversed().map((change) => (
          <Commit key={`${change.epoch} ${change.lsn}`} change={change} />
        ))}
      </ol>
      {!value.isComplete && (
        <p className="jobs-quiet">Older commits are no longer in the log, or not shown.</p>
      )}
    </>
  );
}

function Commit({ change }: { readonly change: DocumentChangeInfo }) {
  const { lsn, together, togetherCount } = change;
  const more = togetherCount - together.length;
  return (
    <li>
      <p>
        <strong>{commitWords(stateOf(change.before), stateOf(change.after))}</strong>
        <span className="jobs-quiet mono">{` commit ${lsn.toLocaleString('en-US')}`}</span>
      </p>
      {together.length > 0 && (
        <ul className="mono jobs-log">
          {together.map(({ collection, id, changeType }) => (
            <li key={`${collection} ${id}`}>
              <bdi>{collection}</bdi>
              {` ${changeWords[changeType]} ${id}`}
            </li>
          ))}
          {more > 0 && <li>{`and ${more.toLocaleString('en-US')} more`}</li>}
        </ul>
      )}
    </li>
  );
}

function stateOf(document: DocumentChangeInfo['before']): JobState | undefined {
  return jobStates.find((state) => state === document?.['status']);
}

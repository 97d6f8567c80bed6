import { Pencil, RotateCw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { JobOrder, JobPriorityName, Result } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useFetched } from '../../client/use-fetched.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ValueTree } from '../../ui/value-tree.tsx';
import { JobCommits } from './job-commits.tsx';
import { JobFamilyTree } from './job-family-tree.tsx';
import { JobRuns } from './job-runs.tsx';
import { fromNow, momentText, priorityWords, stateMarks, stateWords } from './job-text.ts';
import type { JobOrders } from './use-job-orders.ts';

type Detail = NonNullable<Result<'jobs.get'>['job']>;

export interface JobPanelProps {
  readonly database: string;
  readonly id: string;
  readonly revision: number;
  readonly orders: JobOrders;
  /** Shows another job: a parent or a child. */
  readonly onOpen: (id: string) => void;
  readonly onRequeue: (id: string, payload: unknown) => void;
  readonly onClose: () => void;
}

/** All that is known of one job, followed while it is open. */
export function JobPanel(props: JobPanelProps) {
  const { database, id, revision, onClose } = props;
  const client = useClient();
  const { value, error } = useFetched(
    (signal) => client.call('jobs.get', { database, id }, { signal }),
    { key: `${database} ${id}`, revision },
  );
  const job = value?.job ?? undefined;
  return (
    <aside className="jobs-panel" aria-label="Job">
      <header className="jobs-panel-head">
        <h3>
          {job === undefined ? 'Job' : <bdi className="mono">{job.row.type}</bdi>}
          {job !== undefined && (
            <span className={`jobs-state jobs-state-${job.row.state}`}>
              {`${stateMarks[job.row.state]} ${isHeld(job) ? 'Waiting for children' : stateWords[job.row.state]}`}
            </span>
          )}
        </h3>
        <IconButton label="Close job" icon={<X size={16} />} onClick={onClose} />
      </header>
      <div className="jobs-panel-body">
        {error !== undefined && <ErrorNote {...errorText(error)} />}
        {value?.job === null && <p className="jobs-quiet">{`There is no job ${id} any more.`}</p>}
        {job !== undefined && <JobBody {...props} job={job} />}
      </div>
    </aside>
  );
}

function JobBody(props: JobPanelProps & { readonly job: Detail }) {
  const { database, job, orders, onOpen, onRequeue } = props;
  const { row } = job;
  return (
    <>
      <JobActs job={job} orders={orders} onRequeue={onRequeue} />
      {row.state === 'Running' && row.progress !== null && (
        <div className="jobs-progress">
          <progress value={row.progress} max={1} aria-label="Progress" />
          <span className="mono">{`${Math.round(row.progress * 100)} %`}</span>
          <span>{row.progressNote}</span>
        </div>
      )}
      <Facts job={job} />
      {row.error !== null && (
        <section aria-label="Error">
          <h4>Error</h4>
          <p className="jobs-error">{row.error}</p>
          {job.errorStack !== null && (
            <details>
              <summary>Stack</summary>
              <pre className="mono jobs-stack">{job.errorStack}</pre>
            </details>
          )}
        </section>
      )}
      <section aria-label="Payload">
        <h4>Payload</h4>
        <ValueTree value={row.payload} label="Payload" />
      </section>
      {job.result !== null && (
        <section aria-label="Result">
          <h4>Result</h4>
          <ValueTree value={job.result} label="Result" />
        </section>
      )}
      <JobRuns job={job} />
      <JobCommits key={row.id} database={database} id={row.id} />
      {job.family !== null && <JobFamilyTree family={job.family} id={row.id} onOpen={onOpen} />}
    </>
  );
}

function JobActs(props: {
  readonly job: Detail;
  readonly orders: JobOrders;
  readonly onRequeue: (id: string, payload: unknown) => void;
}) {
  const { job, orders, onRequeue } = props;
  const { id, state, payload, priority } = job.row;
  const filter = { ids: [id] };
  const give = (order: JobOrder) => void orders.give(order);
  const hasEnded = state === 'Completed' || state === 'DeadLetter' || state === 'Cancelled';
  const isWaiting = state === 'Pending' || state === 'Failed';
  return (
    <div className="jobs-acts">
      {state !== 'Running' && state !== 'Completed' && !isHeld(job) && (
        <Button icon={<RotateCw size={14} />} onClick={() => give({ kind: 'retry', filter })}>
          {state === 'Pending' ? 'Run now' : 'Retry'}
        </Button>
      )}
      {state !== 'Running' && state !== 'Completed' && (
        <Button icon={<Pencil size={14} />} onClick={() => onRequeue(id, payload)}>
          Edit and requeue
        </Button>
      )}
      {!hasEnded && <Button onClick={() => give({ kind: 'cancel', filter })}>Cancel job</Button>}
      {isWaiting && (
        <select
          className="jobs-select"
          aria-label="Priority"
          value={priority}
          onChange={(event) =>
            give({ kind: 'setPriority', filter, priority: priorityNamed(event.target.value) })
          }
        >
          {Object.entries(priorityWords).map(([name, word]) => (
            <option key={name} value={name}>
              {word}
            </option>
          ))}
        </select>
      )}
      {state !== 'Running' && (
        <Button
          look="quiet"
          icon={<Trash2 size={14} />}
          onClick={() => give({ kind: 'delete', filter })}
        >
          Delete
        </Button>
      )}
    </div>
  );
}

function Facts({ job }: { readonly job: Detail }) {
  const { row } = job;
  const [now] = useState(() => Date.now());
  const facts: readonly (readonly [string, string | null])[] = [
    ['Id', row.id],
    ['Queue', row.queue],
    ['Priority', priorityWords[row.priority]],
    [
      'Waits for',
      isHeld(job) ? `${job.openChildren} ${job.openChildren === 1 ? 'child' : 'children'}` : null,
    ],
    ['Attempts', `${row.attempts} of ${row.attemptsMax}`],
    ['Enqueued', momentText(row.createdAt)],
    [
      row.state === 'Failed' ? 'Next attempt' : 'Due',
      `${momentText(row.runAt)}${row.runAt > now ? ` (${fromNow(row.runAt, now)})` : ''}`,
    ],
    ['Started', row.startedAt === null ? null : momentText(row.startedAt)],
    ['Ended', row.finishedAt === null ? null : momentText(row.finishedAt)],
    ['Worker', job.worker],
    ['Time limit', job.timeoutMs === null ? null : `${job.timeoutMs} ms`],
    ['Unique key', job.uniqueKey],
    ['Schedule', job.schedule],
  ];
  return (
    <dl className="jobs-facts">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** True when it is not ready whatever its time is. */
function isHeld({ row, openChildren }: Detail): boolean {
  return row.state === 'Pending' && openChildren > 0;
}

function priorityNamed(value: string): JobPriorityName {
  return value === 'LOW' || value === 'HIGH' || value === 'CRITICAL' ? value : 'NORMAL';
}

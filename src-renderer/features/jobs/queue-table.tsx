import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import type { JobQueueInfo } from '#contract';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RecentRuns } from './recent-runs.tsx';
import type { JobOrders } from './use-job-orders.ts';

export interface QueueTableProps {
  readonly queues: readonly JobQueueInfo[];
  readonly orders: JobOrders;
  readonly onShow: (chosen: { readonly queue: string }) => void;
}

/** What waits and runs of each queue, and how it is held back. */
export function QueueTable({ queues, orders, onShow }: QueueTableProps) {
  return (
    <section aria-label="Queues">
      <h3>Queues</h3>
      {queues.length === 0 && <EmptyState title="There are no queues yet" />}
      {queues.length > 0 && (
        <table className="jobs-table">
          <thead>
            <tr>
              <th scope="col">Queue</th>
              <th scope="col">Waiting</th>
              <th scope="col">Running</th>
              <th scope="col">At a time</th>
              <th scope="col">Last 20 min</th>
              <th scope="col">
                <span className="visually-hidden">Act</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {queues.map((queue) => (
              <QueueRow key={queue.name} queue={queue} orders={orders} onShow={onShow} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function QueueRow({
  queue,
  orders,
  onShow,
}: Omit<QueueTableProps, 'queues'> & { readonly queue: JobQueueInfo }) {
  const { name, counts, isPaused, concurrency, recent } = queue;
  return (
    <tr>
      <th scope="row">
        <button type="button" className="jobs-link mono" onClick={() => onShow({ queue: name })}>
          <bdi>{name}</bdi>
        </button>
        {isPaused && <span className="jobs-paused"> paused</span>}
      </th>
      <td className="mono">{(counts.Pending + counts.Failed).toLocaleString('en-US')}</td>
      <td className="mono">{counts.Running.toLocaleString('en-US')}</td>
      <td>
        <BoundField
          queue={name}
          bound={concurrency}
          onBound={(next) => void orders.give({ kind: 'setQueue', queue: name, concurrency: next })}
        />
      </td>
      <td>
        <RecentRuns recent={recent} label={name} />
      </td>
      <td>
        <Button
          look="quiet"
          icon={isPaused ? <Play size={14} /> : <Pause size={14} />}
          aria-label={`${isPaused ? 'Resume' : 'Pause'} ${name}`}
          onClick={() => void orders.give({ kind: 'setQueue', queue: name, isPaused: !isPaused })}
        >
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
      </td>
    </tr>
  );
}

/** How many jobs of a queue may run at a time: nothing for any number. Taken over with Enter, or when it is left. */
function BoundField(props: {
  readonly queue: string;
  readonly bound: number | null;
  readonly onBound: (bound: number | null) => void;
}) {
  const { queue, bound, onBound } = props;
  const present = bound === null ? '' : String(bound);
  const [draft, setDraft] = useState<string>();
  const text = draft ?? present;
  const isRight = text === '' || /^[1-9]\d{0,4}$/.test(text);
  const takeOver = () => {
    if (!isRight || text === present) setDraft(undefined);
    else onBound(text === '' ? null : Number(text));
  };
  return (
    <input
      className="jobs-bound mono"
      aria-label={`Jobs of ${queue} at a time`}
      aria-invalid={!isRight}
      inputMode="numeric"
      placeholder="any"
      value={text}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={takeOver}
      onKeyDown={(event) => {
        if (event.key === 'Enter') takeOver();
        if (event.key === 'Escape') setDraft(undefined);
      }}
    />
  );
}

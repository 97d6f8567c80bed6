import { RotateCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useFetched } from '../../client/use-fetched.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { fromNow, jobsText } from './job-text.ts';
import type { JobOrders } from './use-job-orders.ts';

export interface ErrorsViewProps {
  readonly database: string;
  readonly revision: number;
  readonly orders: JobOrders;
  readonly onShow: (chosen: { readonly type: string; readonly error: string }) => void;
}

/** What jobs that were given up or will be retried died of, the most frequent first. */
export function ErrorsView({ database, revision, orders, onShow }: ErrorsViewProps) {
  const client = useClient();
  // Groups stand still for some seconds, so that they can be read and pressed.
  const { value, error } = useFetched(
    async (signal) => {
      const found = await client.call('jobs.errors', { database }, { signal });
      return { ...found, readAt: Date.now() };
    },
    { key: database, revision: useSlow(revision) },
  );
  if (error !== undefined) return <ErrorNote {...errorText(error)} />;
  if (value === undefined) return null;
  const { groups, isPartial, readAt } = value;
  if (groups.length === 0) {
    return (
      <EmptyState
        title="No job has failed"
        hint="Errors of retried and dead jobs are grouped here."
      />
    );
  }
  return (
    <div className="jobs-errors">
      {isPartial && <p className="jobs-quiet">Only a part of the failed jobs was looked at.</p>}
      <ul>
        {groups.map((group) => (
          <li key={`${group.type} ${group.pattern}`} className="jobs-error-group">
            <div className="jobs-error-count mono">{group.count.toLocaleString('en-US')}</div>
            <div className="jobs-error-text">
              <button
                type="button"
                className="jobs-link jobs-error"
                onClick={() => onShow({ type: group.type, error: group.pattern })}
              >
                {group.message === '' ? 'Without a message' : group.message}
              </button>
              <p className="jobs-quiet">
                <span className="mono">{group.type}</span>
                {` · ${group.deadCount.toLocaleString('en-US')} dead · last ${fromNow(group.lastAt, readAt)}`}
              </p>
              {group.place !== null && <p className="mono jobs-quiet">{group.place}</p>}
            </div>
            <Button
              icon={<RotateCw size={14} />}
              aria-label={`Retry ${jobsText(group.count)} with this error`}
              onClick={() =>
                void orders.give({
                  kind: 'retry',
                  filter: {
                    type: group.type,
                    error: group.pattern,
                    states: ['Failed', 'DeadLetter'],
                  },
                })
              }
            >
              Retry all
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const slowMs = 3_000;

function useSlow(value: number): number {
  const [slow, setSlow] = useState(value);
  useEffect(() => {
    if (slow === value) return undefined;
    const timer = setTimeout(() => setSlow(value), slowMs);
    return () => clearTimeout(timer);
  }, [slow, value]);
  return slow;
}

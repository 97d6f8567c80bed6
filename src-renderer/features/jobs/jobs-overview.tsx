import { useState } from 'react';
import type { JobsInfo, JobTypeInfo } from '#contract';
import { EmptyState } from '../../ui/empty-state.tsx';
import { shortDuration } from './job-text.ts';
import { QueueTable } from './queue-table.tsx';
import { RecentRuns } from './recent-runs.tsx';
import { RunsOverTime } from './runs-over-time.tsx';
import type { JobOrders } from './use-job-orders.ts';

export interface JobsOverviewProps {
  readonly info: JobsInfo;
  readonly orders: JobOrders;
  /** Shows the jobs of a type or queue. */
  readonly onShow: (chosen: { readonly type?: string; readonly queue?: string }) => void;
}

/** Curves, queues and types. */
export function JobsOverview({ info, orders, onShow }: JobsOverviewProps) {
  const [grain, setGrain] = useState(0);
  const series = info.series[grain];
  return (
    <div className="jobs-overview">
      <div className="jobs-grains" role="radiogroup" aria-label="Time shown">
        {info.series.map(({ stepMs, spans }, at) => (
          <label key={stepMs} className="jobs-grain">
            <input
              type="radio"
              name="jobs-grain"
              checked={at === grain}
              onChange={() => setGrain(at)}
            />
            {`Last ${shortDuration(stepMs * spans.length)}`}
          </label>
        ))}
      </div>
      {series !== undefined && <RunsOverTime series={series} />}
      <div className="jobs-tables">
        <QueueTable queues={info.queues} orders={orders} onShow={onShow} />
        <TypeTable types={info.types} onShow={onShow} />
      </div>
    </div>
  );
}

function TypeTable({
  types,
  onShow,
}: Pick<JobsOverviewProps, 'onShow'> & { readonly types: readonly JobTypeInfo[] }) {
  return (
    <section aria-label="Types">
      <h3>Types</h3>
      {types.length === 0 && <EmptyState title="No job was enqueued yet" />}
      {types.length > 0 && (
        <table className="jobs-table">
          <thead>
            <tr>
              <th scope="col">Type</th>
              <th scope="col">Waiting</th>
              <th scope="col">Running</th>
              <th scope="col">Dead</th>
              <th scope="col">Completed</th>
              <th scope="col">Last 20 min</th>
            </tr>
          </thead>
          <tbody>
            {types.map(({ name, counts, recent }) => (
              <tr key={name}>
                <th scope="row">
                  <button
                    type="button"
                    className="jobs-link mono"
                    onClick={() => onShow({ type: name })}
                  >
                    <bdi>{name}</bdi>
                  </button>
                </th>
                <td className="mono">{(counts.Pending + counts.Failed).toLocaleString('en-US')}</td>
                <td className="mono">{counts.Running.toLocaleString('en-US')}</td>
                <td className="mono">{counts.DeadLetter.toLocaleString('en-US')}</td>
                <td className="mono">{counts.Completed.toLocaleString('en-US')}</td>
                <td>
                  <RecentRuns recent={recent} label={name} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

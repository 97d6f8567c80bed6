import { CalendarClock, Pause, Play, Trash2, Zap } from 'lucide-react';
import { useState } from 'react';
import type { JobScheduleInfo } from '#contract';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { cronWords } from './cron-words.ts';
import { fromNow, momentText } from './job-text.ts';
import { ScheduleDialog } from './schedule-dialog.tsx';
import type { JobOrders } from './use-job-orders.ts';

export interface SchedulesViewProps {
  readonly schedules: readonly JobScheduleInfo[];
  readonly types: readonly string[];
  readonly orders: JobOrders;
}

/** Jobs that are enqueued again and again: when, in plain words, and the next runs. */
export function SchedulesView({ schedules, types, orders }: SchedulesViewProps) {
  const [isNew, setNew] = useState(false);
  return (
    <div className="jobs-schedules">
      <div className="jobs-acts">
        <Button icon={<CalendarClock size={14} />} onClick={() => setNew(true)}>
          New schedule
        </Button>
      </div>
      {schedules.length === 0 && (
        <EmptyState
          title="There are no schedules"
          hint="A schedule enqueues a job at the times of a cron expression, while workers run."
        />
      )}
      {schedules.map((schedule) => (
        <Schedule key={schedule.name} schedule={schedule} orders={orders} />
      ))}
      <ScheduleDialog
        isOpen={isNew}
        onClose={() => setNew(false)}
        types={types}
        names={schedules.map(({ name }) => name)}
        orders={orders}
      />
    </div>
  );
}

function Schedule(props: { readonly schedule: JobScheduleInfo; readonly orders: JobOrders }) {
  const { orders, schedule } = props;
  const { name, cron, timeZone, isPaused, jobType, nextRuns, lastRunAt } = schedule;
  const now = Date.now();
  return (
    <section className="jobs-schedule" aria-label={name}>
      <div className="jobs-schedule-text">
        <h3>
          <bdi>{name}</bdi>
          {isPaused && <span className="jobs-paused"> paused</span>}
        </h3>
        <p>
          {cronWords(cron)}
          <span className="jobs-quiet">{` (${timeZone})`}</span>
          <span className="mono jobs-quiet">{`  ${cron}`}</span>
        </p>
        <p className="jobs-quiet">
          {`Enqueues `}
          <span className="mono">{jobType}</span>
          {lastRunAt === null ? ' · has not run yet' : ` · last ${fromNow(lastRunAt, now)}`}
        </p>
        {nextRuns.length === 0 && !isPaused && (
          <p className="jobs-paused">Its times are not known here: it does not run.</p>
        )}
        {nextRuns.length > 0 && (
          <ol className="mono jobs-quiet jobs-next" aria-label={`Next runs of ${name}`}>
            {nextRuns.map((at) => (
              <li key={at}>{`${momentText(at)} (${fromNow(at, now)})`}</li>
            ))}
          </ol>
        )}
      </div>
      <div className="jobs-acts">
        <Button
          icon={<Zap size={14} />}
          onClick={() => void orders.give({ kind: 'runSchedule', name })}
        >
          Run now
        </Button>
        <Button
          icon={isPaused ? <Play size={14} /> : <Pause size={14} />}
          onClick={() => void orders.give({ kind: 'pauseSchedule', name, isPaused: !isPaused })}
        >
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
        <Button
          look="quiet"
          icon={<Trash2 size={14} />}
          onClick={() => void orders.give({ kind: 'deleteSchedule', name })}
        >
          Delete
        </Button>
      </div>
    </section>
  );
}

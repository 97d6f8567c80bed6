import { useMemo } from 'react';
import type { JobsInfo } from '#contract';
import { TimeChart } from '../../ui/charts/time-chart.tsx';
import { useHeld } from '../../ui/charts/use-held.ts';
import { shortDuration } from './job-text.ts';
import { durationsOf, throughputOf } from './run-charts.ts';

export interface RunsOverTimeProps {
  readonly series: JobsInfo['series'][number];
}

/** How many attempts ended, and how long they took. */
export function RunsOverTime({ series }: RunsOverTimeProps) {
  const { value: held, isBehind, handlers } = useHeld(series, series.stepMs);
  const throughput = useMemo(() => throughputOf(held), [held]);
  const durations = useMemo(() => durationsOf(held), [held]);
  const shared = { emptyText: 'No attempt ended in this time', isBehind, group: 'jobs' };
  return (
    <div className="jobs-charts" {...handlers}>
      <TimeChart
        {...{ ...throughput, ...shared }}
        title="Attempts"
        form="bars"
        measure="count"
        textOf={countText}
      />
      <TimeChart
        {...{ ...durations, ...shared }}
        title="Durations"
        form="lines"
        measure="duration"
        textOf={shortDuration}
      />
    </div>
  );
}

function countText(count: number): string {
  return count.toLocaleString('en-US');
}

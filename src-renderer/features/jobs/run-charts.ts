import type { JobSeries, JobSpan } from '#contract';
import type { Curve, TimeSeries } from '../../ui/charts/chart-curves.ts';
import { shortDuration } from './job-text.ts';

/* What the charts of attempts show, and what they say. */

export interface RunChart {
  readonly series: TimeSeries;
  readonly note: string;
  readonly told: string;
}

/** Attempts that ended in each span of time: completed below, failed above. */
export function throughputOf({ spans, stepMs }: JobSeries): RunChart {
  const most = Math.max(...spans.map(({ completed, failed }) => completed + failed));
  const completed = spans.reduce((sum, span) => sum + span.completed, 0);
  const failed = spans.reduce((sum, span) => sum + span.failed, 0);
  const rate = (1_000 * (completed + failed)) / (stepMs * spans.length);
  const text = `${completed.toLocaleString('en-US')} completed, ${failed.toLocaleString('en-US')} failed`;
  return {
    series: seriesOf({ spans, stepMs }, [
      {
        ...{ name: 'completed', tone: 'accent', stroke: 'solid' },
        pick: (span) => span.completed,
      },
      { ...{ name: 'failed', tone: 'danger', stroke: 'solid' }, pick: (span) => span.failed },
    ]),
    note:
      rate === 0
        ? ''
        : `${rateText(rate)} · most ${most.toLocaleString('en-US')} in ${shortDuration(stepMs)}`,
    told: `Attempts of the last ${shortDuration(stepMs * spans.length)}: ${text}`,
  };
}

/** How long attempts took, how long jobs that were due waited, and how old jobs were when they ended: the middle one of each span, and the 95th of 100. */
export function durationsOf(jobSeries: JobSeries): RunChart {
  const last = jobSeries.spans.findLast(({ runMsP50 }) => runMsP50 !== null);
  const text =
    last === undefined
      ? 'no attempt ended'
      : `run ${shortDuration(last.runMsP50 ?? 0)}, 95 % within ${shortDuration(last.runMsP95 ?? 0)}`;
  const run = { tone: 'accent', stroke: 'solid' } as const;
  const wait = { tone: 'info', stroke: 'dashed' } as const;
  const age = { tone: 'warn', stroke: 'dotted' } as const;
  return {
    series: seriesOf(jobSeries, [
      { ...run, name: 'run', pick: (span) => span.runMsP50 },
      { ...run, name: 'run, 95 %', isThin: true, pick: (span) => span.runMsP95 },
      { ...wait, name: 'wait', pick: (span) => span.waitMsP50 },
      { ...wait, name: 'wait, 95 %', isThin: true, pick: (span) => span.waitMsP95 },
      {
        ...{ ...age, name: 'age', hint: 'From when a job was enqueued to its end' },
        pick: (span) => span.ageMsP50,
      },
      { ...age, name: 'age, 95 %', isThin: true, pick: (span) => span.ageMsP95 },
    ]),
    note: last === undefined ? '' : text,
    told: `Durations, the last: ${text}`,
  };
}

interface Picked extends Omit<Curve, 'values'> {
  readonly pick: (span: JobSpan) => number | null;
}

function seriesOf({ spans, stepMs }: JobSeries, curves: readonly Picked[]): TimeSeries {
  return {
    stepMs,
    moments: spans.map(({ at }) => at),
    curves: curves.map(({ pick, ...curve }) => ({ ...curve, values: spans.map(pick) })),
  };
}

function rateText(perSecond: number): string {
  if (perSecond >= 10) return `${Math.round(perSecond).toLocaleString('en-US')} a second`;
  if (perSecond >= 1) return `${perSecond.toFixed(1)} a second`;
  return `${(perSecond * 60).toFixed(1)} a minute`;
}

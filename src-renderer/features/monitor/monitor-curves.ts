import type { MonitorInfo, MonitorSpan } from '#contract';
import { type Curve, type TimeSeries, valueText } from '../../ui/charts/chart-curves.ts';
import { momentText } from '../../ui/charts/time-scale.ts';
import type { Measure } from '../../ui/charts/value-scale.ts';
import { bytesText, durationText } from '../health/health-text.ts';

/* Which curves the page Monitor draws, and how they come out of spans. */

export interface Chart {
  readonly title: string;
  readonly series: TimeSeries;
  readonly measure: Measure;
  readonly textOf: (value: number) => string;
  /** What is said where nothing was measured. */
  readonly emptyText: string;
}

const looks = {
  main: { tone: 'accent', stroke: 'solid' },
  second: { tone: 'info', stroke: 'dashed' },
  bad: { tone: 'danger', stroke: 'solid' },
  faint: { tone: 'quiet', stroke: 'dotted' },
} as const;

type Series = MonitorInfo['series'][number];

/** The spans of a grain at even distances, with null for those of which nothing is known. */
export function evenSpans(
  { stepMs, spans }: Series,
  count: number,
): readonly { readonly at: number; readonly span: MonitorSpan | null }[] {
  const last = spans.at(-1);
  if (last === undefined) return [];
  const known = new Map(spans.map((span) => [span.at, span]));
  const from = Math.max(spans[0]?.at ?? last.at, last.at - (count - 1) * stepMs);
  const length = Math.round((last.at - from) / stepMs) + 1;
  return Array.from({ length }, (_, place) => {
    const at = from + place * stepMs;
    return { at, span: known.get(at) ?? null };
  });
}

/** What a chart says without being seen: its last values. */
export function toldOf({ title, series, textOf }: Chart): string {
  const last = series.moments.length - 1;
  const values = series.curves.map((curve) => `${curve.name} ${valueText(curve, last, textOf)}`);
  return `${title}, ${momentText(series.moments[last] ?? 0, series.stepMs)}: ${values.join(', ')}`;
}

/** The charts of at most so many spans of a grain. */
export function chartsOf(grain: Series, count: number): readonly Chart[] {
  const { stepMs } = grain;
  const even = evenSpans(grain, count);
  const moments = even.map(({ at }) => at);
  const curve = (
    name: string,
    look: keyof typeof looks,
    pick: (span: MonitorSpan) => number | null,
  ): Curve => ({
    name,
    ...looks[look],
    values: even.map(({ span }) => (span === null ? null : pick(span))),
  });
  const seriesOf = (curves: readonly Curve[]): TimeSeries => ({ moments, stepMs, curves });
  const perSecond = (count: number) => (1_000 * count) / stepMs;
  return [
    {
      title: 'Operations',
      measure: 'rate',
      emptyText: 'Nothing was measured',
      textOf: rateText,
      series: seriesOf([
        curve('reads', 'main', ({ counters }) => perSecond(counters.reads)),
        curve('writes', 'second', ({ counters }) => perSecond(counters.writes)),
        curve('errors', 'bad', ({ counters }) => perSecond(counters.errors)),
      ]),
    },
    {
      title: 'Commits',
      measure: 'rate',
      emptyText: 'Nothing was measured',
      textOf: rateText,
      series: seriesOf([
        curve('commits', 'main', ({ counters }) => perSecond(counters.commits)),
        curve('rows changed', 'second', ({ counters }) => perSecond(counters.rowsChanged)),
      ]),
    },
    {
      title: 'Time of reads',
      measure: 'duration',
      emptyText: 'Nothing was read in this time',
      textOf: latencyText,
      series: seriesOf([
        curve('half within', 'main', ({ readMs }) => readMs?.p50 ?? null),
        curve('95 %', 'second', ({ readMs }) => readMs?.p95 ?? null),
        curve('99 %', 'faint', ({ readMs }) => readMs?.p99 ?? null),
      ]),
    },
    {
      title: 'Time of writes',
      measure: 'duration',
      emptyText: 'Nothing was written in this time',
      textOf: latencyText,
      series: seriesOf([
        curve('half within', 'main', ({ writeMs }) => writeMs?.p50 ?? null),
        curve('95 %', 'second', ({ writeMs }) => writeMs?.p95 ?? null),
        curve('99 %', 'faint', ({ writeMs }) => writeMs?.p99 ?? null),
      ]),
    },
    {
      title: 'Documents found in memory',
      measure: 'share',
      emptyText: 'No document was read in this time',
      textOf: (share) => `${share.toFixed(share < 99.95 ? 1 : 0)} %`,
      series: seriesOf([curve('hits', 'main', ({ counters }) => hitShare(counters))]),
    },
    {
      title: 'File and log',
      measure: 'bytes',
      emptyText: 'Nothing was measured',
      textOf: bytesText,
      series: seriesOf([
        curve('file', 'main', ({ gauges }) => gauges.fileBytes),
        curve('in use', 'second', ({ gauges }) => gauges.usedBytes),
        curve('log', 'faint', ({ gauges }) => gauges.logBytes),
      ]),
    },
    {
      title: 'Memory',
      measure: 'bytes',
      emptyText: 'Nothing was measured',
      textOf: bytesText,
      series: seriesOf([
        curve('cached documents', 'main', ({ gauges }) => gauges.cacheBytes),
        curve('write buffer', 'second', ({ gauges }) => gauges.bufferBytes),
      ]),
    },
    {
      title: 'Readers and watchers',
      measure: 'count',
      emptyText: 'Nothing was measured',
      textOf: (count) => count.toLocaleString('en'),
      series: seriesOf([
        curve('readers', 'main', ({ gauges }) => gauges.readers),
        curve('watchers', 'second', ({ gauges }) => gauges.watchers),
      ]),
    },
  ];
}

function hitShare({ cacheHits, cacheMisses }: MonitorSpan['counters']): number | null {
  const all = cacheHits + cacheMisses;
  return all === 0 ? null : (100 * cacheHits) / all;
}

/** `1,200/s`, `3.4/s`, `2/min`. */
export function rateText(perSecond: number): string {
  if (perSecond >= 10) return `${Math.round(perSecond).toLocaleString('en')}/s`;
  if (perSecond >= 1 || perSecond === 0) return `${perSecond.toFixed(perSecond === 0 ? 0 : 1)}/s`;
  const perMinute = perSecond * 60;
  return `${perMinute.toFixed(perMinute >= 10 ? 0 : 1)}/min`;
}

/** `0.14 ms`, `3.2 ms`, `340 ms`, `2.1 s`. */
export function latencyText(ms: number): string {
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : durationText(ms);
}

export function rangeText(stepMs: number, count: number): string {
  const hours = (stepMs * count) / 3_600_000;
  if (hours < 1) return `${Math.round(hours * 60)} minutes`;
  return hours < 48 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`;
}

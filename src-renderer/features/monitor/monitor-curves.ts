import type { MonitorInfo, MonitorSpan } from '#contract';
import { bytesText, durationText } from '../health/health-text.ts';

/* Which curves the page Monitor draws, and how they come out of spans. */

export interface Curve {
  readonly name: string;
  /** Tells curves of one chart apart without colour as well. */
  readonly look: 'main' | 'second' | 'bad' | 'faint';
  /** One for each span; null where nothing is known, which breaks the line. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly title: string;
  readonly curves: readonly Curve[];
  readonly textOf: (value: number) => string;
}

type Series = MonitorInfo['series'][number];

/** The spans of a grain at even distances, with null for those of which nothing is known. */
export function evenSpans(
  { stepMs, spans }: Series,
  count: number,
): readonly (MonitorSpan | null)[] {
  const last = spans.at(-1);
  if (last === undefined) return [];
  const known = new Map(spans.map((span) => [span.at, span]));
  const from = Math.max(spans[0]?.at ?? last.at, last.at - (count - 1) * stepMs);
  const length = Math.round((last.at - from) / stepMs) + 1;
  return Array.from({ length }, (_, at) => known.get(from + at * stepMs) ?? null);
}

export function chartsOf(spans: readonly (MonitorSpan | null)[], stepMs: number): readonly Chart[] {
  const curve = (
    name: string,
    look: Curve['look'],
    pick: (span: MonitorSpan) => number | null,
  ): Curve => ({ name, look, values: spans.map((span) => (span === null ? null : pick(span))) });
  const perSecond = (count: number) => (1_000 * count) / stepMs;
  return [
    {
      title: 'Operations',
      textOf: rateText,
      curves: [
        curve('reads', 'main', ({ counters }) => perSecond(counters.reads)),
        curve('writes', 'second', ({ counters }) => perSecond(counters.writes)),
        curve('errors', 'bad', ({ counters }) => perSecond(counters.errors)),
      ],
    },
    {
      title: 'Commits',
      textOf: rateText,
      curves: [
        curve('commits', 'main', ({ counters }) => perSecond(counters.commits)),
        curve('rows changed', 'second', ({ counters }) => perSecond(counters.rowsChanged)),
      ],
    },
    {
      title: 'Time of reads',
      textOf: latencyText,
      curves: [
        curve('half within', 'main', ({ readMs }) => readMs?.p50 ?? null),
        curve('95 %', 'second', ({ readMs }) => readMs?.p95 ?? null),
        curve('99 %', 'faint', ({ readMs }) => readMs?.p99 ?? null),
      ],
    },
    {
      title: 'Time of writes',
      textOf: latencyText,
      curves: [
        curve('half within', 'main', ({ writeMs }) => writeMs?.p50 ?? null),
        curve('95 %', 'second', ({ writeMs }) => writeMs?.p95 ?? null),
        curve('99 %', 'faint', ({ writeMs }) => writeMs?.p99 ?? null),
      ],
    },
    {
      title: 'Documents found in memory',
      textOf: (share) => `${share.toFixed(share < 99.95 ? 1 : 0)} %`,
      curves: [curve('hits', 'main', ({ counters }) => hitShare(counters))],
    },
    {
      title: 'File and log',
      textOf: bytesText,
      curves: [
        curve('file', 'main', ({ gauges }) => gauges.fileBytes),
        curve('in use', 'second', ({ gauges }) => gauges.usedBytes),
        curve('log', 'faint', ({ gauges }) => gauges.logBytes),
      ],
    },
    {
      title: 'Memory',
      textOf: bytesText,
      curves: [
        curve('cached documents', 'main', ({ gauges }) => gauges.cacheBytes),
        curve('write buffer', 'second', ({ gauges }) => gauges.bufferBytes),
      ],
    },
    {
      title: 'Readers and watchers',
      textOf: (count) => count.toLocaleString('en'),
      curves: [
        curve('readers', 'main', ({ gauges }) => gauges.readers),
        curve('watchers', 'second', ({ gauges }) => gauges.watchers),
      ],
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

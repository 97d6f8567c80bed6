/*
 * What happened to a database in a span of time: counts, the largest of what goes up and down, and how long operations
 * took. Spans add up, so that those of an hour are those of its minutes together, also when they are read from a file.
 */
import { DurationHistogram } from '../base/duration-histogram.ts';

export const metricsCounters = [
  'reads',
  'writes',
  'errors',
  'rowsGiven',
  'rowsChanged',
  'commits',
  'cacheHits',
  'cacheMisses',
] as const;

export type MetricsCounter = (typeof metricsCounters)[number];

export const metricsGauges = [
  'fileBytes',
  'usedBytes',
  'logBytes',
  'bufferBytes',
  'cacheBytes',
  'readers',
  'oldestReaderMs',
  'watchers',
] as const;

export type MetricsGauge = (typeof metricsGauges)[number];

/** Percentiles of durations in milliseconds. */
interface MetricsDurations {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** A span as it is told. */
export interface MetricsSpan {
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  readonly counters: Readonly<Record<MetricsCounter, number>>;
  /** The largest value in the span; null where nothing is known. */
  readonly gauges: Readonly<Record<MetricsGauge, number | null>>;
  /** Null when there were none. */
  readonly readMs: MetricsDurations | null;
  readonly writeMs: MetricsDurations | null;
}

export class SpanTally {
  readonly at: number;
  readonly counters: Record<MetricsCounter, number>;
  readonly gauges: Record<MetricsGauge, number | null>;
  readonly read: DurationHistogram;
  readonly write: DurationHistogram;

  constructor(
    at: number,
    {
      counters = [],
      gauges = [],
      read = [],
      write = [],
    }: {
      readonly counters?: readonly number[];
      readonly gauges?: readonly (number | null)[];
      readonly read?: readonly number[];
      readonly write?: readonly number[];
    } = {},
  ) {
    this.at = at;
    // One entry for each name.
    this.counters = Object.fromEntries(
      metricsCounters.map((name, place) => [name, counters[place] ?? 0]),
    ) as Record<MetricsCounter, number>;
    this.gauges = Object.fromEntries(
      metricsGauges.map((name, place) => [name, gauges[place] ?? null]),
    ) as Record<MetricsGauge, number | null>;
    this.read = new DurationHistogram(read);
    this.write = new DurationHistogram(write);
  }

  /** True when a gauge is known, which each sample gives. */
  get isKnown(): boolean {
    return metricsGauges.some((name) => this.gauges[name] !== null);
  }

  raise(name: MetricsGauge, value: number | null): void {
    if (value !== null) this.gauges[name] = Math.max(value, this.gauges[name] ?? 0);
  }

  add(other: SpanTally): void {
    for (const name of metricsCounters) this.counters[name] += other.counters[name];
    for (const name of metricsGauges) this.raise(name, other.gauges[name]);
    this.read.addAll(other.read);
    this.write.addAll(other.write);
  }

  span(): MetricsSpan {
    const { at, counters, gauges } = this;
    return {
      at,
      counters: { ...counters },
      gauges: { ...gauges },
      readMs: durationsOf(this.read),
      writeMs: durationsOf(this.write),
    };
  }
}

function durationsOf(histogram: DurationHistogram): MetricsDurations | null {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => histogram.percentile(share));
  return p50 == null || p95 == null || p99 == null ? null : { p50, p95, p99 };
}

import { expect, it } from 'vitest';
import type { MonitorSpan } from '#contract';
import { chartsOf, evenSpans, latencyText, rangeText, rateText, toldOf } from './monitor-curves.ts';

function span(at: number, reads: number): MonitorSpan {
  return {
    at,
    counters: {
      reads,
      writes: 0,
      errors: 0,
      rowsGiven: 0,
      rowsChanged: 0,
      commits: 0,
      cacheHits: 3,
      cacheMisses: 1,
    },
    gauges: {
      fileBytes: 10,
      usedBytes: null,
      logBytes: null,
      bufferBytes: 0,
      cacheBytes: null,
      readers: 0,
      oldestReaderMs: 0,
      watchers: 0,
    },
    readMs: null,
    writeMs: null,
  };
}

it('breaks a curve where nothing is known', () => {
  const series = { stepMs: 5_000, spans: [span(5_000, 50), span(20_000, 5)] };
  const even = evenSpans(series, 120);
  expect(even.map(({ span }) => span?.at ?? null)).toEqual([5_000, null, null, 20_000]);
  const charts = chartsOf(series, 120);
  expect(charts[0]?.series.curves[0]?.values).toEqual([10, null, null, 1]);
  expect(
    charts.flatMap(({ series }) => series.curves).find(({ name }) => name === 'hits')?.values,
  ).toEqual([75, null, null, 75]);
  expect(charts.map(toldOf).find((told) => told.startsWith('Time of reads'))).toMatch(
    /^Time of reads, \d\d:\d\d:20: half within —, 95 % —, 99 % —$/,
  );
  expect(evenSpans(series, 2).map(({ span }) => span?.at ?? null)).toEqual([null, 20_000]);
  expect(evenSpans({ stepMs: 5_000, spans: [] }, 120)).toEqual([]);
});

it('says rates, times and ranges as people do', () => {
  expect([0, 0.01, 0.5, 3.44, 1_234.4].map(rateText)).toEqual([
    '0/s',
    '0.6/min',
    '30/min',
    '3.4/s',
    '1,234/s',
  ]);
  expect([0.144, 3.21, 340, 2_100].map(latencyText)).toEqual([
    '0.14 ms',
    '3.2 ms',
    '340 ms',
    '2.1 s',
  ]);
  expect([5_000, 60_000, 900_000, 7_200_000].map((step) => rangeText(step, 180))).toEqual([
    '15 minutes',
    '3 hours',
    '45 hours',
    '15 days',
  ]);
});

import { expect, it } from 'vitest';
import type { JobSpan } from '#contract';
import { durationsOf, throughputOf } from './run-charts.ts';

function span(at: number, figures: Partial<JobSpan> = {}): JobSpan {
  return {
    ...{ at, completed: 0, failed: 0, runMsP50: null, runMsP95: null },
    ...{ waitMsP50: null, waitMsP95: null, ageMsP50: null, ageMsP95: null },
    ...figures,
  };
}

const stepMs = 5_000;

it('says how many attempts ended, how fast, and the most at once', () => {
  const spans = [span(0, { completed: 7, failed: 2 }), span(5_000), span(10_000, { completed: 3 })];
  const { series, note, told } = throughputOf({ stepMs, spans });
  expect({ note, told, moments: series.moments }).toEqual({
    note: '48.0 a minute · most 9 in 5.0 s',
    told: 'Attempts of the last 15 s: 10 completed, 2 failed',
    moments: [0, 5_000, 10_000],
  });
  expect(series.curves.map(({ name, values }) => [name, ...values])).toEqual([
    ['completed', 7, 0, 3],
    ['failed', 2, 0, 0],
  ]);
});

it('says how long the last attempts took, and leaves a gap where none ended', () => {
  const spans = [
    span(0, { runMsP50: 1_200, runMsP95: 2_400, ageMsP50: 9_700 }),
    span(5_000),
    span(10_000, { waitMsP50: 40 }),
  ];
  const { series, note, told } = durationsOf({ stepMs, spans });
  expect({ note, told }).toEqual({
    note: 'run 1.2 s, 95 % within 2.4 s',
    told: 'Durations, the last: run 1.2 s, 95 % within 2.4 s',
  });
  const shown = series.curves.map(({ name, isThin, values }) => [name, isThin === true, ...values]);
  expect(shown).toEqual([
    ['run', false, 1_200, null, null],
    ['run, 95 %', true, 2_400, null, null],
    ['wait', false, null, null, 40],
    ['wait, 95 %', true, null, null, null],
    ['age', false, 9_700, null, null],
    ['age, 95 %', true, null, null, null],
  ]);
});

it('says so where no attempt ended', () => {
  const series = { stepMs, spans: [span(0)] };
  expect([throughputOf(series), durationsOf(series)].map(({ note, told }) => [note, told])).toEqual(
    [
      ['', 'Attempts of the last 5.0 s: 0 completed, 0 failed'],
      ['', 'Durations, the last: no attempt ended'],
    ],
  );
});

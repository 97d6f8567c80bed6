import { expect, it } from 'vitest';
import { type Curve, highestPoint, isEmpty, lonePlaces, timeRange } from './chart-curves.ts';

function curve(name: string, values: Curve['values']): Curve {
  return { name, tone: 'accent', stroke: 'solid', values };
}

it('finds values that stand alone, which no line reaches', () => {
  expect([...lonePlaces(curve('a', [1, null, 2, 3, null, null, 4, null, 5]))]).toEqual([0, 6, 8]);
  expect([...lonePlaces(curve('a', [7]))]).toEqual([0]);
  expect([...lonePlaces(curve('a', [null]))]).toEqual([]);
});

it('is as high as the highest line, or as all bars of a moment', () => {
  const series = {
    ...{ moments: [1, 2], stepMs: 1 },
    curves: [curve('a', [3, 1]), curve('b', [2, null])],
  };
  expect([highestPoint(series, 'lines'), highestPoint(series, 'bars')]).toEqual([3, 5]);
});

it('gives each span its room, and a moment alone some', () => {
  expect([
    timeRange({ moments: [10_000, 15_000], stepMs: 5_000, curves: [] }),
    timeRange({ moments: [10_000], stepMs: 0, curves: [] }),
  ]).toEqual([
    { from: 7_500, to: 17_500 },
    { from: 9_500, to: 10_500 },
  ]);
});

it('is empty without values, or with bars of no height alone', () => {
  const of = (values: Curve['values']) => ({
    ...{ moments: [1], stepMs: 1 },
    curves: [curve('a', values)],
  });
  expect([
    isEmpty(of([null]), 'lines'),
    isEmpty(of([0]), 'lines'),
    isEmpty(of([0]), 'bars'),
    isEmpty(of([1]), 'bars'),
  ]).toEqual([true, false, true, false]);
});

import { expect, it } from 'vitest';
import { type Measure, valueScale } from './value-scale.ts';

function textsOf(measure: Measure, most: number): string {
  return valueScale(measure, most)
    .ticks.map(({ text }) => text)
    .join(' | ');
}

it('begins at nothing, and ends at or just above the highest value', () => {
  const highest = [0, 0.02, 1, 3, 7, 9.99, 10, 1_023, 4_096, 123_456, 7e6, 3e9];
  const measures: readonly Measure[] = ['count', 'rate', 'duration', 'bytes'];
  const wrong = measures.flatMap((measure) =>
    highest.filter((most) => {
      const { top, ticks } = valueScale(measure, most);
      const [first, last] = [ticks[0], ticks.at(-1)];
      const isTight = most === 0 || top - most < (ticks[1]?.value ?? 0);
      const isLong = ticks.length >= 2 && ticks.length <= 5;
      return !(first?.value === 0 && last?.value === top && top >= most && isTight && isLong);
    }),
  );
  expect(wrong).toEqual([]);
});

it('counts in whole pieces', () => {
  expect([0, 1, 3, 9, 4_100, 25_000, 1_600_000].map((most) => textsOf('count', most))).toEqual([
    '0 | 1',
    '0 | 1',
    '0 | 1 | 2 | 3',
    '0 | 5 | 10',
    '0 | 2,000 | 4,000 | 6,000',
    '0 | 10 k | 20 k | 30 k',
    '0 | 0.5 M | 1 M | 1.5 M | 2 M',
  ]);
});

it('tells rates by the minute where there is less than one a second', () => {
  expect([0, 0.2, 1.2, 18_000].map((most) => textsOf('rate', most))).toEqual([
    '0 | 1/min',
    '0 | 5/min | 10/min | 15/min',
    '0 | 0.5/s | 1/s | 1.5/s',
    '0 | 5 k/s | 10 k/s | 15 k/s | 20 k/s',
  ]);
});

it('has steps of the clock for durations, of powers of two for bytes', () => {
  expect(
    [0.3, 108, 9_700, 50_000, 3_000_000, 80_000_000].map((ms) => textsOf('duration', ms)),
  ).toEqual([
    '0 | 0.1 ms | 0.2 ms | 0.3 ms',
    '0 | 50 ms | 100 ms | 150 ms',
    '0 | 5 s | 10 s',
    '0 | 15 s | 30 s | 45 s | 60 s',
    '0 | 15 min | 30 min | 45 min | 60 min',
    '0 | 6 h | 12 h | 18 h | 24 h',
  ]);
  expect(
    [300, 1_000 * 1_024, 17.8 * 2 ** 20, 1.2 * 2 ** 40].map((most) => textsOf('bytes', most)),
  ).toEqual([
    '0 | 100 B | 200 B | 300 B',
    '0 | 256 KiB | 512 KiB | 768 KiB | 1,024 KiB',
    '0 | 5 MiB | 10 MiB | 15 MiB | 20 MiB',
    '0 | 0.5 TiB | 1 TiB | 1.5 TiB',
  ]);
});

it('always shows the whole of a share', () => {
  expect(textsOf('share', 3)).toBe('0 | 50 % | 100 %');
});

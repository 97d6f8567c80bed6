import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { timeTicks } from './time-scale.ts';

beforeEach(() => vi.stubEnv('TZ', 'Europe/Berlin'));
afterEach(() => vi.unstubAllEnvs());

function textsOf(from: string, to: string, countMax = 5): readonly string[] {
  return timeTicks(Date.parse(from), Date.parse(to), countMax).map(({ text }) => text);
}

it('has moments that are round on the clock, and no more than there is room for', () => {
  expect(textsOf('2026-11-29T17:37:03', '2026-11-29T17:37:41')).toEqual([
    '17:37:10',
    '17:37:20',
    '17:37:30',
    '17:37:40',
  ]);
  expect(textsOf('2026-11-29T17:37', '2026-11-29T18:37')).toEqual([
    '17:45',
    '18:00',
    '18:15',
    '18:30',
  ]);
  expect(textsOf('2026-11-29T12:00', '2026-11-29T12:00')).toEqual(['12:00:00']);
});

it('tells the day at midnight, and days alone where there are many', () => {
  expect(textsOf('2026-11-28T20:00', '2026-11-29T20:00')).toEqual([
    '29 Nov',
    '06:00',
    '12:00',
    '18:00',
  ]);
  const days = ['16 Nov', '19 Nov', '22 Nov', '25 Nov', '28 Nov'];
  expect(textsOf('2026-11-14T20:00', '2026-11-29T20:00')).toEqual(days);
  // They stay where they are as time goes on.
  expect(textsOf('2026-11-15T20:00', '2026-11-30T20:00')).toEqual(days);
});

it('begins weeks with a Monday', () => {
  expect(textsOf('2026-11-05T20:00', '2026-11-29T20:00', 4)).toEqual(['9 Nov', '16 Nov', '23 Nov']);
});

it('keeps to the clock on the wall where the clocks change', () => {
  // On 25 October 2026 the hour from two to three comes twice in Berlin.
  const ticks = timeTicks(Date.parse('2026-10-24T22:00Z'), Date.parse('2026-10-25T23:00Z'), 5);
  expect(ticks.map(({ at, text }) => `${new Date(at).toISOString().slice(5, 16)} ${text}`)).toEqual(
    [
      '10-24T22:00 25 Oct',
      '10-25T05:00 06:00',
      '10-25T11:00 12:00',
      '10-25T17:00 18:00',
      '10-25T23:00 26 Oct',
    ],
  );
});

import { describe, expect, it } from 'vitest';
import type { GroupInterval } from '#engine/aql';
import { truncated } from '../testing/reference-time.ts';
import { compileTruncation } from './truncate-time.ts';

const intervals: readonly GroupInterval[] = [
  'SECOND',
  'MINUTE',
  'HOUR',
  'DAY',
  'WEEK',
  'MONTH',
  'QUARTER',
  'YEAR',
];

function cut(instant: string, interval: GroupInterval, timeZone: string): string {
  return new Date(compileTruncation(interval, timeZone)(Date.parse(instant))).toISOString();
}

describe('truncation', () => {
  it.each([
    // The hour that comes twice is two hours.
    ['2024-10-27T00:30:00Z', 'HOUR', 'Europe/Berlin', '2024-10-27T00:00:00.000Z'],
    ['2024-10-27T01:30:00Z', 'HOUR', 'Europe/Berlin', '2024-10-27T01:00:00.000Z'],
    // A day of 25 hours.
    ['2024-10-27T22:59:59Z', 'DAY', 'Europe/Berlin', '2024-10-26T22:00:00.000Z'],
    // The clocks of São Paulo jumped over this midnight.
    ['2018-11-04T12:00:00Z', 'DAY', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    // Those of Havana came to this midnight twice.
    ['2024-11-03T12:00:00Z', 'DAY', 'America/Havana', '2024-11-03T04:00:00.000Z'],
    ['2024-01-07T12:00:00Z', 'WEEK', 'UTC', '2024-01-01T00:00:00.000Z'],
    ['2024-05-31T23:30:00Z', 'QUARTER', 'Asia/Kolkata', '2024-03-31T18:30:00.000Z'],
    ['0042-05-31T23:30:00Z', 'YEAR', 'UTC', '0042-01-01T00:00:00.000Z'],
  ] as const)('of %s to %s in %s', (instant, interval, timeZone, start) => {
    expect(cut(instant, interval, timeZone)).toBe(start);
  });

  it('agrees with the reference around changes of the clocks', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe'];
    const moments = ['2018-11-04T03:00:00Z', '2024-03-31T01:00:00Z', '2024-10-06T15:30:00Z'];
    for (const timeZone of zones) {
      for (const interval of intervals) {
        for (const moment of moments) {
          for (const minutes of [-1500, -61, -1, 0, 1, 59, 700]) {
            const instant = new Date(Date.parse(moment) + minutes * 60_000).toISOString();
            expect([timeZone, interval, instant, cut(instant, interval, timeZone)]).toEqual([
              timeZone,
              interval,
              instant,
              truncated(instant, interval, timeZone),
            ]);
          }
        }
      }
    }
  });
});

/*
 * The beginning of the interval that an instant lies in, by the clocks of a time zone.
 *
 * Up to an hour, an interval begins with the offset that the clocks have at the instant itself, so the hour that comes
 * twice in autumn gives two intervals. Days and longer begin at a local midnight: the first instant of that date,
 * which is later than midnight where the clocks jump over it. Weeks begin on Mondays.
 *
 * What `Intl` says about an instant takes microseconds, so offsets are kept for quarters of an hour whose both ends
 * have the same one.
 */
import type { GroupInterval } from '#engine/aql';
import { unreachable } from '../base/assert.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const blockMs = 15 * minuteMs;
const keptBlocksMax = 20_000;

/** Compiles the truncation of milliseconds since 1970. */
export function compileTruncation(
  interval: GroupInterval,
  timeZone: string,
): (instant: number) => number {
  const offsetAt = timeZone === 'UTC' ? () => 0 : createOffsets(timeZone);
  const stepMs = clockSteps[interval];
  if (stepMs !== undefined) {
    return (instant) => {
      const offset = offsetAt(instant);
      return floorTo(instant + offset, stepMs) - offset;
    };
  }
  return (instant) => {
    const local = startOfLocal(instant + offsetAt(instant), interval);
    return firstInstantOf(local, offsetAt);
  };
}

const clockSteps: Partial<Record<GroupInterval, number>> = {
  SECOND: 1000,
  MINUTE: minuteMs,
  HOUR: hourMs,
};

/** The local midnight at which an interval of whole days begins. */
function startOfLocal(local: number, interval: GroupInterval): number {
  const date = new Date(local);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  switch (interval) {
    case 'WEEK':
      // The first of January 1970 was a Thursday.
      return floorTo(local + 3 * dayMs, 7 * dayMs) - 3 * dayMs;
    case 'MONTH':
      return firstOf(year, month);
    case 'QUARTER':
      return firstOf(year, month - (month % 3));
    case 'YEAR':
      return firstOf(year, 0);
    case 'DAY':
    case 'HOUR':
    case 'MINUTE':
    case 'SECOND':
      return floorTo(local, dayMs);
    default:
      return unreachable(interval);
  }
}

/** `Date.UTC` takes the years 0 to 99 for those of the 20th century. */
function firstOf(year: number, month: number): number {
  return new Date(0).setUTCFullYear(year, month, 1);
}

/** The first instant at which the local clocks show a time, or have jumped over it. */
function firstInstantOf(local: number, offsetAt: (instant: number) => number): number {
  const before = local - offsetAt(local - dayMs);
  const after = local - offsetAt(local + dayMs);
  const earlier = Math.min(before, after);
  if (earlier + offsetAt(earlier) === local) return earlier;
  const later = Math.max(before, after);
  if (later + offsetAt(later) === local) return later;
  // The clocks jump over it: with the offset of before, it is the moment of the jump.
  return before;
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
function createOffsets(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    era: 'short',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const kept = new Map<number, number | undefined>();
  return (instant) => {
    const block = Math.floor(instant / blockMs);
    const known = kept.get(block);
    if (known !== undefined) return known;
    if (!kept.has(block)) {
      if (kept.size >= keptBlocksMax) kept.clear();
      const [first, last] = [block, block + 1].map((at) => exactOffset(format, at * blockMs));
      kept.set(block, first === last ? first : undefined);
      if (first !== undefined && first === last) return first;
    }
    return exactOffset(format, instant);
  };
}

function exactOffset(format: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const year = parts.get('era')?.startsWith('B') === true ? 1 - part('year') : part('year');
  const date = new Date(0);
  date.setUTCFullYear(year, part('month') - 1, part('day'));
  const local = date.setUTCHours(part('hour'), part('minute'), part('second'));
  return local - floorTo(instant, 1000);
}

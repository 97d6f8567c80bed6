/* The beginning of the interval that an instant lies in, by the clocks of a time zone. */
import type { GroupInterval } from '#engine/aql';

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * An instant cut down to its interval, both as ISO text in UTC. Weeks begin on Mondays. Up to an hour, what the clocks
 * show at the instant decides; a longer interval begins at the first instant whose clocks show its date.
 */
export function truncated(instant: string, interval: GroupInterval, timeZone: string): string {
  const at = Date.parse(instant);
  const offsetAt = clocksOf(timeZone);
  const offset = offsetAt(at);
  const local = new Date(at + offset);
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()];
  const start = startOf(local.getTime(), { year, month }, interval);
  if (['SECOND', 'MINUTE', 'HOUR'].includes(interval))
    return new Date(start - offset).toISOString();
  for (let candidate = start - 1.5 * day; ; candidate += 15 * minute) {
    if (candidate + offsetAt(candidate) >= start) return new Date(candidate).toISOString();
  }
}

function startOf(
  local: number,
  { year, month }: { readonly year: number; readonly month: number },
  interval: GroupInterval,
): number {
  switch (interval) {
    case 'SECOND':
      return floorTo(local, 1000);
    case 'MINUTE':
      return floorTo(local, minute);
    case 'HOUR':
      return floorTo(local, 60 * minute);
    case 'DAY':
      return floorTo(local, day);
    // The first of January 1970 was a Thursday.
    case 'WEEK':
      return floorTo(local + 3 * day, 7 * day) - 3 * day;
    case 'MONTH':
      return Date.UTC(year, month, 1);
    case 'QUARTER':
      return Date.UTC(year, month - (month % 3), 1);
    case 'YEAR':
      return Date.UTC(year, 0, 1);
  }
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
function clocksOf(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const parts = format.formatToParts(new Date(instant));
    const part = (type: string): number =>
      Number(parts.find((each) => each.type === type)?.value ?? 0);
    const local = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return local - floorTo(instant, 1000);
  };
}

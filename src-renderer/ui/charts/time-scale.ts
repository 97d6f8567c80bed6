/*
 * The scale below a chart: moments that are round on the clock on the wall (each quarter of an hour, each midnight), so
 * they are found from the local day, which has 23 or 25 hours where the clocks change.
 */

export interface TimeTick {
  readonly at: number;
  readonly text: string;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Steps, ascending. */
const steps: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 3, 7, 14, 28].map((count) => count * day),
];

/** Round moments from one to another, both included, and at most so many: ascending, with the time or the day. */
export function timeTicks(from: number, to: number, countMax: number): readonly TimeTick[] {
  const least = (to - from) / Math.max(1, countMax);
  const step = steps.find((each) => each >= least) ?? 28 * day;
  const ticks: TimeTick[] = [];
  const first = new Date(from);
  const dayStep = Math.max(1, Math.round(step / day));
  for (let days = daysToRound(first, dayStep); ; days += dayStep) {
    const midnight = dayFrom(first, days, 0);
    if (midnight > to) return ticks;
    const perDay = step >= day ? 1 : day / step;
    const skipped = Math.max(0, Math.floor((from - midnight - 2 * hour) / step));
    for (let place = skipped; place < perDay; place += 1) {
      const at = dayFrom(first, days, place * step);
      if (at > to) break;
      if (at >= from) ticks.push({ at, text: tickText(at, place === 0, step) });
    }
  }
}

/** When a span began, or a value was measured, in words. */
export function momentText(at: number, stepMs: number): string {
  return stepMs < minute
    ? new Date(at).toLocaleTimeString('en-GB', { timeStyle: 'medium' })
    : new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

/** Days until one from which steps are counted, so that they do not wander with the stretch; of weeks it is a Monday. */
function daysToRound(from: Date, dayStep: number): number {
  const monday = 4;
  const date = Date.UTC(from.getFullYear(), from.getMonth(), from.getDate()) / day - monday;
  return (dayStep - (((date % dayStep) + dayStep) % dayStep)) % dayStep;
}

/** So many milliseconds of the clock on the wall after the midnight of a day, so many days later. */
function dayFrom(first: Date, days: number, clockMs: number): number {
  const [year, month, date] = [first.getFullYear(), first.getMonth(), first.getDate() + days];
  return new Date(year, month, date, 0, 0, 0, clockMs).getTime();
}

function tickText(at: number, isMidnight: boolean, step: number): string {
  const moment = new Date(at);
  if (isMidnight && step >= minute) {
    return moment.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  }
  const timeStyle = step < minute ? 'medium' : 'short';
  return moment.toLocaleTimeString('en-GB', { timeStyle });
}

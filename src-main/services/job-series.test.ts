import { expect, it } from 'vitest';
import { JobTimes } from './job-series.ts';

const minute = 60_000;
const start = 1_800_000_000_000 - (1_800_000_000_000 % 1_440_000);

it('counts what ended in each span of time, and forgets what is older than the series', () => {
  const times = new JobTimes();
  for (let at = start; at < start + 90 * minute; at += minute / 2) {
    times.ended({ at, isFailed: at % minute === 0, elapsedMs: 100 });
  }
  const [seconds, minutes, day] = times.series(start + 90 * minute - 1);
  const sum = (series: typeof minutes, what: 'completed' | 'failed') =>
    series?.spans.reduce((all, span) => all + span[what], 0);
  expect([sum(seconds, 'completed'), sum(minutes, 'completed'), sum(minutes, 'failed')]).toEqual([
    5, 60, 60,
  ]);
  expect(sum(day, 'completed')).toBe(90);
  expect(minutes?.spans.at(-1)).toMatchObject({ at: start + 89 * minute, completed: 1, failed: 1 });
});

it('tells percentiles to within a fifth', () => {
  const times = new JobTimes();
  for (let ms = 1; ms <= 1_000; ms += 1) {
    times.ended({ at: start, isFailed: false, elapsedMs: ms });
    times.started(start, ms * 10);
    times.jobEnded(start, ms * 20);
  }
  const span = times.series(start)[1]?.spans.at(-1);
  const within = (value: number | null | undefined, exact: number) =>
    Math.abs((value ?? 0) - exact) / exact;
  expect(within(span?.runMsP50, 500)).toBeLessThan(0.2);
  expect(within(span?.runMsP95, 950)).toBeLessThan(0.2);
  expect(within(span?.waitMsP95, 9_500)).toBeLessThan(0.2);
  expect(within(span?.ageMsP50, 10_000)).toBeLessThan(0.2);
  expect(times.series(start + 2 * minute)[1]?.spans.at(-1)?.runMsP50).toBeNull();
});

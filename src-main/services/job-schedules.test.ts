import { expect, it } from 'vitest';
import { schedulesOf } from './job-schedules.ts';

// A time zone of another platform's, or a schedule that was stored without times, took the page with it.
it('shows a schedule whose times are not known beside those whose are', () => {
  const stored = (name: string, cron: string | null, time_zone: string) => ({
    ...{ name, cron, time_zone, paused: false, job: { jobType: 'x' } },
    ...{ last_run_at: null, last_job_id: null },
  });
  const _job_schedules = [
    stored('none', null, 'UTC'),
    stored('elsewhere', '0 9 * * *', 'Atlantis/Capital'),
    stored('daily', '0 9 * * *', 'UTC'),
  ];
  const shown = schedulesOf({ _job_schedules }, Date.parse('2026-01-01T00:00:00Z'));
  expect(shown.map(({ name, nextRuns }) => [name, nextRuns.length])).toEqual([
    ['none', 0],
    ['elsewhere', 0],
    ['daily', 3],
  ]);
});

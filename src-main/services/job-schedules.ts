import type { JobScheduleInfo } from '#contract';
import { nextRun, type ResultData } from '#engine';
import { serviceLimits } from './limits.ts';
import { fieldsOf, timeOf } from './result-fields.ts';

/** Schedules of a result, with their next runs. */
export function schedulesOf(
  { _job_schedules: schedules }: ResultData,
  now: number,
): readonly JobScheduleInfo[] {
  return (Array.isArray(schedules) ? schedules : []).map((each) => {
    const fields = fieldsOf(each);
    const job = fieldsOf(fields['job']);
    const [cron, timeZone] = [String(fields['cron']), String(fields['time_zone'])];
    const isPaused = fields['paused'] === true;
    return {
      name: String(fields['name']),
      cron,
      timeZone,
      isPaused,
      jobType: String(job['jobType']),
      payload: job['payload'] ?? null,
      nextRuns: isPaused ? [] : nextRunsOf(cron, timeZone, now),
      lastRunAt: timeOf(fields['last_run_at']),
      lastJobId: typeof fields['last_job_id'] === 'string' ? fields['last_job_id'] : null,
    };
  });
}

/** None for times that this version does not know: the others must be seen all the same. */
function nextRunsOf(cron: string, timeZone: string, now: number): readonly number[] {
  const runs: number[] = [];
  try {
    while (runs.length < serviceLimits.jobNextRunsMax) {
      runs.push(nextRun(cron, timeZone, runs.at(-1) ?? now));
    }
  } catch {
    // There are no further runs.
  }
  return runs;
}

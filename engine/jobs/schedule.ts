/* Schedules: when the next run is, and which runs were missed. Times are milliseconds since 1970. */
import { CronExpressionParser } from 'cron-parser';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { isOneOf } from './job-record.ts';

export const misfirePolicies = ['RunOnce', 'RunAll', 'Skip'] as const;
export const overlapPolicies = ['Skip', 'Allow'] as const;

/** What becomes of runs that were missed while nobody worked: one for all of them, each of them, or none. */
export type MisfirePolicy = (typeof misfirePolicies)[number];

/** Whether a run begins while the job of the last one has not ended. */
export type OverlapPolicy = (typeof overlapPolicies)[number];

/** A document of `_job_schedules`. */
export type ScheduleRecord = StoredDocument & {
  readonly name: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly paused: boolean;
  readonly misfire: MisfirePolicy;
  readonly overlap: OverlapPolicy;
  readonly next_run_at: number;
  readonly last_run_at: number | null;
  readonly last_job_id: string | null;
};

export function readSchedule(document: StoredDocument): ScheduleRecord | undefined {
  const { name, cron, time_zone: zone, misfire, overlap, next_run_at: next } = document;
  const isSchedule =
    typeof name === 'string' &&
    typeof cron === 'string' &&
    typeof zone === 'string' &&
    typeof next === 'number' &&
    isOneOf(misfirePolicies, misfire) &&
    isOneOf(overlapPolicies, overlap);
  // The fields that it works by are there; the others were written beside them.
  return isSchedule ? (document as ScheduleRecord) : undefined;
}

/**
 * The first run after a moment. A local time that a change of the clocks leaves out is as much later as the
 * clocks are set forward, one that comes twice runs once.
 * @throws AuroraError `InvalidValue` for an expression or a time zone that is none, or that never comes
 */
export function nextRun(cron: string, timeZone: string, after: number): number {
  checkTimes(cron, timeZone);
  try {
    const expression = CronExpressionParser.parse(cron, {
      currentDate: new Date(after),
      tz: timeZone,
    });
    return expression.next().getTime();
  } catch (error) {
    throw noNextRun(cron, timeZone, error);
  }
}

/** The parser fills in fields that are missing: nothing at all would be every minute; and its `H` is a new chance each time. */
function checkTimes(cron: unknown, timeZone: unknown): void {
  const text = typeof cron === 'string' ? cron.trim() : '';
  const fields = text.split(/\s+/);
  const isAlias = /^@\w+$/.test(text);
  if (!isAlias && fields.length !== 5 && fields.length !== 6) {
    throw noNextRun(cron, timeZone, 'it has neither five nor six fields');
  }
  if (fields.some((field) => /(^|,)H/.test(field))) {
    throw noNextRun(cron, timeZone, '"H" stands for no time');
  }
  if (!isTimeZone(timeZone)) throw noNextRun(cron, timeZone, 'there is no such time zone');
}

function isTimeZone(name: unknown): boolean {
  // Offsets such as "+02:00" are known to some platforms only.
  if (typeof name !== 'string' || !/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function noNextRun(cron: unknown, timeZone: unknown, cause: unknown): AuroraError {
  const why = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);
  return new AuroraError(
    'InvalidValue',
    `The schedule "${String(cron)}" in "${String(timeZone)}" has no next run: ${why}.`,
    {
      cause,
      details: { cron, timeZone },
      hint: 'Write five or six fields such as "0 9 * * 1-5", and a time zone such as "Europe/Rome".',
    },
  );
}

/** The runs that a schedule has to make now, and when it has to look again. */
export function dueRuns(
  schedule: ScheduleRecord,
  now: number,
): { readonly runs: readonly number[]; readonly nextRunAt: number } {
  const { cron, time_zone: zone, misfire } = schedule;
  if (schedule.next_run_at > now) return { runs: [], nextRunAt: schedule.next_run_at };
  const missed: number[] = [];
  let next = schedule.next_run_at;
  // Beyond the bound they are forgotten.
  while (next <= now && missed.length < limits.jobMissedRunsMax) {
    missed.push(next);
    next = nextRun(cron, zone, next);
  }
  if (next <= now) next = nextRun(cron, zone, now);
  const last = missed.at(-1) ?? schedule.next_run_at;
  if (misfire === 'RunAll') return { runs: missed, nextRunAt: next };
  const isLate = now - last > limits.jobLateRunMs;
  return { runs: misfire === 'Skip' && isLate ? [] : [last], nextRunAt: next };
}

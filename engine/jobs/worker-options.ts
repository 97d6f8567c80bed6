/* Every option of a worker system, in one table: name, meaning, unit, default. */
import { refuseUnknown, take, wholeNumber } from '../option-rules.ts';

/** How a worker system works. */
export interface WorkerOptions {
  /** Jobs that run at a time. Default 4. */
  readonly concurrency?: number | undefined;
  /**
   * How often to look for jobs without having been told of any, in milliseconds; what is enqueued is heard of at once.
   * Default 50.
   */
  readonly pollIntervalMs?: number | undefined;
  /** How often jobs that ended long ago are deleted, in seconds. Default 3,600. */
  readonly cleanupIntervalSeconds?: number | undefined;
  /** How long a completed or cancelled job is kept, in seconds. Default 7 days. */
  readonly retentionSeconds?: number | undefined;
  /** How long a dead letter is kept, in seconds. Default 30 days. */
  readonly deadLetterRetentionSeconds?: number | undefined;
}

const daySeconds = 86_400;
const yearSeconds = 365 * daySeconds;

const rules = {
  concurrency: wholeNumber({ fallback: 4, min: 1, max: 10_000, unit: 'jobs' }),
  pollIntervalMs: wholeNumber({ fallback: 50, min: 1, max: 3_600_000, unit: 'ms' }),
  cleanupIntervalSeconds: wholeNumber({
    fallback: 3_600,
    min: 1,
    max: daySeconds,
    unit: 'seconds',
  }),
  retentionSeconds: wholeNumber({
    fallback: 7 * daySeconds,
    min: 0,
    max: 100 * yearSeconds,
    unit: 'seconds',
  }),
  deadLetterRetentionSeconds: wholeNumber({
    fallback: 30 * daySeconds,
    min: 0,
    max: 100 * yearSeconds,
    unit: 'seconds',
  }),
};

export type ResolvedWorkerOptions = {
  readonly [Name in keyof typeof rules]: (typeof rules)[Name]['fallback'];
};

/** @throws AuroraError `InvalidOption` */
export function resolveWorkerOptions(given: WorkerOptions): ResolvedWorkerOptions {
  refuseUnknown(Object.keys(given), Object.keys(rules));
  const entries = Object.entries(rules).map(([name, rule]) => [
    name,
    take(name, rule, Reflect.get(given, name)),
  ]);
  // Each value has passed the rule that its type is derived from.
  return Object.fromEntries(entries) as ResolvedWorkerOptions;
}

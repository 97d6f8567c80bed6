/*
 * What becomes of a job when something happens to it: one pure function for each arrow of the drawing in
 * job-record.ts. An attempt that ends also gives its run. Whether the arrow is allowed is the first thing each of them
 * decides; `undefined` says that the job is not in a state for it.
 */
import type { StoredValue } from '../values/stored-value.ts';
import {
  hasEnded,
  isWaiting,
  type JobRecord,
  type RunRecord,
  type RunStatus,
} from './job-record.ts';
import { type RetryPolicy, retryDelayMs } from './retry-policy.ts';

/** Attempts that may end with their process until the job is given up: it may be what kills it. */
const crashesMax = 3;

/** What is written at the end of an attempt. */
export interface EndedAttempt {
  readonly job: JobRecord;
  readonly run: RunRecord;
}

/** Why an attempt failed. */
export interface AttemptFailure {
  readonly message: string;
  readonly stack: string | null;
  readonly status: 'Failed' | 'TimedOut';
  readonly isRetryable: boolean;
  /** The handler's own wish, in place of the backoff. */
  readonly retryAfterMs: number | undefined;
}

/** What an attempt leaves besides its outcome. */
export interface AttemptTrace {
  readonly now: number;
  readonly newId: () => string;
  readonly logs: readonly StoredValue[];
}

/** Who claims a job, when, and for how long. */
export interface Claim {
  readonly now: number;
  readonly worker: string;
  readonly leaseMs: number;
}

/** An attempt begins. */
export function claim(job: JobRecord, { now, worker, leaseMs }: Claim): JobRecord | undefined {
  if (!isWaiting(job) || job.open_children > 0) return undefined;
  return {
    ...job,
    status: 'Running',
    attempts: job.attempts + 1,
    started_at: now,
    worker,
    lease_until: now + leaseMs,
    progress: null,
    progress_note: null,
  };
}

export function complete(job: JobRecord, result: StoredValue, trace: AttemptTrace): EndedAttempt {
  const ended: JobRecord = {
    ...job,
    status: 'Completed',
    finished_at: trace.now,
    worker: null,
    lease_until: null,
    result,
    error: null,
    error_stack: null,
  };
  return { job: ended, run: runOf(job, 'Completed', trace) };
}

/** Tried again while retries are left, and while the error allows it. */
export function fail(
  job: JobRecord,
  failure: AttemptFailure,
  trace: AttemptTrace & { readonly policy: RetryPolicy; readonly random: () => number },
): EndedAttempt {
  const { now, policy, random } = trace;
  const { message, stack, status, isRetryable, retryAfterMs } = failure;
  const run = runOf(job, status, trace, { message, stack });
  const isLast = !isRetryable || job.attempts > job.max_retries;
  if (isLast) return { job: dead(job, now, { message, stack }), run };
  const backoff = job.backoff_ms === null ? policy : { ...policy, backoffMs: job.backoff_ms };
  const delayMs = retryAfterMs ?? retryDelayMs(backoff, job.attempts, random);
  return { job: again(job, now + delayMs, { message, stack }), run };
}

/**
 * The process that ran it is gone. The first time it is ready again at once, since it most likely was not to blame;
 * then after a delay, and in the end it is given up.
 */
export function lose(
  job: JobRecord,
  trace: AttemptTrace & { readonly policy: RetryPolicy; readonly random: () => number },
): EndedAttempt | undefined {
  if (job.status !== 'Running') return undefined;
  const { now, policy, random } = trace;
  const error = {
    message: 'The process that ran it ended, or was not heard of until its lease was over.',
    stack: null,
  };
  const run = runOf(job, 'Lost', trace, error);
  const lost = { ...job, crashes: job.crashes + 1 };
  if (lost.crashes >= crashesMax || lost.attempts > lost.max_retries) {
    return { job: dead(lost, now, error), run };
  }
  const backoff = job.backoff_ms === null ? policy : { ...policy, backoffMs: job.backoff_ms };
  const delayMs = lost.crashes === 1 ? 0 : retryDelayMs(backoff, lost.crashes - 1, random);
  return { job: again(lost, now + delayMs, error), run };
}

/** A worker that stops hands it back: ready at once, and the attempt does not count. */
export function release(job: JobRecord, trace: AttemptTrace): EndedAttempt | undefined {
  if (job.status !== 'Running') return undefined;
  return { job: released(job, trace.now), run: runOf(job, 'Released', trace) };
}

/** Claimed, but never begun: ready again as if nothing had been. */
export function unclaim(job: JobRecord, now: number): { readonly job: JobRecord } | undefined {
  return job.status === 'Running' ? { job: released(job, now) } : undefined;
}

/** A job that runs is told by its signal; what its handler does then does not count any more. */
export function cancel(
  job: JobRecord,
  trace: AttemptTrace,
): { readonly job: JobRecord; readonly run: RunRecord | undefined } | undefined {
  if (hasEnded(job)) return undefined;
  const run = job.status === 'Running' ? runOf(job, 'Cancelled', trace) : undefined;
  const cancelled: JobRecord = {
    ...job,
    status: 'Cancelled',
    finished_at: trace.now,
    worker: null,
    lease_until: null,
  };
  return { job: cancelled, run };
}

/** Ready at once with all its attempts, if it has failed, was cancelled or given up, or waits for its time. */
export function retry(
  job: JobRecord,
  { now, payload }: { readonly now: number; readonly payload?: StoredValue },
): JobRecord | undefined {
  if (job.status === 'Running' || job.status === 'Completed') return undefined;
  return {
    ...job,
    status: 'Pending',
    payload: payload === undefined ? job.payload : payload,
    attempts: 0,
    crashes: 0,
    run_at: now,
    finished_at: null,
    progress: null,
    progress_note: null,
  };
}

export function heartbeat(job: JobRecord, leaseUntil: number): JobRecord {
  return { ...job, lease_until: leaseUntil };
}

function released(job: JobRecord, now: number): JobRecord {
  return {
    ...job,
    status: 'Pending',
    attempts: Math.max(0, job.attempts - 1),
    run_at: Math.min(job.run_at, now),
    worker: null,
    lease_until: null,
  };
}

function dead(
  job: JobRecord,
  now: number,
  { message, stack }: { readonly message: string; readonly stack: string | null },
): JobRecord {
  return {
    ...job,
    status: 'DeadLetter',
    finished_at: now,
    worker: null,
    lease_until: null,
    error: message,
    error_stack: stack,
  };
}

function again(
  job: JobRecord,
  runAt: number,
  { message, stack }: { readonly message: string; readonly stack: string | null },
): JobRecord {
  return {
    ...job,
    status: 'Failed',
    run_at: runAt,
    worker: null,
    lease_until: null,
    error: message,
    error_stack: stack,
  };
}

function runOf(
  job: JobRecord,
  status: RunStatus,
  { now, newId, logs }: AttemptTrace,
  error?: { readonly message: string; readonly stack: string | null },
): RunRecord {
  const startedAt = job.started_at ?? now;
  return {
    id: newId(),
    job_id: job.id,
    job_type: job.job_type,
    queue: job.queue,
    attempt: job.attempts,
    status,
    started_at: startedAt,
    finished_at: now,
    elapsed_ms: Math.max(0, now - startedAt),
    worker: job.worker,
    error: error?.message ?? null,
    error_stack: error?.stack ?? null,
    logs: logs.length === 0 ? null : logs,
  };
}

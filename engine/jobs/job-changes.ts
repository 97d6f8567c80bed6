/* Changes a job that was read a while ago, and that somebody else may have changed since. */
import { AuroraError } from '../errors.ts';
import { isWaiting, type JobRecord, type RunRecord } from './job-record.ts';
import type { JobStore, StoredJob } from './job-store.ts';
import { claim } from './job-transitions.ts';

/** What is to become of a job; `undefined` when it is not in a state for it. */
export type Transition = (
  job: JobRecord,
) => { readonly job: JobRecord; readonly run?: RunRecord | undefined } | undefined;

export interface ChangeOptions {
  /** As `JobWrite`. */
  readonly isRelaxed: boolean;
  /** True when it does not matter in which attempt the job is. */
  readonly isAnyAttempt?: boolean;
}

/** How often somebody else may be faster. */
export const conflictsMax = 20;

/**
 * Changes a job from what it was known to be. When somebody else has changed it, it is read again, and changed as it
 * is then if the attempt is still the same one. Gives what it has become.
 * @throws AuroraError `WriteConflict`, and what a commit throws
 */
export function changeJob(
  store: JobStore,
  known: StoredJob,
  transition: Transition,
  options: ChangeOptions,
): Promise<StoredJob | undefined> {
  const change = transition(known.job);
  if (change === undefined) return Promise.resolve(undefined);
  // Mostly nobody was faster, and then this is all that it takes.
  return store.replace(known, change, options).then(
    (asOf) => ({ row: known.row, job: change.job, asOf }),
    (error: unknown) => changeAgain({ store, known, transition, options }, error),
  );
}

/** Changes a job that somebody else has changed, as the first refusal says. */
async function changeAgain(
  {
    store,
    known,
    transition,
    options: { isRelaxed, isAnyAttempt = false },
  }: {
    readonly store: JobStore;
    readonly known: StoredJob;
    readonly transition: Transition;
    readonly options: ChangeOptions;
  },
  refusal: unknown,
): Promise<StoredJob | undefined> {
  if (!isConflict(refusal)) throw refusal;
  for (let conflicts = 1; conflicts <= conflictsMax; conflicts += 1) {
    const [present] = store.read([known.job.id]);
    const current = isAnyAttempt ? present : present && ofSameAttempt(present, known);
    const change = current && transition(current.job);
    if (current === undefined || change === undefined) return undefined;
    try {
      const asOf = await store.replace(current, change, { isRelaxed });
      return { row: current.row, job: change.job, asOf };
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
  throw new AuroraError('WriteConflict', `Job ${known.job.id} changed too often to be written.`, {
    details: { collection: '_jobs', id: known.job.id },
  });
}

/** True when somebody else was faster. */
export function isConflict(error: unknown): boolean {
  const codes: readonly string[] = ['WriteConflict', 'UniqueConstraintViolation'];
  return error instanceof AuroraError && codes.includes(error.code);
}

/** The job as it is now, if it is still in the attempt in which it was known to be. */
function ofSameAttempt(present: StoredJob, { job, waiting }: StoredJob): StoredJob | undefined {
  if (isSameAttempt(present.job, job)) return present;
  if (waiting === undefined || !isSameWait(present.job, waiting)) return undefined;
  const now = job.started_at ?? 0;
  const leaseMs = (job.lease_until ?? now) - now;
  const claimed = claim(present.job, { now, worker: job.worker ?? '', leaseMs });
  return claimed && { ...present, job: claimed, waiting: present.job };
}

function isSameAttempt(one: JobRecord, other: JobRecord): boolean {
  return one.status === 'Running' && one.attempts === other.attempts && one.worker === other.worker;
}

/** True when nothing was changed but what does not matter to an attempt, such as its priority. */
function isSameWait(one: JobRecord, other: JobRecord): boolean {
  const isSame =
    isWaiting(one) &&
    one.status === other.status &&
    one.attempts === other.attempts &&
    one.crashes === other.crashes &&
    one.run_at === other.run_at;
  return isSame && JSON.stringify(one.payload) === JSON.stringify(other.payload);
}

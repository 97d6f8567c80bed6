/*
 * The queue of one database: everything that happens to its jobs, for workers and for whoever asks. Jobs are documents
 * and change by commits only; what is kept in memory (job-index.ts) follows the commits. It is there once for each open
 * database, however many database objects and worker systems share it.
 *
 * A claim is one commit for many jobs, and reaches the log before a handler starts, so that an attempt that takes its
 * process with it is counted; it need not reach the disk, since a job whose claim is lost is merely ready again.
 */
import type { Clock } from '../base/clock.ts';
import { SteadyClock } from '../base/steady-clock.ts';
import { AuroraError } from '../errors.ts';
import { jobNotFound, jobStateConflict } from '../exec/job-errors.ts';
import type { JobRequest } from '../exec/job-mutations.ts';
import { limits } from '../limits.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { DocumentChange } from '../transactions/snapshot.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { actOnJobs, type JobAct, type JobBatchOptions, undoAct } from './job-batches.ts';
import { JobEnqueueing, type NewJobs } from './job-enqueueing.ts';
import { countOf, type JobCounts, JobIndex } from './job-index.ts';
import { type JobRecord, jobStatuses } from './job-record.ts';
import { deleteEnded, type RetentionCutoffs } from './job-retention.ts';
import { JobScheduler } from './job-scheduler.ts';
import { JobStore, replacement, type StoredJob } from './job-store.ts';
import {
  type AttemptFailure,
  cancel,
  claim,
  complete,
  fail,
  heartbeat,
  lose,
  release,
  retry,
} from './job-transitions.ts';
import { JobUndo } from './job-undo.ts';
import type { MayTake, WaitingJob } from './ready-jobs.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts';

export interface JobQueueOptions {
  readonly pipeline: CommitPipeline;
  readonly clock: Clock;
  readonly newId: () => string;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** How an attempt ended, as its worker tells it. */
export type AttemptOutcome =
  | { readonly kind: 'completed'; readonly result: StoredValue }
  | { readonly kind: 'failed'; readonly failure: AttemptFailure; readonly policy: RetryPolicy }
  /** Handed back by a worker that stops. */
  | { readonly kind: 'released' };

export interface TakeOptions {
  readonly mayTake: MayTake;
  /** Called for each job that is taken, before the next is looked for. */
  readonly onTaken?: (job: WaitingJob) => void;
}

const conflictsMax = 20;

export class JobQueue {
  readonly clock: Clock;
  readonly store: JobStore;
  readonly scheduler: JobScheduler;
  readonly #options: JobQueueOptions;
  readonly #closing = new AbortController();
  readonly #undo = new JobUndo();
  #opening: Promise<JobIndex> | undefined;
  #index: JobIndex | undefined;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.clock = new SteadyClock(options.clock);
    this.store = new JobStore(options.pipeline);
    this.scheduler = new JobScheduler(options.pipeline, this, options.newId);
  }

  /** What is known in memory, read when it is first asked for; jobs that a dead process was running are taken back. */
  index(): Promise<JobIndex> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /**
   * Adds jobs, all or none, and gives their ids in order; for a unique key that is taken, the id of the job that has it.
   * Resolves when they are durable.
   * @throws AuroraError `InvalidValue`, `LimitExceeded`, and what a commit throws
   */
  async enqueue(requests: readonly JobRequest[]): Promise<readonly string[]> {
    for (let conflicts = 0; ; conflicts += 1) {
      const { ids, changes } = this.#newJobs(requests);
      try {
        if (changes.length > 0) await this.#write(changes);
        return ids;
      } catch (error) {
        // Somebody took a key in between, or gave it free.
        if (!isConflict(error) || conflicts >= conflictsMax) throw error;
      }
    }
  }

  /** Takes up to `count` jobs that are due out of those that wait, in their order, to claim them. */
  take(index: JobIndex, count: number, { mayTake, onTaken }: TakeOptions): readonly WaitingJob[] {
    const { ready, queueLimits } = index;
    ready.advance(this.clock.now());
    const taken: WaitingJob[] = [];
    while (taken.length < count) {
      const next = ready.take((queue, type) => queueLimits.allows(queue) && mayTake(queue, type));
      if (next === undefined) break;
      queueLimits.started(next.queue);
      onTaken?.(next);
      taken.push(next);
    }
    return taken;
  }

  /**
   * Claims jobs that were taken, in one commit. Gives those that were still to be had; those that could not be written
   * wait again.
   * @throws what a commit throws, when none could be written
   */
  async claim(
    index: JobIndex,
    taken: readonly WaitingJob[],
    worker: string,
  ): Promise<readonly StoredJob[]> {
    const stored = this.store.read(taken.map(({ id }) => id));
    const outcomes = await Promise.allSettled(stored.map((each) => this.#claimOne(each, worker)));
    const claimed = new Map<string, StoredJob>();
    const failures: unknown[] = [];
    for (const [at, outcome] of outcomes.entries()) {
      const before = stored[at]?.job;
      if (outcome.status === 'rejected') {
        failures.push(outcome.reason);
        if (before !== undefined) index.ready.put(before, this.clock.now());
      } else if (outcome.value !== undefined) claimed.set(outcome.value.job.id, outcome.value);
    }
    for (const { id, queue } of taken) if (!claimed.has(id)) index.queueLimits.ended(queue);
    if (claimed.size === 0 && failures.length > 0) throw failures[0];
    return [...claimed.values()];
  }

  /** Writes how an attempt ended; a job that was cancelled meanwhile, or is another's by now, stays as it is. */
  async finish(
    claimed: StoredJob,
    outcome: AttemptOutcome,
    logs: readonly StoredValue[],
  ): Promise<void> {
    await this.#change(claimed, (job) => this.#ended(job, outcome, logs), { isRelaxed: false });
  }

  /** @throws AuroraError `JobNotFound`, `JobStateConflict` when it has ended */
  cancel(id: string): Promise<JobRecord> {
    return this.#act(id, 'cancelled', (job) => cancel(job, this.#trace([])));
  }

  /**
   * Makes a job ready again that has failed, was given up or cancelled, or waits for its time; with another payload if
   * one is given.
   * @throws AuroraError `JobNotFound`, `JobStateConflict` when it runs or is completed
   */
  retry(id: string, payload?: StoredValue): Promise<JobRecord> {
    return this.#act(id, 'tried again', (job) => {
      const again = retry(job, {
        now: this.clock.now(),
        ...(payload === undefined ? {} : { payload }),
      });
      return again && { job: again };
    });
  }

  async #act(
    id: string,
    what: string,
    transition: (job: JobRecord) => Parameters<JobStore['replace']>[1] | undefined,
  ): Promise<JobRecord> {
    const [stored] = this.store.read([id]);
    if (stored === undefined) throw jobNotFound(id);
    let present = stored.job;
    const changed = await this.#change(
      stored,
      (job) => {
        present = job;
        return transition(job);
      },
      { isRelaxed: false, isAnyAttempt: true },
    );
    if (changed === undefined) throw jobStateConflict(present, what);
    return changed.job;
  }

  /** What a commit must hold so that it ends an attempt as completed. */
  completion(
    claimed: StoredJob,
    result: StoredValue,
    logs: readonly StoredValue[],
  ): readonly DocumentChange[] {
    const ended = complete(claimed.job, result, this.#trace(logs));
    return this.store.changesOf([replacement(claimed, ended, false)]);
  }

  /** Notes something about a job that runs; gives it as it is then, `undefined` when it is not this worker's any more. */
  note(
    claimed: StoredJob,
    change: Partial<Pick<JobRecord, 'progress' | 'progress_note'>>,
  ): Promise<StoredJob | undefined> {
    return this.#change(claimed, (job) => ({ job: { ...job, ...change } as JobRecord }), {
      isRelaxed: true,
    });
  }

  /** Renews the lease of a job that runs. */
  heartbeat(claimed: StoredJob): Promise<StoredJob | undefined> {
    const leaseUntil = this.clock.now() + limits.jobLeaseMs;
    return this.#change(claimed, (job) => ({ job: heartbeat(job, leaseUntil) }), {
      isRelaxed: true,
    });
  }

  /** Takes back jobs that nobody runs any more. */
  async takeBack(jobs: readonly JobRecord[]): Promise<void> {
    const stored = this.store.read(jobs.map(({ id }) => id));
    await Promise.all(
      stored.map((each) => this.#change(each, (job) => this.#lost(job), { isRelaxed: false })),
    );
  }

  /** Deletes jobs that ended before these moments; gives how many. O(jobs deleted), in steps. */
  deleteEnded(cutoffs: RetentionCutoffs): Promise<number> {
    return deleteEnded(this.#options.pipeline, cutoffs, this.#closing.signal);
  }

  /** Acts on jobs, and gives how many were in a state for it. @throws what a commit throws */
  act(act: JobAct, ids: readonly string[], undoName?: string): Promise<number> {
    return actOnJobs(this.#batchOptions(), act, { ids, undoName });
  }

  /** Takes back what acts under a name have done, of jobs that are as they left them; gives of how many. */
  undo(undoName: string): Promise<number> {
    return undoAct(this.#batchOptions(), undoName);
  }

  /** What acts under a name have done stays. */
  forget(undoName: string): void {
    this.#undo.take(undoName);
  }

  /** O(1) while workers run, else O(jobs / 256). */
  async counts(): Promise<JobCounts> {
    if (this.#index !== undefined) return this.#index.counts;
    const snapshot = await this.#options.pipeline.settledSnapshot();
    try {
      const counts = jobStatuses.map((status) => [status, countOf(snapshot, status)]);
      // One count for each status, by its name.
      return Object.fromEntries(counts) as JobCounts;
    } finally {
      snapshot.release();
    }
  }

  /** Resolves when what was to be written is. */
  async close(): Promise<void> {
    this.#closing.abort(new AuroraError('DatabaseClosed', 'The database was closed.'));
    await this.#opening?.catch(() => undefined);
    this.#index?.close();
    await this.store.drained();
  }

  async #open(): Promise<JobIndex> {
    try {
      const { index, running } = await JobIndex.open(
        this.#options.pipeline,
        this.clock,
        this.#closing.signal,
      );
      this.#index = index;
      // Nobody else can have claimed them: a folder has one owner, and its workers are those of this process.
      await this.takeBack(running);
      return index;
    } catch (error) {
      this.#index = undefined;
      this.#opening = undefined;
      throw error;
    }
  }

  #batchOptions(): JobBatchOptions {
    const { pipeline, newId } = this.#options;
    return { pipeline, undo: this.#undo, now: () => this.clock.now(), newId };
  }

  #newJobs(requests: readonly JobRequest[]): NewJobs {
    const { pipeline, newId } = this.#options;
    const waitingCount = this.#index?.ready.size ?? 0;
    if (waitingCount + requests.length > limits.jobsWaitingMax) throw tooManyWait();
    const snapshot = pipeline.snapshot();
    try {
      return new JobEnqueueing(snapshot, { now: this.clock.now(), newId }).add(requests);
    } finally {
      snapshot.release();
    }
  }

  async #claimOne(stored: StoredJob, worker: string): Promise<StoredJob | undefined> {
    const now = this.clock.now();
    return this.#change(
      stored,
      (job) => {
        const claimed = claim(job, { now, worker, leaseMs: limits.jobLeaseMs });
        return claimed && { job: claimed };
      },
      { isRelaxed: true, isAnyAttempt: true },
    );
  }

  #ended(job: JobRecord, outcome: AttemptOutcome, logs: readonly StoredValue[]) {
    const { random } = this.#options;
    const trace = this.#trace(logs);
    switch (outcome.kind) {
      case 'completed':
        return complete(job, outcome.result, trace);
      case 'failed':
        return fail(job, outcome.failure, { ...trace, policy: outcome.policy, random });
      case 'released':
        return release(job, trace);
    }
  }

  #lost(job: JobRecord) {
    const { random } = this.#options;
    return lose(job, { ...this.#trace([]), policy: defaultRetryPolicy, random });
  }

  #trace(logs: readonly StoredValue[]) {
    return { now: this.clock.now(), newId: this.#options.newId, logs };
  }

  /**
   * Changes a job from what it was known to be. When somebody else has changed it, it is read again, and changed as it
   * is then if the attempt is still the same one.
   */
  async #change(
    known: StoredJob,
    transition: (job: JobRecord) => Parameters<JobStore['replace']>[1] | undefined,
    {
      isRelaxed,
      isAnyAttempt = false,
    }: { readonly isRelaxed: boolean; readonly isAnyAttempt?: boolean },
  ): Promise<StoredJob | undefined> {
    let current = known;
    for (let conflicts = 0; conflicts <= conflictsMax; conflicts += 1) {
      const change = transition(current.job);
      if (change === undefined) return undefined;
      try {
        await this.store.replace(current, change, { isRelaxed });
        return { row: current.row, job: change.job };
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
      const [present] = this.store.read([known.job.id]);
      if (present === undefined) return undefined;
      if (!isAnyAttempt && !isSameAttempt(present.job, known.job)) return undefined;
      current = present;
    }
    throw new AuroraError('WriteConflict', `Job ${known.job.id} changed too often to be written.`, {
      details: { collection: '_jobs', id: known.job.id },
    });
  }

  #write(changes: readonly DocumentChange[]): Promise<void> {
    return this.store.write({ changes, freedKeys: [], parentIds: [], isRelaxed: false });
  }
}

function isSameAttempt(one: JobRecord, other: JobRecord): boolean {
  return one.status === 'Running' && one.attempts === other.attempts && one.worker === other.worker;
}

function isConflict(error: unknown): boolean {
  const codes: readonly string[] = ['WriteConflict', 'UniqueConstraintViolation'];
  return error instanceof AuroraError && codes.includes(error.code);
}

function tooManyWait(): AuroraError {
  return new AuroraError('LimitExceeded', `${limits.jobsWaitingMax} jobs are waiting already.`, {
    hint: 'Start workers, or cancel jobs that are not needed.',
    details: { jobsMax: limits.jobsWaitingMax },
  });
}

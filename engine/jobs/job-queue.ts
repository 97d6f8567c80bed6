/*
 * The queue of one database: everything that happens to its jobs, for workers and for whoever asks. Jobs are documents
 * and change by commits only; what is kept in memory (job-index.ts) follows the commits. It is there once for each open
 * database, however many database objects and worker systems share it.
 */
import type { Clock } from '../base/clock.ts';
import { SteadyClock } from '../base/steady-clock.ts';
import { AuroraError } from '../errors.ts';
import { jobNotFound, jobStateConflict } from '../exec/job-errors.ts';
import type { JobRequest } from '../exec/job-mutations.ts';
import { limits } from '../limits.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import type { StoredValue } from '../values/stored-value.ts';
import type { OwedEnd } from './attempt-ends.ts';
import { ClaimRecords, isOfClaim } from './claim-records.ts';
import { actOnJobs, type JobAct, type JobBatchOptions, undoAct } from './job-batches.ts';
import {
  type ChangeOptions,
  changeJob,
  conflictsMax,
  isConflict,
  type Transition,
} from './job-changes.ts';
import { JobClaims } from './job-claims.ts';
import { JobEnqueueing, type NewJobs } from './job-enqueueing.ts';
import { countOf, type JobCounts, JobIndex, type LeftJobs } from './job-index.ts';
import { type JobRecord, jobStatuses } from './job-record.ts';
import { deleteEnded, type RetentionCutoffs } from './job-retention.ts';
import { JobScheduler } from './job-scheduler.ts';
import { JobStore, replacement, type StoredJob } from './job-store.ts';
import {
  type AttemptFailure,
  type Claim,
  cancel,
  claim,
  complete,
  type EndedAttempt,
  fail,
  heartbeat,
  lose,
  release,
  retry,
} from './job-transitions.ts';
import { JobUndo } from './job-undo.ts';
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

/** What an attempt leaves besides its outcome. */
export interface AttemptNotes {
  readonly logs: readonly StoredValue[];
  /** When its handler was called; when it was claimed unless told. */
  readonly startedAt?: number;
  /** How far it was at last. */
  readonly noted?: Pick<JobRecord, 'progress' | 'progress_note'> | undefined;
}

const noNotes: AttemptNotes = { logs: [] };

export class JobQueue {
  readonly clock: Clock;
  readonly store: JobStore;
  readonly claims: JobClaims;
  readonly scheduler: JobScheduler;
  readonly #options: JobQueueOptions;
  readonly #records: ClaimRecords;
  readonly #closing = new AbortController();
  readonly #undo = new JobUndo();
  readonly #owed: OwedEnd[] = [];
  #opening: Promise<JobIndex> | undefined;
  #index: JobIndex | undefined;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.clock = new SteadyClock(options.clock);
    this.store = new JobStore(options.pipeline);
    this.#records = new ClaimRecords(this.store, options.newId);
    this.claims = new JobClaims(this.store, this.#records, this.clock);
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
      if (changes.length === 0) return ids;
      const claimed = this.claims.claimAtOnce(this.#index, changes);
      try {
        await this.#write(claimed.changes);
      } catch (error) {
        claimed.didFail();
        // Somebody took a key in between, or gave it free.
        if (!isConflict(error) || conflicts >= conflictsMax) throw error;
        continue;
      }
      claimed.didCommit();
      return ids;
    }
  }

  /** Writes how an attempt ended; a job that was cancelled meanwhile, or is another's by now, stays as it is. */
  finish(
    claimed: StoredJob,
    outcome: AttemptOutcome,
    notes: AttemptNotes = noNotes,
  ): Promise<unknown> {
    const end = (job: JobRecord) => this.#ended(asNoted(job, notes), outcome, notes.logs);
    return this.#change(claimed, end, { isRelaxed: false });
  }

  /** Keeps an end that its workers could not write before they stopped. */
  owe(end: OwedEnd): void {
    this.#owed.push(end);
  }

  /** The ends that were kept so. */
  takeOwed(): readonly OwedEnd[] {
    return this.#owed.splice(0);
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
    notes: AttemptNotes,
  ): readonly DocumentChange[] {
    const ended = complete(asNoted(claimed.job, notes), result, this.#trace(notes.logs));
    return this.store.changesOf([replacement(claimed, ended, false)]);
  }

  /** Writes that a job runs that only a record says is claimed; gives it as `note` does. */
  begin(claimed: StoredJob): Promise<StoredJob | undefined> {
    return this.#change(claimed, (job) => ({ job }), { isRelaxed: true });
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

  /** Takes back what a process that is gone was running, or had claimed. */
  async #takeBack({ running, claims }: LeftJobs): Promise<void> {
    const takeBack = (ids: Iterable<string>, lost: (job: JobRecord) => EndedAttempt | undefined) =>
      this.store
        .read([...ids])
        .map((each) => this.#change(each, lost, { isRelaxed: false, isAnyAttempt: true }));
    await Promise.all([
      ...takeBack(
        running.map(({ id }) => id),
        (job) => this.#lost(job),
      ),
      ...claims.flatMap((left) =>
        takeBack(left.attemptsOf.keys(), (job) =>
          isOfClaim(left, job) ? this.#lostOf(job, left.claim) : undefined,
        ),
      ),
    ]);
    await Promise.all(
      claims.map(({ id }) => this.store.upsert('_job_claims', id, () => undefined)),
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
    const { pipeline } = this.#options;
    try {
      // Whoever asks runs jobs, and writes that it does.
      await pipeline.getReady();
      const { index, left } = await JobIndex.open(pipeline, {
        clock: this.clock,
        records: this.#records,
        signal: this.#closing.signal,
      });
      this.#index = index;
      // Nobody else can have claimed them: a folder has one owner, and its workers are those of this process.
      await this.#takeBack(left);
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
    let snapshot: Snapshot | undefined;
    const present = (): Snapshot => {
      snapshot ??= pipeline.snapshot();
      return snapshot;
    };
    try {
      return new JobEnqueueing(present, { now: this.clock.now(), newId }).add(requests);
    } finally {
      snapshot?.release();
    }
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

  #lostOf(job: JobRecord, by: Claim) {
    const claimed = claim(job, by);
    return claimed && this.#lost(claimed);
  }

  #trace(logs: readonly StoredValue[]) {
    return { now: this.clock.now(), newId: this.#options.newId, logs };
  }

  #change(known: StoredJob, transition: Transition, options: ChangeOptions) {
    return changeJob(this.store, known, transition, options);
  }

  #write(changes: readonly DocumentChange[]): Promise<number> {
    return this.store.write({ changes, freedKeys: [], parentIds: [], isRelaxed: false });
  }
}

/** A job that runs, with what is not written of its attempt yet. */
function asNoted(job: JobRecord, { startedAt, noted }: AttemptNotes): JobRecord {
  const isSame = startedAt === undefined || job.started_at === startedAt;
  if (job.status !== 'Running' || (isSame && noted === undefined)) return job;
  return { ...job, ...(isSame ? {} : { started_at: startedAt }), ...noted };
}

function tooManyWait(): AuroraError {
  return new AuroraError('LimitExceeded', `${limits.jobsWaitingMax} jobs are waiting already.`, {
    hint: 'Start workers, or cancel jobs that are not needed.',
    details: { jobsMax: limits.jobsWaitingMax },
  });
}

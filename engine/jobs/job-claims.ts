/*
 * How jobs come to the workers that run them. A claim is one commit for many jobs, and reaches the log before a handler
 * starts, so that an attempt that takes its process with it is counted; it need not reach the disk, since a job whose
 * claim is lost is merely ready again. It is a record that names the jobs (claim-records.ts); those that may kill their
 * process, or whose start somebody hears of, say themselves that they run.
 *
 * A job that is enqueued while a worker has a place for it is claimed in the commit that enqueues it: it is never seen
 * waiting, and starts when that commit is durable. Should the process die in between, the job is one that was running.
 */
import type { Clock } from '../base/clock.ts';
import { limits } from '../limits.ts';
import type { DocumentChange } from '../transactions/snapshot.ts';
import type { ClaimRecords } from './claim-records.ts';
import { changeJob } from './job-changes.ts';
import type { JobIndex } from './job-index.ts';
import { type JobRecord, jobPriorities, readJob } from './job-record.ts';
import { type JobStore, replacement, type StoredJob } from './job-store.ts';
import { type Claim, claim, unclaim } from './job-transitions.ts';
import { isRisky, type MayTake, type WaitingJob } from './ready-jobs.ts';

export interface TakeOptions {
  readonly mayTake: MayTake;
  /** Called for each job that is taken, before the next is looked for. */
  readonly onTaken?: (job: WaitingJob) => void;
}

/** Who runs jobs that have just been enqueued. */
export interface JobTaker {
  readonly worker: string;
  /** Keeps a place for a job; false when there is none. */
  reserve(job: JobRecord): boolean;
  /** The job is there, claimed for this taker. */
  begin(stored: StoredJob): void;
  /** The job that a place was kept for does not come. */
  forgo(job: JobRecord): void;
}

/** What enqueues jobs, with those of them that a taker gets. */
export interface ClaimedAtOnce {
  readonly changes: readonly DocumentChange[];
  /** To be called when they are committed. */
  readonly didCommit: () => void;
  /** To be called when they were refused. */
  readonly didFail: () => void;
}

export class JobClaims {
  readonly #store: JobStore;
  readonly #records: ClaimRecords;
  readonly #clock: Clock;
  readonly #takers = new Set<JobTaker>();

  constructor(store: JobStore, records: ClaimRecords, clock: Clock) {
    this.#store = store;
    this.#records = records;
    this.#clock = clock;
  }

  /** Offers jobs to a taker as soon as they are enqueued; the returned function ends it. */
  offerTo(taker: JobTaker): () => void {
    this.#takers.add(taker);
    return () => {
      this.#takers.delete(taker);
    };
  }

  /** Takes up to `count` jobs that are due out of those that wait, in their order, to claim them. */
  take(index: JobIndex, count: number, { mayTake, onTaken }: TakeOptions): readonly WaitingJob[] {
    const { ready, queueLimits } = index;
    ready.advance(this.#clock.now());
    const taken: WaitingJob[] = [];
    while (taken.length < count) {
      const next = ready.take(
        (queue, type, isRisky) => queueLimits.allows(queue) && mayTake(queue, type, isRisky),
      );
      if (next === undefined) break;
      queueLimits.started(next.queue);
      onTaken?.(next);
      taken.push(next);
    }
    return taken;
  }

  /**
   * Claims jobs that were taken, in one commit. Gives those that were still to be had, in order; those that could not
   * be written wait again.
   * @throws what a commit throws, when none could be written
   */
  async claim(
    index: JobIndex,
    taken: readonly WaitingJob[],
    worker: string,
  ): Promise<readonly StoredJob[]> {
    const stored = index.storedOf(taken, (missing) => this.#store.readAt(missing));
    const outcomes = await Promise.allSettled([
      this.#claimByRecord(
        index,
        stored.filter(({ job }) => !isRisky(job)),
        worker,
      ),
      this.#claimThemselves(
        index,
        stored.filter(({ job }) => isRisky(job)),
        worker,
      ),
    ]);
    const claimed = outcomes.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    if (claimed.length === taken.length) return inOrder(claimed, taken);
    const ids = new Set(claimed.map(({ job }) => job.id));
    for (const { id, queue } of taken) if (!ids.has(id)) index.queueLimits.ended(queue);
    const failure = outcomes.find((each) => each.status === 'rejected');
    if (claimed.length === 0 && failure !== undefined) throw failure.reason;
    return inOrder(claimed, taken);
  }

  /** Hands back jobs that were claimed and have not begun: the attempt does not count. */
  async giveBack(index: JobIndex, claimed: readonly StoredJob[]): Promise<void> {
    const now = this.#clock.now();
    const written: Promise<unknown>[] = [];
    for (const stored of claimed) {
      const { waiting } = stored;
      if (waiting === undefined) {
        const unclaimOne = (job: JobRecord) => unclaim(job, now);
        written.push(changeJob(this.#store, stored, unclaimOne, { isRelaxed: true }));
      } else if (this.#records.release(waiting.id, waiting.status)) {
        index.queueLimits.ended(waiting.queue);
        index.ready.put(waiting, now, stored);
      }
    }
    this.#records.flush();
    await Promise.all(written);
  }

  /** Claims those jobs that are about to be enqueued and that a taker has a place for. */
  claimAtOnce(index: JobIndex | undefined, changes: readonly DocumentChange[]): ClaimedAtOnce {
    if (index === undefined || this.#takers.size === 0) return unclaimed(changes);
    const reserved: { readonly taker: JobTaker; readonly job: JobRecord }[] = [];
    const claimed = [...changes];
    for (const { at, job } of this.#plainJobs(changes)) {
      const taker = this.#takerOf(index, job);
      if (taker === undefined) continue;
      const document = this.#claimed(job, taker.worker) ?? job;
      index.queueLimits.started(job.queue);
      index.expect(job.id);
      reserved.push({ taker, job });
      claimed[at] = { kind: 'insert', collection: '_jobs', document };
    }
    if (reserved.length === 0) return unclaimed(changes);
    return {
      changes: claimed,
      didCommit: () => {
        for (const { taker, job } of reserved) {
          const present = index.takeExpected(job.id) ?? this.#store.read([job.id])[0];
          // Who cancelled it in this moment was heard of by the index, which has counted its end.
          if (present?.job.status === 'Running') taker.begin(present);
          else taker.forgo(job);
        }
      },
      didFail: () => {
        for (const { taker, job } of reserved) {
          index.takeExpected(job.id);
          index.queueLimits.ended(job.queue);
          taker.forgo(job);
        }
      },
    };
  }

  /** The jobs to be enqueued that are due, and of which nothing follows but their start; higher priorities first. */
  #plainJobs(changes: readonly DocumentChange[]) {
    const now = this.#clock.now();
    const found: { readonly at: number; readonly job: JobRecord }[] = [];
    for (const [at, change] of changes.entries()) {
      if (change.kind !== 'insert' || change.collection !== '_jobs') continue;
      const job = readJob(change.document);
      if (job === undefined || job.unique_key !== null || job.open_children > 0) continue;
      if (job.run_at <= now) found.push({ at, job });
    }
    const rank = ({ job }: (typeof found)[number]) => jobPriorities.indexOf(job.priority);
    return found.length === 1 ? found : found.sort((one, other) => rank(other) - rank(one));
  }

  #takerOf(index: JobIndex, job: JobRecord): JobTaker | undefined {
    if (!index.queueLimits.allows(job.queue)) return undefined;
    for (const taker of this.#takers) if (taker.reserve(job)) return taker;
    return undefined;
  }

  async #claimByRecord(
    index: JobIndex,
    stored: readonly StoredJob[],
    worker: string,
  ): Promise<readonly StoredJob[]> {
    try {
      return await this.#records.claim(stored, this.#claimOf(worker));
    } catch (error) {
      const now = this.#clock.now();
      for (const { job } of stored) index.ready.put(job, now);
      throw error;
    }
  }

  async #claimThemselves(
    index: JobIndex,
    stored: readonly StoredJob[],
    worker: string,
  ): Promise<readonly StoredJob[]> {
    if (stored.length === 0) return [];
    const together = await this.#claimTogether(stored, worker);
    return together ?? this.#claimEach(index, stored, worker);
  }

  /** `undefined` when one of them is not as it was read. */
  async #claimTogether(
    stored: readonly StoredJob[],
    worker: string,
  ): Promise<readonly StoredJob[] | undefined> {
    const claimed: { readonly known: StoredJob; readonly job: JobRecord }[] = [];
    for (const known of stored) {
      const job = this.#claimed(known.job, worker);
      if (job !== undefined) claimed.push({ known, job });
    }
    if (claimed.length === 0) return [];
    try {
      const writes = claimed.map(({ known, job }) => replacement(known, { job }, true));
      const asOf = await this.#store.writeTogether(writes);
      return claimed.map(({ known: { row }, job }) => ({ row, job, asOf }));
    } catch {
      // One by one, it is told which, and why.
      return undefined;
    }
  }

  async #claimEach(
    index: JobIndex,
    stored: readonly StoredJob[],
    worker: string,
  ): Promise<readonly StoredJob[]> {
    const claimOne = (known: StoredJob) =>
      changeJob(
        this.#store,
        known,
        (job) => {
          const claimed = this.#claimed(job, worker);
          return claimed && { job: claimed };
        },
        { isRelaxed: true, isAnyAttempt: true },
      );
    const outcomes = await Promise.allSettled(stored.map(claimOne));
    const claimed: StoredJob[] = [];
    const failures: unknown[] = [];
    for (const [at, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') {
        if (outcome.value !== undefined) claimed.push(outcome.value);
        continue;
      }
      failures.push(outcome.reason);
      const before = stored[at]?.job;
      if (before !== undefined) index.ready.put(before, this.#clock.now());
    }
    if (claimed.length === 0 && failures.length > 0) throw failures[0];
    return claimed;
  }

  #claimed(job: JobRecord, worker: string): JobRecord | undefined {
    return claim(job, this.#claimOf(worker));
  }

  #claimOf(worker: string): Claim {
    return { now: this.#clock.now(), worker, leaseMs: limits.jobLeaseMs };
  }
}

/** Claimed jobs in the order in which they were taken. */
function inOrder(
  claimed: readonly StoredJob[],
  taken: readonly WaitingJob[],
): readonly StoredJob[] {
  if (claimed.every(({ job }, position) => taken[position]?.id === job.id)) return claimed;
  const byId = new Map(claimed.map((stored) => [stored.job.id, stored]));
  return taken.flatMap(({ id }) => byId.get(id) ?? []);
}

function unclaimed(changes: readonly DocumentChange[]): ClaimedAtOnce {
  return { changes, didCommit: nothing, didFail: nothing };
}

function nothing(): void {
  // Nobody has a place for any of them.
}

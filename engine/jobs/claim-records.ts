/*
 * Claims of many jobs in one small document of `_job_claims`. Until a job has ended, or its handler has not ended in the
 * turn in which it began, nothing else is written for its claim: its own document still says that it waits. Such a job
 * is held here. Whatever is then written to its document, by whomever, ends that: it says itself what has become of it.
 *
 *   claimed by record ──▶ ended                        one write for the job
 *                    ├──▶ Running ──▶ ended            when its handler takes longer than a turn
 *                    └──▶ waits as before              given back, or changed by somebody while it was held
 *
 * A record that is there when the database opens names what the process that is gone had claimed: those of its jobs
 * that wait with as many attempts as they had then. So what waits again is taken off its record at once, and a record
 * goes with the last job that it holds.
 */
import { AuroraError } from '../errors.ts';
import type { DocumentChange } from '../transactions/snapshot.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { isWaiting, type JobRecord } from './job-record.ts';
import type { JobStore, StoredJob } from './job-store.ts';
import { type Claim, claim } from './job-transitions.ts';

const collection = '_job_claims';

interface ClaimRecord {
  readonly id: string;
  readonly claim: Claim;
  /** The jobs that it names when it is written next, with the attempts that each had begun before. */
  readonly attemptsOf: Map<string, number>;
  /** Those that its document names: also what has ended since, and waits again when somebody retries it. */
  named: ReadonlySet<string>;
  /** Those of them that it holds; the others say themselves that they run. */
  readonly held: Set<string>;
  /** False while the commit that adds it is on its way. */
  isWritten: boolean;
  /** True when its document names jobs that wait and that it does not hold. */
  isStale: boolean;
}

export class ClaimRecords {
  readonly #store: JobStore;
  readonly #newId: () => string;
  /** Which record names a job. */
  readonly #recordOf = new Map<string, ClaimRecord>();
  /** Records to be written anew, or deleted. */
  readonly #touched = new Set<ClaimRecord>();
  /** One write of records at a time: a second one would replace what the first has not yet replaced. */
  #isFlushing = false;

  constructor(store: JobStore, newId: () => string) {
    this.#store = store;
    this.#newId = newId;
  }

  /**
   * Claims jobs that wait. Resolves when the record is in the log, with those that nobody has changed meanwhile: the
   * jobs as they are while they run, beside what is stored of them.
   * @throws what a commit throws; nothing is claimed then
   */
  async claim(jobs: readonly StoredJob[], by: Claim): Promise<readonly StoredJob[]> {
    const claimed = jobs.flatMap((stored) => claimedInMemory(stored, by));
    if (claimed.length === 0) return [];
    const record: ClaimRecord = {
      id: this.#newId(),
      claim: by,
      attemptsOf: new Map(),
      named: new Set(claimed.map(({ waiting }) => waiting.id)),
      held: new Set(),
      isWritten: false,
      isStale: false,
    };
    for (const { waiting } of claimed) {
      record.attemptsOf.set(waiting.id, waiting.attempts);
      record.held.add(waiting.id);
      this.#recordOf.set(waiting.id, record);
    }
    try {
      await this.#write([{ kind: 'insert', collection, document: documentOf(record) }]);
    } catch (error) {
      this.#forget(record);
      throw error;
    }
    record.isWritten = true;
    this.flush();
    return claimed.filter(({ job }) => record.held.has(job.id));
  }

  /**
   * A job is not held any more: its own document was written, which says what it is now, or it is given back. True when
   * it was held for a worker. `flush` is to be called afterwards.
   */
  release(id: string, status: JobRecord['status'] | undefined): boolean {
    const record = this.#recordOf.get(id);
    if (record === undefined) return false;
    const wasHeld = record.held.delete(id);
    if (status !== 'Running') record.attemptsOf.delete(id);
    record.isStale ||= status !== undefined && isWaiting({ status });
    if (record.isStale || record.held.size === 0) this.#touched.add(record);
    // Who claims it sees that it is gone.
    return wasHeld && record.isWritten;
  }

  /** Writes what has changed of the records. */
  flush(): void {
    if (this.#touched.size === 0 || this.#isFlushing) return;
    const records = [...this.#touched].filter(({ isWritten }) => isWritten);
    const changes: DocumentChange[] = [];
    for (const record of records) {
      this.#touched.delete(record);
      record.isStale = false;
      const document = record.held.size === 0 ? undefined : documentOf(record);
      if (document === undefined) this.#forget(record);
      else this.#nameOnly(record);
      const change = this.#store.changeTo(collection, record.id, document);
      if (change !== undefined) changes.push(change);
    }
    if (changes.length === 0) return;
    this.#isFlushing = true;
    void this.#writeTouched(changes, records);
  }

  async #writeTouched(
    changes: readonly DocumentChange[],
    records: readonly ClaimRecord[],
  ): Promise<void> {
    try {
      await this.#write(changes);
      this.#isFlushing = false;
      this.flush();
    } catch (error) {
      this.#isFlushing = false;
      // With the next of them. At worst, jobs are counted as begun that had not when the process ends before.
      for (const record of records) this.#touched.add(record);
      const isClosed = error instanceof AuroraError && error.code === 'DatabaseClosed';
      if (!isClosed) console.error('The record of a claim could not be written:', error);
    }
  }

  #forget(record: ClaimRecord): void {
    record.attemptsOf.clear();
    this.#nameOnly(record);
    this.#touched.delete(record);
  }

  /** The record names only what it has claimed and not let go; a job may be on a later record by now. */
  #nameOnly(record: ClaimRecord): void {
    const { named, attemptsOf } = record;
    for (const id of named) {
      if (!attemptsOf.has(id) && this.#recordOf.get(id) === record) this.#recordOf.delete(id);
    }
    record.named = new Set(attemptsOf.keys());
  }

  #write(changes: readonly DocumentChange[]): Promise<number> {
    return this.#store.write({ changes, freedKeys: [], parentIds: [], isRelaxed: true });
  }
}

/** What a record of a process that is gone says. */
export interface LeftClaim {
  readonly claim: Claim;
  readonly attemptsOf: ReadonlyMap<string, number>;
}

/** A record as it was read; what this version cannot have written claims nothing. */
export function readClaim({
  worker,
  at,
  lease_until,
  job_ids,
  attempts,
}: StoredDocument): LeftClaim {
  const attemptsOf = new Map<string, number>();
  const counts = Array.isArray(attempts) ? attempts : [];
  for (const [position, id] of (Array.isArray(job_ids) ? job_ids : []).entries()) {
    const count = counts[position];
    if (typeof id === 'string' && typeof count === 'number') attemptsOf.set(id, count);
  }
  const now = typeof at === 'number' ? at : 0;
  const leaseUntil = typeof lease_until === 'number' ? lease_until : now;
  return { claim: { worker: String(worker), now, leaseMs: leaseUntil - now }, attemptsOf };
}

/** True when a job is still as it was when the record claimed it. */
export function isOfClaim({ attemptsOf }: LeftClaim, job: JobRecord): boolean {
  return isWaiting(job) && attemptsOf.get(job.id) === job.attempts;
}

type HeldJob = StoredJob & { readonly waiting: JobRecord };

function claimedInMemory(stored: StoredJob, by: Claim): readonly HeldJob[] {
  const { row, asOf, record, job: waiting } = stored;
  const job = claim(waiting, by);
  return job === undefined ? [] : [{ row, job, asOf, record, waiting }];
}

function documentOf({
  id,
  claim: { worker, now, leaseMs },
  attemptsOf,
}: ClaimRecord): StoredDocument {
  return {
    id,
    worker,
    at: now,
    lease_until: now + leaseMs,
    job_ids: [...attemptsOf.keys()],
    attempts: [...attemptsOf.values()],
  };
}

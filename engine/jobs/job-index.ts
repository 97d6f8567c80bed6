/*
 * What is known of all jobs in memory while workers run: which wait, and how many there are in each state. It is read
 * once from the index by status, and from then on follows what is committed, by whomever: a job that is enqueued by a
 * mutation, a guest or a transaction is here as soon as it is visible.
 */
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { ChangedCollection, PublishedCommit } from '../transactions/pipeline-task.ts';
import type { DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { type ClaimRecords, type LeftClaim, readClaim } from './claim-records.ts';
import { isWaiting, type JobRecord, type JobStatus, jobStatuses, readJob } from './job-record.ts';
import { entryOf, type StoredJob } from './job-store.ts';
import { QueueLimits, settingsOf, unlimited } from './queue-limits.ts';
import { ReadyJobs, type WaitingJob } from './ready-jobs.ts';

export type JobCounts = Readonly<Record<JobStatus, number>>;

/** What listeners hear of. */
export interface JobIndexChange {
  /** True when a job may start that might not before. */
  readonly mayStart: boolean;
  /** Jobs that were running and are not any more. */
  readonly stopped: readonly JobRecord[];
}

/** What a process that is gone was running, or had claimed. */
export interface LeftJobs {
  readonly running: readonly JobRecord[];
  readonly claims: readonly (LeftClaim & { readonly id: string })[];
}

interface JobIndexOptions {
  readonly clock: Clock;
  readonly records: ClaimRecords;
  readonly signal: AbortSignal;
}

const rowsPerStep = 256;

export class JobIndex {
  readonly ready = new ReadyJobs();
  readonly queueLimits: QueueLimits;
  readonly #clock: Clock;
  readonly #records: ClaimRecords;
  readonly #counts: Record<JobStatus, number> = newCounts();
  readonly #changes: Emitter<JobIndexChange>;
  readonly #endListening: () => void;
  /** Jobs that are to come claimed, by their ids, with what has come of them. */
  readonly #expected = new Map<string, StoredJob | undefined>();
  /** The sequence of the last commit that it has followed. */
  #sequence = 0;
  /** Commits that came while it was read. */
  #early: PublishedCommit[] | undefined = [];

  /** Reads what there is; gives also what was claimed. O(jobs that have not ended), in time slices. */
  static async open(
    pipeline: CommitPipeline,
    { clock, records, signal }: JobIndexOptions,
  ): Promise<{ readonly index: JobIndex; readonly left: LeftJobs }> {
    const index = new JobIndex(pipeline, clock, records);
    try {
      return { index, left: await index.#load(pipeline, signal) };
    } catch (error) {
      index.close();
      throw error;
    }
  }

  private constructor(pipeline: CommitPipeline, clock: Clock, records: ClaimRecords) {
    this.#clock = clock;
    this.#records = records;
    this.queueLimits = new QueueLimits(clock);
    this.#changes = new Emitter((error) => console.error('A listener of jobs failed:', error));
    this.#endListening = pipeline.onDidPublish((commit) => {
      if (this.#early === undefined) this.#follow(commit);
      else this.#early.push(commit);
    });
  }

  get counts(): JobCounts {
    return { ...this.#counts };
  }

  /**
   * Jobs that were just taken out of those that wait, as they are stored: those that are kept here, and the others as
   * `read` gives them.
   */
  storedOf(
    taken: readonly WaitingJob[],
    read: (missing: readonly WaitingJob[]) => readonly StoredJob[],
  ): readonly StoredJob[] {
    const asOf = this.#sequence;
    const kept: StoredJob[] = [];
    const missing: WaitingJob[] = [];
    for (const entry of taken) {
      const { row, job, record } = entry;
      if (row === undefined || job === undefined) missing.push(entry);
      else kept.push({ row, job, asOf, record });
    }
    return missing.length === 0 ? kept : [...kept, ...read(missing)];
  }

  /** A job is about to be enqueued that is claimed already. */
  expect(id: string): void {
    this.#expected.set(id, undefined);
  }

  /** Such a job as it was committed; `undefined` when it was not, or is not at hand, or has changed since. */
  takeExpected(id: string): StoredJob | undefined {
    const stored = this.#expected.get(id);
    this.#expected.delete(id);
    return stored;
  }

  onDidChange(listener: (change: JobIndexChange) => void): () => void {
    return this.#changes.on(listener);
  }

  close(): void {
    this.#endListening();
    this.#changes.clear();
  }

  async #load(pipeline: CommitPipeline, signal: AbortSignal): Promise<LeftJobs> {
    const snapshot = await pipeline.settledSnapshot();
    const slicer = new TimeSlicer(this.#clock, { signal });
    const running: JobRecord[] = [];
    try {
      for (const status of jobStatuses) {
        if (status === 'Completed' || status === 'DeadLetter' || status === 'Cancelled') {
          this.#counts[status] = countOf(snapshot, status);
          continue;
        }
        for await (const { row, job } of jobsOf(snapshot, status, slicer)) {
          this.#counts[status] += 1;
          if (status === 'Running') running.push(job);
          else if (job.open_children === 0) this.ready.put(job, this.#clock.now(), { row });
        }
      }
      for (const document of documentsOf(snapshot, '_job_queues')) {
        this.queueLimits.set(String(document['name']), settingsOf(document));
      }
      const claims = [...documentsOf(snapshot, '_job_claims')].map((document) => ({
        ...readClaim(document),
        id: document.id,
      }));
      const { sequence } = snapshot;
      this.#sequence = sequence;
      for (const commit of this.#early ?? []) {
        if (commit.event.sequence > sequence) this.#follow(commit);
      }
      this.#early = undefined;
      return { running, claims };
    } finally {
      snapshot.release();
    }
  }

  #follow({ event, changed }: PublishedCommit): void {
    this.#sequence = event.sequence;
    for (const collection of changed) {
      const { name } = collection.entry.definition;
      if (name === '_jobs') this.#followJobs(collection);
      else if (name === '_job_queues') this.#followQueues(collection);
    }
  }

  #followJobs({ changes, rows }: ChangedCollection): void {
    const stopped: JobRecord[] = [];
    let mayStart = false;
    for (const [at, { change, record }] of changes.entries()) {
      const { before, after } = imagesOf(change);
      const row = rows?.[at] as Row | undefined;
      if (this.#expected.size > 0) this.#noteExpected(change, row, record);
      if (before !== undefined) this.#counts[before.status] -= 1;
      if (after !== undefined) this.#counts[after.status] += 1;
      if (after !== undefined && isWaiting(after) && after.open_children === 0) {
        this.ready.put(after, this.#clock.now(), { row, record });
        mayStart = true;
      } else if (before !== undefined && isWaiting(before)) this.ready.withdraw(before.id);
      if (before !== undefined && this.#isTakenFrom(before, after)) {
        stopped.push(before);
        this.queueLimits.ended(before.queue);
        mayStart = true;
      }
    }
    this.#records.flush();
    this.#changes.emit({ mayStart, stopped });
  }

  #noteExpected(
    change: DocumentChange,
    row: Row | undefined,
    record: Uint8Array | undefined,
  ): void {
    const { id } = change.kind === 'insert' ? change.document : change.before;
    if (!this.#expected.has(id)) return;
    const job = change.kind === 'insert' ? readJob(change.document) : undefined;
    const isAtHand = job !== undefined && row !== undefined;
    this.#expected.set(id, isAtHand ? { row, job, asOf: this.#sequence, record } : undefined);
  }

  /** True when a worker had the job before, by its own document or by a record, and has not now. */
  #isTakenFrom(before: JobRecord, after: JobRecord | undefined): boolean {
    const wasHeld = this.#records.release(before.id, after?.status);
    return (wasHeld || before.status === 'Running') && after?.status !== 'Running';
  }

  #followQueues({ changes }: ChangedCollection): void {
    for (const { change } of changes) {
      if (change.kind === 'delete') {
        this.queueLimits.set(String(change.before['name']), unlimited);
      } else {
        this.queueLimits.set(String(change.document['name']), settingsOf(change.document));
      }
    }
    this.#changes.emit({ mayStart: true, stopped: [] });
  }
}

function imagesOf(change: DocumentChange): {
  readonly before: JobRecord | undefined;
  readonly after: JobRecord | undefined;
} {
  return {
    before: change.kind === 'insert' ? undefined : readJob(change.before),
    after: change.kind === 'delete' ? undefined : readJob(change.document),
  };
}

function* documentsOf(snapshot: Snapshot, collection: string): Generator<StoredDocument> {
  const cursor = snapshot.scan(entryOf(snapshot, collection));
  const next = () => cursor.next(rowsPerStep).documents;
  for (let documents = next(); documents.length > 0; documents = next()) yield* documents;
  cursor.close();
}

async function* jobsOf(
  snapshot: Snapshot,
  status: JobStatus,
  slicer: TimeSlicer,
): AsyncGenerator<{ readonly row: Row; readonly job: JobRecord }> {
  const jobs = entryOf(snapshot, '_jobs');
  const cursor = snapshot.scanIndex(statusIndex(snapshot), rangeOf(status));
  try {
    for (let rows = cursor.next(rowsPerStep); rows.length > 0; rows = cursor.next(rowsPerStep)) {
      for (const row of rows) {
        await slicer.yieldIfDue();
        const document = snapshot.read(jobs, row);
        const job = document && readJob(document);
        if (job !== undefined) yield { row, job };
      }
    }
  } finally {
    cursor.close();
  }
}

/** On a settled snapshot. O(jobs of the status / 256). */
export function countOf(snapshot: Snapshot, status: JobStatus): number {
  return snapshot.countIndex(statusIndex(snapshot), rangeOf(status), Number.MAX_SAFE_INTEGER);
}

function statusIndex(snapshot: Snapshot) {
  const index = entryOf(snapshot, '_jobs').indexes.find(({ fields }) => fields[0] === 'status');
  if (index === undefined) throw new Error('Jobs are indexed by their status.');
  return index;
}

function rangeOf(status: JobStatus) {
  const bound = { values: [status], inclusive: true };
  return { lower: bound, upper: bound, reverse: false };
}

function newCounts(): Record<JobStatus, number> {
  return { Pending: 0, Running: 0, Completed: 0, Failed: 0, DeadLetter: 0, Cancelled: 0 };
}

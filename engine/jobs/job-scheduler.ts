/*
 * Enqueues the jobs of schedules when their time has come. The job and the schedule's next run are one commit, so a
 * run is made once, whoever dies in between; what was missed meanwhile is made up for as the schedule says.
 */
import type { JobRequest } from '../exec/job-mutations.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import type { Row } from '../values/stored-value.ts';
import { JobEnqueueing } from './job-enqueueing.ts';
import type { JobQueue } from './job-queue.ts';
import { hasEnded, readJob } from './job-record.ts';
import { documentOf, entryOf } from './job-store.ts';
import { dueRuns, readSchedule, type ScheduleRecord } from './schedule.ts';

interface StoredSchedule {
  readonly row: Row;
  readonly schedule: ScheduleRecord;
}

const rowsPerStep = 256;

export class JobScheduler {
  readonly #pipeline: CommitPipeline;
  readonly #queue: JobQueue;
  readonly #newId: () => string;

  constructor(pipeline: CommitPipeline, queue: JobQueue, newId: () => string) {
    this.#pipeline = pipeline;
    this.#queue = queue;
    this.#newId = newId;
  }

  /** Makes the runs that are due; gives when to look again, `undefined` when there is nothing to look for. */
  async runDue(): Promise<number | undefined> {
    const now = this.#queue.clock.now();
    if (!this.#hasSchedules()) return undefined;
    const snapshot = await this.#pipeline.settledSnapshot();
    try {
      let nextAt: number | undefined;
      for (const stored of schedulesOf(snapshot)) {
        const { schedule } = stored;
        if (schedule.paused) continue;
        const nextRunAt = await this.#runOne(snapshot, stored, now);
        if (nextRunAt !== undefined) nextAt = Math.min(nextAt ?? nextRunAt, nextRunAt);
      }
      return nextAt;
    } finally {
      snapshot.release();
    }
  }

  /** What one cannot do is told of, and keeps no other from its runs. */
  async #runOne(
    snapshot: Snapshot,
    stored: StoredSchedule,
    now: number,
  ): Promise<number | undefined> {
    const { schedule } = stored;
    try {
      const { runs, nextRunAt } = dueRuns(schedule, now);
      if (nextRunAt !== schedule.next_run_at) await this.#make(snapshot, stored, runs, nextRunAt);
      return nextRunAt;
    } catch (error) {
      console.error(`The runs of the schedule "${schedule.name}" could not be made:`, error);
      return undefined;
    }
  }

  #hasSchedules(): boolean {
    const snapshot = this.#pipeline.snapshot();
    try {
      return snapshot.documentCount(entryOf(snapshot, '_job_schedules')) > 0;
    } finally {
      snapshot.release();
    }
  }

  async #make(
    snapshot: Snapshot,
    { row, schedule }: StoredSchedule,
    runs: readonly number[],
    nextRunAt: number,
  ): Promise<void> {
    const isBusy = schedule.overlap === 'Skip' && isRunning(snapshot, schedule.last_job_id);
    const made = isBusy ? [] : schedule.overlap === 'Skip' ? runs.slice(-1) : runs;
    const context = { now: this.#queue.clock.now(), newId: this.#newId };
    // The request was checked when the schedule was made.
    const request = schedule['job'] as unknown as JobRequest;
    const enqueued = new JobEnqueueing(() => snapshot, context).add(
      made.map(() => request),
      { schedule: schedule.name },
    );
    const document = {
      ...schedule,
      next_run_at: nextRunAt,
      last_run_at: made.at(-1) ?? schedule.last_run_at,
      last_job_id: enqueued.ids.at(-1) ?? schedule.last_job_id,
    };
    const changes: DocumentChange[] = [
      { kind: 'replace', collection: '_job_schedules', row, before: schedule, document },
      ...enqueued.changes,
    ];
    await this.#queue.store.write({ changes, freedKeys: [], parentIds: [], isRelaxed: false });
  }
}

function* schedulesOf(snapshot: Snapshot): Generator<StoredSchedule> {
  const cursor = snapshot.scan(entryOf(snapshot, '_job_schedules'));
  try {
    for (
      let batch = cursor.next(rowsPerStep);
      batch.rows.length > 0;
      batch = cursor.next(rowsPerStep)
    ) {
      for (const [at, row] of batch.rows.entries()) {
        const document = batch.documents[at];
        const schedule = document && readSchedule(document);
        if (schedule !== undefined) yield { row, schedule };
      }
    }
  } finally {
    cursor.close();
  }
}

function isRunning(snapshot: Snapshot, jobId: string | null): boolean {
  if (jobId === null) return false;
  const found = documentOf(snapshot, entryOf(snapshot, '_jobs'), jobId);
  const job = found && readJob(found.document);
  return job !== undefined && !hasEnded(job);
}

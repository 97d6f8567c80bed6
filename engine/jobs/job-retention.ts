/*
 * Deletes jobs that ended long ago, with their runs: found by the index over status and end, in steps of one small
 * commit each, so that nobody waits for it and the log stays small.
 */
import { nextTurn, throwIfCancelled } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { DocumentChange, IndexRange, Snapshot } from '../transactions/snapshot.ts';
import { type JobStatus, readJob } from './job-record.ts';
import { documentOf, entryOf, type StoredJob } from './job-store.ts';
import { keyIdOf } from './new-job.ts';

/** Jobs that ended before these moments go, in milliseconds since 1970. */
export type RetentionCutoffs = Readonly<
  Record<Extract<JobStatus, 'Completed' | 'Cancelled' | 'DeadLetter'>, number>
>;

/** Gives the number of jobs that were deleted. @throws AuroraError `Cancelled`, and what a commit throws */
export async function deleteEnded(
  pipeline: CommitPipeline,
  cutoffs: RetentionCutoffs,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for (const status of ['Completed', 'Cancelled', 'DeadLetter'] as const) {
    for (;;) {
      throwIfCancelled(signal);
      const snapshot = await pipeline.settledSnapshot();
      const step = stepOf(snapshot, status, cutoffs[status]);
      snapshot.release();
      if (step.jobCount === 0) break;
      try {
        await pipeline.commit(step.changes, { isRelaxed: true });
        count += step.jobCount;
      } catch (error) {
        // Somebody has tried one of them again; the next step leaves it out.
        if (!(error instanceof AuroraError && error.code === 'WriteConflict')) throw error;
      }
      await nextTurn();
    }
  }
  return count;
}

/** The next jobs with all that belongs to them; one job that has more runs than a step goes in a step of its own. */
function stepOf(snapshot: Snapshot, status: JobStatus, before: number) {
  const jobs = entryOf(snapshot, '_jobs');
  const changes: DocumentChange[] = [];
  let jobCount = 0;
  for (const row of rowsOf(snapshot, '_jobs', 'status', {
    lower: { values: [status], inclusive: true },
    upper: { values: [status, before], inclusive: false },
    reverse: false,
  })) {
    const document = snapshot.read(jobs, row);
    const job = document && readJob(document);
    if (document === undefined || job === undefined) continue;
    const own = deletionOf(snapshot, { row, job, asOf: snapshot.sequence });
    if (jobCount > 0 && changes.length + own.length > limits.jobRetentionStepMax) break;
    changes.push(...own);
    jobCount += 1;
  }
  return { changes, jobCount };
}

/** What goes when a job goes: its document, its runs, and the unique key that it has. On a settled snapshot. */
export function deletionOf(snapshot: Snapshot, { row, job, asOf }: StoredJob): DocumentChange[] {
  const own = runsOf(snapshot, job.id);
  if (job.unique_key !== null) own.push(...keyOf(snapshot, keyIdOf(job), job.id));
  own.push({ kind: 'delete', collection: '_jobs', row, before: job, asOf });
  return own;
}

function runsOf(snapshot: Snapshot, jobId: string): DocumentChange[] {
  const runs = entryOf(snapshot, '_job_runs');
  const bound = { values: [jobId], inclusive: true };
  const rows = rowsOf(snapshot, '_job_runs', 'job_id', {
    lower: bound,
    upper: bound,
    reverse: false,
  });
  return rows.flatMap((row) => {
    const before = snapshot.read(runs, row);
    return before === undefined
      ? []
      : [{ kind: 'delete' as const, collection: '_job_runs', row, before }];
  });
}

/** A key that was taken for a period goes with its job. */
function keyOf(snapshot: Snapshot, id: string, jobId: string): DocumentChange[] {
  const found = documentOf(snapshot, entryOf(snapshot, '_job_keys'), id);
  if (found === undefined || found.document['job_id'] !== jobId) return [];
  return [{ kind: 'delete', collection: '_job_keys', row: found.row, before: found.document }];
}

function rowsOf(snapshot: Snapshot, collection: string, field: string, range: IndexRange) {
  const { indexes } = entryOf(snapshot, collection);
  const index = indexes.find(({ fields }) => fields[0] === field);
  if (index === undefined) throw new Error(`${collection} is indexed by ${field}.`);
  const cursor = snapshot.scanIndex(index, range);
  const rows = cursor.next(limits.jobRetentionStepMax);
  cursor.close();
  return rows;
}

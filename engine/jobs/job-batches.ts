/*
 * What is done with many jobs at once, by their ids: deleting them, and giving them another priority. One call is one
 * commit for as many of them as fit into it; a job that is not in a state for it, or is gone, is left out, since whoever
 * chose the ids saw the jobs a moment ago.
 */
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import { hasEnded, isWaiting, type JobRecord, readJob } from './job-record.ts';
import { deletionOf } from './job-retention.ts';
import { childEnded } from './job-rules.ts';
import { documentOf, entryOf, type StoredJob } from './job-store.ts';

/** Deletes jobs with their runs; those that run stay. @throws AuroraError `WriteConflict`, and what a commit throws */
export function deleteJobs(pipeline: CommitPipeline, ids: readonly string[]): Promise<void> {
  return changeJobs(pipeline, ids, (snapshot, stored) => {
    const going = stored.filter(({ job }) => job.status !== 'Running');
    const gone = new Set(going.map(({ job }) => job.id));
    const missed = going.filter(({ job }) => !hasEnded(job));
    return [...going.map((each) => deletionOf(snapshot, each)), parentsOf(snapshot, missed, gone)];
  });
}

/** Gives jobs that wait another priority. @throws AuroraError `WriteConflict`, and what a commit throws */
export function setPriorities(
  pipeline: CommitPipeline,
  ids: readonly string[],
  priority: JobRecord['priority'],
): Promise<void> {
  return changeJobs(pipeline, ids, (_snapshot, stored) =>
    stored.flatMap(({ row, job }): DocumentChange[][] => {
      if (!isWaiting(job) || job.priority === priority) return [];
      const document = { ...job, priority };
      return [[{ kind: 'replace', collection: '_jobs', row, before: job, document }]];
    }),
  );
}

/** The groups of changes must each be whole; as many of them as fit go into one commit. */
async function changeJobs(
  pipeline: CommitPipeline,
  ids: readonly string[],
  changesOf: (snapshot: Snapshot, stored: readonly StoredJob[]) => readonly DocumentChange[][],
): Promise<void> {
  const chosen = [...new Set(ids)];
  for (let conflicts = 0, from = 0; from < chosen.length; ) {
    const step = chosen.slice(from, from + limits.jobBatchChangesMax);
    const snapshot = await pipeline.settledSnapshot();
    let groups: readonly DocumentChange[][];
    try {
      groups = changesOf(snapshot, readJobs(snapshot, step));
    } finally {
      snapshot.release();
    }
    try {
      const changes = groups.flat();
      if (changes.length > 0) await pipeline.commit(changes);
      from += step.length;
      conflicts = 0;
    } catch (error) {
      // Somebody did something with one of them meanwhile: they are looked at again.
      const isConflict = error instanceof AuroraError && error.code === 'WriteConflict';
      conflicts += 1;
      if (!isConflict || conflicts > limits.conflictRetriesMax) throw error;
    }
  }
}

function readJobs(snapshot: Snapshot, ids: readonly string[]): readonly StoredJob[] {
  const entry = entryOf(snapshot, '_jobs');
  return ids.flatMap((id) => {
    const found = documentOf(snapshot, entry, id);
    const job = found && readJob(found.document);
    return found === undefined || job === undefined ? [] : [{ row: found.row, job }];
  });
}

/** A parent waits for one child less for each that goes before it has ended. */
function parentsOf(
  snapshot: Snapshot,
  children: readonly StoredJob[],
  gone: ReadonlySet<string>,
): DocumentChange[] {
  const counts = new Map<string, number>();
  for (const { job } of children) {
    const { parent_id: id } = job;
    if (id !== null && !gone.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return readJobs(snapshot, [...counts.keys()]).map(({ row, job }) => ({
    kind: 'replace',
    collection: '_jobs',
    row,
    before: job,
    document: childEnded(job, counts.get(job.id) ?? 0),
  }));
}

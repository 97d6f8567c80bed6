/*
 * What is done with many jobs at once, by their ids: cancelling, retrying and deleting them, giving them another
 * priority, and taking one of these back. One call is one commit for as many of them as fit into it; a job that is not
 * in a state for it, or is gone, is left out, since whoever chose the ids saw the jobs a moment ago.
 */
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import { hasEnded, isWaiting, type JobRecord, type RunRecord, readJob } from './job-record.ts';
import { deletionOf } from './job-retention.ts';
import { childEnded, consequencesOf } from './job-rules.ts';
import { documentOf, entryOf, type StoredJob } from './job-store.ts';
import { cancel, retry } from './job-transitions.ts';
import {
  type ChangedJob,
  type JobUndo,
  parentAgain,
  restorationOf,
  waitingParentOf,
} from './job-undo.ts';

export type JobAct =
  | { readonly kind: 'cancel' | 'retry' | 'delete' }
  | { readonly kind: 'setPriority'; readonly priority: JobRecord['priority'] };

export interface JobBatchOptions {
  readonly pipeline: CommitPipeline;
  readonly undo: JobUndo;
  readonly now: () => number;
  readonly newId: () => string;
}

/** One step: everything that a commit changes, and the jobs of it that were meant. */
interface BatchStep {
  readonly changes: readonly DocumentChange[];
  readonly changed: readonly ChangedJob[];
}

/**
 * Acts on jobs, and gives how many were changed; what was is kept under `undoName`, if one is given.
 * @throws AuroraError `WriteConflict`, and what a commit throws; what was done before stays done
 */
export async function actOnJobs(
  options: JobBatchOptions,
  act: JobAct,
  { ids, undoName }: { readonly ids: readonly string[]; readonly undoName?: string | undefined },
): Promise<number> {
  const { pipeline, undo } = options;
  let count = 0;
  // What belongs to a job that is deleted is found by an index, which only a settled snapshot shows whole.
  const isSettled = act.kind === 'delete';
  const steps = inSteps([...new Set(ids)], limits.jobBatchChangesMax);
  for (const step of steps) {
    const { changed } = await commitStep(pipeline, isSettled, (snapshot) =>
      stepOf(options, act, snapshot, readJobs(snapshot, step)),
    );
    if (undoName !== undefined) undo.keep(undoName, changed);
    count += changed.length;
  }
  return count;
}

/** Takes back what was done under a name, and gives of how many jobs; the others are not as they were left. */
export async function undoAct(
  { pipeline, undo }: JobBatchOptions,
  undoName: string,
): Promise<number> {
  let count = 0;
  for (const step of undo.take(undoName)) {
    const { changed } = await commitStep(pipeline, false, (snapshot) => undoStep(snapshot, step));
    count += changed.length;
  }
  return count;
}

/** Makes the changes anew as long as somebody else was faster. */
async function commitStep(
  pipeline: CommitPipeline,
  isSettled: boolean,
  make: (snapshot: Snapshot) => BatchStep,
): Promise<BatchStep> {
  for (let conflicts = 0; ; conflicts += 1) {
    const snapshot = isSettled ? await pipeline.settledSnapshot() : pipeline.snapshot();
    let step: BatchStep;
    try {
      step = make(snapshot);
    } finally {
      snapshot.release();
    }
    try {
      if (step.changes.length > 0) await pipeline.commit(step.changes);
      return step;
    } catch (error) {
      const isConflict = error instanceof AuroraError && error.code === 'WriteConflict';
      if (!isConflict || conflicts >= limits.conflictRetriesMax) throw error;
    }
  }
}

function stepOf(
  options: JobBatchOptions,
  act: JobAct,
  snapshot: Snapshot,
  stored: readonly StoredJob[],
): BatchStep {
  switch (act.kind) {
    case 'delete':
      return deletion(snapshot, stored);
    case 'cancel':
      return cancellation(options, snapshot, stored);
    case 'retry':
      return replacements(stored, (job) => retry(job, { now: options.now() }));
    case 'setPriority':
      return replacements(stored, (job) =>
        isWaiting(job) && job.priority !== act.priority
          ? { ...job, priority: act.priority }
          : undefined,
      );
  }
}

function replacements(
  stored: readonly StoredJob[],
  change: (job: JobRecord) => JobRecord | undefined,
): BatchStep {
  const changes: DocumentChange[] = [];
  const changed: ChangedJob[] = [];
  for (const { row, asOf, job: before } of stored) {
    const after = change(before);
    if (after === undefined) continue;
    changes.push({ kind: 'replace', collection: '_jobs', row, before, asOf, document: after });
    changed.push({ before, after, runs: [] });
  }
  return { changes, changed };
}

/** Those that run are told by their signals; unique keys are given free, and parents wait for fewer. */
function cancellation(
  { now, newId }: JobBatchOptions,
  snapshot: Snapshot,
  stored: readonly StoredJob[],
): BatchStep {
  const replaced = new JobReplacements(snapshot);
  const others: DocumentChange[] = [];
  const changed: ChangedJob[] = [];
  for (const known of stored) {
    const { job: before } = known;
    const ended = cancel(before, { now: now(), newId, logs: [] });
    if (ended === undefined) continue;
    replaced.put(known, ended.job);
    changed.push({ before, after: ended.job, runs: [] });
    if (ended.run !== undefined) {
      others.push({ kind: 'insert', collection: '_job_runs', document: ended.run });
    }
    const { freedKey, parentId } = consequencesOf(before, ended.job);
    const key = freedKey && documentOf(snapshot, entryOf(snapshot, '_job_keys'), freedKey.id);
    if (key?.document['job_id'] === before.id) {
      others.push({ kind: 'delete', collection: '_job_keys', row: key.row, before: key.document });
    }
    if (parentId !== undefined) replaced.change(parentId, (parent) => childEnded(parent, 1));
  }
  return { changes: [...replaced.changes(), ...others], changed };
}

/** Jobs go with their runs; those that run stay. */
function deletion(snapshot: Snapshot, stored: readonly StoredJob[]): BatchStep {
  const going = stored.filter(({ job }) => job.status !== 'Running');
  const gone = new Set(going.map(({ job }) => job.id));
  const parents = new JobReplacements(snapshot);
  const changes: DocumentChange[] = [];
  const changed: ChangedJob[] = [];
  for (const each of going) {
    const own = deletionOf(snapshot, each);
    changes.push(...own);
    changed.push({ before: each.job, after: undefined, runs: own.flatMap(runOf) });
    const { parent_id: parentId } = each.job;
    // A parent waits for one child less for each that goes before it has ended.
    if (!hasEnded(each.job) && parentId !== null && !gone.has(parentId)) {
      parents.change(parentId, (parent) => childEnded(parent, 1));
    }
  }
  return { changes: [...changes, ...parents.changes()], changed };
}

function undoStep(snapshot: Snapshot, step: readonly ChangedJob[]): BatchStep {
  const replaced = new JobReplacements(snapshot);
  const inserts: DocumentChange[] = [];
  const inserted = new Set<string>();
  const changed = step.filter((each) => {
    const restoration = restorationOf(snapshot, each);
    if (restoration === undefined) return false;
    const { present } = restoration;
    inserts.push(...restoration.inserts);
    if (present === undefined) inserted.add(each.before.id);
    else replaced.put(present, { ...each.before, open_children: present.job.open_children });
    return true;
  });
  for (const each of changed) {
    const parentId = waitingParentOf(each);
    // A parent that went in the same commit still waited for it, and comes back so.
    if (parentId !== undefined && !inserted.has(parentId)) replaced.change(parentId, parentAgain);
  }
  return { changes: [...inserts, ...replaced.changes()], changed };
}

/** Jobs that one commit replaces, each once however often it is changed. */
class JobReplacements {
  readonly #snapshot: Snapshot;
  readonly #stored = new Map<string, { readonly before: StoredJob; after: JobRecord }>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  put(before: StoredJob, after: JobRecord): void {
    const present = this.#stored.get(before.job.id);
    if (present === undefined) this.#stored.set(before.job.id, { before, after });
    else present.after = { ...after, open_children: present.after.open_children };
  }

  change(id: string, change: (job: JobRecord) => JobRecord): void {
    const present = this.#stored.get(id);
    if (present !== undefined) {
      present.after = change(present.after);
      return;
    }
    const [before] = readJobs(this.#snapshot, [id]);
    if (before !== undefined) this.#stored.set(id, { before, after: change(before.job) });
  }

  changes(): readonly DocumentChange[] {
    return [...this.#stored.values()].map(({ before: { row, asOf, job }, after }) => ({
      kind: 'replace',
      collection: '_jobs',
      row,
      before: job,
      asOf,
      document: after,
    }));
  }
}

function readJobs(snapshot: Snapshot, ids: readonly string[]): readonly StoredJob[] {
  const entry = entryOf(snapshot, '_jobs');
  const { sequence: asOf } = snapshot;
  return ids.flatMap((id) => {
    const found = documentOf(snapshot, entry, id);
    const job = found && readJob(found.document);
    return found === undefined || job === undefined ? [] : [{ row: found.row, job, asOf }];
  });
}

function runOf(change: DocumentChange): readonly RunRecord[] {
  if (change.kind !== 'delete' || change.collection !== '_job_runs') return [];
  // The engine has written it.
  return [change.before as RunRecord];
}

function inSteps<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}

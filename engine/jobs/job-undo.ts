/*
 * What acts on many jobs have changed, for a while, so that it can be taken back. It is kept in memory under the name
 * that whoever acts gives it, and is gone with the process. Taking back changes only jobs that are still as the act has
 * left them: one that has started meanwhile, or that somebody else has touched, stays as it is.
 */
import { limits } from '../limits.ts';
import type { DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { hasEnded, type JobRecord, type RunRecord, readJob } from './job-record.ts';
import { documentOf, entryOf, type StoredJob } from './job-store.ts';
import { keyIdOf } from './new-job.ts';

/** One job before and after an act; without `after` it was deleted, and its runs with it. */
export interface ChangedJob {
  readonly before: JobRecord;
  readonly after: JobRecord | undefined;
  readonly runs: readonly RunRecord[];
}

/** The steps of an act, each one commit. */
interface KeptAct {
  readonly steps: (readonly ChangedJob[])[];
  jobCount: number;
}

export class JobUndo {
  readonly #kept = new Map<string, KeptAct>();

  /** Adds a step to what is kept under a name. */
  keep(name: string, changed: readonly ChangedJob[]): void {
    const act = this.#kept.get(name) ?? { steps: [], jobCount: 0 };
    act.jobCount += changed.length;
    if (act.jobCount > limits.jobUndoJobsMax) act.steps.length = 0;
    else act.steps.push(changed);
    this.#kept.set(name, act);
    if (this.#kept.size <= limits.jobUndosMax) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }

  /**
   * Gives the steps that are kept under a name, the last one first, and forgets them; none when it was too much, or is
   * not known any more.
   */
  take(name: string): readonly (readonly ChangedJob[])[] {
    const steps = this.#kept.get(name)?.steps ?? [];
    this.#kept.delete(name);
    return steps.reverse();
  }
}

/** What takes an act on one job back. */
export interface JobRestoration {
  readonly inserts: readonly DocumentChange[];
  /** The job as it is, in place of which it comes back; `undefined` when it is gone, and among the inserts. */
  readonly present: StoredJob | undefined;
}

/** `undefined` when the job is not as the act has left it. */
export function restorationOf(
  snapshot: Snapshot,
  { before, after, runs }: ChangedJob,
): JobRestoration | undefined {
  // What was running has been told to stop.
  if (before.status === 'Running') return undefined;
  const jobs = entryOf(snapshot, '_jobs');
  const found = documentOf(snapshot, jobs, before.id);
  const key = keyToTake(snapshot, before, after);
  if (key === 'taken') return undefined;
  const keys: DocumentChange[] =
    key === undefined ? [] : [{ kind: 'insert', collection: '_job_keys', document: key }];
  if (after === undefined) {
    if (found !== undefined) return undefined;
    const documents = runs.map(
      (document): DocumentChange => ({ kind: 'insert', collection: '_job_runs', document }),
    );
    const inserts = [...keys, ...documents];
    inserts.push({ kind: 'insert', collection: '_jobs', document: before });
    return { inserts, present: undefined };
  }
  const present = found && readJob(found.document);
  if (found === undefined || present === undefined || !isSame(present, after)) return undefined;
  return { inserts: keys, present: { row: found.row, job: present, asOf: snapshot.sequence } };
}

/** The parent that waits again for a job that did not end after all. */
export function waitingParentOf({ before, after }: ChangedJob): string | undefined {
  const hasComeBack = !hasEnded(before) && (after === undefined || hasEnded(after));
  return hasComeBack ? (before.parent_id ?? undefined) : undefined;
}

/** The parent when one of its children has not ended after all. One that has started waits for none any more. */
export function parentAgain(parent: JobRecord): JobRecord {
  if (parent.status === 'Running' || parent.status === 'Completed') return parent;
  return { ...parent, open_children: parent.open_children + 1 };
}

/** The unique key that a job had, and that ending it has given free. */
function keyToTake(
  snapshot: Snapshot,
  before: JobRecord,
  after: JobRecord | undefined,
): StoredDocument | 'taken' | undefined {
  const { unique_key: key, unique_until: until } = before;
  const wasFreed = !hasEnded(before) && (after === undefined || hasEnded(after));
  const had = until === 'Finished' || (until === 'Started' && before.attempts === 0);
  if (key === null || !wasFreed || !had) return undefined;
  const found = documentOf(snapshot, entryOf(snapshot, '_job_keys'), keyIdOf(before));
  if (found !== undefined) return found.document['job_id'] === before.id ? undefined : 'taken';
  return { id: keyIdOf(before), key, job_id: before.id, expires_at: null };
}

function isSame(one: JobRecord, other: JobRecord): boolean {
  const fields = ['status', 'priority', 'attempts', 'run_at', 'started_at', 'finished_at'] as const;
  return fields.every((field) => one[field] === other[field]);
}

/* The rules of jobs as mutations use them, and what follows from a change of one. */
import { assert } from '../base/assert.ts';
import type { JobChange, JobMutations } from '../exec/job-mutations.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { hasEnded, type JobRecord, readJob } from './job-record.ts';
import { cancel, retry } from './job-transitions.ts';
import { createJob, keyIdOf } from './new-job.ts';

/** What a job that has changed gives free: its unique key, and the parent that waited for it. */
export function consequencesOf(
  before: JobRecord,
  after: JobRecord,
): Pick<JobChange, 'freedKey' | 'parentId'> {
  const ends = hasEnded(after) && !hasEnded(before);
  const frees =
    before.unique_key !== null &&
    (before.unique_until === 'Finished'
      ? ends
      : before.unique_until === 'Started' &&
        (ends || (after.status === 'Running' && before.attempts === 0)));
  return {
    freedKey: frees ? { id: keyIdOf(before), jobId: before.id } : undefined,
    parentId: ends && before.parent_id !== null ? before.parent_id : undefined,
  };
}

export function childEnded(parent: JobRecord, endedCount: number): JobRecord {
  return { ...parent, open_children: Math.max(0, parent.open_children - endedCount) };
}

export const jobMutations: JobMutations = {
  create: (request, context) => createJob(request, context),
  isKeyFree: ({ expires_at: expiresAt }, now) => typeof expiresAt === 'number' && expiresAt <= now,
  cancel(document, { now, newId }) {
    const before = jobOf(document);
    const change = cancel(before, { now, newId, logs: [] });
    return change && { ...change, ...consequencesOf(before, change.job) };
  },
  retry(document, { now }) {
    const job = retry(jobOf(document), { now });
    return job && { job };
  },
  childEnded: (parent, endedCount) => childEnded(jobOf(parent), endedCount),
};

function jobOf(document: StoredDocument): JobRecord {
  const job = readJob(document);
  assert(job !== undefined, 'only the engine writes to its collection of jobs');
  return job;
}

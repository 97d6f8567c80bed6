import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openDatabaseInMemory } from '../storage/database-folder.ts';
import { SetClock } from '../testing/set-clock.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import { createIdGenerator } from '../values/uuid.ts';
import { JobQueue } from './job-queue.ts';

let pipeline: CommitPipeline;
let queue: JobQueue;
beforeEach(async () => {
  const clock = new SetClock(Date.parse('2026-01-01T00:00:00Z'));
  pipeline = await CommitPipeline.open(
    openDatabaseInMemory(() => '018f0000-0000-7000-8000-000000000000'),
  );
  const newId = createIdGenerator(clock, (bytes) => bytes.fill(3));
  queue = new JobQueue({ pipeline, clock, newId, random: () => 0 });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await queue.close();
  await pipeline.close();
});

function recorded(): readonly unknown[] {
  const snapshot = pipeline.snapshot();
  try {
    const entry = snapshot.catalog.collection('_job_claims');
    const documents = entry === undefined ? [] : snapshot.scan(entry).next(100).documents;
    return documents.map((document) => document['job_ids']);
  } finally {
    snapshot.release();
  }
}

async function claimed(count: number) {
  const ids = await queue.enqueue(Array.from({ length: count }, () => ({ jobType: 'x' })));
  const index = await queue.index();
  const taken = queue.claims.take(index, count, { mayTake: () => true });
  return { ids, index, jobs: await queue.claims.claim(index, taken, 'worker') };
}

// Each of them wrote the record anew from what it was before the first: all but that were refused, and the record named
// jobs that waited, for as long as the database was open.
it('writes a record that is touched again while it is written', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { index, ids, jobs } = await claimed(4);
  expect(recorded()).toEqual([ids]);
  await Promise.all(jobs.slice(0, 3).map((job) => queue.claims.giveBack(index, [job])));
  await vi.waitFor(() => expect(recorded()).toEqual([ids.slice(3)]));
  await Promise.all(jobs.slice(3).map((job) => queue.claims.giveBack(index, [job])));
  await vi.waitFor(() => expect(recorded()).toEqual([]));
  const refusals = told.mock.calls.filter(([said]) => String(said).startsWith('The record'));
  expect(refusals).toEqual([]);
});

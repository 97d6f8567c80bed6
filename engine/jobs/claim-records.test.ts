import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openQueueInMemory, type QueueInMemory } from '../testing/queue-in-memory.ts';
import { SetClock } from '../testing/set-clock.ts';
import { defaultRetryPolicy } from './retry-policy.ts';

let opened: QueueInMemory;
let pipeline: QueueInMemory['pipeline'];
let queue: QueueInMemory['queue'];
beforeEach(async () => {
  const clock = new SetClock(Date.parse('2026-01-01T00:00:00Z'));
  opened = await openQueueInMemory(clock);
  ({ pipeline, queue } = opened);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await opened[Symbol.asyncDispose]();
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

// It was not taken off: when the process died, a job that had failed and was retried by hand counted as lost with it.
it('takes a job off that has ended and waits again because somebody retries it', async () => {
  const { ids, jobs } = await claimed(2);
  const [first = ''] = ids;
  const [stored] = jobs;
  if (stored === undefined) throw new Error('the first was claimed');
  const failure = {
    ...({ message: 'no', stack: null, status: 'Failed' } as const),
    ...{ isRetryable: false, retryAfterMs: undefined },
  };
  await queue.finish(stored, { kind: 'failed', failure, policy: defaultRetryPolicy });
  expect(recorded()).toEqual([ids]);
  await queue.retry(first);
  await vi.waitFor(() => expect(recorded()).toEqual([ids.slice(1)]));
});

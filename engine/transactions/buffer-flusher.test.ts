import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { writeFormat } from '../storage/format.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { openMemoryStore } from '../storage/memory-store.ts';
import { FaultLogFolder } from '../testing/fault-log-folder.ts';
import { idOf } from '../testing/numbered-id.ts';
import { patientDurability } from '../testing/patient-durability.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { DocumentChange } from './snapshot.ts';

const pipelines: CommitPipeline[] = [];

afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
});

const things: CollectionDefinition = { name: 'things', fields: [], indexes: [], open: true };

const insert = (number: number): DocumentChange => ({
  kind: 'insert',
  collection: 'things',
  document: { id: idOf(number) },
});

/** A pipeline with some thousand buffered documents, over a store that counts the steps in which it is written. */
async function openBuffered(changesMax = 10_000) {
  const store = openMemoryStore();
  store.transact((writer) => writeFormat(writer, idOf(0)), 4096);
  const steps = { count: 0 };
  const transactNow = store.transact.bind(store);
  const transact: KvStore['transact'] = (action, bytesExpected) => {
    steps.count += 1;
    return transactNow(action, bytesExpected);
  };
  Object.assign(store, { transact });
  let elapsedMs = 0;
  const pipeline = await CommitPipeline.open(store, {
    // Whoever looks at it takes some time.
    clock: { now: () => 1_000, elapsed: () => (elapsedMs += 0.01) },
    durability: {
      ...patientDurability('Strict', new FaultLogFolder()),
      buffer: { changesMax, flushIntervalMs: 600_000 },
    },
  });
  pipelines.push(pipeline);
  await pipeline.schema.defineCollection(things);
  await pipeline.commit(Array.from({ length: 6_000 }, (_, number) => insert(number)));
  const pass = (passedMs: number): void => {
    elapsedMs += passedMs;
  };
  return { store, pipeline, steps, pass };
}

/**
 * Commits one document after the other, with so much time behind each; the steps in which the store was written within each
 * commit, and between them, the most of them included where the next came soon.
 */
async function commitSome(
  { pipeline, steps, pass }: Awaited<ReturnType<typeof openBuffered>>,
  firstNumber: number,
  pauseMs = 0,
) {
  let withinCount = 0;
  let betweenCount = 0;
  let betweenMost = 0;
  for (let number = firstNumber; number < firstNumber + 20; number += 1) {
    const begun = steps.count;
    await pipeline.commit([insert(number)]);
    withinCount += steps.count - begun;
    pass(pauseMs);
    const ended = steps.count;
    const endedAtMs = performance.now();
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    betweenCount += steps.count - ended;
    // On a busy machine five turns may last longer than the next commit is waited for.
    const isSoon = performance.now() - endedAtMs < limits.commitAwaitedMs;
    if (isSoon) betweenMost = Math.max(betweenMost, steps.count - ended);
  }
  return { withinCount, betweenCount, betweenMost };
}

describe('a write buffer that is being applied', () => {
  // A commit takes some turns of the event loop, and waited for a step of the buffer in each of them: of the jobs on an idle
  // queue, the hundredth part started three times as late as the others.
  it('waits for those who commit, when nobody waits for it', async () => {
    const opened = await openBuffered();
    const applied = opened.pipeline.checkpoint();
    const { withinCount, betweenCount } = await commitSome(opened, 6_000);
    await applied;
    expect([withinCount, betweenCount > 0]).toEqual([0, true]);
  });

  // A commit that comes after a pause meets whatever is done in pauses: of the jobs on an idle queue, one in forty did.
  it('goes a step behind a commit, and none where the next may come at any moment', async () => {
    const opened = await openBuffered();
    const applied = opened.pipeline.checkpoint();
    const { withinCount, betweenMost } = await commitSome(opened, 6_000, 2);
    opened.pass(1_000);
    await applied;
    expect([withinCount, betweenMost]).toEqual([0, 1]);
  });

  it('goes on beside those who commit, when somebody waits for it', async () => {
    const opened = await openBuffered();
    const snapshot = opened.pipeline.settledSnapshot();
    const { withinCount } = await commitSome(opened, 6_000);
    (await snapshot).release();
    expect(withinCount).toBeGreaterThan(0);
  });

  it('goes on beside those who commit, when somebody comes to wait for it', async () => {
    const opened = await openBuffered();
    const applied = opened.pipeline.checkpoint();
    const { withinCount: before } = await commitSome(opened, 6_000);
    const snapshot = opened.pipeline.settledSnapshot();
    const { withinCount: after } = await commitSome(opened, 6_020);
    await applied;
    (await snapshot).release();
    expect([before, after > 0]).toEqual([0, true]);
  });

  it('lets writers go on that found no room, as soon as another buffer has begun', async () => {
    const { store, pipeline, steps } = await openBuffered(3_000);
    let begin = (): void => undefined;
    const copyTo: KvStore['copyTo'] = (_path, { onBegun } = {}) =>
      new Promise((resolve) => {
        begin = () => {
          onBegun?.();
          resolve();
        };
      });
    Object.assign(store, { copyTo });
    // Nothing is applied until the copy begins.
    const copied = pipeline.maintenance.copyTo('elsewhere');
    while (pipeline.stats().buffer.changeCount > 0) await nextTurn();
    const stepCount = steps.count;
    await pipeline.commit(Array.from({ length: 6_000 }, (_, at) => insert(6_000 + at)));
    const last = pipeline.commit([insert(12_000)]).then(() => 'done');
    const outcome = await Promise.race([last, someTurns().then(() => 'waits')]);
    const { changeCount } = pipeline.stats().buffer;
    const appliedSteps = steps.count - stepCount;
    begin();
    await Promise.all([copied, last]);
    expect([outcome, changeCount, appliedSteps]).toEqual(['done', 6_001, 0]);
    (await pipeline.settledSnapshot()).release();
    expect([pipeline.stats().buffer.changeCount, steps.count > stepCount]).toEqual([0, true]);
  });

  it('refuses writers only when both buffers are full and the store takes neither', async () => {
    const { store, pipeline } = await openBuffered(3_000);
    const { transact } = store;
    const refuse = (): never => {
      throw new AuroraError('DiskFull', 'The disk is full.');
    };
    Object.assign(store, { transact: refuse });
    const many = Array.from({ length: 6_000 }, (_, at) => insert(6_001 + at));
    await pipeline.commit([insert(6_000)]);
    await expect(pipeline.commit(many)).rejects.toMatchObject({ code: 'DiskFull' });
    Object.assign(store, { transact });
    await pipeline.commit(many);
    (await pipeline.settledSnapshot()).release();
    expect(pipeline.stats().buffer.changeCount).toBe(0);
    const snapshot = pipeline.snapshot();
    const entry = snapshot.catalog.collection('things');
    expect(entry && snapshot.documentCount(entry)).toBe(12_001);
    snapshot.release();
  });
});

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await nextTurn();
}

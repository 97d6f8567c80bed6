import { afterEach, describe, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import { limits } from '../limits.ts';
import { writeFormat } from '../storage/format.ts';
import { openMemoryStore } from '../storage/memory-store.ts';
import { FaultLogFolder } from '../testing/fault-log-folder.ts';
import { idOf } from '../testing/numbered-id.ts';
import type { DurabilityMode } from './commit-log.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { DocumentChange } from './snapshot.ts';

const pipelines: CommitPipeline[] = [];

afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
});

const things: CollectionDefinition = {
  name: 'things',
  fields: [
    {
      name: 'code',
      type: { kind: 'scalar', name: 'String' },
      nullable: true,
      unique: false,
      indexed: true,
    },
  ],
  indexes: [],
  open: false,
};

const insert = (number: number): DocumentChange => ({
  kind: 'insert',
  collection: 'things',
  document: { id: idOf(number), code: `code ${number}` },
});

/** Over a disk that takes no time. */
async function open(mode: DurabilityMode): Promise<CommitPipeline> {
  const store = openMemoryStore();
  store.transact((writer) => writeFormat(writer, idOf(0)), 4096);
  const pipeline = await CommitPipeline.open(store, {
    clock: { now: () => 1_000, elapsed: () => 0 },
    durability: {
      mode,
      logFolder: new FaultLogFolder(),
      log: {
        segmentBytes: 1024 * 1024,
        syncIntervalMs: 60_000,
        retainedBytesMax: 0,
        retentionMs: 0,
      },
      buffer: { changesMax: 10_000, flushIntervalMs: 600_000 },
      checkpointIntervalMs: 600_000,
    },
  });
  pipelines.push(pipeline);
  await pipeline.schema.defineCollection(things);
  return pipeline;
}

/** Commits one by one; how many were done within their calls, and how often others had a turn meanwhile. */
async function commitOneByOne(pipeline: CommitPipeline, first: number, count: number) {
  let turnCount = 0;
  let isEnded = false;
  const takeTurns = (): void => {
    turnCount += 1;
    if (!isEnded) setImmediate(takeTurns);
  };
  setImmediate(takeTurns);
  let withinCount = 0;
  for (let number = first; number < first + count; number += 1) {
    const done = pipeline.commitWithin([insert(number)], {});
    if (done instanceof Promise) await done;
    else {
      withinCount += 1;
      // Callers get promises, whatever is done within the call.
      await Promise.resolve();
    }
  }
  isEnded = true;
  return { withinCount, turnCount };
}

const count = 20 * limits.commitsPerTurnMax;

describe('a caller that commits again and again', () => {
  // One that the bound on a turn sent to the loop kept the loop running: its next commit was there before the loop had
  // ended, so that it waited behind it, and so on. None was done within its call any more, and no timer ran.
  it('is done within its calls but for one in each turn, and leaves others their turns', async () => {
    const pipeline = await open('WAL');
    await commitOneByOne(pipeline, 1, count);
    const { withinCount, turnCount } = await commitOneByOne(pipeline, count + 1, count);
    expect([withinCount >= count - 25, turnCount >= 19]).toEqual([true, true]);
  });

  // With a turn for each commit, which the loop waits for when it begins, a durable insert took an eighth longer.
  it('leaves others their turns, but not one with each commit, while a disk that takes no time holds it', async () => {
    const pipeline = await open('Strict');
    await commitOneByOne(pipeline, 1, count);
    const { withinCount, turnCount } = await commitOneByOne(pipeline, count + 1, count);
    expect([withinCount, turnCount >= 19, turnCount < count / 10]).toEqual([0, true, true]);
  });
});

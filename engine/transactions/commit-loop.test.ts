import { afterEach, describe, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import { nextTurn } from '../base/scheduler.ts';
import { limits } from '../limits.ts';
import { writeFormat } from '../storage/format.ts';
import { openMemoryStore } from '../storage/memory-store.ts';
import { FaultLogFolder } from '../testing/fault-log-folder.ts';
import { idOf } from '../testing/numbered-id.ts';
import { patientDurability } from '../testing/patient-durability.ts';
import type { DurabilityMode } from './commit-log.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { CommitOptions } from './commit-task.ts';
import type { CommitReport, DocumentChange } from './snapshot.ts';

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

/** Over a disk that takes no time, unless the clock says that it does. */
async function open(
  mode: DurabilityMode,
  logFolder = new FaultLogFolder(),
  elapsed = () => 0,
): Promise<CommitPipeline> {
  const store = openMemoryStore();
  store.transact((writer) => writeFormat(writer, idOf(0)), 4096);
  const pipeline = await CommitPipeline.open(store, {
    clock: { now: () => 1_000, elapsed },
    durability: patientDurability(mode, logFolder),
  });
  pipelines.push(pipeline);
  await pipeline.schema.defineCollection(things);
  return pipeline;
}

/** Gives what a commit gives or throws within its call, else a promise. */
function commitWithin(
  pipeline: CommitPipeline,
  changes: readonly DocumentChange[],
  options: CommitOptions,
): CommitReport | Promise<CommitReport> {
  let within: CommitReport | undefined;
  let refusal: unknown;
  const told = new Promise<CommitReport>((resolve, reject) => {
    try {
      within = pipeline.commitFor({ resolve, reject }, changes, options);
    } catch (error) {
      refusal = error;
    }
  });
  if (refusal !== undefined) throw refusal;
  return within ?? told;
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
    const done = commitWithin(pipeline, [insert(number)], {});
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
    const isSeldomSent = withinCount >= count - 25;
    expect([isSeldomSent, turnCount >= 19, turnCount < count / 10]).toEqual([true, true, true]);
  });

  // 48 syncs of somewhat less than two milliseconds each, which counted as fast, held the event loop for a tenth of a second.
  it('leaves others a turn with each commit while the disk holds it for a millisecond and a half', async () => {
    const folder = new FaultLogFolder();
    const pipeline = await open('Strict', folder, () => 1.5 * folder.syncCount);
    await commitOneByOne(pipeline, 1, count);
    const { turnCount } = await commitOneByOne(pipeline, count + 1, 100);
    expect(turnCount).toBeGreaterThanOrEqual(50);
  });

  it('shares its syncs as soon as others commit beside it', async () => {
    const pipeline = await open('Strict');
    await commitOneByOne(pipeline, 1, count);
    const { log } = pipeline.stats();
    let number = count;
    const commitTogether = (): Promise<unknown> => {
      number += 8;
      return Promise.all(
        [0, 1, 2, 3, 4, 5, 6, 7].map((each) => pipeline.commit([insert(number + each)])),
      );
    };
    for (let turn = 0; turn < 20; turn += 1) await commitTogether();
    expect((pipeline.stats().log?.syncCount ?? 0) - (log?.syncCount ?? 0)).toBeLessThan(25);
  });

  it('is not taken for a lone one when it commits together with others now and then', async () => {
    const pipeline = await open('Strict');
    await commitOneByOne(pipeline, 1, count);
    let number = count;
    let withinCount = 0;
    const before = pipeline.stats().log?.syncCount ?? 0;
    for (let turn = 0; turn < 20; turn += 1) {
      const done = [1, 2].map((each) => commitWithin(pipeline, [insert(number + each)], {}));
      withinCount += done.filter((each) => !(each instanceof Promise)).length;
      number += 2;
      await Promise.all(done);
    }
    const syncCount = (pipeline.stats().log?.syncCount ?? 0) - before;
    expect([withinCount <= 2, syncCount <= 24]).toEqual([true, true]);
  });

  it('does not keep others waiting that come in turns of their own', async () => {
    const pipeline = await open('Strict');
    await commitOneByOne(pipeline, 1, count);
    const before = pipeline.stats().log?.syncCount ?? 0;
    let withinCount = 0;
    const done = await new Promise<unknown[]>((resolve) => {
      const all: unknown[] = [];
      // As sockets that have something to say in one turn of the event loop.
      for (let each = 1; each <= 8; each += 1) {
        setImmediate(() => {
          const commit = commitWithin(pipeline, [insert(count + each)], {});
          if (!(commit instanceof Promise)) withinCount += 1;
          all.push(commit);
          if (all.length === 8) resolve(all);
        });
      }
    });
    await Promise.all(done);
    const syncCount = (pipeline.stats().log?.syncCount ?? 0) - before;
    expect([withinCount, syncCount]).toEqual([0, 1]);
  });

  it('is done within its call after a pause too when it says that it is alone, and has been', async () => {
    const folder = new FaultLogFolder();
    const pipeline = await open('Strict', folder);
    await commitOneByOne(pipeline, 1, count);
    let number = count;
    const isWithin = async (isAlone: boolean): Promise<readonly [boolean, number]> => {
      await nextTurn();
      const { syncCount } = folder;
      number += 1;
      const done = commitWithin(pipeline, [insert(number)], { isAlone });
      const counts = [!(done instanceof Promise), folder.syncCount - syncCount] as const;
      await done;
      return counts;
    };
    expect([await isWithin(false), await isWithin(true)]).toEqual([
      [false, 0],
      [true, 1],
    ]);
    await Promise.all([1, 2].map((each) => pipeline.commit([insert(number + each)])));
    number += 2;
    expect(await isWithin(true)).toEqual([false, 0]);
  });

  it('has its commits on the disk when their calls end', async () => {
    const folder = new FaultLogFolder();
    const pipeline = await open('Strict', folder);
    await commitOneByOne(pipeline, 1, count);
    await pipeline.commit([insert(count + 1)]);
    const { syncCount } = folder;
    const done = commitWithin(pipeline, [insert(count + 2)], {});
    expect([done instanceof Promise, folder.syncCount - syncCount]).toEqual([false, 1]);
  });

  it.each(['write', 'sync'] as const)(
    'is refused when the %s fails that was to make it durable',
    async (what) => {
      const folder = new FaultLogFolder();
      const pipeline = await open('Strict', folder);
      await commitOneByOne(pipeline, 1, count);
      await pipeline.commit([insert(count + 1)]);
      if (what === 'write') folder.failWrite({ nth: 1, code: 'EIO' });
      else folder.failSync({ nth: 1, code: 'EIO' });
      const refusal = expect.objectContaining({ code: 'StorageFailure' });
      expect(() => commitWithin(pipeline, [insert(count + 2)], {})).toThrow(refusal);
      const entry = pipeline.catalog.collection('things');
      const documentCount = entry && pipeline.lookup().counts(entry).documentCount;
      expect([documentCount, pipeline.readOnly]).toEqual([count + 1, true]);
    },
  );
});

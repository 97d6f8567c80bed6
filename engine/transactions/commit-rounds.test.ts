/*
 * Sixty-four callers at once over a disk whose syncs the test lets go one by one. The clock goes on only while commits are
 * staged, so that a sync counts as shorter than the work of the callers, and rounds overlap.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import type { Clock } from '../base/clock.ts';
import { nextTurn } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { writeFormat } from '../storage/format.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { openMemoryStore } from '../storage/memory-store.ts';
import { FaultLogFolder } from '../testing/fault-log-folder.ts';
import { idOf } from '../testing/numbered-id.ts';
import { patientDurability } from '../testing/patient-durability.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { DocumentChange } from './snapshot.ts';

const callerCount = 64;
const warmCount = 2 * callerCount;
const pipelines: CommitPipeline[] = [];
const held: HeldSyncs[] = [];

afterEach(async () => {
  for (const syncs of held.splice(0)) syncs.end();
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
});

const text = { kind: 'scalar', name: 'String' } as const;
const things: CollectionDefinition = {
  name: 'things',
  fields: [{ name: 'code', type: text, nullable: true, unique: true, indexed: true }],
  indexes: [],
  open: false,
};

const insert = (number: number, code = `code ${number}`): DocumentChange => ({
  kind: 'insert',
  collection: 'things',
  document: { id: idOf(number), code },
});

/** Staging asks what time it is, once for a round; nothing else takes any. */
function stagingClock(): Clock {
  let elapsedMs = 0;
  const now = (): number => {
    elapsedMs += 1;
    return 1_000;
  };
  return { now, elapsed: () => elapsedMs };
}

function open(store: KvStore, logFolder: FaultLogFolder): Promise<CommitPipeline> {
  return CommitPipeline.open(store, {
    clock: stagingClock(),
    durability: patientDurability('Strict', logFolder),
  });
}

/** Lets syncs wait until they are let go. */
class HeldSyncs {
  readonly #folder: FaultLogFolder;
  readonly #waiting: (() => void)[] = [];

  constructor(folder: FaultLogFolder) {
    this.#folder = folder;
    held.push(this);
    folder.beforeSync = () => new Promise((resolve) => this.#waiting.push(resolve));
  }

  get count(): number {
    return this.#waiting.length;
  }

  end(): void {
    this.#folder.beforeSync = undefined;
    for (const letGo of this.#waiting.splice(0)) letGo();
  }

  async letOneGo(): Promise<void> {
    this.#waiting.shift()?.();
    await someTurns();
  }
}

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

type Outcome = 'waits' | 'done' | string;

/** The calls of so many callers in one turn, and what has become of each. */
class Calls {
  readonly outcomes: Outcome[] = [];
  readonly #order: number[] = [];

  constructor(pipeline: CommitPipeline, changes: readonly DocumentChange[]) {
    for (const [at, change] of changes.entries()) {
      this.outcomes.push('waits');
      pipeline.commit([change]).then(
        () => this.#end(at, 'done'),
        (error: unknown) => this.#end(at, error instanceof AuroraError ? error.code : 'unknown'),
      );
    }
  }

  /** Calls that have ended, in the order in which they did. */
  get order(): readonly number[] {
    return this.#order;
  }

  tally(): { readonly [outcome: string]: number } {
    const tally: { [outcome: string]: number } = {};
    for (const outcome of this.outcomes) tally[outcome] = (tally[outcome] ?? 0) + 1;
    return tally;
  }

  #end(at: number, outcome: Outcome): void {
    this.outcomes[at] = outcome;
    this.#order.push(at);
  }
}

async function warmedUp(roundCount = 2) {
  const store = openMemoryStore();
  store.transact((writer) => writeFormat(writer, idOf(0)), 4096);
  const folder = new FaultLogFolder();
  const pipeline = await open(store, folder);
  pipelines.push(pipeline);
  await pipeline.schema.defineCollection(things);
  for (let round = 0; round < roundCount; round += 1) {
    const first = round * callerCount;
    const inserts = Array.from({ length: callerCount }, (_, at) => insert(first + at));
    await Promise.all(inserts.map((change) => pipeline.commit([change])));
  }
  return { store, folder, pipeline, syncs: new HeldSyncs(folder) };
}

function visibleCount(pipeline: CommitPipeline): number {
  const snapshot = pipeline.snapshot();
  try {
    const entry = snapshot.catalog.collection('things');
    return entry === undefined ? 0 : snapshot.documentCount(entry);
  } finally {
    snapshot.release();
  }
}

const next = Array.from({ length: callerCount }, (_, at) => insert(warmCount + at));
const half = callerCount / 2;

describe('rounds that overlap', () => {
  it('are staged while the disk is busy, and become visible and resolve one after the other', async () => {
    const { pipeline, syncs } = await warmedUp();
    const calls = new Calls(pipeline, next);
    await someTurns();
    expect([syncs.count, calls.tally(), visibleCount(pipeline)]).toEqual([
      1,
      { waits: callerCount },
      warmCount,
    ]);
    await syncs.letOneGo();
    expect([syncs.count, calls.tally(), visibleCount(pipeline)]).toEqual([
      1,
      { done: half, waits: half },
      warmCount + half,
    ]);
    await syncs.letOneGo();
    expect([syncs.count, calls.tally(), visibleCount(pipeline)]).toEqual([
      0,
      { done: callerCount },
      warmCount + callerCount,
    ]);
    expect(calls.order).toEqual(next.map((_, at) => at));
  });

  // A sync through another thread takes longer, and half as many commits would share one.
  it('stay whole on a disk that was fast for so long that it is waited for at once', async () => {
    const roundCount = 40;
    const { folder, pipeline, syncs } = await warmedUp(roundCount);
    const before = folder.syncCount;
    const first = roundCount * callerCount;
    const inserts = Array.from({ length: callerCount }, (_, at) => insert(first + at));
    const calls = new Calls(pipeline, inserts);
    await someTurns();
    expect([folder.syncCount - before, syncs.count, calls.tally()]).toEqual([
      1,
      0,
      { done: callerCount },
    ]);
  });

  it('let who comes meanwhile join the round behind them', async () => {
    const { pipeline, syncs } = await warmedUp();
    const calls = new Calls(pipeline, next);
    await someTurns();
    await syncs.letOneGo();
    const again = new Calls(
      pipeline,
      next.slice(0, half).map((_, at) => insert(warmCount + callerCount + at)),
    );
    await someTurns();
    // The second half is on its way to the disk, and what came since is staged behind it.
    await syncs.letOneGo();
    expect([syncs.count, calls.tally(), again.tally()]).toEqual([
      1,
      { done: callerCount },
      { waits: half },
    ]);
    await syncs.letOneGo();
    expect([again.tally(), visibleCount(pipeline)]).toEqual([
      { done: half },
      warmCount + callerCount + half,
    ]);
  });

  it('refuse a commit only once what it lost against is durable', async () => {
    const { pipeline, syncs } = await warmedUp();
    const taken = insert(warmCount + callerCount - 1, `code ${warmCount}`);
    const calls = new Calls(pipeline, [...next.slice(0, -1), taken]);
    await someTurns();
    await syncs.letOneGo();
    expect(calls.outcomes.at(-1)).toBe('waits');
    await syncs.letOneGo();
    expect(calls.tally()).toEqual({ done: callerCount - 1, UniqueConstraintViolation: 1 });
  });

  it('all fall when the disk fails the first, refusals included, and leave nothing behind', async () => {
    const { store, folder, pipeline, syncs } = await warmedUp();
    const taken = insert(warmCount + callerCount - 1, `code ${warmCount}`);
    const calls = new Calls(pipeline, [...next.slice(0, -1), taken]);
    await someTurns();
    folder.failSync({ nth: 1, code: 'EIO' });
    await syncs.letOneGo();
    expect([calls.tally(), visibleCount(pipeline), pipeline.readOnly]).toEqual([
      { StorageFailure: callerCount },
      warmCount,
      true,
    ]);
    const late = new Calls(pipeline, [insert(warmCount)]);
    await someTurns();
    expect(late.tally()).toEqual({ StorageFailure: 1 });
    expect(store.failure).toBeUndefined();
  });

  it('keep the first when the disk fails the second', async () => {
    const { folder, pipeline, syncs } = await warmedUp();
    const calls = new Calls(pipeline, next);
    await someTurns();
    await syncs.letOneGo();
    folder.failSync({ nth: 1, code: 'EIO' });
    await syncs.letOneGo();
    expect([calls.tally(), visibleCount(pipeline)]).toEqual([
      { done: half, StorageFailure: half },
      warmCount + half,
    ]);
  });

  it('give way to who waits for a moment without commits on their way', async () => {
    const { pipeline, syncs } = await warmedUp();
    const calls = new Calls(pipeline, next);
    await someTurns();
    let settledCount: number | undefined;
    const settled = pipeline.settledSnapshot().then((snapshot) => {
      const entry = snapshot.catalog.collection('things');
      settledCount = entry === undefined ? 0 : snapshot.documentCount(entry);
      snapshot.release();
    });
    const late = new Calls(pipeline, [insert(warmCount + callerCount)]);
    await syncs.letOneGo();
    expect([calls.tally(), late.tally(), settledCount]).toEqual([
      { done: half, waits: half },
      { waits: 1 },
      undefined,
    ]);
    await syncs.letOneGo();
    expect([calls.tally(), late.tally()]).toEqual([{ done: callerCount }, { waits: 1 }]);
    await syncs.letOneGo();
    await settled;
    expect([late.tally(), settledCount]).toEqual([{ done: 1 }, warmCount + callerCount + 1]);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/clock.ts';
import { limits } from '../limits.ts';
import { chooseColdMode } from '../storage/cold-mode.ts';
import { openDatabaseFolder } from '../storage/database-folder.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { idOf } from '../testing/numbered-id.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import { IdleCompaction } from './idle-compaction.ts';

const intervalMs = 3_600_000;
const { idleCompactionQuietMs: quietMs } = limits;

let folder: string;
let store: KvStore;
let pipeline: CommitPipeline;
let clock: ManualClock;
let idle: IdleCompaction | undefined;
/** The timer that runs; there is at most one. */
let waiting: { readonly afterMs: number; readonly action: () => void } | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-idle-'));
  await open();
});

afterEach(async () => {
  await idle?.close();
  await pipeline.close();
  rmSync(folder, { recursive: true, force: true });
  [idle, waiting] = [undefined, undefined];
});

async function open(readOnly = false): Promise<void> {
  clock = new ManualClock();
  const path = join(folder, 'a.db');
  store = await openDatabaseFolder({ path, create: true, readOnly, newId: () => idOf(0) });
  pipeline = await CommitPipeline.open(store, { clock });
}

function start(): IdleCompaction {
  idle = new IdleCompaction({
    pipeline,
    clock,
    intervalMs,
    later: (afterMs, action) => {
      waiting = { afterMs, action };
      return () => {
        waiting = undefined;
      };
    },
  });
  return idle;
}

/** Lets the time of the timer pass, and what it starts go on. */
async function pass(): Promise<void> {
  const timer = waiting;
  if (timer === undefined) throw new Error('a timer runs');
  waiting = undefined;
  clock.advance(timer.afterMs);
  timer.action();
  while (idle?.stats.isRunning === true) await new Promise((resolve) => setImmediate(resolve));
}

/** Writes documents and takes most of them away, so that so many bytes are free. */
async function makeFree(bytes: number, keptBytes = 0): Promise<void> {
  await pipeline.schema.defineCollection({ name: 'notes', fields: [], indexes: [], open: true });
  const documents = Array.from({ length: Math.ceil((bytes + keptBytes) / 8_000) }, (_, at) => ({
    id: idOf(at + 1),
    text: 'x'.repeat(8_000),
  }));
  await pipeline.commit(
    documents.map((document) => ({ kind: 'insert', collection: 'notes', document })),
  );
  const snapshot = await pipeline.settledSnapshot();
  const entry = snapshot.catalog.collection('notes');
  if (entry === undefined) throw new Error('notes is defined');
  const { rows } = snapshot.scan(entry).next(100_000);
  snapshot.release();
  const changes = rows.slice(Math.ceil(keptBytes / 8_000)).flatMap((row, at) => {
    const before = documents[at + Math.ceil(keptBytes / 8_000)];
    return before === undefined
      ? []
      : [{ kind: 'delete', collection: 'notes', row, before } as const];
  });
  if (changes.length > 0) await pipeline.commit(changes);
}

describe('compacting when idle', () => {
  it('waits for its interval, and then until nothing was committed for a while', async () => {
    await makeFree(4_000_000);
    const compacting = start();
    expect(waiting?.afterMs).toBe(intervalMs);
    clock.advance(intervalMs - 1_000);
    await pipeline.schema.defineCollection({ name: 'other', fields: [], indexes: [], open: true });
    const timer = waiting;
    clock.advance(1_000);
    timer?.action();
    expect([waiting?.afterMs, compacting.stats.count]).toEqual([quietMs, 0]);
    const before = store.sizeBytes();
    await pass();
    expect([waiting?.afterMs, compacting.stats]).toEqual([
      intervalMs,
      { isRunning: false, intervalMs, count: 1, failure: null },
    ]);
    expect(store.sizeBytes()).toBeLessThan(before / 4);
    await pass();
    expect(compacting.stats.count).toBe(1);
  });

  it.each([
    ['little is free', 500_000, 0],
    ['most is in use', 2_000_000, 6_000_000],
  ])('does nothing when %s', async (_what, freeBytes, keptBytes) => {
    await makeFree(freeBytes, keptBytes);
    start();
    await pass();
    expect(idle?.stats.count).toBe(0);
  });

  it('begins sooner where space is short, and when the cold mode has changed', async () => {
    chooseColdMode(store, 'LowSpace');
    await makeFree(2_000_000, 6_000_000);
    start();
    await pass();
    expect(idle?.stats.count).toBe(1);
    await pass();
    expect(idle?.stats.count).toBe(1);
    chooseColdMode(store, 'HighThroughput');
    await pass();
    expect(idle?.stats.count).toBe(2);
  });

  it('says why it changed nothing, and tries again', async () => {
    await makeFree(4_000_000);
    start();
    const other = store.compact();
    await pass();
    expect(idle?.stats).toMatchObject({ count: 0, failure: 'InvalidOption' });
    await other;
    chooseColdMode(store, 'LowSpace');
    await pass();
    expect(idle?.stats).toMatchObject({ count: 1, failure: null });
  });

  it('gives up when it is closed, and leaves the database as it was', async () => {
    await makeFree(4_000_000);
    const compacting = start();
    const size = store.sizeBytes();
    clock.advance(intervalMs);
    waiting?.action();
    expect(compacting.stats.isRunning).toBe(true);
    await compacting.close();
    expect([compacting.stats.isRunning, compacting.stats.failure, store.sizeBytes()]).toEqual([
      false,
      'Cancelled',
      size,
    ]);
  });
});

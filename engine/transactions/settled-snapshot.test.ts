import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import { writeFormat } from '../storage/format.ts';
import { openLmdbStore } from '../storage/lmdb-store.ts';
import { idOf } from '../testing/numbered-id.ts';
import { openLogFolder } from '../wal/log-folder.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { DocumentChange } from './snapshot.ts';

const folders: string[] = [];
const pipelines: CommitPipeline[] = [];

afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const things: CollectionDefinition = { name: 'things', fields: [], indexes: [], open: true };
const insert = (number: number): DocumentChange => ({
  kind: 'insert',
  collection: 'things',
  document: { id: idOf(number) },
});

/** A pipeline that tells when a buffer is applied: then the next state of the store is read. */
async function openPipeline(onApplied: () => void): Promise<CommitPipeline> {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-settled-'));
  folders.push(folder);
  const store = await openLmdbStore({
    path: join(folder, 'data.mdb'),
    readOnly: false,
    initialize: (writer) => writeFormat(writer, idOf(0)),
  });
  const watched = new Proxy(store, {
    get(target, name) {
      if (name === 'snapshot') onApplied();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const pipeline = await CommitPipeline.open(watched, {
    durability: {
      mode: 'WAL',
      logFolder: openLogFolder(join(folder, 'wal')),
      log: { segmentBytes: 256 * 1024, syncIntervalMs: 5, retainedBytesMax: 0, retentionMs: 0 },
      buffer: { changesMax: 10_000, flushIntervalMs: 60_000 },
      checkpointIntervalMs: 60_000,
    },
  });
  pipelines.push(pipeline);
  return pipeline;
}

async function microtasks(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) await undefined;
}

/** Takes a settled snapshot and gives whether it is one. */
async function isSettled(pipeline: CommitPipeline): Promise<boolean> {
  const snapshot = await pipeline.settledSnapshot();
  snapshot.release();
  return snapshot.isSettled;
}

/*
 * Somebody begins to wait while the buffer is applied that others have waited for. When that is done there is nothing more
 * to apply for them, until one of the first commits, which in this mode is done within the call: `delay` microtasks later.
 */
it('a settled snapshot is settled, whenever the commit comes that is next', async () => {
  let applied = (): void => undefined;
  const pipeline = await openPipeline(() => applied());
  await pipeline.schema.defineCollection(things);
  // Until the log has seen how fast the disk takes a write, no commit is done within its call.
  for (let number = 100; number < 110; number += 1) await pipeline.commit([insert(number)]);
  const unsettled: number[] = [];
  for (let delay = 0; delay < 20; delay += 1) {
    await pipeline.commit([insert(2 * delay)]);
    const next = new Promise<void>((resolve) => {
      applied = resolve;
    }).then(async () => {
      await microtasks(delay);
      await pipeline.commit([insert(2 * delay + 1)]);
    });
    const first = isSettled(pipeline);
    await microtasks(10);
    const areSettled = await Promise.all([first, isSettled(pipeline)]);
    if (areSettled.includes(false)) unsettled.push(delay);
    await next;
  }
  expect(unsettled).toEqual([]);
});

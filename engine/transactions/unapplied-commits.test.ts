/*
 * The story: in modes that apply a commit before it resolves, another program took the last space between the log's
 * sync and the store's transaction. The commit was rejected with "nothing was changed", stayed invisible, and appeared
 * after the next one, or after a restart, since its record was on disk all the time.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { verifyDatabase } from '../maintenance/verify.ts';
import { writeFormat } from '../storage/format.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { openLmdbStore } from '../storage/lmdb-store.ts';
import { idOf } from '../testing/numbered-id.ts';
import { openLogFolder } from '../wal/log-folder.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { Durability } from './durability.ts';
import type { DocumentChange } from './snapshot.ts';

const folders: string[] = [];
const pipelines: CommitPipeline[] = [];

afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-unapplied-'));
  folders.push(folder);
  return folder;
}

const things: CollectionDefinition = {
  name: 'things',
  fields: [
    {
      name: 'code',
      type: { kind: 'scalar', name: 'String' },
      nullable: true,
      unique: true,
      indexed: true,
    },
  ],
  indexes: [],
  open: true,
};

const insert = (number: number): DocumentChange => ({
  kind: 'insert',
  collection: 'things',
  document: { id: idOf(number), code: `code ${number}` },
});

/** A disk whose space is gone whenever the store wants to write, though there was some when it was asked for. */
class TakenDisk {
  isFull = false;

  over(store: KvStore): KvStore {
    const transact: KvStore['transact'] = (action, bytesExpected) => {
      if (this.isFull) throw new AuroraError('DiskFull', 'Another program was faster.');
      return store.transact(action, bytesExpected);
    };
    return {
      snapshot: () => store.snapshot(),
      live: () => store.live(),
      transact,
      queue: () => undefined,
      hasQueue: false,
      idle: async () => undefined,
      flushed: () => store.flushed(),
      readOnly: false,
      get failure() {
        return store.failure;
      },
      roomBytes: () => store.roomBytes(),
      sizeBytes: () => store.sizeBytes(),
      stats: () => store.stats(),
      copyTo: (path, options) => store.copyTo(path, options),
      compact: (options) => store.compact(options),
      close: () => store.close(),
    };
  }
}

async function open(folder: string, mode: Durability['mode'], disk: TakenDisk) {
  const store = await openLmdbStore({
    path: join(folder, 'data.mdb'),
    readOnly: false,
    initialize: (writer) => writeFormat(writer, idOf(0)),
  });
  const pipeline = await CommitPipeline.open(disk.over(store), {
    durability: {
      mode,
      logFolder: openLogFolder(join(folder, 'wal')),
      log: {
        segmentBytes: 256 * 1_024,
        syncIntervalMs: 5,
        retainedBytesMax: 0,
        retentionMs: 0,
      },
      buffer: undefined,
      checkpointIntervalMs: Number.POSITIVE_INFINITY,
    },
  });
  pipelines.push(pipeline);
  return pipeline;
}

/** What point reads, counts and scans see. */
async function codesIn(pipeline: CommitPipeline) {
  const point = pipeline.snapshot();
  const settled = await pipeline.settledSnapshot();
  try {
    const entry = point.catalog.collection('things');
    if (entry === undefined) throw new Error('things is defined');
    const byId = [1, 2, 3].flatMap((number) => {
      const row = point.rowOf(entry, idOf(number));
      return row === undefined ? [] : [point.read(entry, row)?.['code']];
    });
    const scanned = settled
      .scan(entry)
      .next(10)
      .documents.map(({ code }) => code);
    return { byId, count: point.documentCount(entry), scanned };
  } finally {
    point.release();
    settled.release();
  }
}

describe.each(['WAL', 'Strict', 'Synchronous'] as const)('unbuffered, in mode %s', (mode) => {
  it('a commit whose record is durable is visible and resolves, though the store could not take it', async () => {
    const folder = newFolder();
    const disk = new TakenDisk();
    const pipeline = await open(folder, mode, disk);
    await pipeline.schema.defineCollection(things);
    await pipeline.commit([insert(1)]);
    disk.isFull = true;
    const report = await pipeline.commit([insert(2)]);
    const seen = ['code 1', 'code 2'];
    expect([report.insertedCount, await codesIn(pipeline)]).toEqual([
      1,
      { byId: seen, count: 2, scanned: seen },
    ]);
    // The store has to take it before anything else is logged.
    await expect(pipeline.commit([insert(3)])).rejects.toMatchObject({ code: 'DiskFull' });
    expect(await codesIn(pipeline)).toMatchObject({ byId: seen, count: 2 });

    const killed = newFolder();
    cpSync(folder, killed, { recursive: true });
    rmSync(join(killed, 'data.mdb-lock'), { force: true });
    const reopened = await open(killed, mode, new TakenDisk());
    expect(await codesIn(reopened)).toEqual({ byId: seen, count: 2, scanned: seen });

    disk.isFull = false;
    await pipeline.commit([insert(3)]);
    const all = [...seen, 'code 3'];
    expect(await codesIn(pipeline)).toEqual({ byId: all, count: 3, scanned: all });
    expect((await verifyDatabase(pipeline)).problems).toEqual([]);
  });
});

describe.each(['WAL', 'Strict', 'Synchronous'] as const)('a schema change in mode %s', (mode) => {
  it('that is logged and not stored is committed, is said to be, and takes nothing else with it', async () => {
    const folder = newFolder();
    const disk = new TakenDisk();
    const pipeline = await open(folder, mode, disk);
    await pipeline.schema.defineCollection(things);
    await pipeline.commit([insert(1)]);
    const heard: number[] = [];
    pipeline.onDidCommit(({ sequence }) => heard.push(sequence));
    disk.isFull = true;
    await expect(
      pipeline.schema.defineCollection({ ...things, name: 'others' }),
    ).rejects.toMatchObject({
      code: 'DiskFull',
      details: { isCommitted: true },
    });
    await expect(pipeline.commit([insert(2)])).rejects.toMatchObject({ code: 'DiskFull' });
    expect(heard).toEqual([]);

    disk.isFull = false;
    await pipeline.commit([insert(2)]);
    expect([heard, pipeline.catalog.collection('others')?.definition.name]).toEqual([
      [3, 4],
      'others',
    ]);

    const killed = newFolder();
    cpSync(folder, killed, { recursive: true });
    rmSync(join(killed, 'data.mdb-lock'), { force: true });
    const reopened = await open(killed, mode, new TakenDisk());
    expect(reopened.catalog.collection('others')?.definition.name).toBe('others');
    expect(await codesIn(reopened)).toMatchObject({ byId: ['code 1', 'code 2'], count: 2 });
    expect((await verifyDatabase(reopened)).problems).toEqual([]);
  });

  it('that is not stored by the end is in the log at the next opening', async () => {
    const folder = newFolder();
    const disk = new TakenDisk();
    const pipeline = await open(folder, mode, disk);
    await pipeline.schema.defineCollection(things);
    disk.isFull = true;
    const refused = pipeline.schema.defineCollection({ ...things, name: 'others' });
    await expect(refused).rejects.toMatchObject({ code: 'DiskFull' });
    await pipeline.close();
    const reopened = await open(folder, mode, new TakenDisk());
    expect(reopened.catalog.collection('others')?.definition.name).toBe('others');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import { verifyDatabase } from '../maintenance/verify.ts';
import {
  canonicalDatabasePath,
  openDatabaseFolder,
  openDatabaseInMemory,
} from '../storage/database-folder.ts';
import { metaKey, storageRange } from '../storage/key-space.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { idOf } from '../testing/numbered-id.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { DocumentChange } from './snapshot.ts';

const folders: string[] = [];
const pipelines: CommitPipeline[] = [];

afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-life-'));
  folders.push(folder);
  return join(folder, 'test.db');
}

function openFolder(
  path: string,
  options: { create?: boolean; readOnly?: boolean } = {},
): Promise<KvStore> {
  const { create = true, readOnly = false } = options;
  return openDatabaseFolder({ path, create, readOnly, newId: () => idOf(0) });
}

async function openPipeline(store: KvStore): Promise<CommitPipeline> {
  const pipeline = await CommitPipeline.open(store);
  pipelines.push(pipeline);
  return pipeline;
}

const things: CollectionDefinition = {
  name: 'things',
  fields: [
    {
      name: 'color',
      type: { kind: 'scalar', name: 'String' },
      nullable: true,
      unique: false,
      indexed: true,
    },
    {
      name: 'size',
      type: { kind: 'scalar', name: 'Int' },
      nullable: true,
      unique: false,
      indexed: false,
    },
  ],
  indexes: [],
  open: false,
};

const insert = (number: number, fields: object = {}): DocumentChange => ({
  kind: 'insert',
  collection: 'things',
  document: { id: idOf(number), color: `color ${number % 3}`, size: number, ...fields },
});

const inserts = (count: number): DocumentChange[] =>
  Array.from({ length: count }, (_, number) => insert(number));

function countOf(pipeline: CommitPipeline): number {
  const snapshot = pipeline.snapshot();
  const entry = snapshot.catalog.collection('things');
  const count = entry === undefined ? -1 : snapshot.documentCount(entry);
  snapshot.release();
  return count;
}

function keysUnder(store: KvStore, storageId: number): number {
  const snapshot = store.snapshot();
  const count = snapshot.range({ ...storageRange(storageId), limit: 100_000 }).length;
  snapshot.release();
  return count;
}

describe('a database that is opened again', () => {
  it('has its catalog, documents, indexes and commit number, and goes on', async () => {
    const path = newFolder();
    const first = await openPipeline(await openFolder(path));
    await first.schema.defineCollection(things);
    await first.commit(inserts(100));
    await first.close();
    const second = await openPipeline(await openFolder(path, { create: false }));
    const { sequence } = await second.commit([insert(100)]);
    const report = await verifyDatabase(second);
    expect([sequence, countOf(second), report.problems, report.collections[0]?.indexes]).toEqual([
      3,
      101,
      [],
      [{ name: 'color', entryCount: 101 }],
    ]);
  });

  it('read-only shows everything and changes nothing', async () => {
    const path = newFolder();
    const first = await openPipeline(await openFolder(path));
    await first.schema.defineCollection(things);
    await first.commit(inserts(3));
    await first.close();
    const second = await openPipeline(await openFolder(path, { create: false, readOnly: true }));
    expect(countOf(second)).toBe(3);
    await expect(second.commit([insert(9)])).rejects.toMatchObject({ code: 'ReadOnly' });
    await expect(second.schema.dropCollection('things')).rejects.toMatchObject({
      code: 'ReadOnly',
    });
  });

  it('drops an index whose building was interrupted, and deletes its keys', async () => {
    const store = openDatabaseInMemory(() => idOf(0));
    // The second opener finds the same bytes, as it would in a file.
    const facade: KvStore = {
      live: () => store.live(),
      snapshot: () => store.snapshot(),
      transact: (action, bytes) => store.transact(action, bytes),
      queue: () => undefined,
      hasQueue: false,
      idle: async () => undefined,
      flushed: () => store.flushed(),
      roomBytes: () => Number.POSITIVE_INFINITY,
      sizeBytes: () => 0,
      stats: () => store.stats(),
      copyTo: (path, options) => store.copyTo(path, options),
      compact: (options) => store.compact(options),
      readOnly: false,
      failure: undefined,
      close: async () => undefined,
    };
    const first = await CommitPipeline.open(facade);
    await first.schema.defineCollection(things);
    await first.commit(inserts(1_000));
    const building = first.schema.createIndex('things', { fields: ['size'], unique: false });
    const ended = expect(building).rejects.toMatchObject({ code: 'DatabaseClosed' });
    await first.commit([insert(5_000)]);
    await first.close();
    await ended;
    const second = await openPipeline(facade);
    await second.settled();
    const indexes = second.catalog.collection('things')?.indexes.map(({ name }) => name);
    expect([indexes, keysUnder(store, 3)]).toEqual([['color'], 0]);
  });

  it('refuses a newer format and what is no database', async () => {
    const store = openDatabaseInMemory(() => idOf(0));
    store.transact((writer) => {
      writer.put(
        metaKey('format'),
        Buffer.from(JSON.stringify({ format: 99, databaseId: idOf(0) })),
      );
    }, 0);
    await expect(CommitPipeline.open(store)).rejects.toMatchObject({ code: 'FormatTooNew' });
    store.transact((writer) => writer.remove(metaKey('format')), 0);
    await expect(CommitPipeline.open(store)).rejects.toMatchObject({ code: 'DatabaseCorrupt' });
  });
});

describe('a database folder', () => {
  it('is not made unless asked, nor among other files, nor over a file', async () => {
    const path = newFolder();
    await expect(openFolder(path, { create: false })).rejects.toMatchObject({
      code: 'DatabaseNotFound',
    });
    writeFileSync(join(path, '..', 'stranger'), '');
    await expect(openFolder(join(path, '..'))).rejects.toMatchObject({ code: 'InvalidOption' });
    await expect(openFolder(join(path, '..', 'stranger'))).rejects.toMatchObject({
      code: 'InvalidOption',
    });
  });

  it('has one owner at a time', async () => {
    const path = newFolder();
    const store = await openFolder(path);
    await expect(openFolder(`${path}/../test.db`)).rejects.toMatchObject({
      code: 'DatabaseLocked',
    });
    expect(canonicalDatabasePath(`${path}/../test.db`)).toBe(canonicalDatabasePath(path));
    await store.close();
    const again = await openFolder(path);
    await again.close();
  });
});

describe('changing the schema', () => {
  it('accepts the same definition again and names the difference of another', async () => {
    const pipeline = await openPipeline(openDatabaseInMemory(() => idOf(0)));
    const made = [
      await pipeline.schema.defineCollection(things),
      await pipeline.schema.defineCollection(structuredClone(things)),
    ];
    const other = { ...things, open: true };
    await expect(pipeline.schema.defineCollection(other)).rejects.toMatchObject({
      code: 'CollectionExists',
      details: { difference: 'it is not open' },
      hint: expect.stringContaining('migrate'),
    });
    expect([...made, await pipeline.schema.defineCollection(other, { ifNotExists: true })]).toEqual(
      [true, false, false],
    );
  });

  it('does not drop a collection that may go only empty, whoever writes just before', async () => {
    // An import that was taken back looked first and dropped then: what others had written in between was lost.
    const pipeline = await openPipeline(openDatabaseInMemory(() => idOf(0)));
    await pipeline.schema.defineCollection(things);
    const [, isGone] = await Promise.all([
      pipeline.commit(inserts(1)),
      pipeline.schema.dropCollection('things', { ifEmpty: true }),
    ]);
    expect([isGone, countOf(pipeline)]).toEqual([false, 1]);
    await pipeline.schema.dropCollection('things');
    await pipeline.schema.defineCollection(things);
    expect(await pipeline.schema.dropCollection('things', { ifEmpty: true })).toBe(true);
  });

  it('drops a collection at once for new readers, keeps it for old ones, and deletes its keys', async () => {
    const store = openDatabaseInMemory(() => idOf(0));
    const pipeline = await openPipeline(store);
    await pipeline.schema.defineCollection(things);
    await pipeline.commit(inserts(1_000));
    const old = pipeline.snapshot();
    expect([
      await pipeline.schema.dropCollection('things'),
      await pipeline.schema.dropCollection('things', { ifExists: true }),
    ]).toEqual([true, false]);
    await expect(pipeline.schema.dropCollection('things')).rejects.toMatchObject({
      code: 'CollectionNotFound',
    });
    await pipeline.settled();
    const entry = old.catalog.collection('things');
    expect([
      countOf(pipeline),
      entry && old.scan(entry).next(2_000).rows.length,
      keysUnder(store, 1),
      keysUnder(store, 2),
    ]).toEqual([-1, 1_000, 0, 0]);
    old.release();
    await pipeline.schema.defineCollection(things);
    expect(countOf(pipeline)).toBe(0);
  });

  it('builds an index while documents change, and makes it part of the definition', async () => {
    const pipeline = await openPipeline(openDatabaseInMemory(() => idOf(0)));
    await pipeline.schema.defineCollection(things);
    await pipeline.commit(inserts(2_000));
    const snapshot = pipeline.snapshot();
    const entry = snapshot.catalog.collection('things');
    const documents: readonly StoredDocument[] =
      entry === undefined ? [] : snapshot.scan(entry).next(2_000).documents;
    const building = pipeline.schema.createIndex('things', { fields: ['size'], unique: true });
    const changing: Promise<unknown>[] = [];
    for (let number = 0; number < 2_000; number += 7) {
      const before = documents[number];
      const row = entry && before && snapshot.rowOf(entry, before.id);
      if (before === undefined || row === undefined) throw new Error('it is there');
      const change: DocumentChange =
        number % 2 === 0
          ? { kind: 'delete', collection: 'things', row, before }
          : {
              kind: 'replace',
              collection: 'things',
              row,
              before,
              document: { ...before, size: 10_000 + number },
            };
      changing.push(pipeline.commit([change]));
      if (number % 70 === 0) await changing.at(-1);
    }
    await Promise.all([building, ...changing]);
    snapshot.release();
    const report = await verifyDatabase(pipeline);
    expect([report.problems, report.collections[0]?.indexes.map(({ name }) => name)]).toEqual([
      [],
      ['color', 'size'],
    ]);
    expect(pipeline.catalog.collection('things')?.definition.fields[1]).toMatchObject({
      indexed: true,
      unique: true,
    });
    await pipeline.schema.dropIndex('things', 'size');
    expect(pipeline.catalog.collection('things')?.definition.fields[1]).toMatchObject({
      indexed: false,
      unique: false,
    });
  });

  it('leaves no index when a unique one finds duplicates', async () => {
    const pipeline = await openPipeline(openDatabaseInMemory(() => idOf(0)));
    await pipeline.schema.defineCollection(things);
    await pipeline.commit([...inserts(600), insert(700, { size: 5 })]);
    await expect(
      pipeline.schema.createIndex('things', { fields: ['size'], unique: true }),
    ).rejects.toMatchObject({ code: 'UniqueConstraintViolation' });
    await pipeline.settled();
    expect(pipeline.catalog.collection('things')?.indexes.map(({ name }) => name)).toEqual([
      'color',
    ]);
  });
});

describe('the order of ids', () => {
  it('holds while ids ascend, and plans are told when it ends', async () => {
    const pipeline = await openPipeline(openDatabaseInMemory(() => idOf(0)));
    await pipeline.schema.defineCollection(things);
    await pipeline.commit([insert(1), insert(2)]);
    const before = [pipeline.catalog.collection('things')?.idsAscend, pipeline.catalog.version];
    await pipeline.commit([insert(0)]);
    const after = [pipeline.catalog.collection('things')?.idsAscend, pipeline.catalog.version];
    expect([before, after]).toEqual([
      [true, 2],
      [false, 3],
    ]);
  });
});

describe('closing', () => {
  it('finishes what was begun, refuses what comes later, ends open snapshots, and may be called again', async () => {
    const pipeline = await openPipeline(await openFolder(newFolder()));
    await pipeline.schema.defineCollection(things);
    const begun = pipeline.commit([insert(1)]);
    const snapshot = pipeline.snapshot();
    const entry = snapshot.catalog.collection('things');
    if (entry === undefined) throw new Error('things is defined');
    await Promise.all([pipeline.close(), pipeline.close()]);
    expect((await begun).insertedCount).toBe(1);
    expect(() => pipeline.snapshot()).toThrow('closed');
    expect(() => snapshot.documentCount(entry)).toThrow('closed');
    snapshot.release();
    await expect(pipeline.commit([insert(2)])).rejects.toMatchObject({ code: 'DatabaseClosed' });
    await expect(pipeline.schema.defineCollection(things)).rejects.toMatchObject({
      code: 'DatabaseClosed',
    });
  });
});

describe('a commit', () => {
  it('is refused when it is too large, unknown or cancelled, and changes nothing', async () => {
    const pipeline = await openPipeline(openDatabaseInMemory(() => idOf(0)));
    await pipeline.schema.defineCollection(things);
    await expect(pipeline.commit(inserts(10_001))).rejects.toMatchObject({
      code: 'TransactionTooLarge',
    });
    await expect(pipeline.commit([{ ...insert(1), collection: 'nothing' }])).rejects.toMatchObject({
      code: 'CollectionNotFound',
    });
    await expect(
      pipeline.commit([insert(1)], { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'Cancelled' });
    expect(countOf(pipeline)).toBe(0);
  });

  it('takes the id of a document that it deletes', async () => {
    const pipeline = await openPipeline(openDatabaseInMemory(() => idOf(0)));
    await pipeline.schema.defineCollection(things);
    await pipeline.commit([insert(1)]);
    await expect(pipeline.commit([insert(1)])).rejects.toMatchObject({
      code: 'UniqueConstraintViolation',
      details: { field: 'id' },
    });
    const snapshot = pipeline.snapshot();
    const entry = snapshot.catalog.collection('things');
    const row = entry && snapshot.rowOf(entry, idOf(1));
    const before = entry && row !== undefined ? snapshot.read(entry, row) : undefined;
    snapshot.release();
    if (row === undefined || before === undefined) throw new Error('it is there');
    await pipeline.commit([
      { kind: 'delete', collection: 'things', row, before },
      insert(1, { size: 77 }),
    ]);
    expect([countOf(pipeline), (await verifyDatabase(pipeline)).problems]).toEqual([1, []]);
  });
});

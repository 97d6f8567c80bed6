import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
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
import type { StoredDocument } from '../values/stored-value.ts';
import { openLogFolder } from '../wal/log-folder.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { Durability } from './durability.ts';
import type { DocumentChange, Snapshot } from './snapshot.ts';

const folders: string[] = [];
const pipelines: CommitPipeline[] = [];

afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-durability-'));
  folders.push(folder);
  return folder;
}

function storeIn(folder: string, readOnly = false): Promise<KvStore> {
  return openLmdbStore({
    path: join(folder, 'data.mdb'),
    readOnly,
    initialize: (writer) => writeFormat(writer, idOf(0)),
  });
}

type Mode = Durability['mode'];

function durabilityOf(folder: string, mode: Mode, more: Partial<Durability> = {}): Durability {
  return {
    mode,
    logFolder: openLogFolder(join(folder, 'wal')),
    log:
      mode === 'None'
        ? undefined
        : {
            segmentBytes: 256 * 1024,
            syncIntervalMs: 5,
            retainedBytesMax: 0,
            retentionMs: 0,
          },
    buffer: mode === 'Synchronous' ? undefined : { changesMax: 10_000, flushIntervalMs: 60_000 },
    checkpointIntervalMs: 60_000,
    ...more,
  };
}

async function openIn(
  folder: string,
  mode: Mode,
  { readOnly = false, more = {} }: { readOnly?: boolean; more?: Partial<Durability> } = {},
): Promise<CommitPipeline> {
  const store = await storeIn(folder, readOnly);
  const durability = durabilityOf(folder, mode, more);
  const pipeline = await CommitPipeline.open(store, { durability });
  pipelines.push(pipeline);
  return pipeline;
}

/** What a killed process leaves: the files as they are, and nobody who closes. */
function copyOf(folder: string): string {
  const copy = newFolder();
  rmSync(copy, { recursive: true });
  cpSync(folder, copy, { recursive: true });
  rmSync(join(copy, 'data.mdb-lock'), { force: true });
  return copy;
}

const text = { kind: 'scalar', name: 'String' } as const;
const things: CollectionDefinition = {
  name: 'things',
  fields: [
    { name: 'code', type: text, nullable: true, unique: true, indexed: true },
    { name: 'color', type: text, nullable: true, unique: false, indexed: true },
  ],
  indexes: [],
  open: true,
};

const insert = (number: number, fields: object = {}): DocumentChange => ({
  kind: 'insert',
  collection: 'things',
  document: { id: idOf(number), code: `code ${number}`, color: `color ${number % 3}`, ...fields },
});

function read(snapshot: Snapshot, number: number) {
  const entry = snapshot.catalog.collection('things');
  if (entry === undefined) throw new Error('things is defined');
  const row = snapshot.rowOf(entry, idOf(number));
  const document = row === undefined ? undefined : snapshot.read(entry, row);
  return row === undefined || document === undefined ? undefined : { row, document };
}

function pointRead(pipeline: CommitPipeline, number: number): StoredDocument | undefined {
  const snapshot = pipeline.snapshot();
  try {
    return read(snapshot, number)?.document;
  } finally {
    snapshot.release();
  }
}

/** A change of what is there now. */
function change(
  pipeline: CommitPipeline,
  number: number,
  fields: object | undefined,
): DocumentChange {
  const snapshot = pipeline.snapshot();
  const found = read(snapshot, number);
  snapshot.release();
  if (found === undefined) throw new Error(`document ${number} is there`);
  const { row, document: before } = found;
  return fields === undefined
    ? { kind: 'delete', collection: 'things', row, before }
    : { kind: 'replace', collection: 'things', row, before, document: { ...before, ...fields } };
}

async function allCodes(pipeline: CommitPipeline): Promise<readonly unknown[]> {
  const snapshot = await pipeline.settledSnapshot();
  try {
    const entry = snapshot.catalog.collection('things');
    if (entry === undefined) return [];
    return snapshot
      .scan(entry)
      .next(100_000)
      .documents.map(({ code }) => code);
  } finally {
    snapshot.release();
  }
}

describe.each(['None', 'WAL', 'Strict', 'Synchronous'] as const)('in mode %s', (mode) => {
  it('a commit is visible to point reads, counts and scans as soon as it resolves', async () => {
    const pipeline = await openIn(newFolder(), mode);
    await pipeline.schema.defineCollection(things);
    await pipeline.commit([insert(1), insert(2)]);
    await pipeline.commit([change(pipeline, 1, { code: 'changed' })]);
    await pipeline.commit([change(pipeline, 2, undefined), insert(3)]);
    const snapshot = pipeline.snapshot();
    const entry = snapshot.catalog.collection('things');
    const count = entry && snapshot.documentCount(entry);
    snapshot.release();
    expect([pointRead(pipeline, 1)?.['code'], pointRead(pipeline, 2), count]).toEqual([
      'changed',
      undefined,
      2,
    ]);
    expect(await allCodes(pipeline)).toEqual(['changed', 'code 3']);
    expect((await verifyDatabase(pipeline)).problems).toEqual([]);
  });

  it('a snapshot keeps its moment while later commits are buffered and applied', async () => {
    const pipeline = await openIn(newFolder(), mode);
    await pipeline.schema.defineCollection(things);
    await pipeline.commit([insert(1)]);
    const old = pipeline.snapshot();
    await pipeline.commit([change(pipeline, 1, { code: 'second' })]);
    const middle = pipeline.snapshot();
    await pipeline.commit([change(pipeline, 1, undefined)]);
    await pipeline.checkpoint();
    const seen = [old, middle].map((snapshot) => read(snapshot, 1)?.document['code']);
    old.release();
    middle.release();
    expect([...seen, pointRead(pipeline, 1)]).toEqual(['code 1', 'second', undefined]);
  });

  it('a value that a buffered commit has taken is refused, and one that it gave up is free', async () => {
    const pipeline = await openIn(newFolder(), mode);
    await pipeline.schema.defineCollection(things);
    await pipeline.commit([insert(1)]);
    await expect(pipeline.commit([insert(2, { code: 'code 1' })])).rejects.toMatchObject({
      code: 'UniqueConstraintViolation',
    });
    await pipeline.commit([change(pipeline, 1, { code: 'other' })]);
    await pipeline.commit([insert(2, { code: 'code 1' })]);
    await pipeline.commit([
      change(pipeline, 1, { code: 'code 1' }),
      change(pipeline, 2, { code: 'other' }),
    ]);
    expect(await allCodes(pipeline)).toEqual(['code 1', 'other']);
    expect((await verifyDatabase(pipeline)).problems).toEqual([]);
  });

  it('counts what is buffered until a checkpoint brings it into the store', async () => {
    const pipeline = await openIn(newFolder(), mode);
    await pipeline.schema.defineCollection(things);
    await pipeline.commit([insert(1), insert(2)]);
    const before = pipeline.stats();
    await pipeline.checkpoint();
    const after = pipeline.stats();
    const isBuffered = mode !== 'Synchronous';
    expect([before.buffer.changeCount, before.sequence - before.storedSequence]).toEqual(
      isBuffered ? [2, 1] : [0, 0],
    );
    expect([after.buffer.changeCount, after.storedSequence]).toEqual([0, after.sequence]);
  });

  it('takes a commit of many documents, and readers of all of it or none', async () => {
    const pipeline = await openIn(newFolder(), mode);
    await pipeline.schema.defineCollection(things);
    const many = Array.from({ length: 10_000 }, (_, number) => insert(number));
    await pipeline.commit(many);
    const snapshot = await pipeline.settledSnapshot();
    const entry = snapshot.catalog.collection('things');
    const count = entry && snapshot.documentCount(entry);
    snapshot.release();
    expect([count, (await verifyDatabase(pipeline)).problems]).toEqual([10_000, []]);
  });

  it('everything is there after a close, and nothing is read from the log', async () => {
    const folder = newFolder();
    const first = await openIn(folder, mode);
    await first.schema.defineCollection(things);
    for (let number = 1; number <= 20; number += 1) await first.commit([insert(number)]);
    await first.close();
    const second = await openIn(folder, mode);
    expect([(await allCodes(second)).length, second.recovery]).toEqual([
      20,
      { wasClean: true, commitCount: 0, end: undefined },
    ]);
    await second.commit([insert(21)]);
    expect((await verifyDatabase(second)).problems).toEqual([]);
  });
});

describe('applying a buffer in steps', () => {
  /** Bytes of the data file after 10,000 documents in commits of 50. */
  async function bytesAfterFilling(mode: Mode): Promise<number> {
    const folder = newFolder();
    const pipeline = await openIn(folder, mode);
    await pipeline.schema.defineCollection(things);
    const codes = Array.from({ length: 10_000 }, (_, at) => ((at * 7919) % 10_007).toString(36));
    for (let start = 0; start < codes.length; start += 50) {
      const some = codes.slice(start, start + 50);
      await pipeline.commit(some.map((code, at) => insert(start + at, { code })));
    }
    await pipeline.close();
    return statSync(join(folder, 'data.mdb')).size;
  }

  it('reuses what the steps before it have replaced, so that the file grows with its data', async () => {
    const bytes = await bytesAfterFilling('Strict');
    expect(bytes).toBeLessThan(2 * (await bytesAfterFilling('Synchronous')));
  }, 60_000);
});

describe.each(['WAL', 'Strict', 'Synchronous'] as const)('a killed process in mode %s', (mode) => {
  it('loses nothing that was acknowledged', async () => {
    const folder = newFolder();
    const first = await openIn(folder, mode);
    await first.schema.defineCollection(things);
    await first.commit([insert(1), insert(2), insert(3)]);
    await first.commit([change(first, 1, { code: 'a', shape: 'new field' })]);
    await first.checkpoint();
    await first.commit([change(first, 1, { code: 'b', other: [1, 2] })]);
    await first.commit([change(first, 2, undefined), insert(2, { code: 'again' })]);
    await first.commit([insert(4)]);
    await first.commit([change(first, 4, undefined)]);
    await first.schema.defineCollection({ ...things, name: 'more' });
    await first.commit([{ ...insert(9), collection: 'more' }]);
    await first.commit([change(first, 3, { code: 'c' })]);
    const second = await openIn(copyOf(folder), mode);
    expect(second.recovery.wasClean).toBe(false);
    expect(pointRead(second, 1)).toEqual({
      id: idOf(1),
      code: 'b',
      color: 'color 1',
      shape: 'new field',
      other: [1, 2],
    });
    expect([pointRead(second, 2)?.['code'], pointRead(second, 4)]).toEqual(['again', undefined]);
    expect(await allCodes(second)).toEqual(['b', 'c', 'again']);
    expect((await verifyDatabase(second)).problems).toEqual([]);
    await second.commit([insert(5)]);
    expect((await allCodes(second)).length).toBe(4);
  });

  it('is read through a read-only opening without a byte being written', async () => {
    const folder = newFolder();
    const first = await openIn(folder, mode);
    await first.schema.defineCollection(things);
    await first.commit([insert(1), insert(2)]);
    const copy = copyOf(folder);
    const second = await openIn(copy, mode, { readOnly: true });
    expect([await allCodes(second), pointRead(second, 2)?.['code']]).toEqual([
      ['code 1', 'code 2'],
      'code 2',
    ]);
    await expect(second.commit([insert(3)])).rejects.toMatchObject({ code: 'ReadOnly' });
    await second.close();
    const third = await openIn(copy, mode);
    expect(third.recovery.wasClean).toBe(false);
    expect((await allCodes(third)).length).toBe(2);
  });
});

describe('a store that refuses for a while', () => {
  it('keeps nobody from hearing of a commit that only the log has, in the order of the commits', async () => {
    const folder = newFolder();
    const store = await storeIn(folder);
    let isFull = false;
    const refusing = new Proxy(store, {
      get(target, name) {
        if (name === 'transact' && isFull) {
          return () => {
            throw new AuroraError('DiskFull', 'There is no space.');
          };
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const durability = durabilityOf(folder, 'Synchronous');
    const pipeline = await CommitPipeline.open(refusing, { durability });
    pipelines.push(pipeline);
    await pipeline.schema.defineCollection(things);
    await pipeline.commit([insert(1)]);
    const heard: number[] = [];
    pipeline.onDidCommit(({ sequence }) => heard.push(sequence));
    isFull = true;
    await pipeline.commit([insert(2)]);
    expect([heard, pointRead(pipeline, 2)?.['code']]).toEqual([[3], 'code 2']);
    isFull = false;
    await pipeline.commit([insert(3)]);
    expect([heard, pointRead(pipeline, 3)?.['code']]).toEqual([[3, 4], 'code 3']);
  });
});

describe('an index that is built while documents are buffered', () => {
  /*
   * The story: a document that was changed in the buffer was left to the buffer by the build, which brings along only
   * what the change makes different. A value that stayed the same was in the index never.
   */
  it('holds those that were changed in other fields meanwhile', async () => {
    const pipeline = await openIn(newFolder(), 'Strict');
    await pipeline.schema.defineCollection(things);
    await pipeline.commit(Array.from({ length: 600 }, (_, number) => insert(number, { size: 7 })));
    await pipeline.checkpoint();
    const building = pipeline.schema.createIndex('things', { fields: ['size'], unique: false });
    for (let number = 599; number >= 0; number -= 10) {
      await pipeline.commit([change(pipeline, number, { color: 'changed' })]);
    }
    await building;
    expect((await verifyDatabase(pipeline)).problems).toEqual([]);
  });
});

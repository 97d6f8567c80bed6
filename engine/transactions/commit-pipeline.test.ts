import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CollectionDefinition, FieldDefinition, ScalarTypeName } from '#engine/aql';
import { completeDocument } from '../catalog/document-schema.ts';
import { writeFormat } from '../storage/format.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { openLmdbStore } from '../storage/lmdb-store.ts';
import { openMemoryStore } from '../storage/memory-store.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { DocumentChange, Snapshot } from './snapshot.ts';

const databaseId = '018f0000-0000-7000-8000-000000000000';
const folders: string[] = [];
const pipelines: CommitPipeline[] = [];

afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function memory(): KvStore {
  const store = openMemoryStore();
  store.transact((writer) => writeFormat(writer, databaseId), 0);
  return store;
}

async function lmdb(folder?: string): Promise<KvStore> {
  const path = folder ?? mkdtempSync(join(tmpdir(), 'aurora-pipeline-'));
  if (folder === undefined) folders.push(path);
  return openLmdbStore({
    path: join(path, 'data.mdb'),
    readOnly: false,
    initialize: (writer) => writeFormat(writer, databaseId),
  });
}

async function open(store: KvStore): Promise<CommitPipeline> {
  const pipeline = await CommitPipeline.open(store);
  pipelines.push(pipeline);
  return pipeline;
}

function field(
  name: string,
  type: ScalarTypeName | readonly [ScalarTypeName],
  more: Partial<FieldDefinition> = {},
): FieldDefinition {
  const fieldType: FieldDefinition['type'] =
    typeof type === 'string'
      ? { kind: 'scalar', name: type }
      : { kind: 'list', element: { kind: 'scalar', name: type[0] } };
  return { name, type: fieldType, nullable: true, unique: false, indexed: false, ...more };
}

const people: CollectionDefinition = {
  name: 'people',
  fields: [
    field('name', 'String', { nullable: false }),
    field('email', 'String', { unique: true }),
    field('age', 'Int', { indexed: true }),
    field('tags', ['String'], { indexed: true }),
    field('city', 'String'),
  ],
  indexes: [{ fields: ['city', 'age'], unique: false }],
  open: false,
};

let idCount = 0;
function newId(): string {
  idCount += 1;
  return `018f0000-0000-7000-8000-${idCount.toString(16).padStart(12, '0')}`;
}

function insertion(pipeline: CommitPipeline, input: Record<string, unknown>): DocumentChange {
  const entry = pipeline.catalog.collection('people');
  if (entry === undefined) throw new Error('people is not defined');
  const document = completeDocument(entry, input as never, { now: 0, newId });
  return { kind: 'insert', collection: 'people', document };
}

function withSnapshot<T>(pipeline: CommitPipeline, read: (snapshot: Snapshot) => T): T {
  const snapshot = pipeline.snapshot();
  try {
    return read(snapshot);
  } finally {
    snapshot.release();
  }
}

function allPeople(snapshot: Snapshot): { row: Row; document: StoredDocument }[] {
  const entry = snapshot.catalog.collection('people');
  if (entry === undefined) return [];
  const cursor = snapshot.scan(entry);
  const found: { row: Row; document: StoredDocument }[] = [];
  for (;;) {
    const { rows, documents } = cursor.next(3);
    if (rows.length === 0) return found;
    for (const [position, row] of rows.entries()) {
      const document = documents[position];
      if (document !== undefined) found.push({ row, document });
    }
  }
}

function names(pipeline: CommitPipeline): unknown[] {
  return withSnapshot(pipeline, (snapshot) =>
    allPeople(snapshot).map(({ document }) => document['name']),
  );
}

function byIndex(
  pipeline: CommitPipeline,
  index: string,
  values: readonly never[] | readonly unknown[],
): unknown[] {
  return withSnapshot(pipeline, (snapshot) => {
    const entry = snapshot.catalog.collection('people');
    const found = entry?.indexes.find(({ name }) => name === index);
    if (entry === undefined || found === undefined) throw new Error(`no index ${index}`);
    const bound = { values: values as never, inclusive: true };
    const cursor = snapshot.scanIndex(found, { lower: bound, upper: bound, reverse: false });
    return cursor.next(1000).map((row) => snapshot.read(entry, row)?.['name']);
  });
}

describe.each([
  { name: 'memory', store: async () => memory() },
  { name: 'lmdb', store: () => lmdb() },
])('the commit pipeline on $name', ({ store }) => {
  async function opened(): Promise<CommitPipeline> {
    const pipeline = await open(await store());
    await pipeline.schema.defineCollection(people);
    return pipeline;
  }

  it('shows a commit to later snapshots, and only to those', async () => {
    const pipeline = await opened();
    const before = pipeline.snapshot();
    const report = await pipeline.commit([
      insertion(pipeline, {
        name: 'Ann',
        email: 'ann@x.org',
        age: 30,
        tags: ['a', 'b'],
        city: 'Rome',
      }),
      insertion(pipeline, { name: 'Bob', age: 30, tags: ['b'] }),
    ]);
    expect({
      report,
      before: allPeople(before).length,
      names: names(pipeline),
      byAge: byIndex(pipeline, 'age', [30]),
      byTag: byIndex(pipeline, 'tags', ['b']),
      byCity: byIndex(pipeline, 'city,age', ['Rome']),
      noEmail: byIndex(pipeline, 'email', [null]),
    }).toEqual({
      report: { sequence: 2, insertedCount: 2, replacedCount: 0, deletedCount: 0 },
      before: 0,
      names: ['Ann', 'Bob'],
      byAge: ['Ann', 'Bob'],
      byTag: ['Ann', 'Bob'],
      byCity: ['Ann'],
      noEmail: ['Bob'],
    });
    before.release();
  });

  it('keeps indexes and counts right through replacing and deleting', async () => {
    const pipeline = await opened();
    await pipeline.commit([
      insertion(pipeline, { name: 'Ann', email: 'ann@x.org', age: 30 }),
      insertion(pipeline, { name: 'Bob', email: 'bob@x.org', age: 40 }),
    ]);
    const [ann, bob] = withSnapshot(pipeline, allPeople);
    if (ann === undefined || bob === undefined) throw new Error('both are there');
    await pipeline.commit([
      {
        kind: 'replace',
        collection: 'people',
        row: ann.row,
        before: ann.document,
        document: { ...ann.document, age: 40, email: 'bob@x.org' },
      },
      { kind: 'delete', collection: 'people', row: bob.row, before: bob.document },
    ]);
    expect({
      thirty: byIndex(pipeline, 'age', [30]),
      forty: byIndex(pipeline, 'age', [40]),
      email: byIndex(pipeline, 'email', ['bob@x.org']),
      gone: byIndex(pipeline, 'email', ['ann@x.org']),
      count: withSnapshot(pipeline, (snapshot) => {
        const entry = snapshot.catalog.collection('people');
        return entry === undefined
          ? -1
          : [snapshot.documentCount(entry), snapshot.rowOf(entry, bob.document.id)];
      }),
    }).toEqual({ thirty: [], forty: ['Ann'], email: ['Ann'], gone: [], count: [1, undefined] });
  });

  it('refuses a unique value that is taken, naming collection, field and value, and changes nothing', async () => {
    const pipeline = await opened();
    await pipeline.commit([insertion(pipeline, { name: 'Ann', email: 'a@b.c' })]);
    const again = pipeline.commit([
      insertion(pipeline, { name: 'Fay' }),
      insertion(pipeline, { name: 'Eve', email: 'a@b.c' }),
    ]);
    await expect(again).rejects.toMatchObject({
      code: 'UniqueConstraintViolation',
      details: { collection: 'people', field: 'email', value: 'a@b.c' },
    });
    const twins = pipeline.commit([
      insertion(pipeline, { name: 'Gus', email: 'same@b.c' }),
      insertion(pipeline, { name: 'Hal', email: 'same@b.c' }),
    ]);
    await expect(twins).rejects.toMatchObject({ code: 'UniqueConstraintViolation' });
    expect(names(pipeline)).toEqual(['Ann']);
  });

  it('lets two documents exchange their unique values in one commit', async () => {
    const pipeline = await opened();
    await pipeline.commit([
      insertion(pipeline, { name: 'Ann', email: 'ann@x.org' }),
      insertion(pipeline, { name: 'Bob', email: 'bob@x.org' }),
    ]);
    const [ann, bob] = withSnapshot(pipeline, allPeople);
    if (ann === undefined || bob === undefined) throw new Error('both are there');
    await pipeline.commit([
      {
        kind: 'replace',
        collection: 'people',
        row: ann.row,
        before: ann.document,
        document: { ...ann.document, email: 'bob@x.org' },
      },
      {
        kind: 'replace',
        collection: 'people',
        row: bob.row,
        before: bob.document,
        document: { ...bob.document, email: 'ann@x.org' },
      },
    ]);
    expect([
      byIndex(pipeline, 'email', ['bob@x.org']),
      byIndex(pipeline, 'email', ['ann@x.org']),
    ]).toEqual([['Ann'], ['Bob']]);
  });

  it('lets the first committer win, and the others of the same round through', async () => {
    const pipeline = await opened();
    await pipeline.commit([insertion(pipeline, { name: 'Ann', age: 1 })]);
    const [ann] = withSnapshot(pipeline, allPeople);
    if (ann === undefined) throw new Error('Ann is there');
    const change = (age: number): DocumentChange => ({
      kind: 'replace',
      collection: 'people',
      row: ann.row,
      before: ann.document,
      document: { ...ann.document, age },
    });
    const outcomes = await Promise.allSettled([
      pipeline.commit([change(2)]),
      pipeline.commit([change(3)]),
      pipeline.commit([insertion(pipeline, { name: 'Bob' })]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'WriteConflict' } });
    expect([byIndex(pipeline, 'age', [2]), names(pipeline)]).toEqual([['Ann'], ['Ann', 'Bob']]);
  });

  it('tells listeners of commits in order, after they are visible', async () => {
    const pipeline = await opened();
    const events: unknown[] = [];
    pipeline.onDidCommit((event) => events.push({ ...event, seen: names(pipeline).length }));
    await Promise.all([
      pipeline.commit([insertion(pipeline, { name: 'Ann' })]),
      pipeline.commit([insertion(pipeline, { name: 'Bob' })]),
    ]);
    await pipeline.schema.dropCollection('people');
    expect(events).toEqual([
      { sequence: 2, collections: ['people'], schemaChanged: false, seen: 2 },
      { sequence: 3, collections: ['people'], schemaChanged: false, seen: 2 },
      { sequence: 4, collections: ['people'], schemaChanged: true, seen: 0 },
    ]);
  });

  it('tells the engine itself what has changed, as it was and as it is', async () => {
    const pipeline = await opened();
    const ann = insertion(pipeline, { name: 'Ann' });
    await pipeline.commit([ann]);
    const seen: unknown[] = [];
    pipeline.onDidPublish(({ event, changed }) => {
      for (const { entry, changes } of changed) {
        seen.push([event.sequence, entry.definition.name, changes.map(({ change }) => change)]);
      }
    });
    const entry = pipeline.catalog.collection('people');
    if (entry === undefined || ann.kind === 'delete') throw new Error('Ann was inserted');
    const row = withSnapshot(pipeline, (snapshot) => snapshot.rowOf(entry, ann.document.id));
    if (row === undefined) throw new Error('Ann is there');
    const document = { ...ann.document, name: 'Anna' };
    const replaced: DocumentChange = {
      kind: 'replace',
      collection: 'people',
      row,
      before: ann.document,
      document,
    };
    await pipeline.commit([replaced]);
    expect(seen).toEqual([[3, 'people', [replaced]]]);
  });
});

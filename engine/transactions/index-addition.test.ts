/*
 * Indexes that are added to a collection with documents: beside others who write, and with so little memory that entries
 * are gathered and written in many goes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CollectionDefinition, FieldDefinition } from '#engine/aql';
import { nextTurn } from '../base/scheduler.ts';
import { verifyDatabase } from '../maintenance/verify.ts';
import { openDatabaseFolder, openDatabaseInMemory } from '../storage/database-folder.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { idOf } from '../testing/numbered-id.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { DocumentChange } from './snapshot.ts';

const folders: string[] = [];
const pipelines: CommitPipeline[] = [];

afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function openStore(kind: string): Promise<KvStore> {
  if (kind === 'memory') return openDatabaseInMemory(() => idOf(0));
  const folder = mkdtempSync(join(tmpdir(), 'aurora-addition-'));
  folders.push(folder);
  const path = join(folder, 'test.db');
  return openDatabaseFolder({ path, create: true, readOnly: false, newId: () => idOf(0) });
}

async function openPipeline(kind: string, addedEntriesBytesMax = 4_096): Promise<CommitPipeline> {
  let elapsed = 0;
  const pipeline = await CommitPipeline.open(await openStore(kind), {
    addedEntriesBytesMax,
    // Each look at it is some milliseconds later, so that steps are short and others come between.
    clock: { now: () => 0, elapsed: () => (elapsed += 4) },
  });
  pipelines.push(pipeline);
  return pipeline;
}

const text = { kind: 'scalar', name: 'String' } as const;
const field = (name: string, type: FieldDefinition['type']): FieldDefinition => ({
  ...{ name, type, nullable: true },
  unique: false,
  indexed: false,
});

const things: CollectionDefinition = {
  name: 'things',
  fields: [
    { ...field('color', text), indexed: true },
    field('size', { kind: 'scalar', name: 'Int' }),
    field('tags', { kind: 'list', element: text }),
    field('note', text),
  ],
  indexes: [],
  open: false,
};

const withIndexes: CollectionDefinition = {
  ...things,
  fields: things.fields.map((each) =>
    each.name === 'color' ? each : { ...each, indexed: true, unique: each.name === 'size' },
  ),
  indexes: [{ fields: ['color', 'note'], unique: false }],
};

function documentOf(number: number, size: number | null): StoredDocument {
  return {
    id: idOf(number),
    color: ['red', 'green', null][number % 3] ?? null,
    size,
    tags: [`t${number % 5}`, `t${number % 7}`],
    note: `${'long '.repeat(number % 90)}${number % 11}`,
  };
}

function inserts(from: number, to: number): readonly DocumentChange[] {
  return Array.from({ length: to - from }, (_, at) => {
    const document = documentOf(from + at, (from + at) % 10 === 0 ? null : from + at);
    return { kind: 'insert', collection: 'things', document };
  });
}

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Changes one document after the other; what one gives up as its size another takes. */
async function changeOnAndOn(
  pipeline: CommitPipeline,
  count: number,
  isOver: () => boolean,
): Promise<number> {
  const next = generator(count);
  const free: number[] = [];
  let inserted = count;
  let changes = 0;
  while (!isOver()) {
    const snapshot = pipeline.snapshot();
    const entry = snapshot.catalog.collection('things');
    const row = entry && snapshot.rowOf(entry, idOf(next(inserted)));
    const before = entry && row !== undefined ? snapshot.read(entry, row) : undefined;
    snapshot.release();
    await pipeline.commit(changeOf(before, row)).catch((error: unknown) => {
      // The one that puts the indexes into use may come between.
      if (!String(error).includes('WriteConflict')) throw error;
    });
    changes += 1;
    if (changes % 5 === 0) await nextTurn();
  }
  return changes;

  function changeOf(before: StoredDocument | undefined, row: Row | undefined): DocumentChange[] {
    if (before === undefined || row === undefined || next(6) === 0) {
      inserted += 1;
      const document = documentOf(inserted, free.pop() ?? null);
      return [{ kind: 'insert', collection: 'things', document }];
    }
    if (typeof before['size'] === 'number') free.push(before['size']);
    if (next(4) === 0) return [{ kind: 'delete', collection: 'things', row, before }];
    const number = next(1_000);
    const taken = next(2) === 0 ? free.shift() : undefined;
    const document = { ...documentOf(number, taken ?? 100_000 + changes), id: before.id };
    return [{ kind: 'replace', collection: 'things', row, before, document }];
  }
}

async function addIndexes(pipeline: CommitPipeline, definition = withIndexes): Promise<void> {
  const before = pipeline.catalog.collection('things');
  if (before === undefined) throw new Error('it is there');
  await pipeline.schema.rewrite({ drops: [], creates: [], revisions: [{ before, definition }] });
}

describe('indexes that are added to documents', () => {
  it.each([
    ['memory', 4_096, 3_000],
    ['lmdb', 4_096, 3_000],
    ['memory', 600_000, 6_000],
  ] as const)(
    'have what documents have, that others change meanwhile: %s, %i bytes, %i documents',
    async (kind, bytesMax, count) => {
      const pipeline = await openPipeline(kind, bytesMax);
      await pipeline.schema.defineCollection(things);
      for (let from = 0; from < count; from += 500)
        await pipeline.commit(inserts(from, from + 500));
      const storageId = pipeline.catalog.collection('things')?.storageId;
      let isOver = false;
      const adding = addIndexes(pipeline).finally(() => {
        isOver = true;
      });
      const changes = await changeOnAndOn(pipeline, count, () => isOver);
      await adding;
      await pipeline.settled();
      const report = await verifyDatabase(pipeline);
      const entry = pipeline.catalog.collection('things');
      expect({
        problems: report.problems,
        indexes: entry?.indexes.map(({ name, state }) => `${name} ${state}`).sort(),
        haveDocumentsStayed: entry?.storageId === storageId,
        hasChanged: changes > 20,
      }).toEqual({
        problems: [],
        indexes: ['color live', 'color,note live', 'note live', 'size live', 'tags live'],
        haveDocumentsStayed: true,
        hasChanged: true,
      });
    },
  );

  it('are none of them there where a value comes twice that must not', async () => {
    const pipeline = await openPipeline('memory');
    await pipeline.schema.defineCollection(things);
    await pipeline.commit(inserts(0, 900));
    const twice = { ...documentOf(2_000, 17) };
    await pipeline.commit([{ kind: 'insert', collection: 'things', document: twice }]);
    await expect(addIndexes(pipeline)).rejects.toMatchObject({
      code: 'UniqueConstraintViolation',
      details: { id: expect.stringMatching(/^018f/) },
    });
    await pipeline.settled();
    const report = await verifyDatabase(pipeline);
    const names = pipeline.catalog.collection('things')?.indexes.map(({ name }) => name);
    expect([report.problems, names]).toEqual([[], ['color']]);
  });

  it('come and go in one change', async () => {
    const pipeline = await openPipeline('memory');
    await pipeline.schema.defineCollection(things);
    await pipeline.commit(inserts(0, 900));
    const fields = withIndexes.fields.map((each) =>
      each.name === 'color' ? { ...each, indexed: false } : each,
    );
    await addIndexes(pipeline, { ...withIndexes, fields });
    await pipeline.settled();
    const report = await verifyDatabase(pipeline);
    const names = pipeline.catalog.collection('things')?.indexes.map(({ name }) => name);
    expect([report.problems, names?.toSorted()]).toEqual([
      [],
      ['color,note', 'note', 'size', 'tags'],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import { ManualClock } from '../base/clock.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { completeDocument } from '../catalog/document-schema.ts';
import { encodeTuple, indexLayout } from '../indexes/index-layout.ts';
import { blockKey, changePostings } from '../indexes/posting-block.ts';
import { limits } from '../limits.ts';
import { openDatabaseInMemory } from '../storage/database-folder.ts';
import { insertDocument } from '../storage/document-value.ts';
import { chunkKey, documentKey, idKey } from '../storage/key-space.ts';
import type { KvStore, KvWriter } from '../storage/kv-store.ts';
import { idOf } from '../testing/numbered-id.ts';
import { readCollectionState, writeCollectionState } from '../transactions/collection-state.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import { verifyDatabase } from './verify.ts';

const text = { kind: 'scalar', name: 'String' } as const;
const plain = { nullable: true, unique: false, indexed: false };
const things: CollectionDefinition = {
  name: 'things',
  fields: [
    { name: 'code', type: text, ...plain, unique: true },
    { name: 'color', type: text, ...plain, indexed: true },
    { name: 'tags', type: { kind: 'list', element: text }, ...plain, indexed: true },
  ],
  indexes: [{ fields: ['color', 'code'], unique: false }],
  open: false,
};

interface Fixture {
  readonly store: KvStore;
  readonly pipeline: CommitPipeline;
  readonly entry: CollectionEntry;
}

async function fixture(documentCount = 20): Promise<Fixture> {
  const store = openDatabaseInMemory(() => idOf(0));
  const pipeline = await CommitPipeline.open(store);
  await pipeline.schema.defineCollection(things);
  const entry = pipeline.catalog.collection('things');
  if (entry === undefined) throw new Error('things is defined');
  const changes = Array.from({ length: documentCount }, (_, number) => {
    const input = {
      code: number % 5 === 0 ? null : `c${number}`,
      color: `color${number % 3}`,
      tags: ['all', `t${number}`],
    };
    const document = completeDocument(entry, input, { now: 0, newId: () => idOf(number + 1) });
    return { kind: 'insert' as const, collection: 'things', document };
  });
  await pipeline.commit(changes);
  return { store, pipeline, entry };
}

/** Damages the store behind the pipeline's back and gives what a verification then finds. */
async function findingsAfter(
  damage: (writer: KvWriter, fixture: Fixture) => void,
): Promise<string[]> {
  const made = await fixture();
  made.store.transact((writer) => damage(writer, made), 0);
  // A commit of nothing harmful publishes the damaged state.
  await made.pipeline.schema.defineCollection({
    name: 'other',
    fields: [],
    indexes: [],
    open: true,
  });
  const report = await verifyDatabase(made.pipeline);
  await made.pipeline.close();
  expect(report.isSound).toBe(report.problemCount === 0);
  return report.problems.map(({ kind, index, id }) =>
    [kind, index, id?.slice(-2)].filter(Boolean).join(' '),
  );
}

function valuesKey({ entry }: Fixture, index: string, values: readonly string[]): Uint8Array {
  const found = entry.indexes.find(({ name }) => name === index);
  if (found === undefined) throw new Error(`no index ${index}`);
  return encodeTuple(indexLayout(entry.definition, found), values).bytes;
}

describe('a verification', () => {
  it('finds nothing wrong with what the pipeline wrote, and counts it', async () => {
    const { pipeline } = await fixture();
    const report = await verifyDatabase(pipeline);
    expect(report).toMatchObject({
      isSound: true,
      sequence: 2,
      problemCount: 0,
      collections: [
        {
          name: 'things',
          documentCount: 20,
          indexes: [
            { name: 'code', entryCount: 20 },
            { name: 'color', entryCount: 20 },
            { name: 'tags', entryCount: 40 },
            { name: 'color,code', entryCount: 20 },
          ],
        },
      ],
    });
    await pipeline.close();
  });

  it('finds a document that cannot be decoded, with everything that leads to it', async () => {
    const found = await findingsAfter((writer, { entry }) => {
      writer.put(documentKey(entry.storageId, 3), Buffer.from([9, 9, 9]));
    });
    expect(found[0]).toBe('documentDamaged');
    expect(found).toContain('indexEntryStale code');
  });

  it('finds one changed byte that still decodes', async () => {
    const found = await findingsAfter((writer, { entry }) => {
      const key = documentKey(entry.storageId, 3);
      const value = Buffer.from(writer.get(key) ?? []);
      const at = value.indexOf('color0');
      value[at] = 'C'.charCodeAt(0);
      writer.put(key, value);
    });
    expect(found[0]).toBe('documentDamaged');
  });

  it('finds pieces of a large document that are missing, and those that belong to none', async () => {
    const found = await findingsAfter((writer, { entry }) => {
      const large = new Uint8Array(2 * limits.documentChunkBytes + 1);
      insertDocument(writer, entry.storageId, 19, large);
      writer.remove(chunkKey(entry.storageId, 19, 1));
      writer.put(chunkKey(entry.storageId, 19, 3), new Uint8Array(1));
      writer.put(chunkKey(entry.storageId, 5, 0), new Uint8Array(1));
    });
    expect(found.slice(0, 3)).toEqual(['documentDamaged', 'chunkStale', 'chunkStale']);
  });

  it('finds a document that is gone while ids and indexes still lead to it', async () => {
    const found = await findingsAfter((writer, { entry }) => {
      writer.remove(documentKey(entry.storageId, 3));
    });
    expect(found).toEqual([
      'idStale 04',
      'indexEntryStale code',
      'indexEntryStale color',
      'indexEntryStale tags',
      'indexEntryStale tags',
      'indexEntryStale color,code',
      'countWrong',
    ]);
  });

  it('finds an id that leads nowhere, to another document, or is missing', async () => {
    const found = await findingsAfter((writer, { entry }) => {
      writer.remove(idKey(entry.storageId, idOf(1)));
      writer.put(idKey(entry.storageId, idOf(2)), Buffer.from([0, 0, 0, 7]));
      writer.put(idKey(entry.storageId, idOf(99)), Buffer.from([0, 0, 9, 9]));
    });
    expect(found).toEqual(['idMissing 01', 'idMissing 02', 'idStale 02', 'idStale 63']);
  });

  it('finds an entry that is missing from each kind of index', async () => {
    const found = await findingsAfter((writer, made) => {
      writer.remove(valuesKey(made, 'code', ['c1']));
      changePostings(writer, valuesKey(made, 'color', ['color0']), { added: [], removed: [3] });
      writer.remove(blockKey(valuesKey(made, 'tags', ['t4']), 0));
    });
    expect(found).toEqual([
      'indexEntryMissing code 02',
      'indexEntryMissing color 04',
      'indexEntryMissing tags 05',
    ]);
  });

  it('finds an entry that should not be there', async () => {
    const found = await findingsAfter((writer, made) => {
      writer.put(valuesKey(made, 'code', ['never']), Buffer.from([0, 0, 0, 2]));
      changePostings(writer, valuesKey(made, 'color', ['never']), { added: [4], removed: [] });
      changePostings(writer, valuesKey(made, 'tags', ['all']), { added: [500], removed: [] });
    });
    expect(found).toEqual([
      'indexEntryStale code 03',
      'indexEntryStale color 05',
      'indexEntryStale tags',
    ]);
  });

  it('finds entries whose bytes make no sense', async () => {
    const found = await findingsAfter((writer, made) => {
      const key = valuesKey(made, 'color', ['color1']);
      writer.put(key.slice(0, key.length - 2), Buffer.from([0, 0, 0, 0, 1]));
      writer.put(blockKey(valuesKey(made, 'color', ['color2']), 0), Buffer.from([0, 0, 0]));
    });
    expect(found.filter((kind) => kind === 'indexEntryDamaged color')).toHaveLength(2);
  });

  it('finds a wrong count and a row that was never given out', async () => {
    const found = await findingsAfter((writer, { entry }) => {
      const state = readCollectionState(writer, entry.storageId);
      writeCollectionState(writer, entry.storageId, { ...state, documentCount: 7, nextRow: 19 });
    });
    expect(found).toEqual(['rowOutOfRange 14', 'countWrong']);
  });

  it('yields to the event loop when its slice runs out, and can be cancelled there', async () => {
    const { pipeline } = await fixture(2_000);
    const clock = new ManualClock();
    const abort = new AbortController();
    let steps = 0;
    const verification = verifyDatabase(pipeline, {
      clock,
      signal: abort.signal,
      onProgress: ({ documentsDone, documentsAll }) => {
        clock.advance(5);
        steps += 1;
        expect(documentsAll).toBe(2_000);
        if (documentsDone >= 640) abort.abort();
      },
    });
    await expect(verification).rejects.toMatchObject({ code: 'Cancelled' });
    expect(steps).toBe(10);
    await pipeline.close();
  });
});

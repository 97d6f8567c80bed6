import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { DocumentCodec } from './document-codec.ts';
import {
  type DocumentValue,
  decodeDocument,
  findDocumentDamage,
  insertDocument,
  putDocument,
  readDocument,
  recordOfValue,
  removeDocument,
} from './document-value.ts';
import { chunkKey, chunksRange, documentKey, documentRange } from './key-space.ts';
import type { KvReader, KvStore } from './kv-store.ts';
import { openLmdbStore } from './lmdb-store.ts';
import { openMemoryStore } from './memory-store.ts';

const collectionId = 7;
const emptyReader: KvReader = {
  get: () => undefined,
  peek: () => undefined,
  range: () => [],
  visit: () => undefined,
};
const chunk = limits.documentChunkBytes;
const folder = mkdtempSync(join(tmpdir(), 'aurora-value-'));
let storeCount = 0;
const stores: KvStore[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function opened(kind: 'memory' | 'lmdb'): Promise<KvStore> {
  storeCount += 1;
  const path = join(folder, `${storeCount}.mdb`);
  const store =
    kind === 'memory'
      ? openMemoryStore()
      : await openLmdbStore({ path, readOnly: false, initialize: () => undefined });
  stores.push(store);
  return store;
}

/** Bytes that differ from chunk to chunk, so that an exchange of two is seen. */
function recordOf(length: number, seed = 1): Uint8Array {
  const record = new Uint8Array(length);
  for (let at = 0; at < length; at += 509) record[at] = (at * 31 + seed) & 0xff;
  if (length > 0) record[length - 1] = seed;
  return record;
}

function stored(reader: KvReader, row: number): DocumentValue | undefined {
  const value = reader.get(documentKey(collectionId, row));
  return value && { collectionId, row, value };
}

function reading<T>(store: KvStore, read: (reader: KvReader) => T): T {
  const snapshot = store.snapshot();
  try {
    return read(snapshot);
  } finally {
    snapshot.release();
  }
}

/** Lengths of what lies in storage: values of documents, and chunks. */
function lengths(store: KvStore): { documents: number[]; chunks: number[] } {
  return reading(store, (reader) => ({
    documents: reader
      .range({ ...documentRange(collectionId), limit: 100 })
      .map(({ value }) => value.length),
    chunks: reader
      .range({ ...chunksRange(collectionId), limit: 100 })
      .map(({ value }) => value.length),
  }));
}

/** The record of a row and whether storage finds fault with it. Compared as Buffers, which is quick. */
function isWhole(store: KvStore, row: number, record: Uint8Array): boolean {
  return reading(store, (reader) => {
    const found = stored(reader, row);
    if (found === undefined || findDocumentDamage(reader, found) !== undefined) return false;
    return Buffer.compare(recordOfValue(reader, found), record) === 0;
  });
}

const places = (['memory', 'lmdb'] as const).flatMap((kind) =>
  (['HighThroughput', 'LowSpace'] as const).map((mode) => ({ kind, mode })),
);

describe.each(places)('a document in the $kind store, for $mode', ({ kind, mode }) => {
  it.each([
    [0, 0],
    [1, 0],
    [chunk - 1, 0],
    [chunk, 0],
    [chunk + 1, 2],
    [3 * chunk, 3],
    [limits.documentBytesMax, 16],
  ])('of %i bytes comes back, in %i chunks', async (length, chunkCount) => {
    const store = await opened(kind);
    const record = recordOf(length);
    store.transact((writer) => insertDocument(writer, collectionId, 0, record, mode), 2 * length);
    expect(isWhole(store, 0, record)).toBe(true);
    const { documents, chunks } = lengths(store);
    expect(chunks).toHaveLength(chunkCount);
    expect(Math.max(...documents, ...chunks)).toBeLessThan(16 * 1024 * 1024);
  });

  it('leaves nothing behind when it is written over or removed', async () => {
    const length = fc.constantFrom(0, 1, 100, chunk - 1, chunk, chunk + 1, 2 * chunk + 1);
    const step = fc.record({
      row: fc.constantFrom(0, 1, 0xffff_fffe),
      length: fc.option(length, { freq: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const store = await opened(kind);
        const model = new Map<number, Uint8Array>();
        for (const [seed, { row, length }] of steps.entries()) {
          if (length === null) {
            store.transact((writer) => removeDocument(writer, collectionId, row), 0);
            model.delete(row);
          } else {
            const record = recordOf(length, seed + 1);
            store.transact((writer) => putDocument(writer, collectionId, row, record, mode), 0);
            model.set(row, record);
          }
        }
        for (const [row, record] of model) expect(isWhole(store, row, record)).toBe(true);
        const large = [...model.values()].filter((record) => record.length > chunk);
        const chunkCount = large.reduce((sum, record) => sum + Math.ceil(record.length / chunk), 0);
        const found = lengths(store);
        expect([found.documents.length, found.chunks.length]).toEqual([model.size, chunkCount]);
        await store.close();
      }),
      { numRuns: mode === 'LowSpace' ? 4 : 8 },
    );
  });
});

describe('a deflated document', () => {
  const codec = new DocumentCodec('things', undefined);
  const document = {
    id: '018f0000-0000-7000-8000-000000000001',
    text: 'one and the same, and the same again, '.repeat(4),
  };

  async function storedFor(text: StoredValue): Promise<KvStore> {
    const store = await opened('memory');
    const record = codec.encode({ ...document, text });
    store.transact((writer) => insertDocument(writer, collectionId, 3, record, 'LowSpace'), 0);
    return store;
  }

  it('takes less, and stays as it is where that saves too little', async () => {
    const random = new Float64Array(new Uint8Array(randomBytes(800)).buffer);
    const numbers = [...random].map((number) => (Number.isNaN(number) ? 1.1 : number));
    const sizes: number[] = [];
    for (const text of [document.text, numbers, 'x']) {
      const store = await storedFor(text);
      const plain = codec.encode({ ...document, text }).length + 5;
      sizes.push((lengths(store).documents[0] ?? 0) / plain);
      expect(reading(store, (reader) => readDocument(codec, reader, collectionId, 3))).toEqual({
        ...document,
        text,
      });
    }
    expect([(sizes[0] ?? 1) < 0.5, sizes[1], sizes[2]]).toEqual([true, 1, 1]);
  });

  it('is never read wrong, wherever one bit of its value is changed', async () => {
    const store = await storedFor(document.text);
    const key = documentKey(collectionId, 3);
    const value = reading(store, (reader) => new Uint8Array(reader.get(key) ?? []));
    let harmless = 0;
    for (let at = 0; at < 8 * value.length; at += 1) {
      const changed = new Uint8Array(value);
      changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
      const found = { collectionId, row: 3, value: changed };
      if (findDocumentDamage(emptyReader, found) !== undefined) continue;
      // Bits behind the end of the last code mean nothing; the bit of form 5 makes nonsense of the chunks.
      harmless += 1;
      expect(decodeDocument(codec, emptyReader, found)).toEqual(document);
    }
    expect(harmless).toBeLessThan(8);
  });
});

describe('a damaged document', () => {
  const codec = new DocumentCodec('things', undefined);
  const id = '018f0000-0000-7000-8000-000000000001';

  /** Stores a document of so many bytes, damages it, and tells what is said about it. */
  async function complaint(
    textLength: number,
    damage: (store: KvStore) => void,
  ): Promise<string | undefined> {
    const store = await opened('memory');
    const record = codec.encode({ id, text: 'x'.repeat(textLength) });
    store.transact((writer) => insertDocument(writer, collectionId, 3, record), 0);
    damage(store);
    return reading(store, (reader) => {
      const found = stored(reader, 3);
      return found && findDocumentDamage(reader, found);
    });
  }

  function flip(store: KvStore, key: Uint8Array, at: number, bit = 1): void {
    store.transact((writer) => {
      const value = new Uint8Array(writer.get(key) ?? []);
      value[at] = (value[at] ?? 0) ^ bit;
      writer.put(key, value);
    }, 0);
  }

  it('is found wherever one bit of its value is changed', async () => {
    const length = 13 + 50;
    for (let at = 0; at < length; at += 1) {
      const found = await complaint(50, (store) => flip(store, documentKey(collectionId, 3), at));
      // Form 1 of an older format has no checksum: this one bit makes a form 3 of it, which is told by its length.
      expect(found, `byte ${at}`).toContain('row 3 is damaged');
    }
  });

  it.each([
    ['a changed byte', (store: KvStore) => flip(store, chunkKey(collectionId, 3, 1), 100)],
    ['a changed head', (store: KvStore) => flip(store, documentKey(collectionId, 3), 8)],
    [
      'a missing chunk',
      (store: KvStore) =>
        store.transact((writer) => writer.remove(chunkKey(collectionId, 3, 1)), 0),
    ],
    [
      'a cut chunk',
      (store: KvStore) =>
        store.transact((writer) => {
          const key = chunkKey(collectionId, 3, 2);
          writer.put(key, writer.get(key)?.slice(1) ?? new Uint8Array());
        }, 0),
    ],
  ])('in chunks is found by %s', async (_what, damage) => {
    expect(await complaint(2 * chunk + 9, damage)).toContain('row 3 is damaged');
  });

  it('says that its checksum is wrong when it cannot be decoded', async () => {
    const store = await opened('memory');
    const record = codec.encode({ id, text: 'text' });
    store.transact((writer) => insertDocument(writer, collectionId, 3, record), 0);
    store.transact((writer) => {
      const value = new Uint8Array(writer.get(documentKey(collectionId, 3)) ?? []);
      value.fill(0xc1, 5);
      writer.put(documentKey(collectionId, 3), value);
    }, 0);
    const read = (): unknown =>
      reading(store, (reader) => readDocument(codec, reader, collectionId, 3));
    expect(read).toThrow('its checksum is wrong');
  });

  it('is not seen in a document of format 1, which has no checksum but stays readable', () => {
    const document = { id, text: 'of old' };
    const record = codec.encode(document);
    const value = new Uint8Array([1, ...record]);
    const found = { collectionId, row: 3, value };
    expect(decodeDocument(codec, emptyReader, found)).toEqual(document);
    expect(findDocumentDamage(emptyReader, found)).toBeUndefined();
  });
});

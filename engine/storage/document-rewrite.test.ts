import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import type { ColdStoreMode } from './cold-mode.ts';
import { DocumentRewrite } from './document-rewrite.ts';
import {
  findDocumentDamage,
  insertDocument,
  isPacked,
  putDocument,
  recordOfValue,
  removeDocument,
} from './document-value.ts';
import { chunkKey, documentKey, documentRange, rowOfDocumentKey } from './key-space.ts';
import type { KvReader, KvStore } from './kv-store.ts';
import { openLmdbStore } from './lmdb-store.ts';

const collectionId = 7;
const indexId = 8;
const large = 2 * limits.documentChunkBytes + 77;

let folder: string;
let store: KvStore;

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'aurora-rewrite-'));
  const path = join(folder, 'data.mdb');
  store = await openLmdbStore({ path, readOnly: false, initialize: () => undefined });
}

/** Text that deflates well, and differs from row to row. */
function recordOf(row: number, length = 400): Uint8Array {
  const text = `row ${row} says it again: `;
  return Buffer.from(text.repeat(Math.ceil(length / text.length)).slice(0, length), 'latin1');
}

/** Records by row, as checksums: comparing megabytes byte by byte takes its time. */
type Records = Map<number, number>;

function found(reader: KvReader): { records: Records; packed: number; damaged: number[] } {
  const records: Records = new Map();
  const damaged: number[] = [];
  let packed = 0;
  for (const { key, value } of reader.range({ ...documentRange(collectionId), limit: 100_000 })) {
    const row = rowOfDocumentKey(key);
    const stored = { collectionId, row, value };
    if (isPacked(value)) packed += 1;
    if (findDocumentDamage(reader, stored) !== undefined) damaged.push(row);
    else records.set(row, crc32(recordOfValue(reader, stored)));
  }
  return { records, packed, damaged };
}

function reading<T>(read: (reader: KvReader) => T): T {
  const snapshot = store.snapshot();
  try {
    return read(snapshot);
  } finally {
    snapshot.release();
  }
}

function compactFor(mode: ColdStoreMode): { rewrite: DocumentRewrite; done: Promise<void> } {
  const rewrite = new DocumentRewrite(new Set([collectionId]), mode);
  return { rewrite, done: store.compact({ rewrite }) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a compaction that changes the cold mode', () => {
  it('brings every document into its form and back, and keeps what is written meanwhile', async () => {
    await open();
    const model: Records = new Map();
    store.transact((writer) => {
      for (let row = 0; row < 3_000; row += 1) {
        const record = recordOf(row, row === 5 || row === 6 ? large : 400);
        insertDocument(writer, collectionId, row, record);
        model.set(row, crc32(record));
      }
      // What looks like a document, under the storage id of an index.
      writer.put(documentKey(indexId, 1), recordOf(1));
    }, 0);
    const sizes = [store.stats().usedBytes];
    for (const mode of ['LowSpace', 'HighThroughput'] as const) {
      let isDone = false;
      const { rewrite, done } = compactFor(mode);
      const compacting = done.finally(() => {
        isDone = true;
      });
      for (let round = 0; !isDone; round += 1) {
        const row = round % 2 === 0 ? 20 + (round % 2_000) : 5_000 + (round % 500);
        const record = recordOf(row + 1, round === 4 ? large : 300);
        store.transact((writer) => {
          putDocument(writer, collectionId, row, record, mode);
          removeDocument(writer, collectionId, row + 1);
          if (round === 2) putDocument(writer, collectionId, 6, recordOf(1), mode);
          if (round === 3) putDocument(writer, collectionId, 6, recordOf(3, large), mode);
        }, 0);
        model.set(row, crc32(record));
        model.delete(row + 1);
        if (round === 2) model.set(6, crc32(recordOf(1)));
        if (round === 3) model.set(6, crc32(recordOf(3, large)));
        await turn();
      }
      await compacting;
      const { records, packed, damaged } = reading(found);
      expect(damaged).toEqual([]);
      expect(records).toEqual(model);
      expect(packed).toBe(mode === 'LowSpace' ? records.size : 0);
      expect(reading((reader) => reader.get(documentKey(indexId, 1)))).toEqual(
        Buffer.from(recordOf(1)),
      );
      expect(rewrite.counts.documentCount).toBeGreaterThan(2_900);
      sizes.push(store.stats().usedBytes);
    }
    const [before = 0, small = 0, after = 0] = sizes;
    expect([small < before / 3, after > 2 * small]).toEqual([true, true]);
  });

  it('neither hides damage nor makes it', async () => {
    await open();
    store.transact((writer) => {
      for (const row of [1, 2, 3, 4]) insertDocument(writer, collectionId, row, recordOf(row));
      insertDocument(writer, collectionId, 9, recordOf(9, large), 'LowSpace');
      // Row 1: a wrong byte; row 2: an unknown form; row 9: a piece that cannot be inflated.
      for (const [key, at] of [
        [documentKey(collectionId, 1), 50],
        [documentKey(collectionId, 2), 0],
        [chunkKey(collectionId, 9, 1), 0],
      ] as const) {
        const value = new Uint8Array(writer.get(key) ?? []);
        value[at] = 0xee;
        writer.put(key, value);
      }
    }, 0);
    for (const mode of ['LowSpace', 'HighThroughput'] as const) {
      await compactFor(mode).done;
      const { records, damaged } = reading(found);
      expect([[...records.keys()], damaged]).toEqual([
        [3, 4],
        [1, 2, 9],
      ]);
    }
  });

  it('changes nothing when a value of the copy says something else', async () => {
    await open();
    store.transact((writer) => insertDocument(writer, collectionId, 1, recordOf(1)), 0);
    const rewrite = new DocumentRewrite(new Set([collectionId]), 'LowSpace');
    const wrong = {
      rewritten: () => recordOf(2),
      content: rewrite.content.bind(rewrite),
    };
    await expect(store.compact({ rewrite: wrong })).rejects.toMatchObject({
      code: 'DatabaseCorrupt',
    });
    expect(reading(found).records).toEqual(new Map([[1, crc32(recordOf(1))]]));
  });
});

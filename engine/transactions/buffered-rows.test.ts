/* Rows that were inserted together are one block in the write buffer. It answers as one in which each has its entries. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IndexKey, indexLayout, writeOnlyKey } from '../indexes/index-layout.ts';
import { hashOfBytes, KnownKeys } from '../indexes/known-keys.ts';
import { DocumentCodec } from '../storage/document-codec.ts';
import { KeyWriter } from '../values/key-encoding.ts';
import { InsertPayload } from './insert-payload.ts';
import { InsertedRows } from './inserted-rows.ts';
import { type Version, versionAt } from './version.ts';
import { CollectionBuffer } from './write-buffer.ts';

const rowMax = 150;
const codec = new DocumentCodec('c', undefined);
const layout = indexLayout(
  { name: 'c', open: false, fields: [], indexes: [] },
  {
    collection: 'c',
    name: 'id',
    fields: ['id'],
    unique: true,
    multiEntry: false,
    storageId: 7,
    state: 'live',
  },
);

const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      count: fc.integer({ min: 1, max: 20 }),
      gap: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      row: fc.nat({ max: rowMax }),
      isRemoved: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('drop' as const), count: fc.nat({ max: 3 }) }),
  },
);

const documentOf = (row: number) => ({
  id: `0190a1b2-0000-7000-8000-${String(row).padStart(12, '0')}`,
  row,
});

function keyOf(row: number): IndexKey {
  const writer = new KeyWriter();
  writeOnlyKey(writer, layout, documentOf(row));
  return new IndexKey(writer.takeText(), false);
}

function emptyBuffer(): CollectionBuffer {
  const known = new KnownKeys();
  known.cover(7);
  return new CollectionBuffer(1, { touched: [], keepsBase: false, known });
}

/** As one block. */
function insertTogether(buffer: CollectionBuffer, lsn: number, rows: readonly number[]): void {
  const documents = rows.map(documentOf);
  const payload = new InsertPayload(rows.length);
  const writer = new KeyWriter();
  const ends = new Uint32Array(rows.length);
  const hashes = new Int32Array(rows.length);
  for (const [at, document] of documents.entries()) {
    payload.add(codec.encodeInPlace(document));
    const start = writer.length;
    writeOnlyKey(writer, layout, document);
    ends[at] = writer.length;
    hashes[at] = hashOfBytes(writer.bytes, start, writer.length);
  }
  const nulls = new Uint8Array(rows.length);
  const inserted = new InsertedRows(
    { lsn, firstRow: rows[0] ?? 0 },
    {
      codec,
      documents,
      records: payload.bytes,
      recordPlaces: payload.recordPlaces,
      keys: { layouts: [layout], bytes: writer.bytes, ends, nulls, hashes },
      others: [],
    },
  );
  buffer.addInserted(inserted, { areAbove: true });
  buffer.uniqueRows.open(inserted);
  for (const [at, hash] of hashes.entries()) buffer.uniqueRows.add(at, hash, 7);
}

/** Each for itself. */
function insertEach(buffer: CollectionBuffer, lsn: number, rows: readonly number[]): void {
  for (const row of rows) {
    change(buffer, lsn, row, false);
    buffer.setId(lsn, documentOf(row).id, row);
    buffer.uniqueRows.set(lsn, keyOf(row), row);
  }
}

function change(buffer: CollectionBuffer, lsn: number, row: number, isRemoved: boolean): void {
  const document = isRemoved ? undefined : documentOf(row);
  const record = document === undefined ? undefined : codec.encode(document);
  buffer.setDocument(row, { lsn, document, record, indexes: [], codec }, { base: undefined });
}

function remove(buffer: CollectionBuffer, lsn: number, row: number): void {
  change(buffer, lsn, row, true);
  buffer.setId(lsn, documentOf(row).id, undefined);
  buffer.uniqueRows.release(lsn, keyOf(row), row);
}

function lsnsOf(version: Version<unknown> | undefined): readonly number[] {
  return version === undefined ? [] : [version.lsn, ...lsnsOf(version.older)];
}

function told({ rows, ids, uniqueRows }: CollectionBuffer, lsn: number) {
  const all = Array.from({ length: 700 }, (_, row) => row);
  return {
    rows: all.map((row) => lsnsOf(rows.get(row)?.newest)),
    documents: all.map((row) => versionAt(rows.get(row)?.newest, lsn >> 1)?.value.document),
    has: all.filter((row) => rows.has(row)),
    ids: all.map((row) => lsnsOf(ids.get(documentOf(row).id))),
    rowsOfIds: all.map((row) => ids.get(documentOf(row).id)?.value),
    keys: all.map((row) => lsnsOf(uniqueRows.get(keyOf(row).mapKey))),
    rowsOfKeys: all.map((row) => uniqueRows.get(keyOf(row).mapKey)?.value),
    listed: [...rows].map(([row, { newest }]) => [row, newest.lsn]),
    listedIds: [...ids].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    between: [...new Set(rows.between(5, 30))].toSorted((a, b) => a - b),
    inRuns: [...rows.runs()].flatMap(({ first, count }) => all.slice(first, first + count)),
  };
}

it('answers for rows, ids and unique keys as if each row had entries of its own', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const [together, each] = [emptyBuffer(), emptyBuffer()];
      let lsn = 0;
      // Of each commit, the row after all that there are; the first ones are in the store.
      const nextRows = [40];
      for (const next of steps) {
        lsn += 1;
        const nextRow = nextRows[lsn - 1] ?? 0;
        nextRows[lsn] = nextRow;
        if (next.kind === 'insert') {
          const first = nextRow + next.gap;
          nextRows[lsn] = first + next.count;
          const rows = Array.from({ length: next.count }, (_, at) => first + at);
          insertTogether(together, lsn, rows);
          insertEach(each, lsn, rows);
        } else if (next.kind === 'change') {
          for (const buffer of [together, each]) {
            const row = next.row % nextRow;
            if (next.isRemoved) remove(buffer, lsn, row);
            else change(buffer, lsn, row, false);
          }
        } else {
          lsn = Math.max(0, lsn - 1 - next.count);
          for (const buffer of [together, each]) buffer.dropAbove(lsn);
        }
      }
      expect(told(together, lsn)).toEqual(told(each, lsn));
    }),
    { numRuns: 200 },
  );
});

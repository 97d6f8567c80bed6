/*
 * Rows that were inserted together, or one behind the other, are one block in the write buffer. It answers as one in which
 * each has its entries.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IndexKey, indexLayout, writeOnlyKey } from '../indexes/index-layout.ts';
import { hashOfBytes, KnownKeys } from '../indexes/known-keys.ts';
import { DocumentCodec } from '../storage/document-codec.ts';
import { KeyWriter } from '../values/key-encoding.ts';
import { idHash } from './id-hints.ts';
import { InsertPayload } from './insert-payload.ts';
import { InsertRoom } from './insert-room.ts';
import { InsertedIds } from './inserted-ids.ts';
import { InsertedRows } from './inserted-rows.ts';
import { TouchedList } from './touched-rows.ts';
import { type Version, versionAt } from './version.ts';
import { CollectionBuffer } from './write-buffer.ts';

const rowMax = 150;
const codec = new DocumentCodec('c', undefined);
const definition = { name: 'c', open: false, fields: [], indexes: [] };
const index = {
  collection: 'c',
  name: 'id',
  fields: ['id'],
  unique: true,
  multiEntry: false,
  storageId: 7,
  state: 'live',
} as const;
const layout = indexLayout(definition, index);
const entry = { definition, storageId: 1, indexes: [index], idsAscend: true };

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
      kind: fc.constant('follow' as const),
      count: fc.integer({ min: 1, max: 20 }),
      refusedAt: fc.nat({ max: 40 }),
      areAbove: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('publish' as const), behind: fc.nat({ max: 5 }) }),
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

class Side {
  readonly touched = new TouchedList();
  readonly buffer: CollectionBuffer;
  #room = new InsertRoom(entry, codec, [layout]);

  constructor() {
    const known = new KnownKeys();
    known.cover(7);
    const { touched } = this;
    this.buffer = new CollectionBuffer(1, { touched, keepsBase: false, known });
  }

  /** Prepared behind each other, and each committed by itself, but for one that is refused. */
  insertNext(lsn: number, row: number, { isRefused, isAbove }: Record<string, boolean>): void {
    if (this.#room.isFull) this.#room = new InsertRoom(entry, codec, [layout]);
    const document = documentOf(row);
    const position = this.#room.add(document);
    expect(position).toBeGreaterThanOrEqual(0);
    if (isRefused === true) return;
    this.buffer.addNext(this.#room, { lsn, row, position, document, isAbove: isAbove === true });
    this.buffer.uniqueRows.add(position, this.#room.keys.hashes[position] ?? 0, 7);
  }

  /** Rows that commits up to an LSN have touched. */
  publish(lsn: number): readonly number[] {
    return this.touched
      .take(lsn)
      .flatMap((touched) => ('inserted' in touched ? touched.numbers : [touched.row]));
  }

  dropAbove(lsn: number): void {
    this.buffer.dropAbove(lsn);
    this.touched.dropAbove(lsn);
  }
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
  const { bytes: records, recordPlaces } = payload;
  const keys = { layouts: [layout], bytes: writer.bytes, ends, nulls, hashes };
  const ids = new InsertedIds(rows.length);
  for (const [at, { id }] of documents.entries()) ids.set(at, 1, id);
  const source = { codec, records, recordPlaces, keys, ids };
  const place = { lsn, firstRow: rows[0] ?? 0 };
  const inserted = new InsertedRows(place, { source, documents, others: [] });
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
  const rowsOfHashes = new Map<number, number>();
  for (const _ of ids.eachHash(1, (hash, row) => rowsOfHashes.set(hash, row)));
  return {
    rows: all.map((row) => lsnsOf(rows.get(row)?.newest)),
    documents: all.map((row) => versionAt(rows.get(row)?.newest, lsn >> 1)?.value.document),
    has: all.filter((row) => rows.has(row)),
    ids: all.map((row) => lsnsOf(ids.get(documentOf(row).id))),
    rowsOfIds: all.map((row) => ids.get(documentOf(row).id)?.value),
    keys: all.map((row) => lsnsOf(uniqueRows.get(keyOf(row).mapKey))),
    rowsOfKeys: all.map((row) => uniqueRows.get(keyOf(row).mapKey)?.value),
    listed: [...rows].map(([row, { newest }]) => [row, newest.lsn]),
    listedIds: all.map((row) => rowsOfHashes.get(idHash(1, documentOf(row).id))),
    between: [...new Set(rows.between(5, 30))].toSorted((a, b) => a - b),
    inRuns: [...rows.runs()].flatMap(({ first, count }) => all.slice(first, first + count)),
  };
}

it('answers for rows, ids and unique keys as if each row had entries of its own', () => {
  codec.encode(documentOf(0));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const [together, each] = [new Side(), new Side()];
      let lsn = 0;
      let publishedLsn = 0;
      // Of each commit, the row after all that there are; the first ones are in the store.
      const nextRows = [40];
      const begin = (): number => {
        lsn += 1;
        const nextRow = nextRows[lsn - 1] ?? 0;
        nextRows[lsn] = nextRow;
        return nextRow;
      };
      for (const next of steps) {
        if (next.kind === 'insert') {
          const first = begin() + next.gap;
          nextRows[lsn] = first + next.count;
          const rows = Array.from({ length: next.count }, (_, at) => first + at);
          insertTogether(together.buffer, lsn, rows);
          insertEach(each.buffer, lsn, rows);
        } else if (next.kind === 'follow') {
          for (let at = 0; at < next.count; at += 1) {
            const isRefused = at === next.refusedAt;
            const row = isRefused ? 0 : begin();
            together.insertNext(lsn, row, { isRefused, isAbove: next.areAbove });
            if (isRefused) continue;
            insertEach(each.buffer, lsn, [row]);
            nextRows[lsn] = row + 1;
          }
        } else if (next.kind === 'change') {
          const row = next.row % begin();
          for (const { buffer } of [together, each]) {
            if (next.isRemoved) remove(buffer, lsn, row);
            else change(buffer, lsn, row, false);
          }
        } else if (next.kind === 'publish') {
          publishedLsn = Math.max(publishedLsn, lsn - next.behind);
          expect(together.publish(publishedLsn)).toEqual(each.publish(publishedLsn));
        } else {
          lsn = Math.max(publishedLsn, lsn - next.count);
          for (const side of [together, each]) side.dropAbove(lsn);
        }
      }
      expect(told(together.buffer, lsn)).toEqual(told(each.buffer, lsn));
      expect(together.publish(lsn)).toEqual(each.publish(lsn));
    }),
    { numRuns: 200 },
  );
});

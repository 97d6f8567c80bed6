import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StoredDocument } from '../values/stored-value.ts';
import { entryWeight } from './entry-weight.ts';
import { type EvictionPolicy, RowCache } from './row-cache.ts';

const collectionId = 1;
const byName = { collectionId, indexId: 2, field: 'name' };
const byId = { collectionId, indexId: collectionId };
const rowCount = 60;
const record = new Uint8Array(100);

const row = fc.nat(rowCount - 1);
const name = fc.nat(2);
const age = fc.nat(2);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('read' as const), row, age }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('change' as const), row, name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), row }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const), row }) },
);

interface Version {
  readonly lsn: number;
  readonly document: StoredDocument | undefined;
}

/** The newest version of each row; names and ids tell rows apart. */
class NaiveRows {
  readonly newest: Version[];
  lsn = 1;

  constructor() {
    this.newest = Array.from({ length: rowCount }, (_, at) => ({
      lsn: 1,
      document: documentOf(at, 0),
    }));
  }

  change(at: number, document: StoredDocument | undefined): void {
    this.lsn += 1;
    this.newest[at] = { lsn: this.lsn, document };
  }

  /** What a reader of an LSN finds in a cache, if it finds anything. */
  at(at: number, lsn: number): StoredDocument | undefined {
    const newest = this.newest[at];
    return newest === undefined || newest.lsn > lsn ? undefined : newest.document;
  }
}

function documentOf(at: number, number: number): StoredDocument {
  return { id: idOf(at), name: nameOf(at, number) };
}

function idOf(at: number): string {
  return `0190a1b2-0000-7000-8000-${at.toString(16).padStart(12, '0')}`;
}

function nameOf(at: number, number: number): string {
  return `the ${number}th name of row ${at}`;
}

it.each<EvictionPolicy>(['LRU', 'LFU', 'Hybrid'])(
  'gives by id and by text what the row has, for readers of any moment, with policy %s',
  (policy) => {
    const property = fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const cache = new RowCache({ bytesMax: 40 * entryWeight(record.length), policy });
      const rows = new NaiveRows();
      for (const action of steps) {
        const { row: at } = action;
        if (action.kind === 'read') expectReads(cache, rows, { at, lsn: rows.lsn - action.age });
        else if (action.kind === 'sweep') sweep(cache, rows, at);
        else {
          const isDeleted = action.kind === 'delete';
          const document = isDeleted ? undefined : documentOf(at, action.name);
          rows.change(at, document);
          cache.change(collectionId, at, { document, record }, rows.lsn);
        }
      }
      for (let at = 0; at < rowCount; at += 1) expectReads(cache, rows, { at, lsn: rows.lsn });
    });
    fc.assert(property, { numRuns: 200 });
  },
);

/** Reads one row in each way, and fills in what was not found as readers do. */
function expectReads(
  cache: RowCache,
  rows: NaiveRows,
  { at, lsn }: { readonly at: number; readonly lsn: number },
): void {
  const expected = rows.at(at, lsn);
  const found = [cache.getByText(byId, idOf(at), lsn)];
  for (let number = 0; number < 3; number += 1) {
    const text = nameOf(at, number);
    const document = cache.getByText(byName, text, lsn);
    if (document !== undefined) expect(document['name']).toBe(text);
    found.push(document);
  }
  for (const document of found) if (document !== undefined) expect(document).toBe(expected);
  if (expected === undefined) return;
  if (cache.get(collectionId, at, lsn) === undefined) {
    cache.set(collectionId, at, expected, record.length, rows.newest[at]?.lsn ?? 0);
  }
  for (let time = 0; time < 2; time += 1) {
    cache.noteId(collectionId, { row: at, document: expected });
  }
  cache.noteText(byName, { row: at, document: expected });
  expect(cache.getByText(byId, idOf(at), lsn)).toBe(expected);
}

/** Reads all rows from one on, so that others leave the cache. */
function sweep(cache: RowCache, rows: NaiveRows, from: number): void {
  for (let at = from; at < rowCount; at += 1) expectReads(cache, rows, { at, lsn: rows.lsn });
}

it('finds nearly all of many texts at once, and what was noted before a table grew', () => {
  const count = 5_000;
  const cache = new RowCache({ bytesMax: 2 * count * entryWeight(record.length), policy: 'LRU' });
  const documents = Array.from({ length: count }, (_, at) => documentOf(at, 0));
  for (const [at, document] of documents.entries()) {
    cache.set(collectionId, at, document, record.length, 1);
    cache.noteText(byName, { row: at, document });
    // Who is asked for stays, also over the moments at which there is a new table.
    expect(cache.getByText(byName, nameOf(0, 0), 1)).toBe(documents[0]);
  }
  const ask = () =>
    documents.filter((_, at) => cache.getByText(byName, nameOf(at, 0), 1) !== undefined).length;
  ask();
  for (const [at, document] of documents.entries()) {
    if (cache.getByText(byName, nameOf(at, 0), 1) !== undefined) continue;
    cache.noteText(byName, { row: at, document });
  }
  expect(ask()).toBeGreaterThan(0.98 * count);
});

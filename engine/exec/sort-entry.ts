/*
 * What sorting operators keep of a document: its key values and its row. Documents are read again when they are
 * given, so that sorting many wide documents needs memory for the keys only.
 */

import { assert } from '../base/assert.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import type { SortKey } from '../plan/sort-key.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import { compareValues } from '../values/compare.ts';
import type { Row, StoredDocument, StoredValue } from '../values/stored-value.ts';
import { compileReader } from './field-reader.ts';
import { type Batch, type Operator, readAfter } from './operator.ts';
import { valueBytes } from './sampled-bytes.ts';

export interface SortEntry {
  readonly values: readonly StoredValue[];
  readonly row: Row;
}

/** Makes the entry of a document; missing values become null. */
export function compileEntry(
  keys: readonly SortKey[],
): (document: StoredDocument, row: Row) => SortEntry {
  const readers = keys.map(({ path }) => compileReader(path));
  return (document, row) => ({ values: readers.map((read) => read(document) ?? null), row });
}

/** Compares entries by their keys, from the `from`th on. Null is smallest. */
export function compileComparison(
  keys: readonly SortKey[],
): (left: SortEntry, right: SortEntry) => number {
  const signs = keys.map(({ direction }) => (direction === 'asc' ? 1 : -1));
  return (left, right) => {
    for (let at = 0; at < signs.length; at += 1) {
      const sign = compareValues(left.values[at] ?? null, right.values[at] ?? null);
      if (sign !== 0) return sign * (signs[at] ?? 1);
    }
    return 0;
  };
}

/** True when a document stands before an entry in the order; as `compileComparison`, without making an entry. */
export function compileBefore(
  keys: readonly SortKey[],
): (document: StoredDocument, entry: SortEntry) => boolean {
  const columns = keys.map(({ path, direction }) => ({
    read: compileReader(path),
    sign: direction === 'asc' ? 1 : -1,
  }));
  return (document, entry) => {
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at];
      if (column === undefined) break;
      const order = compareValues(column.read(document) ?? null, entry.values[at] ?? null);
      if (order !== 0) return order * column.sign < 0;
    }
    return false;
  };
}

/** Roughly what an entry occupies, in bytes. */
export function entryBytes({ values }: SortEntry): number {
  let bytes = 80;
  for (let at = 0; at < values.length; at += 1) bytes += valueBytes(values[at] ?? null);
  return bytes;
}

const rowsPerBatch = 128;

/** Where the documents of rows are read. */
export interface DocumentSource {
  readonly snapshot: Pick<Snapshot, 'read'>;
}

/** Reads the documents of sorted entries, in batches. */
export function readEntries(
  entries: Iterable<Pick<SortEntry, 'row'>>,
  collection: CollectionEntry,
  context: DocumentSource,
): Operator {
  return readRows(rowsOf(entries), collection, context);
}

function* rowsOf(entries: Iterable<Pick<SortEntry, 'row'>>): Generator<Row, void, undefined> {
  for (const { row } of entries) yield row;
}

/** Reads the documents of rows, in batches. */
export function* readRows(
  found: Iterable<Row>,
  collection: CollectionEntry,
  { snapshot }: DocumentSource,
): Operator {
  let rows: Row[] = [];
  let documents: StoredDocument[] = [];
  let readCount = 0;
  for (const row of found) {
    const document = snapshot.read(collection, row, readAfter(readCount));
    assert(document !== undefined, 'a snapshot keeps the documents it has shown');
    rows.push(row);
    documents.push(document);
    readCount += 1;
    if (rows.length < rowsPerBatch) continue;
    const batch: Batch = { rows, documents };
    yield batch;
    rows = [];
    documents = [];
  }
  if (rows.length > 0) yield { rows, documents };
}

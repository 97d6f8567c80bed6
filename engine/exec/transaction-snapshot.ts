/*
 * What a transaction sees: the snapshot it began with, and its own writes over it. It answers like any snapshot, so
 * planner, operators and everything above them read a transaction's writes without knowing of them. It shows the
 * writes of the moment of each call; the transaction sees to it that nothing is written while something reads.
 */
import { assert } from '../base/assert.ts';
import type { Catalog, CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import type {
  DocumentCursor,
  IndexRange,
  ReadOptions,
  RowCursor,
  ScanOptions,
  Snapshot,
} from '../transactions/snapshot.ts';
import { parseFieldPath, readPath } from '../values/field-path.ts';
import type { Row, StoredDocument, StoredValue } from '../values/stored-value.ts';
import { canonicalUuid } from '../values/uuid.ts';
import { MergedIndexCursor, reverseEntries } from './merged-index-cursor.ts';
import type { CollectionWrites, TransactionWrites } from './transaction-writes.ts';

export class TransactionSnapshot implements Snapshot {
  readonly #base: Snapshot;
  readonly #writes: TransactionWrites;

  readonly #onRelease: () => void;

  /** Releasing it releases nothing unless told: the transaction holds the snapshot below. */
  constructor(base: Snapshot, writes: TransactionWrites, onRelease = () => {}) {
    this.#base = base;
    this.#writes = writes;
    this.#onRelease = onRelease;
  }

  get isSettled(): boolean {
    return this.#base.isSettled;
  }

  async settled(): Promise<Snapshot> {
    const base = await this.#base.settled();
    return new TransactionSnapshot(base, this.#writes, () => base.release());
  }

  get sequence(): number {
    return this.#base.sequence;
  }

  get catalog(): Catalog {
    const { catalog } = this.#base;
    const seen = (entry: CollectionEntry): CollectionEntry => {
      const idsAscend = this.#of(entry)?.idsAscend ?? entry.idsAscend;
      return idsAscend === entry.idsAscend ? entry : { ...entry, idsAscend };
    };
    return {
      version: catalog.version,
      shape: catalog.shape,
      migrations: catalog.migrations,
      migrationFailures: catalog.migrationFailures,
      handlers: catalog.handlers,
      collection: (name) => {
        const entry = catalog.collection(name);
        return entry === undefined ? undefined : seen(entry);
      },
      get collections() {
        return catalog.collections.map(seen);
      },
      get owned() {
        return catalog.owned.map(seen);
      },
    };
  }

  documentCount(collection: CollectionEntry): number {
    const difference = this.#of(collection)?.countDifference ?? 0;
    return this.#base.documentCount(collection) + difference;
  }

  cachedCount(collection: CollectionEntry): number {
    return this.#base.cachedCount(collection);
  }

  rowOf(collection: CollectionEntry, id: string): Row | undefined {
    const writes = this.#of(collection);
    if (writes === undefined) return this.#base.rowOf(collection, id);
    const canonical = canonicalUuid(id);
    if (canonical === undefined) return undefined;
    const inserted = writes.insertedRow(canonical);
    if (inserted !== undefined) return inserted;
    const row = this.#base.rowOf(collection, canonical);
    if (row === undefined) return undefined;
    const touched = writes.touched.get(row);
    return touched !== undefined && touched.after === undefined ? undefined : row;
  }

  read(collection: CollectionEntry, row: Row, options?: ReadOptions): StoredDocument | undefined {
    const writes = this.#of(collection);
    if (writes === undefined) return this.#base.read(collection, row, options);
    const inserted = writes.inserted.get(row);
    if (inserted !== undefined) return inserted;
    const touched = writes.touched.get(row);
    return touched === undefined ? this.#base.read(collection, row, options) : touched.after;
  }

  rowAt(collection: CollectionEntry, offset: number): Row | undefined {
    return this.#of(collection) === undefined ? this.#base.rowAt(collection, offset) : undefined;
  }

  scan(collection: CollectionEntry, options: ScanOptions = {}): DocumentCursor {
    const writes = this.#of(collection);
    if (writes === undefined) return this.#base.scan(collection, options);
    const stored = withTouched(this.#base.scan(collection, options), writes);
    const inserted = insertedCursor(writes, options);
    return options.reverse === true ? chained(inserted, stored) : chained(stored, inserted);
  }

  scanIndex(index: IndexEntry, range: IndexRange): RowCursor {
    const writes = this.#writes.of(index.collection);
    const stored = this.#base.scanIndex(index, range);
    if (writes === undefined) return stored;
    const entries = writes.index(index).added.inRange(range);
    return new MergedIndexCursor({
      stored,
      reverse: range.reverse,
      pending: range.reverse ? reverseEntries(entries) : entries,
      isTouched: (row) => writes.touched.has(row),
      valuesOf: index.multiEntry ? undefined : this.#valuesOf(index),
    });
  }

  /** Those of what the transaction has written are not known apart. */
  indexWords(index: IndexEntry): Iterable<string> | undefined {
    const isWritten = this.#writes.of(index.collection) !== undefined;
    return isWritten ? undefined : this.#base.indexWords?.(index);
  }

  countIndex(index: IndexEntry, range: IndexRange, most: number): number {
    const writes = this.#writes.of(index.collection);
    if (writes === undefined) return this.#base.countIndex(index, range, most);
    const { added, hidden } = writes.index(index);
    const hiddenCount = hidden.inRange(range).length;
    const storedCount = this.#base.countIndex(index, range, most + hiddenCount);
    return Math.min(most, storedCount - hiddenCount + added.inRange(range).length);
  }

  noteUse(index: IndexEntry): void {
    this.#base.noteUse(index);
  }

  onDidSupersede(listener: () => void): () => void {
    return this.#base.onDidSupersede(listener);
  }

  release(): void {
    this.#onRelease();
  }

  #of({ definition }: CollectionEntry): CollectionWrites | undefined {
    return this.#writes.of(definition.name);
  }

  #valuesOf(index: IndexEntry): (row: Row) => readonly StoredValue[] {
    const collection = this.#base.catalog.collection(index.collection);
    assert(collection !== undefined, 'the index belongs to a collection of the catalog');
    const paths = index.fields.map(parseFieldPath);
    return (row) => {
      const document = this.#base.read(collection, row);
      assert(document !== undefined, `index "${index.name}" refers only to documents that exist`);
      return paths.map((path) => readPath(document, path) ?? null);
    };
  }
}

/** Documents of the snapshot as they have become, without those that are gone. */
function withTouched(stored: DocumentCursor, { touched }: CollectionWrites): DocumentCursor {
  return {
    next(rowsMax) {
      for (;;) {
        const batch = stored.next(rowsMax);
        if (batch.rows.length === 0 || !batch.rows.some((row) => touched.has(row))) return batch;
        const rows: Row[] = [];
        const documents: StoredDocument[] = [];
        for (const [at, row] of batch.rows.entries()) {
          const own = touched.get(row);
          const document = own === undefined ? batch.documents[at] : own.after;
          if (document === undefined) continue;
          rows.push(row);
          documents.push(document);
        }
        if (rows.length > 0) return { rows, documents };
      }
    },
    close: () => stored.close(),
  };
}

function insertedCursor(
  { inserted }: CollectionWrites,
  { reverse = false, from }: ScanOptions,
): DocumentCursor {
  const entries = [...inserted].filter(
    ([row]) => from === undefined || (reverse ? row <= from : row >= from),
  );
  if (reverse) entries.reverse();
  let at = 0;
  return {
    next(rowsMax) {
      const batch = entries.slice(at, at + rowsMax);
      at += batch.length;
      return { rows: batch.map(([row]) => row), documents: batch.map(([, document]) => document) };
    },
    close() {
      at = entries.length;
    },
  };
}

/** One cursor after the other. */
function chained(first: DocumentCursor, second: DocumentCursor): DocumentCursor {
  let current = first;
  return {
    next(rowsMax) {
      const batch = current.next(rowsMax);
      if (batch.rows.length > 0 || current === second) return batch;
      current = second;
      return current.next(rowsMax);
    },
    close() {
      first.close();
      second.close();
    },
  };
}

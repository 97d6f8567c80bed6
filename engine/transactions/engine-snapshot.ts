/*
 * Snapshots as the engine hands them out: a state of the store, and over it the buffered commits up to the snapshot's
 * LSN. Documents by row, id or unique key, and counts, come from both; scans and ranges read the store alone, so they
 * need a snapshot that is settled: one without buffered commits.
 */
import { assert } from '../base/assert.ts';
import type { ColumnCache } from '../cache/column-cache.ts';
import { type ChangesSince, ColumnReader } from '../cache/column-reader.ts';
import type { Catalog, CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import type { CatalogState } from '../catalog/catalog-state.ts';
import { type IndexCursorInput, openIndexCursor } from '../indexes/index-cursor.ts';
import {
  encodeTuple,
  type IndexKey,
  type IndexLayout,
  indexTuples,
} from '../indexes/index-layout.ts';
import { cutLength, isInside } from '../indexes/index-range.ts';
import { readIndexWords } from '../indexes/index-words.ts';
import { limits } from '../limits.ts';
import { decodeDocument, recordLength, steadyValue } from '../storage/document-value.ts';
import { documentKey, documentRange, rowOfDocumentKey } from '../storage/key-space.ts';
import type { KvReader } from '../storage/kv-store.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import type { CodecTable } from './codec-table.ts';
import type { IndexUses } from './index-uses.ts';
import { laidOver } from './laid-over.ts';
import type {
  DocumentCursor,
  IndexRange,
  ReadOptions,
  RowCursor,
  ScanOptions,
  Snapshot,
} from './snapshot.ts';
import { StateLookup } from './state-lookup.ts';
import type { StoreBase } from './store-base.ts';
import type { WriteBuffer } from './write-buffer.ts';

/** One published state of the database. */
export interface PublishedState {
  readonly base: StoreBase;
  /** The LSN that the base shows. */
  readonly baseSequence: number;
  /** Buffered commits over the base, newest first; empty when the state is settled. */
  readonly buffers: readonly WriteBuffer[];
  readonly sequence: number;
  readonly catalog: CatalogState;
  readonly codecs: CodecTable;
  readonly indexUses: IndexUses;
}

/** A published state as bytes. */
export interface StoredSnapshot {
  readonly sequence: number;
  readonly catalog: Catalog;
  readonly codecs: CodecTable;
  readonly kv: KvReader;
  release(): void;
}

export interface SnapshotOptions {
  /** What looks things up in the state; made anew without a cache unless given. */
  readonly lookup?: StateLookup | undefined;
  readonly columnCache?: ColumnCache | undefined;
  readonly changesSince?: ChangesSince | undefined;
  readonly onRelease?: () => void;
}

/** A reader's view of a published state. */
export class EngineSnapshot implements Snapshot {
  readonly #state: PublishedState;
  readonly #lookup: StateLookup;
  readonly #options: SnapshotOptions;
  #columns: ColumnReader | undefined;
  #isReleased = false;

  constructor(state: PublishedState, options: SnapshotOptions = {}) {
    this.#state = state;
    this.#lookup = options.lookup ?? new StateLookup(state, undefined);
    this.#options = options;
    state.base.hold();
  }

  get catalog(): Catalog {
    return this.#state.catalog;
  }

  get sequence(): number {
    return this.#state.sequence;
  }

  get isSettled(): boolean {
    return this.#state.buffers.length === 0;
  }

  get columns(): ColumnReader | undefined {
    const { columnCache, changesSince } = this.#options;
    if (columnCache === undefined) return undefined;
    this.#columns ??= new ColumnReader(columnCache, this.#state.sequence, changesSince);
    return this.#columns;
  }

  async settled(): Promise<Snapshot> {
    if (this.isSettled) return new EngineSnapshot(this.#state, this.#options);
    const state = await laidOver(this.#state);
    const snapshot = new EngineSnapshot(state);
    state.base.letGo();
    return snapshot;
  }

  documentCount(collection: CollectionEntry): number {
    return this.#open.counts(collection).documentCount;
  }

  cachedCount(collection: CollectionEntry): number {
    return this.#open.cachedCount(collection);
  }

  rowOf(collection: CollectionEntry, id: string): Row | undefined {
    return this.#open.rowOf(collection, id);
  }

  read(collection: CollectionEntry, row: Row, options?: ReadOptions): StoredDocument | undefined {
    return this.#open.read(collection, row, options);
  }

  rowAt(collection: CollectionEntry, offset: number): Row | undefined {
    const { documentCount, nextRow } = this.#open.counts(collection);
    return documentCount === nextRow && offset < nextRow ? (offset as Row) : undefined;
  }

  scan(collection: CollectionEntry, options: ScanOptions = {}): DocumentCursor {
    this.#assertSettled();
    const reverse = options.reverse === true;
    const { from, fields } = options;
    const codec = this.#state.codecs.of(collection);
    const decoder = fields === undefined ? codec : codec.only(fields);
    let { start, end } = documentRange(collection.storageId);
    if (from !== undefined && !reverse) start = documentKey(collection.storageId, from);
    else if (from !== undefined && from < 0xffffffff) {
      end = documentKey(collection.storageId, from + 1);
    }
    let isOpen = true;
    return {
      next: (rowsMax) => {
        const rows: Row[] = [];
        const documents: StoredDocument[] = [];
        if (!isOpen) return { rows, documents };
        const { storageId } = collection;
        const bytesMax = limits.batchBytesMax;
        let bytes = 0;
        const range = { start, end, reverse, limit: rowsMax, bytesMax };
        this.#kv.visit(range, (key, peeked) => {
          const row = rowOfDocumentKey(key) as Row;
          const value = steadyValue(peeked);
          rows.push(row);
          documents.push(
            decodeDocument(decoder, this.#kv, { collectionId: storageId, row, value }),
          );
          bytes += recordLength(value);
          return bytes < bytesMax;
        });
        const last = rows.at(-1);
        isOpen = last !== undefined;
        if (last !== undefined) {
          if (reverse) end = documentKey(collection.storageId, last);
          else if (last < 0xffffffff) start = documentKey(collection.storageId, last + 1);
          else isOpen = false;
        }
        return { rows, documents };
      },
      close: () => {
        isOpen = false;
      },
    };
  }

  scanIndex(index: IndexEntry, range: IndexRange): RowCursor {
    const input = this.#open.cursorInput(index, range);
    const key = uniqueKeyOf(input.layout, range);
    if (key === undefined) {
      this.#assertSettled();
      return openIndexCursor(input);
    }
    const row = this.#rowOfUniqueKey(index, key);
    return cursorOver(row !== undefined && this.#isInside(input, key.bytes, row) ? row : undefined);
  }

  indexWords(index: IndexEntry): Iterable<string> {
    this.#assertSettled();
    const { reader, layout } = this.#open.cursorInput(index, { reverse: false });
    return readIndexWords(reader, layout);
  }

  /** On a snapshot that is not settled an estimate, for planning. */
  countIndex(index: IndexEntry, range: IndexRange, most: number): number {
    return this.#open.countIndex(index, range, most);
  }

  noteUse(index: IndexEntry): void {
    this.#state.indexUses.note(index);
  }

  onDidSupersede(listener: () => void): () => void {
    return this.#state.base.onDidSupersede(listener);
  }

  release(): void {
    assert(!this.#isReleased, 'a snapshot is released once');
    this.#isReleased = true;
    this.#columns?.release();
    this.#state.base.letGo();
    this.#options.onRelease?.();
  }

  get #open(): StateLookup {
    assert(!this.#isReleased, 'a released snapshot is not read');
    return this.#lookup;
  }

  get #kv(): KvReader {
    assert(!this.#isReleased, 'a released snapshot is not read');
    return this.#state.base.reader;
  }

  #rowOfUniqueKey(index: IndexEntry, key: IndexKey): Row | undefined {
    const collection = this.catalog.collection(index.collection);
    assert(collection !== undefined, 'the index belongs to a collection of the catalog');
    return this.#open.rowOfUniqueKey(collection, key);
  }

  /** Long values are cut in keys, so that the key alone does not prove that they are equal. */
  #isInside({ layout, range, read }: IndexCursorInput, key: Uint8Array, row: Row): boolean {
    if (cutLength(key, layout.paths.length) === undefined) return true;
    const document = read(row);
    return (
      document !== undefined &&
      indexTuples(layout, document).some((tuple) => isInside(range, tuple))
    );
  }

  #assertSettled(): void {
    assert(this.isSettled, 'only a settled snapshot is scanned');
  }
}

/** The key of a lookup by one unique value; the only way into an index that needs no settled snapshot. */
function uniqueKeyOf(layout: IndexLayout, { lower, upper }: IndexRange): IndexKey | undefined {
  const isLookup =
    layout.entry.unique &&
    lower !== undefined &&
    lower === upper &&
    lower.inclusive &&
    lower.values.length === layout.paths.length;
  if (!isLookup) return undefined;
  const key = encodeTuple(layout, lower.values);
  return key.hasNull ? undefined : key;
}

/** A cursor over at most one row. */
function cursorOver(row: Row | undefined): RowCursor {
  let left: readonly Row[] = row === undefined ? [] : [row];
  return {
    next: (rowsMax) => {
      const rows = left.slice(0, rowsMax);
      left = left.slice(rows.length);
      return rows;
    },
    close: () => {
      left = [];
    },
  };
}

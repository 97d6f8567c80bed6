/*
 * Snapshots as the engine hands them out. All snapshots of one commit share one snapshot of the store; it is let go
 * when a later commit was published and the last reader has released it.
 */
import { assert } from '../base/assert.ts';
import { readUint32 } from '../base/bytes.ts';
import type { Catalog, CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { countIndexRows, openIndexCursor } from '../indexes/index-cursor.ts';
import { type IndexLayout, indexLayout } from '../indexes/index-layout.ts';
import { limits } from '../limits.ts';
import { decodeDocument, readDocument, recordLength } from '../storage/document-value.ts';
import { documentKey, documentRange, idKey, rowOfDocumentKey } from '../storage/key-space.ts';
import type { KvReader, KvSnapshot } from '../storage/kv-store.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { canonicalUuid } from '../values/uuid.ts';
import type { CodecTable } from './codec-table.ts';
import { readCollectionState } from './collection-state.ts';
import type { DocumentCursor, IndexRange, RowCursor, Snapshot } from './snapshot.ts';

/** One published state of the database, shared by all snapshots of it. */
export class PublishedState {
  readonly sequence: number;
  readonly catalog: Catalog;
  readonly codecs: CodecTable;
  readonly #kv: KvSnapshot;
  #holderCount = 1;
  #isClosed = false;

  constructor(kv: KvSnapshot, sequence: number, catalog: Catalog, codecs: CodecTable) {
    this.#kv = kv;
    this.sequence = sequence;
    this.catalog = catalog;
    this.codecs = codecs;
  }

  /** The stored state. @throws AuroraError `DatabaseClosed` */
  get kv(): KvSnapshot {
    if (this.#isClosed) {
      throw new AuroraError('DatabaseClosed', 'The database was closed while it was being read.');
    }
    return this.#kv;
  }

  hold(): void {
    this.#holderCount += 1;
  }

  letGo(): void {
    this.#holderCount -= 1;
    assert(this.#holderCount >= 0, 'a snapshot is released once');
    if (this.#holderCount === 0 && !this.#isClosed) this.#kv.release();
  }

  /** True when nobody reads it any more. */
  get isReleased(): boolean {
    return this.#holderCount === 0;
  }

  /** Ends it under its readers, whose next read fails. */
  close(): void {
    if (this.#isClosed || this.#holderCount === 0) return;
    this.#isClosed = true;
    this.#kv.release();
  }
}

/** A published state as bytes. */
export interface StoredSnapshot {
  readonly sequence: number;
  readonly catalog: Catalog;
  readonly codecs: CodecTable;
  readonly kv: KvReader;
  release(): void;
}

/** A reader's view of a published state. */
export class EngineSnapshot implements Snapshot {
  readonly #state: PublishedState;
  #isReleased = false;

  constructor(state: PublishedState) {
    this.#state = state;
    state.hold();
  }

  get catalog(): Catalog {
    return this.#state.catalog;
  }

  get sequence(): number {
    return this.#state.sequence;
  }

  documentCount(collection: CollectionEntry): number {
    return readCollectionState(this.#kv, collection.storageId).documentCount;
  }

  rowOf(collection: CollectionEntry, id: string): Row | undefined {
    const canonical = canonicalUuid(id);
    if (canonical === undefined) return undefined;
    const value = this.#kv.get(idKey(collection.storageId, canonical));
    return value === undefined ? undefined : (readUint32(value, 0) as Row);
  }

  read(collection: CollectionEntry, row: Row): StoredDocument | undefined {
    const codec = this.#state.codecs.of(collection);
    return readDocument(codec, this.#kv, collection.storageId, row);
  }

  scan(collection: CollectionEntry, options: { readonly reverse?: boolean } = {}): DocumentCursor {
    const reverse = options.reverse === true;
    const codec = this.#state.codecs.of(collection);
    let { start, end } = documentRange(collection.storageId);
    let isOpen = true;
    return {
      next: (rowsMax) => {
        const rows: Row[] = [];
        const documents: StoredDocument[] = [];
        if (!isOpen) return { rows, documents };
        const { storageId } = collection;
        const bytesMax = limits.batchBytesMax;
        let bytes = 0;
        for (const { key, value } of this.#kv.range({
          start,
          end,
          reverse,
          limit: rowsMax,
          bytesMax,
        })) {
          const row = rowOfDocumentKey(key) as Row;
          rows.push(row);
          documents.push(decodeDocument(codec, this.#kv, { collectionId: storageId, row, value }));
          bytes += recordLength(value);
          if (bytes >= bytesMax) break;
        }
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
    return openIndexCursor(this.#cursorInput(index, range));
  }

  countIndex(index: IndexEntry, range: IndexRange, most: number): number {
    return countIndexRows(this.#cursorInput(index, range), most);
  }

  release(): void {
    assert(!this.#isReleased, 'a snapshot is released once');
    this.#isReleased = true;
    this.#state.letGo();
  }

  get #kv(): KvSnapshot {
    assert(!this.#isReleased, 'a released snapshot is not read');
    return this.#state.kv;
  }

  #cursorInput(index: IndexEntry, range: IndexRange) {
    assert(index.state === 'live', 'only live indexes are read');
    const collection = this.catalog.collection(index.collection);
    assert(collection !== undefined, 'the index belongs to a collection of the catalog');
    const layout: IndexLayout = indexLayout(collection.definition, index);
    return { reader: this.#kv, layout, range, read: (row: Row) => this.read(collection, row) };
  }
}

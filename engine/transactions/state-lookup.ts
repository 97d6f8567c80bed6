/*
 * Single documents of one published state: buffered commits first, then the cache, then the store. Made once for each
 * state and shared by everybody who reads it.
 */
import { readUint32 } from '../base/bytes.ts';
import type { RowCache } from '../cache/row-cache.ts';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { readUniqueRow } from '../indexes/index-changes.ts';
import { encodeTuple, type IndexKey } from '../indexes/index-layout.ts';
import { decodeDocument, isInChunks, recordLength } from '../storage/document-value.ts';
import { documentKey, idKey } from '../storage/key-space.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { canonicalUuid } from '../values/uuid.ts';
import { BufferView } from './buffer-view.ts';
import type { CollectionState } from './collection-state.ts';
import { readCollectionState } from './collection-state.ts';
import type { PublishedState } from './engine-snapshot.ts';
import type { IdHints } from './id-hints.ts';
import type { StoreBase } from './store-base.ts';

/** Where decoded documents are found, and may be left. */
export interface DocumentCacheAccess {
  readonly cache: RowCache | undefined;
  readonly hints: IdHints;
  /** True while no later commit has changed the row, so that what the store says of it may be kept. */
  isCurrent(state: PublishedState, collectionId: number, row: number): boolean;
}

export class StateLookup {
  readonly #state: PublishedState;
  readonly #view: BufferView | undefined;
  readonly #access: DocumentCacheAccess | undefined;

  constructor(state: PublishedState, access: DocumentCacheAccess | undefined) {
    this.#state = state;
    this.#access = access;
    const { buffers, sequence } = state;
    this.#view = buffers.length === 0 ? undefined : new BufferView(buffers, sequence);
  }

  /** LSN of the last commit that it sees. */
  get sequence(): number {
    return this.#state.sequence;
  }

  /** Counts that an index was read for somebody. */
  noteUse(index: IndexEntry): void {
    this.#state.indexUses.note(index);
  }

  /** The store that it reads where nothing is buffered or cached. */
  get base(): StoreBase {
    return this.#state.base;
  }

  counts({ storageId }: CollectionEntry): CollectionState {
    const buffered = this.#view?.counts(storageId);
    return buffered?.value ?? readCollectionState(this.#state.base.reader, storageId);
  }

  rowOf({ storageId }: CollectionEntry, id: string): Row | undefined {
    const canonical = canonicalUuid(id);
    if (canonical === undefined) return undefined;
    const buffered = this.#view?.rowOfId(storageId, canonical);
    if (buffered !== undefined) return buffered.value as Row | undefined;
    const { base, baseSequence } = this.#state;
    const cached = this.#access?.cache?.rowOf(storageId, canonical, baseSequence);
    if (cached !== undefined) return cached as Row;
    const value = base.reader.peek(idKey(storageId, canonical));
    return value === undefined ? undefined : (readUint32(value, 0) as Row);
  }

  /** `isKept`: false when the cache need not take it, since it is about to be changed. */
  read(collection: CollectionEntry, row: Row, isKept = true): StoredDocument | undefined {
    const { storageId } = collection;
    const buffered = this.#view?.document(storageId, row);
    if (buffered !== undefined) return buffered.value.document;
    const cached = this.#access?.cache?.get(storageId, row, this.#state.baseSequence);
    return cached ?? this.#readStored(collection, row, isKept);
  }

  /** The document with an id; `undefined` when there is none, also when the text is no id. */
  documentOfId(collection: CollectionEntry, id: string): StoredDocument | undefined {
    if (this.#view === undefined) {
      // Cached under their canonical ids, so that most lookups need not look at the text at all.
      const { baseSequence } = this.#state;
      const cached = this.#access?.cache?.getById(collection.storageId, id, baseSequence);
      if (cached !== undefined) return cached;
    }
    return this.locate(collection, id)?.document;
  }

  /** The same with its row; `isKept` as for `read`. */
  locate(
    collection: CollectionEntry,
    id: string,
    isKept = true,
  ): { readonly row: Row; readonly document: StoredDocument } | undefined {
    const canonical = canonicalUuid(id);
    if (canonical === undefined) return undefined;
    const hinted = this.#access?.hints.rowOf(collection.storageId, canonical);
    if (hinted !== undefined) {
      const document = this.read(collection, hinted as Row, isKept);
      if (document?.id === canonical) return { row: hinted as Row, document };
    }
    const row = this.rowOf(collection, canonical);
    const document = row === undefined ? undefined : this.read(collection, row, isKept);
    if (row === undefined || document === undefined) return undefined;
    this.#access?.hints.note(collection.storageId, canonical, row);
    return { row, document };
  }

  /** The row under the whole key of a unique index, without a null in it. */
  rowOfUniqueKey({ storageId }: CollectionEntry, key: IndexKey): Row | undefined {
    const buffered = this.#view?.rowOfUniqueKey(storageId, key);
    const row =
      buffered === undefined ? readUniqueRow(this.#state.base.reader, key.bytes) : buffered.value;
    return row as Row | undefined;
  }

  /**
   * The document with a text in a field that has a unique index of its own. `undefined` says that there is none, or
   * that the text is too long for a key to hold: a query finds those.
   */
  documentOfText(
    collection: CollectionEntry,
    { index, field }: { readonly index: IndexEntry; readonly field: string },
    text: string,
  ): StoredDocument | undefined {
    const { cache } = this.#access ?? {};
    const key = { collectionId: collection.storageId, indexId: index.storageId };
    // No buffered commit has touched the text, or the document in its row says so itself.
    if (this.#view === undefined) {
      const cached = cache?.getByText(key, text, this.#state.baseSequence);
      if (cached?.[field] === text) return cached;
    }
    const row = this.rowOfText(collection, index, text);
    const document = row === undefined ? undefined : this.read(collection, row);
    if (row === undefined || document?.[field] !== text) return undefined;
    cache?.noteText(key, text, row);
    return document;
  }

  /** The row that a unique index over a text field has for a text; a long one may be another of the same beginning. */
  rowOfText(collection: CollectionEntry, index: IndexEntry, text: string): Row | undefined {
    const layout = this.#state.codecs
      .layouts(collection)
      .find(({ entry }) => entry.storageId === index.storageId);
    if (layout === undefined) return undefined;
    return this.rowOfUniqueKey(collection, encodeTuple(layout, [text]));
  }

  #readStored(collection: CollectionEntry, row: Row, isKept: boolean): StoredDocument | undefined {
    const { storageId } = collection;
    const { base, baseSequence, codecs } = this.#state;
    const { reader } = base;
    const key = documentKey(storageId, row);
    let value = reader.peek(key);
    if (value === undefined) return undefined;
    if (isInChunks(value)) value = reader.get(key) ?? value;
    const codec = codecs.of(collection);
    const length = recordLength(value);
    const document = decodeDocument(codec, reader, { collectionId: storageId, row, value });
    const access = this.#access;
    if (isKept && access?.cache !== undefined && access.isCurrent(this.#state, storageId, row)) {
      access.cache.set(storageId, row, document, length, baseSequence);
    }
    return document;
  }
}

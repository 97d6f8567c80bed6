/*
 * Single documents of one published state: buffered commits first, then the cache, then the store. Made once for each
 * state and shared by everybody who reads it.
 */
import { assert } from '../base/assert.ts';
import { readUint32 } from '../base/bytes.ts';
import type { OutputForm } from '../cache/output-form.ts';
import type { RowCache, RowRange } from '../cache/row-cache.ts';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { readUniqueRow } from '../indexes/index-changes.ts';
import { countIndexRows, type IndexCursorInput } from '../indexes/index-cursor.ts';
import { encodeTuple, type IndexKey } from '../indexes/index-layout.ts';
import { copyOfRecord, decodeDocument, recordLength } from '../storage/document-value.ts';
import { idKey } from '../storage/key-space.ts';
import { hasLoneSurrogate } from '../values/key-encoding.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { canonicalUuid } from '../values/uuid.ts';
import { BufferView } from './buffer-view.ts';
import type { CollectionState } from './collection-state.ts';
import { readCollectionState } from './collection-state.ts';
import type { PublishedState } from './engine-snapshot.ts';
import type { IdHints } from './id-hints.ts';
import type { IndexRange, ReadOptions } from './snapshot.ts';
import type { StoreBase } from './store-base.ts';
import { storedValue, storedValues } from './stored-values.ts';

/** Where decoded documents are found, and may be left. */
export interface DocumentCacheAccess {
  readonly cache: RowCache | undefined;
  readonly hints: IdHints;
  /** True while no later commit has changed the row, so that what the store says of it may be kept. */
  isCurrent(state: PublishedState, collectionId: number, row: number): boolean;
}

/** A document that is about to be changed. */
export interface DocumentToChange {
  readonly row: Row;
  readonly document: StoredDocument;
  /** Its bytes, where they are at hand: a log wants them. */
  readonly record: Uint8Array | undefined;
}

/** A unique index over a text field alone. */
export interface UniqueText {
  readonly collectionId: number;
  readonly indexId: number;
  readonly index: IndexEntry;
  readonly field: string;
}

export class StateLookup {
  readonly #state: PublishedState;
  readonly #view: BufferView | undefined;
  readonly #access: DocumentCacheAccess | undefined;
  /** Made when it is needed: most states are looked at for one document. */
  #counts: Map<number, CollectionState> | undefined;

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

  /** Documents that are read without the store, buffered ones aside. */
  cachedCount({ storageId }: CollectionEntry): number {
    return this.#access?.cache?.countOf(storageId) ?? 0;
  }

  counts({ storageId }: CollectionEntry): CollectionState {
    this.#counts ??= new Map();
    let counts = this.#counts.get(storageId);
    if (counts === undefined) {
      const buffered = this.#view?.counts(storageId);
      counts = buffered?.value ?? readCollectionState(this.#state.base.reader, storageId);
      this.#counts.set(storageId, counts);
    }
    return counts;
  }

  /** Entries of the store in a range, without what is buffered; counting stops at `most`. */
  countIndex(index: IndexEntry, range: IndexRange, most: number): number {
    return countIndexRows(this.cursorInput(index, range), most);
  }

  /** What walks a live index of the store. */
  cursorInput(index: IndexEntry, range: IndexRange): IndexCursorInput {
    assert(index.state === 'live', 'only live indexes are read');
    const collection = this.#state.catalog.collection(index.collection);
    assert(collection !== undefined, 'the index belongs to a collection of the catalog');
    const layout = this.#state.codecs.layoutOf(collection, index);
    const { reader } = this.#state.base;
    return { reader, layout, range, read: (row: Row) => this.read(collection, row) };
  }

  rowOf({ storageId }: CollectionEntry, id: string): Row | undefined {
    const canonical = canonicalUuid(id);
    if (canonical === undefined) return undefined;
    const buffered = this.#view?.rowOfId(storageId, canonical);
    if (buffered !== undefined) return buffered.value as Row | undefined;
    const { base, sequence } = this.#state;
    const cached = this.#access?.cache?.rowOf(storageId, canonical, sequence);
    if (cached !== undefined) return cached as Row;
    const value = base.reader.peek(idKey(storageId, canonical));
    return value === undefined ? undefined : (readUint32(value, 0) as Row);
  }

  read(collection: CollectionEntry, row: Row, options?: ReadOptions): StoredDocument | undefined {
    const { storageId } = collection;
    // What is cached follows every published change, so that it comes before the buffers (row-cache.ts).
    const cached = this.#access?.cache?.get(storageId, row, this.#state.sequence);
    if (cached !== undefined) return cached;
    const buffered = this.#view?.document(storageId, row);
    if (buffered !== undefined) return buffered.value.document;
    return this.#readStored(collection, row, options);
  }

  /**
   * The documents of the rows from one up to another, without that, in this order; rows without a document are left
   * out. Those that are not cached come from the store in one pass.
   */
  readRows(collection: CollectionEntry, from: number, to: number): StoredDocument[] {
    const { storageId } = collection;
    const { baseSequence } = this.#state;
    const rows = { collectionId: storageId, from, to };
    const cache = this.#access?.cache;
    const { found, isScattered } = cache?.getRange(rows, baseSequence) ?? nothingFound();
    const gone = new Set<number>();
    for (const row of this.#view?.touchedRows(storageId, from, to) ?? []) {
      const buffered = this.#view?.document(storageId, row);
      if (buffered === undefined) continue;
      found[row - from] = buffered.value.document;
      if (buffered.value.document === undefined) gone.add(row);
    }
    if (found.length === to - from && isWhole(found)) {
      if (isScattered) this.#gather(collection, rows);
      return found;
    }
    const missing: number[] = [];
    for (let row = from; row < to; row += 1) {
      if (found[row - from] === undefined && !gone.has(row)) missing.push(row);
    }
    if (missing.length > 0) {
      const stored = storedValues(this.#state.base.reader, storageId, missing);
      for (const row of missing) {
        const value =
          stored === undefined
            ? storedValue(this.#state.base.reader, storageId, row)
            : stored.get(row);
        if (value !== undefined) found[row - from] = this.#decode(collection, { row, value });
      }
      if (stored !== undefined && 2 * missing.length > to - from) cache?.noteTogether(rows);
    }
    return found.filter(isDocument);
  }

  /** Reads cached documents once more, in one pass, so that they lie together; those that a later commit has changed stay. */
  #gather(collection: CollectionEntry, range: RowRange): void {
    const access = this.#access;
    const { base, baseSequence, codecs } = this.#state;
    const rows = Array.from({ length: range.to - range.from }, (_, at) => range.from + at);
    const stored = storedValues(base.reader, range.collectionId, rows);
    if (access?.cache === undefined || stored === undefined) return;
    for (const [row, value] of stored) {
      if (!access.isCurrent(this.#state, range.collectionId, row)) continue;
      const found = { collectionId: range.collectionId, row, value };
      const document = decodeDocument(codecs.of(collection), base.reader, found);
      access.cache.replaceSame(range.collectionId, row, document, baseSequence);
    }
    access.cache.noteTogether(range);
  }

  /** The document with an id; `undefined` when there is none, also when the text is no id. */
  documentOfId(collection: CollectionEntry, id: string): StoredDocument | undefined {
    // A program without types may ask for what is no text.
    if (typeof id !== 'string') return undefined;
    // Noted under their canonical ids, so that most lookups need not look at the text at all.
    const cache = this.#access?.cache;
    const { storageId } = collection;
    const key = { collectionId: storageId, indexId: storageId };
    const cached = cache?.getByText(key, id, this.#state.sequence);
    if (cached !== undefined) return cached;
    return this.#documentOfId(collection, id);
  }

  /** The same as it leaves the engine. */
  outputOfId(collection: CollectionEntry, id: string, form: OutputForm): unknown {
    // As above.
    if (typeof id !== 'string') return undefined;
    const { storageId } = collection;
    const cached = this.#access?.cache?.outputById(storageId, id, this.#state.sequence, form);
    if (cached !== undefined) return cached;
    const document = this.#documentOfId(collection, id, form);
    return document === undefined ? undefined : form.output(document);
  }

  #documentOfId(
    collection: CollectionEntry,
    id: string,
    form?: OutputForm,
  ): StoredDocument | undefined {
    const found = this.locate(collection, id);
    if (found !== undefined) this.#access?.cache?.noteId(collection.storageId, found, form);
    return found?.document;
  }

  /** The same with its row. */
  locate(
    collection: CollectionEntry,
    id: string,
  ): { readonly row: Row; readonly document: StoredDocument } | undefined {
    // A program without types may ask for what is no text.
    if (typeof id !== 'string') return undefined;
    const hinted = this.#access?.hints.rowOf(collection.storageId, id);
    if (hinted !== undefined) {
      const document = this.read(collection, hinted as Row);
      // Then the text is in the form of ids as well, without a look at it.
      if (document?.id === id) return { row: hinted as Row, document };
    }
    const canonical = canonicalUuid(id);
    if (canonical === undefined) return undefined;
    const row = this.rowOf(collection, canonical);
    const document = row === undefined ? undefined : this.read(collection, row);
    if (row === undefined || document === undefined) return undefined;
    this.#access?.hints.note(collection.storageId, canonical, row);
    return { row, document };
  }

  /** The document with a canonical id, for whoever is about to change it. */
  locateToChange(collection: CollectionEntry, id: string): DocumentToChange | undefined {
    const { storageId } = collection;
    const hints = this.#access?.hints;
    const hinted = hints?.rowOf(storageId, id);
    const guess = hinted === undefined ? undefined : this.#readToChange(collection, hinted as Row);
    if (guess?.document.id === id) return guess;
    const row = canonicalUuid(id) === id ? this.rowOf(collection, id) : undefined;
    if (row === undefined) return undefined;
    hints?.note(storageId, id, row);
    return this.#readToChange(collection, row);
  }

  /** The same for the document with a text, as `documentOfText`. */
  locateTextToChange(
    collection: CollectionEntry,
    { index, field }: Pick<UniqueText, 'index' | 'field'>,
    text: string,
  ): DocumentToChange | undefined {
    const hints = this.#access?.hints;
    // Whichever document has the text is the only one.
    const hinted = hints?.rowOfText(index.storageId, text);
    const guess = hinted === undefined ? undefined : this.#readToChange(collection, hinted as Row);
    if (guess?.document[field] === text) return guess;
    const row = this.rowOfText(collection, index, text);
    const found = row === undefined ? undefined : this.#readToChange(collection, row);
    // Long texts are cut in keys.
    if (row === undefined || found?.document[field] !== text) return undefined;
    hints?.noteText(index.storageId, text, row);
    return found;
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
   * that the text is too long for a key to hold, or no Unicode: a query finds those, or says so.
   */
  documentOfText(
    collection: CollectionEntry,
    unique: UniqueText,
    text: string,
  ): StoredDocument | undefined {
    const cached = this.#access?.cache?.getByText(unique, text, this.#state.sequence);
    return cached ?? this.#documentOfText(collection, unique, text);
  }

  /** The same as it leaves the engine. */
  outputOfText(
    collection: CollectionEntry,
    unique: UniqueText,
    text: string,
    form: OutputForm,
  ): unknown {
    const cached = this.#access?.cache?.outputByText(unique, text, this.#state.sequence, form);
    if (cached !== undefined) return cached;
    const document = this.#documentOfText(collection, unique, text, form);
    return document === undefined ? undefined : form.output(document);
  }

  #documentOfText(
    collection: CollectionEntry,
    { collectionId, indexId, index, field }: UniqueText,
    text: string,
    form?: OutputForm,
  ): StoredDocument | undefined {
    if (hasLoneSurrogate(text)) return undefined;
    const row = this.rowOfText(collection, index, text);
    const document = row === undefined ? undefined : this.read(collection, row);
    if (row === undefined || document?.[field] !== text) return undefined;
    const key = { collectionId, indexId, field, form };
    this.#access?.cache?.noteText(key, { row, document });
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

  #readStored(
    collection: CollectionEntry,
    row: Row,
    options: ReadOptions | undefined,
  ): StoredDocument | undefined {
    const value = storedValue(this.#state.base.reader, collection.storageId, row);
    return value === undefined ? undefined : this.#decode(collection, { row, value }, options);
  }

  /** Not kept by the cache, which takes what the commit makes of it. */
  #readToChange(collection: CollectionEntry, row: Row): DocumentToChange | undefined {
    const { storageId } = collection;
    const cached = this.#access?.cache?.get(storageId, row, this.#state.sequence);
    if (cached !== undefined) return { row, document: cached, record: undefined };
    const buffered = this.#view?.document(storageId, row);
    if (buffered !== undefined) {
      const { document, record } = buffered.value;
      return document && { row, document, record };
    }
    const value = storedValue(this.#state.base.reader, storageId, row);
    if (value === undefined) return undefined;
    const record = copyOfRecord(value);
    const isKept = false;
    return { row, document: this.#decode(collection, { row, value }, { isKept }), record };
  }

  #decode(
    collection: CollectionEntry,
    { row, value }: { readonly row: number; readonly value: Uint8Array },
    options?: ReadOptions & { readonly isKept?: boolean },
  ): StoredDocument {
    const { storageId } = collection;
    const { base, baseSequence, codecs } = this.#state;
    const length = recordLength(value);
    const stored = { collectionId: storageId, row, value };
    const document = decodeDocument(codecs.of(collection), base.reader, stored);
    const access = this.#access;
    const isKept = options?.isKept !== false && options?.isSweep !== true;
    const cache = isKept ? access?.cache : undefined;
    if (access === undefined || cache === undefined) return document;
    if (access.isCurrent(this.#state, storageId, row)) {
      cache.set(storageId, row, document, length, baseSequence);
    }
    return document;
  }
}

function nothingFound(): { found: (StoredDocument | undefined)[]; isScattered: boolean } {
  return { found: [], isScattered: false };
}

function isWhole(found: (StoredDocument | undefined)[]): found is StoredDocument[] {
  for (let at = 0; at < found.length; at += 1) if (found[at] === undefined) return false;
  return true;
}

function isDocument(found: StoredDocument | undefined): found is StoredDocument {
  return found !== undefined;
}

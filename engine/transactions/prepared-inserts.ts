/*
 * Many inserts into one collection, encoded and with their index keys: the part of their commit that needs no
 * transaction, as prepared-changes.ts has it for changes of any kind. Records and keys each go into one array.
 */
import type { CollectionEntry } from '../catalog/catalog.ts';
import { hasOneKey, type IndexLayout } from '../indexes/index-layout.ts';
import type { DocumentCodec } from '../storage/document-codec.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { InsertPayload } from './insert-payload.ts';
import { InsertedIds } from './inserted-ids.ts';
import { type InsertedKeys, InsertedRows } from './inserted-rows.ts';
import {
  assertFits,
  bytesPerKey,
  collectionNamed,
  indexChangeOf,
  type PreparationSource,
  type PreparedIndexChange,
} from './prepared-changes.ts';
import type { DocumentChange } from './snapshot.ts';
import { WrittenKeys } from './written-keys.ts';

export type Insert = Extract<DocumentChange, { kind: 'insert' }>;

const keyBytesExpected = 24;
/** The keys of a document that are written whatever indexes there are. */
const otherKeyCount = 3;

export class PreparedInserts {
  readonly entry: CollectionEntry;
  readonly payload: InsertPayload;
  readonly #codec: DocumentCodec;
  readonly #isRevised: boolean;
  readonly #documents: StoredDocument[] = [];
  /** Those of any number of keys for each document. */
  readonly #otherLayouts: readonly IndexLayout[];
  readonly #keys: WrittenKeys;
  readonly #ids: InsertedIds;
  readonly #others: (readonly PreparedIndexChange[])[] = [];
  #keyCount = 0;
  #recordBytes = 0;

  /** For so many documents. @throws AuroraError `CollectionNotFound` */
  constructor(
    { collection, count }: { readonly collection: string; readonly count: number },
    { catalog, codecs }: PreparationSource,
  ) {
    this.entry = collectionNamed(catalog, collection);
    this.#codec = codecs.of(this.entry);
    this.#isRevised = codecs.isRevised(this.entry);
    const layouts = codecs.layouts(this.entry);
    this.#otherLayouts = layouts.filter((layout) => !hasOneKey(layout));
    this.payload = new InsertPayload(count);
    this.#keys = new WrittenKeys(layouts.filter(hasOneKey), count, keyBytesExpected);
    this.#ids = new InsertedIds(count);
  }

  /** The next document. @throws AuroraError `LimitExceeded`, `InvalidValue`, `WriteConflict` */
  add(document: StoredDocument): void {
    if (this.#isRevised) assertFits(this.entry, document);
    const record = this.#codec.encodeInPlace(document);
    this.#recordBytes += record.end - record.start;
    this.payload.add(record);
    this.#keys.add(this.#documents.length, document);
    this.#keyCount += otherKeyCount + this.#keys.layouts.length;
    this.#ids.set(this.#documents.length, this.entry.storageId, document.id);
    this.#documents.push(document);
    if (this.#otherLayouts.length > 0) this.#addOthers(document);
  }

  #addOthers(document: StoredDocument): void {
    const changes: PreparedIndexChange[] = [];
    for (const layout of this.#otherLayouts) {
      const change = indexChangeOf(layout, undefined, document);
      if (change === undefined) continue;
      changes.push(change);
      this.#keyCount += change.added.length;
    }
    this.#others.push(changes);
  }

  get documents(): readonly StoredDocument[] {
    return this.#documents;
  }

  get keys(): InsertedKeys {
    return this.#keys;
  }

  /** Of each document, what it changes in indexes that may have several keys of it; empty when there are none. */
  get others(): readonly (readonly PreparedIndexChange[])[] {
    return this.#others;
  }

  get recordBytes(): number {
    return this.#recordBytes;
  }

  /** What applying them may add to the file, generously. */
  get bytesExpected(): number {
    return 2 * this.#recordBytes + this.#keyCount * bytesPerKey;
  }

  /** What the write buffer is to keep of them. */
  rows(place: { readonly lsn: number; readonly firstRow: number }): InsertedRows {
    const source = {
      codec: this.#codec,
      records: this.payload.bytes,
      recordPlaces: this.payload.recordPlaces,
      keys: this.keys,
      ids: this.#ids,
    };
    return new InsertedRows(place, { source, documents: this.#documents, others: this.#others });
  }
}

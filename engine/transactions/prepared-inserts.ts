/*
 * Many inserts into one collection, encoded and with their index keys: the part of their commit that needs no
 * transaction, as prepared-changes.ts has it for changes of any kind. Records and keys each go into one array.
 */
import type { CollectionEntry } from '../catalog/catalog.ts';
import { hasOneKey, type IndexLayout, writeOnlyKey } from '../indexes/index-layout.ts';
import { hashOfBytes } from '../indexes/known-keys.ts';
import type { DocumentCodec } from '../storage/document-codec.ts';
import { KeyWriter } from '../values/key-encoding.ts';
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
  /** Layouts of one key for each document, and those of any number. */
  readonly #layouts: readonly IndexLayout[];
  readonly #otherLayouts: readonly IndexLayout[];
  readonly #writer = new KeyWriter();
  readonly #ends: Uint32Array;
  readonly #nulls: Uint8Array;
  readonly #hashes: Int32Array;
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
    this.#layouts = layouts.filter(hasOneKey);
    this.#otherLayouts = layouts.filter((layout) => !hasOneKey(layout));
    this.payload = new InsertPayload(count);
    this.#ends = new Uint32Array(count * this.#layouts.length);
    this.#writer.expect(this.#ends.length * keyBytesExpected);
    this.#nulls = new Uint8Array(this.#ends.length);
    this.#hashes = new Int32Array(this.#ends.length);
    this.#ids = new InsertedIds(count);
  }

  /** The next document. @throws AuroraError `LimitExceeded`, `InvalidValue`, `WriteConflict` */
  add(document: StoredDocument): void {
    if (this.#isRevised) assertFits(this.entry, document);
    const record = this.#codec.encodeInPlace(document);
    this.#recordBytes += record.end - record.start;
    this.payload.add(record);
    const writer = this.#writer;
    let at = this.#documents.length * this.#layouts.length;
    for (const layout of this.#layouts) {
      const start = writer.length;
      if (writeOnlyKey(writer, layout, document)) this.#nulls[at] = 1;
      this.#ends[at] = writer.length;
      if (layout.entry.unique) this.#hashes[at] = hashOfBytes(writer.bytes, start, writer.length);
      at += 1;
    }
    this.#keyCount += otherKeyCount + this.#layouts.length;
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
    const { bytes } = this.#writer;
    return {
      layouts: this.#layouts,
      bytes,
      ends: this.#ends,
      nulls: this.#nulls,
      hashes: this.#hashes,
    };
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

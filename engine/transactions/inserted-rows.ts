/*
 * What a commit that inserts many documents into one collection leaves in the write buffer. All records lie in one
 * array, which is what the log was given, and all keys in another: one object for all rows, and none for a row, its record,
 * its keys and what they change. Tens of thousands of rows wait until they are applied, and whatever belongs to them
 * is copied and looked through by the collector in its pauses. Who asks for a row gets an object that is made then.
 *
 * Commits of one document each, one after the other, leave such a block together (insert-room.ts): it grows by a row with
 * each of them, whose LSN is one above that of the row before.
 */
import { readUint32 } from '../base/bytes.ts';
import { IndexKey, type IndexLayout, keyText } from '../indexes/index-layout.ts';
import type { DocumentCodec } from '../storage/document-codec.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { BufferedDocument } from './buffered-change.ts';
import type { InsertedIds } from './inserted-ids.ts';
import type { PreparedIndexChange } from './prepared-changes.ts';
import { RowVersion, type Version } from './version.ts';

/** Where documents are encoded, behind each other. */
export interface InsertedSource {
  readonly codec: DocumentCodec;
  /** The records, each behind its length. */
  readonly records: Uint8Array;
  /** Where the length of each record lies. */
  readonly recordPlaces: Uint32Array;
  readonly keys: InsertedKeys;
  readonly ids: InsertedIds;
}

export interface InsertedRowsParts {
  readonly source: InsertedSource;
  readonly documents: readonly StoredDocument[];
  /** Of each document, what it changes in indexes that may have several keys of it; empty when there are none of those. */
  readonly others: readonly (readonly PreparedIndexChange[])[];
}

/** A document that a commit of its own inserts. */
export interface NextInserted {
  readonly lsn: number;
  readonly row: number;
  /** Its position in the source. */
  readonly position: number;
  readonly document: StoredDocument;
}

/** The keys of documents in the indexes that have one of each. */
export interface InsertedKeys {
  readonly layouts: readonly IndexLayout[];
  /** Those of the first document in the order of the layouts, then those of the second. */
  readonly bytes: Uint8Array;
  /** Where each ends. */
  readonly ends: Uint32Array;
  /** 1 for those with a null in them. */
  readonly nulls: Uint8Array;
  /** Of those of unique indexes, as `hashOfText` has it. */
  readonly hashes: Int32Array;
}

const noKeys: readonly IndexKey[] = [];
const noChanges: readonly PreparedIndexChange[] = [];

export class InsertedRows {
  readonly firstRow: number;
  /** The position of the first row in the source. */
  readonly first: number;
  readonly #firstLsn: number;
  readonly #lsnStep: 0 | 1;
  readonly #source: InsertedSource;
  readonly #others: InsertedRowsParts['others'];
  #documents: (StoredDocument | undefined)[];
  /** Those that somebody has asked for, by position. */
  #rows: Map<number, InsertedRow> | undefined;

  /** `lsnStep`: how far the LSN of a row is above that of the one before; 0 unless told, as in one commit. */
  constructor(
    place: { readonly lsn: number; readonly firstRow: number; readonly lsnStep?: 0 | 1 },
    { source, documents, others }: InsertedRowsParts,
    first = 0,
  ) {
    this.firstRow = place.firstRow;
    this.first = first;
    this.#firstLsn = place.lsn;
    this.#lsnStep = place.lsnStep ?? 0;
    this.#source = source;
    this.#others = others;
    this.#documents = [...documents];
  }

  /** A row that was committed by itself, to which others may be added. */
  static begin(source: InsertedSource, { lsn, row, position, document }: NextInserted) {
    const place = { lsn, firstRow: row, lsnStep: 1 } as const;
    return new InsertedRows(place, { source, documents: [document], others: [] }, position);
  }

  /** Adds a row that was committed by itself; false, with nothing done, when it does not follow the last one. */
  add(source: InsertedSource, { lsn, row, position, document }: NextInserted): boolean {
    const { count } = this;
    const isNext =
      this.#lsnStep === 1 &&
      lsn === this.#firstLsn + count &&
      row === this.firstRow + count &&
      source === this.#source &&
      position === this.first + count;
    if (!isNext) return false;
    this.#documents.push(document);
    return true;
  }

  /** Forgets the rows of commits above an LSN. */
  dropAbove(lsn: number): void {
    let { count } = this;
    while (count > 0 && this.lsnOf(count - 1) > lsn) count -= 1;
    if (count === this.count) return;
    this.#documents.length = count;
    this.#rows = undefined;
  }

  get count(): number {
    return this.#documents.length;
  }

  get codec(): DocumentCodec {
    return this.#source.codec;
  }

  /** Those of the source, of which the first of the rows has number `keyNumber(0)`. */
  get keys(): InsertedKeys {
    return this.#source.keys;
  }

  /** The id at a position, as a text that is made anew. */
  id(position: number): string {
    return this.#source.ids.textOf(this.first + position);
  }

  /** True when the first id comes before another one, or is it; of that these are the bytes. */
  beginsBefore(id: Uint8Array): boolean {
    return this.#source.ids.compare(this.first, id) <= 0;
  }

  /** Where an id is that has these bytes, among ids that ascend; -1 when it is not there. */
  positionOfId(id: Uint8Array): number {
    const { ids } = this.#source;
    let [low, high] = [0, this.count - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const compared = ids.compare(this.first + middle, id);
      if (compared === 0) return middle;
      if (compared < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** As `idHash` has it. */
  idHash(position: number): number {
    return this.#source.ids.hashOf(this.first + position);
  }

  /** Where the 16 bytes of an id lie. */
  idPlace(position: number): { readonly bytes: Uint8Array; readonly start: number } {
    const { ids } = this.#source;
    return { bytes: ids.bytes, start: ids.startOf(this.first + position) };
  }

  lsnOf(position: number): number {
    return this.#firstLsn + position * this.#lsnStep;
  }

  /** The number of the first key of a row. */
  keyNumber(position: number): number {
    return (this.first + position) * this.#source.keys.layouts.length;
  }

  /** The position of the row that has a key. */
  positionOfKey(number: number): number {
    return Math.floor(number / this.#source.keys.layouts.length) - this.first;
  }

  /** The numbers of the rows. */
  get numbers(): readonly number[] {
    return Array.from({ length: this.count }, (_, at) => this.firstRow + at);
  }

  /** What became of the row at a position with the commit. */
  row(position: number): InsertedRow {
    this.#rows ??= new Map();
    let row = this.#rows.get(position);
    if (row === undefined) {
      row = new InsertedRow(this, position);
      this.#rows.set(position, row);
    }
    return row;
  }

  /** What the id and the keys of a row lead to. */
  version(position: number): RowVersion {
    return new RowVersion(this.lsnOf(position), this.firstRow + position, undefined);
  }

  /** The document at a position, until it is forgotten. */
  keptDocument(position: number): StoredDocument | undefined {
    return this.#documents[position];
  }

  /** Lets the documents of some rows go. */
  forget({ from, count }: { readonly from: number; readonly count: number }): void {
    this.#documents.fill(undefined, from, from + count);
  }

  record(position: number): Uint8Array {
    const { records, recordPlaces } = this.#source;
    const at = recordPlaces[this.first + position] ?? 0;
    // Half as long to make as a view that a Buffer makes of itself.
    return new Uint8Array(records.buffer, records.byteOffset + at + 4, readUint32(records, at));
  }

  recordLength(position: number): number {
    const { records, recordPlaces } = this.#source;
    return readUint32(records, recordPlaces[this.first + position] ?? 0);
  }

  /** How many keys a document has. */
  keyCount(position: number): number {
    let count = this.keys.layouts.length;
    for (const { added } of this.others(position)) count += added.length;
    return count;
  }

  others(position: number): readonly PreparedIndexChange[] {
    return this.#others[position] ?? noChanges;
  }

  /** What a document changes in the indexes. */
  indexes(position: number): readonly PreparedIndexChange[] {
    const { layouts, bytes, ends, nulls } = this.keys;
    const changes = layouts.map((layout, index): PreparedIndexChange => {
      const at = this.keyNumber(position) + index;
      const key = new IndexKey(keyText(bytes, ends[at - 1] ?? 0, ends[at] ?? 0), nulls[at] === 1);
      return { layout, removed: noKeys, added: [key] };
    });
    return [...changes, ...this.others(position)];
  }
}

/** One of them: the row, its only version, and what that made of it. */
export class InsertedRow implements BufferedDocument, Version<BufferedDocument> {
  readonly rows: InsertedRows;
  readonly position: number;
  /** Decoded again since the rows have forgotten theirs. */
  #document: StoredDocument | undefined;

  constructor(rows: InsertedRows, position: number) {
    this.rows = rows;
    this.position = position;
  }

  get id(): string {
    return this.rows.id(this.position);
  }

  get lsn(): number {
    return this.rows.lsnOf(this.position);
  }

  get value(): this {
    return this;
  }

  get newest(): this {
    return this;
  }

  get older(): undefined {
    return undefined;
  }

  get isStored(): boolean {
    return false;
  }

  get base(): undefined {
    return undefined;
  }

  get isBaseWhole(): boolean {
    return true;
  }

  get document(): StoredDocument {
    const kept = this.#document ?? this.rows.keptDocument(this.position);
    if (kept !== undefined) return kept;
    const document = this.rows.codec.decode(this.record);
    this.#document = document;
    return document;
  }

  get record(): Uint8Array {
    return this.rows.record(this.position);
  }

  get indexes(): readonly PreparedIndexChange[] {
    return this.rows.indexes(this.position);
  }

  has(document: StoredDocument): boolean {
    return (this.#document ?? this.rows.keptDocument(this.position)) === document;
  }

  /** Those of all rows are let go at once (`InsertedRows.forget`). */
  forget(): void {
    this.#document = undefined;
  }
}

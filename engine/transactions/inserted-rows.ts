/*
 * What a commit that inserts many documents into one collection leaves in the write buffer. All records lie in one
 * array, which is what the log was given, and all keys in another: one object for all rows, and none for a row, its record,
 * its keys and what they change. Tens of thousands of rows wait until they are applied, and whatever belongs to them
 * is copied and looked through by the collector in its pauses. Who asks for a row gets an object that is made then.
 */
import { readUint32 } from '../base/bytes.ts';
import { IndexKey, type IndexLayout, keyText } from '../indexes/index-layout.ts';
import type { DocumentCodec } from '../storage/document-codec.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { BufferedDocument } from './buffered-change.ts';
import type { PreparedIndexChange } from './prepared-changes.ts';
import { RowVersion, type Version } from './version.ts';

export interface InsertedRowsParts {
  readonly codec: DocumentCodec;
  readonly documents: readonly StoredDocument[];
  /** The records, each behind its length. */
  readonly records: Uint8Array;
  /** Where the length of each record lies. */
  readonly recordPlaces: Uint32Array;
  readonly keys: InsertedKeys;
  /** Of each document, what it changes in indexes that may have several keys of it; empty when there are none of those. */
  readonly others: readonly (readonly PreparedIndexChange[])[];
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
  readonly lsn: number;
  readonly firstRow: number;
  readonly codec: DocumentCodec;
  readonly keys: InsertedKeys;
  readonly ids: readonly string[];
  readonly #others: InsertedRowsParts['others'];
  readonly #records: Uint8Array;
  readonly #recordPlaces: Uint32Array;
  #documents: readonly StoredDocument[] | undefined;
  /** Those that somebody has asked for, by position. */
  #rows: Map<number, InsertedRow> | undefined;

  constructor(
    { lsn, firstRow }: { readonly lsn: number; readonly firstRow: number },
    { codec, documents, records, recordPlaces, keys, others }: InsertedRowsParts,
  ) {
    this.lsn = lsn;
    this.firstRow = firstRow;
    this.codec = codec;
    this.keys = keys;
    this.#others = others;
    this.#records = records;
    this.#recordPlaces = recordPlaces;
    this.#documents = documents;
    this.ids = documents.map(({ id }) => id);
  }

  get count(): number {
    return this.#recordPlaces.length;
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
    return new RowVersion(this.lsn, this.firstRow + position, undefined);
  }

  /** The document at a position, until it is forgotten. */
  keptDocument(position: number): StoredDocument | undefined {
    return this.#documents?.[position];
  }

  forget(): void {
    this.#documents = undefined;
  }

  record(position: number): Uint8Array {
    const at = this.#recordPlaces[position] ?? 0;
    const { buffer, byteOffset } = this.#records;
    // Half as long to make as a view that a Buffer makes of itself.
    return new Uint8Array(buffer, byteOffset + at + 4, readUint32(this.#records, at));
  }

  recordLength(position: number): number {
    return readUint32(this.#records, this.#recordPlaces[position] ?? 0);
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
      const at = position * layouts.length + index;
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
    return this.rows.ids[this.position] ?? '';
  }

  get lsn(): number {
    return this.rows.lsn;
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

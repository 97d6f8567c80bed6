/*
 * Documents that a log's record replaces, as recovery keeps them: undecoded, since opening need not wait for what nobody
 * may ever ask for. Whoever reads the row, or applies it to the store, decodes it then; whoever looks for a unique key
 * has the keys of all such changes noted first.
 */
import { readUint32 } from '../base/bytes.ts';
import { isUniqueKey } from '../indexes/index-changes.ts';
import { type IndexLayout, indexKeys } from '../indexes/index-layout.ts';
import type { DocumentCodec } from '../storage/document-codec.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { BufferedDocument } from './buffered-change.ts';
import type { BufferedRow } from './buffered-rows.ts';
import { hasSameValues } from './prepared-changes.ts';
import type { UniqueRows } from './unique-rows.ts';
import type { Version } from './version.ts';

/** What all changes of a collection share, as it is defined at the time. */
export interface RecoveredCollection {
  readonly codec: DocumentCodec;
  readonly uniqueLayouts: readonly IndexLayout[];
}

export interface RecoveredChangeParts {
  readonly lsn: number;
  readonly collection: RecoveredCollection;
  readonly row: number;
  /** Bytes of the log. They are kept, and must not change. */
  readonly bytes: Uint8Array;
  /** Where the length and bytes of the new image lie in them; those of the old one follow. */
  readonly recordOffset: number;
}

/**
 * One document that a commit replaced, and the version of its row. Many of them share what they lie in: a view for each
 * would be most of what recovery leaves to the collector.
 */
export class RecoveredChange implements BufferedDocument, Version<BufferedDocument> {
  readonly lsn: number;
  readonly row: number;
  readonly collection: RecoveredCollection;
  readonly older: Version<BufferedDocument> | undefined;
  readonly #bytes: Uint8Array;
  readonly #recordOffset: number;
  #document: StoredDocument | undefined;
  #before: StoredDocument | undefined;

  constructor(
    { lsn, collection, row, bytes, recordOffset }: RecoveredChangeParts,
    older: Version<BufferedDocument> | undefined,
  ) {
    this.lsn = lsn;
    this.row = row;
    this.collection = collection;
    this.older = older;
    this.#bytes = bytes;
    this.#recordOffset = recordOffset;
  }

  get value(): this {
    return this;
  }

  /** @throws AuroraError `DatabaseCorrupt` */
  get document(): StoredDocument {
    this.#document ??= this.collection.codec.decode(this.record);
    return this.#document;
  }

  get record(): Uint8Array {
    return this.#image(this.#recordOffset);
  }

  /** The document as the commit found it. @throws AuroraError `DatabaseCorrupt` */
  get before(): StoredDocument {
    const offset = this.#recordOffset + 4 + readUint32(this.#bytes, this.#recordOffset);
    this.#before ??= this.collection.codec.decode(this.#image(offset));
    return this.#before;
  }

  has(document: StoredDocument): boolean {
    return this.#document === document;
  }

  forget(): void {
    this.#document = undefined;
    this.#before = undefined;
  }

  /** They must be computed. */
  get indexes(): undefined {
    return undefined;
  }

  /** Bytes behind their length. */
  #image(offset: number): Uint8Array {
    const start = offset + 4;
    return this.#bytes.subarray(start, start + readUint32(this.#bytes, offset));
  }
}

/** A row whose first change in the buffer was recovered undecoded. */
export class RecoveredRow implements BufferedRow {
  readonly newest: Version<BufferedDocument>;
  readonly #first: RecoveredChange;

  constructor(first: RecoveredChange, newest: Version<BufferedDocument>) {
    this.#first = first;
    this.newest = newest;
  }

  get isStored(): boolean {
    return true;
  }

  get id(): string {
    return this.base.id;
  }

  get base(): StoredDocument {
    return this.#first.before;
  }

  get isBaseWhole(): boolean {
    return false;
  }

  withNewest(newest: Version<BufferedDocument>): RecoveredRow {
    return new RecoveredRow(this.#first, newest);
  }
}

/** Unique keys of recovered changes, noted in the order of their LSN when somebody needs them. */
export class RecoveredKeys {
  readonly #rows: UniqueRows;
  #changes: RecoveredChange[] = [];
  #notedCount = 0;

  constructor(rows: UniqueRows) {
    this.#rows = rows;
  }

  get isNoted(): boolean {
    return this.#changes.length === 0;
  }

  add(change: RecoveredChange): void {
    this.#changes.push(change);
  }

  /** Notes the keys of so many changes, of all unless told. @throws AuroraError `DatabaseCorrupt`, again at each call */
  note(countMax = Number.POSITIVE_INFINITY): void {
    const end = Math.min(this.#changes.length, this.#notedCount + countMax);
    for (const change of this.#changes.slice(this.#notedCount, end)) {
      noteUniqueKeys(this.#rows, change, change.collection.uniqueLayouts);
      this.#notedCount += 1;
    }
    if (this.#notedCount < this.#changes.length) return;
    this.#changes = [];
    this.#notedCount = 0;
  }
}

/** Notes which unique keys a change gives up and takes. */
export function noteUniqueKeys(
  rows: UniqueRows,
  change: {
    readonly lsn: number;
    readonly row: number;
    readonly before: StoredDocument | undefined;
    readonly document: StoredDocument | undefined;
  },
  uniqueLayouts: readonly IndexLayout[],
): void {
  const { lsn, row, before, document } = change;
  for (const layout of uniqueLayouts) {
    // The key leads to the row already, in the store or by an earlier commit.
    if (before !== undefined && document !== undefined && hasSameValues(layout, before, document))
      continue;
    for (const key of before === undefined ? [] : indexKeys(layout, before)) {
      if (isUniqueKey(layout, key)) rows.release(lsn, key, row);
    }
    for (const key of document === undefined ? [] : indexKeys(layout, document)) {
      if (isUniqueKey(layout, key)) rows.set(lsn, key, row);
    }
  }
}

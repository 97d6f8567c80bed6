/*
 * The write buffer: commits that are not in the store yet. It keeps, for every row, id and unique key that they touch,
 * the versions by LSN, newest first, so that a reader of any published LSN finds its own. Point reads, unique checks
 * and counts look here before they look into the store; everything else has the buffer applied first.
 *
 *     rows     row        → base (as the store has it) ← version 7 ← version 9
 *     ids      id         → version: row, or none
 *     unique   key bytes  → version: row, or none
 *     counts              → version: the collection's counts after that commit
 *
 * Rows that were inserted together are kept as one block (inserted-rows.ts), which has none of these entries for them; they
 * come with the next commit that touches a row (buffered-rows.ts, unique-rows.ts).
 *
 * A version is never changed in place. What a row's versions change in the indexes is put together when the buffer is
 * applied. Only where that cannot be told from them (a buffer from the log, over a store that may hold any of them) is
 * the base kept: the document that the store held before.
 */
import { assert } from '../base/assert.ts';
import type { KnownKeys } from '../indexes/known-keys.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { BufferedChange, type BufferedChangeParts } from './buffered-change.ts';
import { BufferedIds, BufferedRows, withNewest } from './buffered-rows.ts';
import type { CollectionState } from './collection-state.ts';
import { InsertedRows, type InsertedSource, type NextInserted } from './inserted-rows.ts';
import {
  RecoveredChange,
  type RecoveredChangeParts,
  RecoveredKeys,
  RecoveredRow,
} from './recovered-change.ts';
import { type Touched, TouchedList, TouchedRows } from './touched-rows.ts';
import { UniqueRows } from './unique-rows.ts';
import { type Version, versionAt } from './version.ts';

/** A document with map and chain around it takes about so many bytes beside its record. */
const rowOverheadBytes = 400;

/** What is buffered of one collection. */
export class CollectionBuffer {
  readonly collectionId: number;
  readonly #touched: TouchedList;
  readonly #keepsBase: boolean;
  readonly rows = new BufferedRows();
  readonly ids = new BufferedIds();
  readonly #uniqueRows: UniqueRows;
  readonly #recovered: RecoveredKeys;
  counts: Version<CollectionState> | undefined;

  /** Rows that get a version are also added to `touched`. */
  constructor(
    collectionId: number,
    {
      touched,
      keepsBase,
      known,
    }: {
      readonly touched: TouchedList;
      readonly keepsBase: boolean;
      readonly known: KnownKeys;
    },
  ) {
    this.collectionId = collectionId;
    this.#touched = touched;
    this.#keepsBase = keepsBase;
    this.#uniqueRows = new UniqueRows(known);
    this.#recovered = new RecoveredKeys(this.#uniqueRows);
  }

  get uniqueRows(): UniqueRows {
    if (!this.#recovered.isNoted) this.#recovered.note();
    return this.#uniqueRows;
  }

  /** Keys of recovered changes; they are noted at the latest when somebody looks for one. */
  get recoveredKeys(): RecoveredKeys {
    return this.#recovered;
  }

  /** Takes a change that recovery has not decoded. No cache knows the row yet. */
  setRecovered(parts: RecoveredChangeParts): void {
    const { collection, row } = parts;
    const present = this.rows.get(row);
    const change = new RecoveredChange(parts, present?.newest);
    this.rows.set(
      row,
      present === undefined ? new RecoveredRow(change, change) : withNewest(present, change),
    );
    if (collection.uniqueLayouts.length > 0) this.#recovered.add(change);
  }

  /** `base`: the document that the change replaces or deletes. */
  setDocument(
    row: number,
    change: BufferedChangeParts,
    { base, isBaseWhole = false }: { base: StoredDocument | undefined; isBaseWhole?: boolean },
  ): void {
    const present = this.rows.get(row);
    const isStored = base !== undefined;
    const isNew = !isStored && present === undefined;
    this.#touched.add({ collection: this, row, lsn: change.lsn, isNew });
    const deletedId = change.record === undefined ? base?.id : undefined;
    if (present !== undefined) {
      const newest = new BufferedChange(change, present.newest, undefined);
      this.rows.set(row, withNewest(present, newest, deletedId));
      return;
    }
    const id = isStored ? deletedId : change.document?.id;
    const kept = this.#keepsBase ? base : undefined;
    const first = { isStored, id, base: kept, isBaseWhole };
    this.rows.set(row, new BufferedChange(change, undefined, first));
  }

  /**
   * Takes rows that a commit inserts, which no commit has touched before; without their unique keys. `areAbove`: their ids
   * ascend, and are above all that the collection has had. Otherwise each id is set.
   */
  addInserted(inserted: InsertedRows, { areAbove }: { readonly areAbove: boolean }): void {
    this.rows.add(inserted);
    if (areAbove) this.ids.add(inserted);
    this.#touched.add(new TouchedRows(this, inserted, { from: 0, count: inserted.count }));
  }

  /**
   * Takes the row of a document that a commit of its own inserts, without its unique keys, which are to be added next.
   * `isAbove`: as `areAbove` there.
   */
  addNext(source: InsertedSource, next: NextInserted & { readonly isAbove: boolean }): void {
    const { lastBlock } = this.rows;
    const isOpen =
      lastBlock !== undefined &&
      this.ids.hasLast(lastBlock) === next.isAbove &&
      this.uniqueRows.isOpen(lastBlock);
    let block = lastBlock;
    if (!isOpen || block?.add(source, next) !== true) {
      block = InsertedRows.begin(source, next);
      this.rows.add(block);
      if (next.isAbove) this.ids.add(block);
      this.uniqueRows.open(block);
    }
    if (!next.isAbove) this.setId(next.lsn, next.document.id, next.row);
    this.#touched.addNext(this, block);
  }

  setId(lsn: number, id: string, row: number | undefined): void {
    this.ids.set(lsn, id, row);
  }

  setCounts(lsn: number, counts: CollectionState): void {
    // Most commits change documents and not their number.
    if (this.counts?.value === counts) return;
    this.counts = { lsn, value: counts, older: this.counts };
  }

  dropAbove(lsn: number): void {
    this.rows.dropAbove(lsn);
    this.ids.dropAbove(lsn);
    this.uniqueRows.dropAbove(lsn);
    this.counts = versionAt(this.counts, lsn);
  }
}

export class WriteBuffer {
  /** True when it was read from the log, so that the store may already hold parts of it. */
  readonly isRecovered: boolean;
  readonly #collections = new Map<number, CollectionBuffer>();
  #last: CollectionBuffer | undefined;
  readonly #known: KnownKeys;
  readonly #touched = new TouchedList();
  #changeCount = 0;
  #bytes = 0;
  #bytesExpected = 0;
  #lastLsn = 0;

  constructor({
    isRecovered = false,
    known,
  }: {
    readonly isRecovered?: boolean;
    readonly known: KnownKeys;
  }) {
    this.isRecovered = isRecovered;
    this.#known = known;
  }

  get collections(): Iterable<CollectionBuffer> {
    return this.#collections.values();
  }

  collection(collectionId: number): CollectionBuffer | undefined {
    // Mostly the same one is asked for, ten times for each commit.
    if (this.#last?.collectionId === collectionId) return this.#last;
    this.#last = this.#collections.get(collectionId);
    return this.#last;
  }

  /** Changes of documents that it holds, every version counted. */
  get changeCount(): number {
    return this.#changeCount;
  }

  /** Bytes that it takes, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What applying it may add to the file of the store, generously. */
  get bytesExpected(): number {
    return this.#bytesExpected;
  }

  get isEmpty(): boolean {
    return this.#changeCount === 0;
  }

  /** The LSN of the last commit in it; 0 while it is empty. */
  get lastLsn(): number {
    return this.#lastLsn;
  }

  /** The part of a collection, for a commit that adds to it. */
  open(collectionId: number): CollectionBuffer {
    const present = this.collection(collectionId);
    if (present !== undefined) return present;
    const created = new CollectionBuffer(collectionId, {
      touched: this.#touched,
      keepsBase: this.isRecovered,
      known: this.#known,
    });
    this.#collections.set(collectionId, created);
    return created;
  }

  /** The rows that got versions with the commits up to an LSN, and were not taken yet. */
  takeTouched(lsn: number): readonly Touched[] {
    return this.#touched.take(lsn);
  }

  /** Notes that a commit was added. */
  added(
    lsn: number,
    commit: {
      readonly changeCount: number;
      readonly bytes: number;
      /** What applying it may add to the file. */
      readonly bytesExpected: number;
    },
  ): void {
    assert(lsn > this.#lastLsn, 'commits are buffered in the order of their LSN');
    this.#lastLsn = lsn;
    this.#changeCount += commit.changeCount;
    this.#bytesExpected += commit.bytesExpected;
    this.#bytes += commit.bytes + commit.changeCount * rowOverheadBytes;
  }

  /** Forgets the commits above an LSN: those whose log record could not be written. */
  dropAbove(lsn: number): void {
    for (const [collectionId, collection] of this.#collections) {
      collection.dropAbove(lsn);
      if (collection.counts === undefined) this.#collections.delete(collectionId);
    }
    this.#last = undefined;
    this.#touched.dropAbove(lsn);
    this.#lastLsn = Math.min(this.#lastLsn, lsn);
    if (this.#collections.size === 0) this.#changeCount = 0;
  }
}

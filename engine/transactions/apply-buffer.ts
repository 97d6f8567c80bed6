/*
 * A write buffer goes into the store: for every row what it is now, however many commits made it so, and in the
 * indexes the difference to what the store had. It goes in steps that each are one transaction of the store, so that
 * the event loop gets its turn; the last step writes counts, catalog and the LSN up to which the store is complete.
 *
 * Between the steps the store is neither the old state nor the new one. That is safe: readers keep the state of before,
 * and after a crash the log repeats everything above the stored LSN. Each step can be repeated over a store that holds
 * parts of it already: entries that are there, or gone, are no error, and ids and unique keys are only removed while
 * they lead to the row that gives them up. A buffer that was read from the log therefore removes the keys of every
 * version that a row had, since the store may hold any of them.
 */
import { assert } from '../base/assert.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { writeCatalogHead, writeCollection } from '../catalog/catalog-codec.ts';
import type { CatalogState } from '../catalog/catalog-state.ts';
import { type IndexChanges, readUniqueRow } from '../indexes/index-changes.ts';
import { type IndexLayout, indexKeys } from '../indexes/index-layout.ts';
import { LookupKeys } from '../indexes/lookup-keys.ts';
import type { ColdStoreMode } from '../storage/cold-mode.ts';
import { insertDocument, putDocument, removeDocument } from '../storage/document-value.ts';
import { idKey, structuresKey } from '../storage/key-space.ts';
import type { KvEntry, KvQueue, KvReader, KvWriter } from '../storage/kv-store.ts';
import { StagedWrites } from '../storage/staged-writes.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import {
  applyInsertedRow,
  type InsertedRowPlace,
  putRowOfId,
  sharedRowBytes,
} from './apply-inserted-row.ts';
import { type BufferedRow, withNewest } from './buffered-rows.ts';
import type { CodecTable } from './codec-table.ts';
import { writeCollectionState } from './collection-state.ts';
import { netIndexChanges } from './net-index-changes.ts';
import { type PreparedIndexChange, withoutKeys } from './prepared-changes.ts';
import { writeSequence } from './stored-sequence.ts';
import { bytesOf, RowSupply, type TakenRows } from './taken-rows.ts';
import { type KeyPlaceOfRow, putInserted } from './unique-rows.ts';
import { versionAt } from './version.ts';
import type { CollectionBuffer, WriteBuffer } from './write-buffer.ts';

/** The database that the buffer's commits were made against. Catalog changes wait until nothing is buffered. */
export interface ApplyTarget {
  readonly catalog: CatalogState;
  readonly nextStorageId: number;
  readonly codecs: CodecTable;
  /** How documents lie in the store. */
  readonly coldMode: ColdStoreMode;
  /**
   * For one queue after the other, which copy the keys; of indexes whose only way to the store this is, unless the buffer goes
   * elsewhere.
   */
  readonly indexChanges: IndexChanges;
}

/** Rows that are queued between two looks at the clock: some microseconds each. */
const rowsPerStep = 16;
interface RowPlace extends InsertedRowPlace {
  readonly writer: KvWriter;
}

/** What a queue was given, until it has written it. */
interface QueuedRows {
  readonly taken: readonly TakenRows[];
  readonly isLast: boolean;
  readonly written: ReadonlyMap<CollectionEntry, number>;
}

/** Applies one buffer, step by step. */
export class BufferApplication {
  readonly #buffer: WriteBuffer;
  readonly #target: ApplyTarget;
  readonly #rows: RowSupply;
  #queued: QueuedRows | undefined;
  readonly #isStored: boolean;
  readonly #lsnMax: number;
  /** True when some rows are in the store already. */
  #hasBegun = false;
  #isDone = false;

  /**
   * `isStored`: false when what it is applied to is forgotten again, so that nothing counts as saved by it. `lsnMax`:
   * commits above it are left out.
   */
  constructor(
    buffer: WriteBuffer,
    target: ApplyTarget,
    {
      isStored = true,
      lsnMax = Number.POSITIVE_INFINITY,
    }: { readonly isStored?: boolean; readonly lsnMax?: number } = {},
  ) {
    this.#buffer = buffer;
    this.#target = target;
    this.#isStored = isStored;
    this.#lsnMax = lsnMax;
    this.#rows = new RowSupply(buffer);
  }

  get buffer(): WriteBuffer {
    return this.#buffer;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * Applies up to `rowsMax` rows with `transact`, and the end of the buffer with the last of them. When `transact`
   * throws, the step may be repeated.
   */
  step(
    rowsMax: number,
    transact: (action: (writer: KvWriter) => void, bytesExpected: number) => void,
  ): void {
    const taken = this.#rows.take(rowsMax);
    const isLast = !this.#rows.hasRows;
    const written = new Map<CollectionEntry, number>();
    try {
      transact((writer) => {
        this.#applyRows(writer, taken, written);
        if (isLast) this.#finish(writer);
      }, bytesOf(taken));
    } catch (error) {
      this.#rows.giveBack(taken);
      throw error;
    }
    this.#didApply({ isLast, written });
  }

  /**
   * The same through a queue, some rows or one value of an index at a time, so that the caller may stop in between. What it
   * has queued counts once the queue is done (`didQueue`); when it fails, it may be repeated.
   */
  *queueRows(rowsMax: number, reader: KvReader, queue: KvQueue): Generator<void, void> {
    const taken = this.#rows.take(rowsMax);
    const isLast = !this.#rows.hasRows;
    const written = new Map<CollectionEntry, number>();
    this.#queued = { taken, isLast, written };
    const writer = new StagedWrites(reader, queue);
    const indexes = this.#target.indexChanges;
    const hasUniqueKeys = isLast && !this.#hasBegun && this.#knowsUniqueKeys();
    const place = { writer, direct: queue, indexes, hasUniqueKeys };
    let count = 0;
    try {
      for (const each of taken) {
        const { first } = each;
        for (let row = first; row < first + each.count; row += 1) {
          this.#applyTaken(place, each, row, written);
          writer.pass();
          count += 1;
          if (count % rowsPerStep === 0) yield;
        }
      }
      if (hasUniqueKeys) yield* this.#queueUniqueKeys(queue);
      for (const _ of indexes.steps(writer, queue)) {
        writer.pass();
        yield;
      }
    } finally {
      // The queue has copied its keys; one that is given up in between leaves nothing to the next either.
      indexes.clear();
    }
    if (!isLast) return;
    // Counts without their LSN would be counted again by a recovery.
    const last: KvEntry[] = [];
    this.#finish({ put: (key, value) => last.push({ key, value }) });
    queue.putLast(last);
  }

  /**
   * True when the buffer says for each unique key which row it leads to in the end: over a store that holds just what was
   * before, and where no two documents have one key, as they may while an index is being built. Only a whole buffer is
   * applied so, since a key may come from one of its rows to another.
   */
  #knowsUniqueKeys(): boolean {
    if (this.#buffer.isRecovered || this.#lsnMax !== Number.POSITIVE_INFINITY) return false;
    for (const { collectionId } of this.#buffer.collections) {
      const entry = this.#target.catalog.collectionById(collectionId);
      if (entry?.indexes.some(({ state }) => state !== 'live') === true) return false;
    }
    return true;
  }

  *#queueUniqueKeys(queue: KvQueue): Generator<void, void> {
    const keys = new LookupKeys();
    let count = 0;
    for (const { collectionId, uniqueRows } of this.#buffer.collections) {
      if (this.#target.catalog.collectionById(collectionId) === undefined) continue;
      for (const [mapKey, { value: row }] of uniqueRows.newest) {
        const key = keys.of(mapKey);
        if (row === undefined) queue.remove(key);
        else queue.put(key, sharedRowBytes(row));
        count += 1;
        if (count % rowsPerStep === 0) yield;
      }
      const put = ({ bytes, start, end, row }: KeyPlaceOfRow): void =>
        queue.put(keys.copyOf(bytes, start, end), sharedRowBytes(row));
      const { inserted } = uniqueRows;
      for (let from = 0; from < inserted.count; from += rowsPerStep) {
        putInserted(uniqueRows, { from, to: Math.min(inserted.count, from + rowsPerStep) }, put);
        yield;
      }
    }
  }

  /** Says how the queue ended that the last rows went through. */
  didQueue(isWritten: boolean): void {
    const queued = this.#queued;
    assert(queued !== undefined, 'rows were queued');
    this.#queued = undefined;
    if (isWritten) this.#didApply(queued);
    else this.#rows.giveBack(queued.taken);
  }

  #didApply({ isLast, written }: Pick<QueuedRows, 'isLast' | 'written'>): void {
    this.#isDone = isLast;
    this.#hasBegun = true;
    if (!this.#isStored) return;
    for (const [entry, count] of written) this.#target.codecs.of(entry).markSaved(count);
  }

  #applyRows(
    writer: KvWriter,
    taken: readonly TakenRows[],
    structureCounts: Map<CollectionEntry, number>,
  ): void {
    const indexes = this.#target.indexChanges.makeEmpty();
    const place = { writer, direct: writer, indexes };
    for (const each of taken) {
      const { first, count } = each;
      for (let row = first; row < first + count; row += 1) {
        this.#applyTaken(place, each, row, structureCounts);
      }
    }
    indexes.apply(writer);
  }

  #applyTaken(
    place: RowPlace,
    { collection, block }: TakenRows,
    row: number,
    structureCounts: Map<CollectionEntry, number>,
  ): void {
    const entry = this.#target.catalog.collectionById(collection.collectionId);
    // A collection that was dropped takes its buffered rows with it.
    if (entry === undefined) return;
    const isBlock = block !== undefined && !this.#buffer.isRecovered;
    if (isBlock && block.lsnOf(row - block.firstRow) > this.#lsnMax) return;
    const buffered = isBlock ? undefined : this.#rowOf(collection, row);
    if (!isBlock && buffered === undefined) return;
    if (!structureCounts.has(entry)) this.#writeStructures(place.writer, entry, structureCounts);
    if (isBlock) {
      const { coldMode } = this.#target;
      applyInsertedRow(place, entry, { rows: block, position: row - block.firstRow, coldMode });
    } else if (buffered !== undefined) this.#applyRow(place, entry, row, buffered);
  }

  #rowOf(collection: CollectionBuffer, row: number): BufferedRow | undefined {
    const buffered = collection.rows.get(row);
    const newest = versionAt(buffered?.newest, this.#lsnMax);
    if (buffered === undefined || newest === undefined) return undefined;
    return newest === buffered.newest ? buffered : withNewest(buffered, newest);
  }

  #writeStructures(
    writer: KvWriter,
    entry: CollectionEntry,
    counts: Map<CollectionEntry, number>,
  ): void {
    const structures = this.#target.codecs.of(entry).unsavedStructures();
    counts.set(entry, structures?.count ?? 0);
    if (structures !== undefined) writer.put(structuresKey(entry.storageId), structures.bytes);
  }

  #applyRow(place: RowPlace, entry: CollectionEntry, row: number, buffered: BufferedRow): void {
    const { writer, direct, indexes } = place;
    const { isStored, newest } = buffered;
    const { record } = newest.value;
    if (record !== undefined) {
      const hasNoChunks = buffered.isBaseWhole && !this.#buffer.isRecovered;
      const { coldMode } = this.#target;
      if (hasNoChunks) insertDocument(direct, entry.storageId, row, record, coldMode);
      else putDocument(writer, entry.storageId, row, record, coldMode);
      if (!isStored) putRowOfId(direct, entry.storageId, idOf(buffered), row);
    } else if (isStored || this.#buffer.isRecovered) {
      removeDocument(writer, entry.storageId, row);
      removeId(writer, entry.storageId, idOf(buffered), row);
    }
    const { hasUniqueKeys = false } = place;
    for (const { layout, removed, added } of this.#indexChanges(entry, buffered)) {
      const isKnown = hasUniqueKeys && layout.entry.unique;
      for (const key of removed) if (!isKnown || key.hasNull) indexes.remove(layout, key, row);
      for (const key of added) if (!isKnown || key.hasNull) indexes.add(layout, key, row);
    }
  }

  #indexChanges(entry: CollectionEntry, row: BufferedRow): readonly PreparedIndexChange[] {
    const { newest } = row;
    if (!this.#buffer.isRecovered) return netIndexChanges(newest);
    const before = documentsBefore(row);
    return this.#target.codecs
      .layouts(entry)
      .map((layout) => difference(layout, before, newest.value.document));
  }

  #finish(writer: Pick<KvWriter, 'put'>): void {
    const { catalog, nextStorageId } = this.#target;
    let hasChanged = false;
    for (const { collectionId, counts } of this.#buffer.collections) {
      const entry = catalog.collectionById(collectionId);
      const visible = versionAt(counts, this.#lsnMax);
      if (entry === undefined || visible === undefined) continue;
      writeCollectionState(writer, collectionId, visible.value);
      if (entry.idsAscend) continue;
      writeCollection(writer, entry);
      hasChanged = true;
    }
    if (hasChanged) writeCatalogHead(writer, catalog.version, nextStorageId);
    writeSequence(writer, Math.min(this.#buffer.lastLsn, this.#lsnMax));
  }
}

/** Every document that the row was before its last version. */
function documentsBefore({ base, newest }: BufferedRow): readonly (StoredDocument | undefined)[] {
  const documents: (StoredDocument | undefined)[] = [base];
  for (let version = newest.older; version !== undefined; version = version.older) {
    documents.push(version.value.document);
  }
  return documents;
}

function idOf({ id }: BufferedRow): string {
  assert(id !== undefined, 'who adds or removes a document says its id');
  return id;
}

/** From a store that may hold any of the versions: what is to be there is written in any case. */
function difference(
  layout: IndexLayout,
  before: readonly (StoredDocument | undefined)[],
  after: StoredDocument | undefined,
): PreparedIndexChange {
  const added = after === undefined ? [] : indexKeys(layout, after);
  const present = before.flatMap((document) =>
    document === undefined ? [] : indexKeys(layout, document),
  );
  return { layout, removed: withoutKeys(present, added), added };
}

function removeId(writer: KvWriter, collectionId: number, id: string, row: number): void {
  const key = idKey(collectionId, id);
  if (readUniqueRow(writer, key) === row) writer.remove(key);
}

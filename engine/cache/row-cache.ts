/*
 * Decoded documents by collection and row, within a bound of bytes. A document here is shared with whoever reads it:
 * it is never changed in place, and what leaves the engine is made from it anew.
 *
 * Which moment a document belongs to: an entry carries the LSN of its row's last known change, and serves only readers
 * whose snapshot is not older. Two duties lie with the callers, since the cache cannot know them:
 *  - a commit, before it becomes visible, says of every row that it changes what became of it (`change`);
 *  - a reader fills in what it has read only when no later commit has changed the row, in particular when its snapshot
 *    is still the newest one.
 * A document of an earlier LSN never replaces one of a later.
 */
import { unreachable } from '../base/assert.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { CacheEntry, type EvictionOrder, gone } from './cache-entry.ts';
import { CollectionTexts, type TextIndex } from './collection-texts.ts';
import { entryWeight } from './entry-weight.ts';
import { LfuOrder } from './lfu-order.ts';
import { LruOrder } from './lru-order.ts';
import type { OutputForm } from './output-form.ts';
import { makeWhole } from './own-text.ts';
import { RowTable } from './row-table.ts';
import { S3FifoOrder } from './s3-fifo-order.ts';

/**
 * What goes first when the cache is full: what was not used for longest (`LRU`), what is used least, with aging
 * (`LFU`), or what was asked for only once, so that scans do no harm (`Hybrid`).
 */
export type EvictionPolicy = 'LRU' | 'LFU' | 'Hybrid';

export interface RowCacheStats {
  readonly policy: EvictionPolicy;
  readonly hitCount: number;
  /** Includes documents that were there but too new for their reader. */
  readonly missCount: number;
  readonly entryCount: number;
  readonly evictionCount: number;
  /** Estimated memory of all entries. */
  readonly bytes: number;
  /** 0 when the cache is off. */
  readonly bytesMax: number;
}

/** The cached documents of one collection. */
interface CachedCollection {
  readonly id: number;
  readonly byRow: RowTable<CacheEntry>;
  readonly texts: CollectionTexts;
}

/** Rows of a collection, without the last. */
export interface RowRange {
  readonly collectionId: number;
  readonly from: number;
  readonly to: number;
}

/** What a commit has made of a row. */
interface ChangedDocument {
  /** `undefined` when it was deleted. */
  readonly document: StoredDocument | undefined;
  /** Its encoded form. */
  readonly record: Uint8Array | undefined;
}

interface FoundRange {
  readonly found: (StoredDocument | undefined)[];
  readonly isScattered: boolean;
}

/** Where a text is looked for; under the collection's own number, an id is. */
interface TextKey {
  readonly collectionId: number;
  readonly indexId: number;
}

/** A document that was found in a row. */
interface FoundDocument {
  readonly row: number;
  readonly document: StoredDocument;
}

const scatteredUsesMax = 3;

export class RowCache {
  readonly #bytesMax: number;
  readonly #policy: EvictionPolicy;
  readonly #order: EvictionOrder;
  readonly #collections = new Map<number, CachedCollection>();
  /** Mostly the same one is asked for. */
  #last: CachedCollection | undefined;
  #bytes = 0;
  #entryCount = 0;
  #hitCount = 0;
  #missCount = 0;
  #evictionCount = 0;

  /** With `bytesMax` 0 the cache is off: it keeps nothing and counts nothing. */
  constructor({
    bytesMax,
    policy,
  }: { readonly bytesMax: number; readonly policy: EvictionPolicy }) {
    this.#bytesMax = bytesMax;
    this.#policy = policy;
    this.#order = orderOf(policy, bytesMax);
  }

  /** The document, if it is cached and not newer than a snapshot of this LSN. Constant time. */
  get(collectionId: number, row: number, lsn: number): StoredDocument | undefined {
    if (this.#bytesMax === 0) return undefined;
    const entry = this.#collectionOf(collectionId)?.byRow.get(row);
    if (entry === undefined || entry.lsn > lsn) {
      this.#missCount += 1;
      return undefined;
    }
    this.#hitCount += 1;
    this.#order.touch(entry);
    return entry.document;
  }

  /**
   * The documents of the rows from one up to another, without that, and `undefined` for those that are not here: `get`
   * of each, without looking for the collection again. `isScattered` when most have been found so before, and were read
   * one by one: they lie all over the heap, and it takes less to read them once more than to go on so.
   */
  getRange({ collectionId, from, to }: RowRange, lsn: number): FoundRange {
    let hitCount = 0;
    let scatteredCount = 0;
    const found: (StoredDocument | undefined)[] = [];
    const order = this.#order;
    const visit = (entry: CacheEntry | undefined): void => {
      if (entry === undefined || entry.lsn > lsn) {
        found.push(undefined);
        return;
      }
      hitCount += 1;
      if (entry.scatteredUses >= 0) {
        if (entry.scatteredUses >= scatteredUsesMax) scatteredCount += 1;
        else entry.scatteredUses += 1;
      }
      order.touch(entry);
      found.push(entry.document);
    };
    this.#collectionOf(collectionId)?.byRow.visitRange(from, to, visit);
    this.#hitCount += hitCount;
    if (this.#bytesMax > 0) this.#missCount += to - from - hitCount;
    return { found, isScattered: 2 * scatteredCount > to - from };
  }

  /** Takes a document that was read once more for the one that is here, unless a later commit has changed that. */
  replaceSame(collectionId: number, row: number, document: StoredDocument, lsn: number): void {
    const entry = this.#collectionOf(collectionId)?.byRow.get(row);
    if (entry === undefined || entry.lsn > lsn) return;
    const { lsn: lastLsn } = entry;
    const bytes = entry.bytes - entry.rowBytes;
    this.#remove(entry);
    this.#add(new CacheEntry({ collectionId, row, document, lsn: lastLsn, bytes }));
  }

  /** Says of the documents of rows that they came in one pass, and lie together. */
  noteTogether({ collectionId, from, to }: RowRange): void {
    this.#collectionOf(collectionId)?.byRow.visitRange(from, to, (entry) => {
      if (entry !== undefined) entry.scatteredUses = -1;
    });
  }

  /** The document that had a text when `noteText` was called, if it is still here and has it, as `get`. Constant time. */
  getByText({ collectionId, indexId }: TextKey, text: string, lsn: number) {
    const document = this.#textsOf(collectionId, text)?.document(indexId, text, lsn);
    if (document !== undefined) this.#hitCount += 1;
    return document;
  }

  /** As `outputByText` of its id. */
  outputById(collectionId: number, id: string, lsn: number, form: OutputForm): unknown {
    const output = this.#textsOf(collectionId, id)?.output(collectionId, id, lsn, form);
    if (output !== undefined) this.#hitCount += 1;
    return output;
  }

  /** The same in the form in which it leaves the engine, if what was noted last was so with that form. */
  outputByText(
    { collectionId, indexId }: TextKey,
    text: string,
    lsn: number,
    form: OutputForm,
  ): unknown {
    const output = this.#textsOf(collectionId, text)?.output(indexId, text, lsn, form);
    if (output !== undefined) this.#hitCount += 1;
    return output;
  }

  /**
   * Notes which document has an id, if it is the one that is cached of its row and was asked for before: for one that is
   * asked for once, to note it takes more than it spares.
   */
  noteId(collectionId: number, found: FoundDocument, form?: OutputForm): void {
    const entry = this.#collectionOf(collectionId)?.byRow.get(found.row);
    if (entry === undefined) return;
    const key = { collectionId, indexId: collectionId, field: 'id', form };
    if (entry.wasAsked) this.noteText(key, found);
    entry.wasAsked = true;
  }

  /** The same of a text. */
  noteText(key: TextKey & TextIndex, { row, document }: FoundDocument): void {
    const text = document[key.field];
    const collection = this.#collectionOf(key.collectionId);
    const entry = collection?.byRow.get(row);
    if (collection === undefined || entry?.document !== document || typeof text !== 'string')
      return;
    collection.texts.note(key, text, entry, collection.byRow.size);
    const grown = collection.texts.rowBytes - entry.rowBytes;
    if (grown === 0) return;
    entry.rowBytes += grown;
    this.#weigh(entry, entry.bytes + grown);
  }

  /**
   * The row of a document that would be found by its id, under the condition of `get`; `undefined` says nothing. Neither
   * counted nor taken for a use: whoever wants the row goes on to read it. Constant time.
   */
  rowOf(collectionId: number, id: string, lsn: number): number | undefined {
    const entry = this.#textsOf(collectionId, id)?.entry(collectionId, id);
    return entry === undefined || entry.lsn > lsn ? undefined : entry.row;
  }

  /**
   * Keeps a document, whose encoded form has so many bytes, as of its row's last change. One that would take more than
   * a quarter of the cache is not kept. Constant time, amortised.
   */
  set(
    collectionId: number,
    row: number,
    document: StoredDocument,
    bytes: number,
    lsn: number,
  ): void {
    if (this.#bytesMax === 0) return;
    const entry = this.#collectionOf(collectionId)?.byRow.get(row);
    if (entry !== undefined && entry.lsn > lsn) return;
    const weight = entryWeight(bytes);
    if (weight > this.#bytesMax / 4) {
      if (entry !== undefined) this.#remove(entry);
      return;
    }
    if (entry === undefined) {
      this.#makeRoom(weight);
      this.#add(new CacheEntry({ collectionId, row, document, lsn, bytes: weight }));
      return;
    }
    this.#order.touch(entry);
    this.#give(entry, document, lsn);
    this.#weigh(entry, weight + entry.rowBytes);
  }

  /** True when something is cached of a row, for readers of whatever LSN. */
  has(collectionId: number, row: number): boolean {
    return this.#collectionOf(collectionId)?.byRow.has(row) === true;
  }

  /**
   * A commit has changed a row or, without a document, deleted it: what is cached of it follows, in its place, so that
   * what was often asked for stays so. Does nothing where nothing is cached. Constant time, amortised.
   */
  change(
    collectionId: number,
    row: number,
    { document, record }: ChangedDocument,
    lsn: number,
  ): void {
    const entry = this.#collectionOf(collectionId)?.byRow.get(row);
    if (entry === undefined) return;
    const weight = record === undefined ? 0 : entryWeight(record.length);
    if (document === undefined || weight > this.#bytesMax / 4) {
      this.#remove(entry);
      return;
    }
    this.#give(entry, document, lsn);
    this.#weigh(entry, weight + entry.rowBytes);
  }

  /** How many documents of a collection are here. Constant time. */
  countOf(collectionId: number): number {
    return this.#collectionOf(collectionId)?.byRow.size ?? 0;
  }

  /** Takes out all documents of a collection, in time proportional to their number. */
  dropCollection(collectionId: number): void {
    const collection = this.#collectionOf(collectionId);
    if (collection === undefined) return;
    collection.texts.clear();
    for (const entry of collection.byRow.values()) this.#remove(entry);
  }

  /** Takes out everything; what was counted stays. */
  clear(): void {
    this.#collections.clear();
    this.#last = undefined;
    this.#order.clear();
    this.#bytes = 0;
    this.#entryCount = 0;
  }

  stats(): RowCacheStats {
    return {
      policy: this.#policy,
      hitCount: this.#hitCount,
      missCount: this.#missCount,
      entryCount: this.#entryCount,
      evictionCount: this.#evictionCount,
      bytes: this.#bytes,
      bytesMax: this.#bytesMax,
    };
  }

  #add(entry: CacheEntry): void {
    const { collectionId, row } = entry;
    let collection = this.#collectionOf(collectionId);
    if (collection === undefined) {
      collection = {
        id: collectionId,
        byRow: new RowTable(),
        texts: new CollectionTexts(this.#order),
      };
      this.#collections.set(collectionId, collection);
    }
    collection.byRow.set(row, entry);
    this.#order.admit(entry);
    this.#bytes += entry.bytes;
    this.#entryCount += 1;
  }

  #remove(entry: CacheEntry): void {
    this.#order.remove(entry);
    this.#forget(entry);
  }

  #makeRoom(bytes: number): void {
    while (this.#bytes + bytes > this.#bytesMax) {
      const entry = this.#order.evict();
      if (entry === undefined) return;
      this.#evictionCount += 1;
      this.#forget(entry);
    }
  }

  #forget(entry: CacheEntry): void {
    const { collectionId, row } = entry;
    this.#give(entry, gone, entry.lsn);
    const collection = this.#collectionOf(collectionId);
    collection?.byRow.delete(row);
    if (collection?.byRow.size === 0) {
      this.#collections.delete(collectionId);
      this.#last = undefined;
    }
    this.#bytes -= entry.bytes;
    this.#entryCount -= 1;
  }

  /** Puts another document in place of the one that an entry has; what was noted of that follows. */
  #give(entry: CacheEntry, document: StoredDocument, lsn: number): void {
    entry.document = document;
    entry.lsn = lsn;
    if (entry.slot >= 0) this.#collectionOf(entry.collectionId)?.texts.follow(entry);
  }

  #weigh(entry: CacheEntry, bytes: number): void {
    if (bytes === entry.bytes) return;
    this.#bytes += bytes - entry.bytes;
    this.#order.reweigh(entry, bytes);
    this.#makeRoom(0);
  }

  #collectionOf(collectionId: number): CachedCollection | undefined {
    if (this.#last?.id === collectionId) return this.#last;
    this.#last = this.#collections.get(collectionId);
    return this.#last;
  }

  #textsOf(collectionId: number, text: string): CollectionTexts | undefined {
    const collection = this.#collectionOf(collectionId);
    return collection === undefined || !makeWhole(text) ? undefined : collection.texts;
  }
}

function orderOf(policy: EvictionPolicy, bytesMax: number): EvictionOrder {
  switch (policy) {
    case 'LRU':
      return new LruOrder(bytesMax);
    case 'LFU':
      return new LfuOrder();
    case 'Hybrid':
      return new S3FifoOrder(bytesMax);
    default:
      return unreachable(policy);
  }
}

import type { StoredDocument } from '../values/stored-value.ts';

/** What an entry holds that is no longer in the cache. */
export const gone: StoredDocument = { id: '' };

/** A cached document, and its place in a list of its eviction order. */
export class CacheEntry {
  // What a read touches comes first, so that it lies in one line of the processor's cache.
  document: StoredDocument;
  /** LSN of the row's last known change. */
  lsn: number;
  /**
   * Kept by the eviction order, in 32 bits: the queue the entry is in, the period in which it was counted last, or when it was
   * moved last.
   */
  place = 0;
  /** Kept by the eviction order: how often the entry was used, as it counts. */
  useCount = 0;
  /** Links of an `EntryList`; an entry that is in none links to itself. */
  previous: CacheEntry = this;
  next: CacheEntry = this;
  /** The row that it has once something was noted of it (document-rows.ts); -1 before. */
  slot = -1;
  /** What that row weighs, as a part of `bytes`. */
  rowBytes = 0;
  /** True once it was looked up by its id. */
  wasAsked = false;
  /** How often it was found beside its neighbours, but for those that came with them: they lie together, and have -1. */
  scatteredUses = 0;
  readonly collectionId: number;
  readonly row: number;
  /** What it weighs against the bound of the cache. */
  bytes: number;

  constructor(content: Pick<CacheEntry, 'collectionId' | 'row' | 'document' | 'lsn' | 'bytes'>) {
    this.collectionId = content.collectionId;
    this.row = content.row;
    this.document = content.document;
    this.lsn = content.lsn;
    this.bytes = content.bytes;
  }
}

/** Which entry goes first when room is needed. All calls take constant time, amortised. */
export interface EvictionOrder {
  /** True when touching an entry that has or had such a place would do nothing. */
  isSafe(place: number): boolean;
  admit(entry: CacheEntry): void;
  /** The entry was used. */
  touch(entry: CacheEntry): void;
  /** The entry weighs so much from now on. */
  reweigh(entry: CacheEntry, bytes: number): void;
  remove(entry: CacheEntry): void;
  /** Takes the entry that is worth least out and gives it; `undefined` when there is none. */
  evict(): CacheEntry | undefined;
  /** Forgets everything, also what it has learnt. */
  clear(): void;
}

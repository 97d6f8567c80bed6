import type { StoredDocument } from '../values/stored-value.ts';

/** A cached document, and its place in a list of its eviction order. */
export class CacheEntry {
  // What a read touches comes first, so that it lies in one line of the processor's cache.
  document: StoredDocument;
  /** LSN of the row's last known change. */
  lsn: number;
  /** Grows with each document that takes the place of another. */
  version = 0;
  /** Links of an `EntryList`; an entry that is in none links to itself. */
  previous: CacheEntry = this;
  next: CacheEntry = this;
  /** Kept by the eviction order: how often the entry was used, as it counts. */
  useCount = 0;
  /** How often it was found beside its neighbours, but for those that came with them: they lie together, and have -1. */
  scatteredUses = 0;
  /** True when it lies under an id that has memory of its own (own-text.ts). */
  isKeyOwn = false;
  readonly collectionId: number;
  readonly row: number;
  /** What it weighs against the bound of the cache. */
  bytes: number;
  /** Kept by the eviction order: the queue the entry is in, or the period in which it was counted last. */
  place = 0;

  constructor(content: Pick<CacheEntry, 'collectionId' | 'row' | 'document' | 'lsn' | 'bytes'>) {
    this.collectionId = content.collectionId;
    this.row = content.row;
    this.document = content.document;
    this.lsn = content.lsn;
    this.bytes = content.bytes;
  }

  /** Puts another document in place of the one that is here. */
  take(document: StoredDocument): void {
    this.document = document;
    this.version += 1;
  }
}

/** Which entry goes first when room is needed. All calls take constant time, amortised. */
export interface EvictionOrder {
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

import type { CacheEntry, EvictionOrder } from './cache-entry.ts';
import { EntryList, unlink } from './entry-list.ts';

/**
 * Least recently used goes first. Good for work that moves on; one scan larger than the cache empties it.
 *
 * To move an entry takes fetching its neighbours, which lie anywhere in memory. So one that is used while it lies in the newest
 * quarter stays where it is, and before the cache is half full all do: as much again has to come before one must go, and
 * whatever is used meanwhile is moved then.
 */
export class LruOrder implements EvictionOrder {
  readonly #entries = new EntryList();
  readonly #calmBytesMax: number;
  #bytes = 0;
  #entryCount = 0;
  /** So many entries were put to the end of the list; each keeps as its place when it was. */
  #moveCount = 0;

  constructor(bytesMax: number) {
    this.#calmBytesMax = bytesMax / 2;
  }

  /** As many entries as were moved since then, at most, lie behind it. */
  isSafe(place: number): boolean {
    if (this.#bytes < this.#calmBytesMax) return true;
    return 4 * ((this.#moveCount - place) | 0) < this.#entryCount;
  }

  admit(entry: CacheEntry): void {
    this.#entryCount += 1;
    this.#bytes += entry.bytes;
    this.#append(entry);
  }

  touch(entry: CacheEntry): void {
    if (this.isSafe(entry.place)) return;
    unlink(entry);
    this.#append(entry);
  }

  reweigh(entry: CacheEntry, bytes: number): void {
    this.#bytes += bytes - entry.bytes;
    entry.bytes = bytes;
  }

  remove(entry: CacheEntry): void {
    unlink(entry);
    this.#entryCount -= 1;
    this.#bytes -= entry.bytes;
  }

  evict(): CacheEntry | undefined {
    const { oldest } = this.#entries;
    if (oldest !== undefined) this.remove(oldest);
    return oldest;
  }

  clear(): void {
    this.#entries.clear();
    this.#entryCount = 0;
    this.#bytes = 0;
  }

  #append(entry: CacheEntry): void {
    this.#moveCount = (this.#moveCount + 1) | 0;
    entry.place = this.#moveCount;
    this.#entries.append(entry);
  }
}

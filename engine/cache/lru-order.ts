import type { CacheEntry, EvictionOrder } from './cache-entry.ts';
import { EntryList, unlink } from './entry-list.ts';

/** Least recently used goes first. Good for work that moves on; one scan larger than the cache empties it. */
export class LruOrder implements EvictionOrder {
  readonly #entries = new EntryList();

  admit(entry: CacheEntry): void {
    this.#entries.append(entry);
  }

  touch(entry: CacheEntry): void {
    unlink(entry);
    this.#entries.append(entry);
  }

  reweigh(entry: CacheEntry, bytes: number): void {
    entry.bytes = bytes;
  }

  remove(entry: CacheEntry): void {
    unlink(entry);
  }

  evict(): CacheEntry | undefined {
    const { oldest } = this.#entries;
    if (oldest !== undefined) unlink(oldest);
    return oldest;
  }

  clear(): void {
    this.#entries.clear();
  }
}

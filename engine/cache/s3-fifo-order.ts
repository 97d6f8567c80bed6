/*
 * S3-FIFO: Yang, Zhang, Qiu, Yue, Vinayak, "FIFO queues are all you need for cache eviction" (SOSP 2023), counted in
 * bytes. New entries pass through a small queue of a tenth of the cache; only those that were used more than once there
 * come into the main queue, so that a scan displaces nothing else. Whatever leaves the small queue is remembered,
 * without its document, for as many further evictions as there are entries, and comes into the main queue at once when it is asked for again. The main queue
 * gives entries as many further rounds as they were used, three at most. A use writes one small number and moves
 * nothing.
 */
import type { CacheEntry, EvictionOrder } from './cache-entry.ts';
import { EntryList, unlink } from './entry-list.ts';
import { GhostTable } from './ghost-table.ts';

const inSmall = 0;
const inMain = 1;
const useCountMax = 3;
const smallShare = 0.1;
/** Entries that were used so often in the small queue go on to the main one. */
const promotionUses = 2;

export class S3FifoOrder implements EvictionOrder {
  readonly #smallBytesMax: number;
  readonly #small = new EntryList();
  readonly #main = new EntryList();
  readonly #ghosts = new GhostTable();
  #smallBytes = 0;
  #entryCount = 0;

  constructor(bytesMax: number) {
    this.#smallBytesMax = bytesMax * smallShare;
  }

  /** Each use counts. */
  isSafe(): boolean {
    return false;
  }

  admit(entry: CacheEntry): void {
    entry.useCount = 0;
    if (this.#ghosts.take(entry)) this.#appendToMain(entry);
    else {
      entry.place = inSmall;
      this.#entryCount += 1;
      this.#smallBytes += entry.bytes;
      this.#small.append(entry);
    }
  }

  touch(entry: CacheEntry): void {
    if (entry.useCount < useCountMax) entry.useCount += 1;
  }

  reweigh(entry: CacheEntry, bytes: number): void {
    if (entry.place === inSmall) this.#smallBytes += bytes - entry.bytes;
    entry.bytes = bytes;
  }

  remove(entry: CacheEntry): void {
    unlink(entry);
    if (entry.place === inSmall) this.#smallBytes -= entry.bytes;
    this.#entryCount -= 1;
  }

  evict(): CacheEntry | undefined {
    return this.#smallBytes > this.#smallBytesMax || this.#main.oldest === undefined
      ? (this.#evictSmall() ?? this.#evictMain())
      : this.#evictMain();
  }

  clear(): void {
    this.#small.clear();
    this.#main.clear();
    this.#ghosts.clear();
    this.#smallBytes = 0;
    this.#entryCount = 0;
  }

  #evictSmall(): CacheEntry | undefined {
    for (let entry = this.#small.oldest; entry !== undefined; entry = this.#small.oldest) {
      this.remove(entry);
      if (entry.useCount < promotionUses) {
        this.#ghosts.add(entry, this.#entryCount);
        return entry;
      }
      entry.useCount = 0;
      this.#appendToMain(entry);
    }
    return undefined;
  }

  #evictMain(): CacheEntry | undefined {
    for (let entry = this.#main.oldest; entry !== undefined; entry = this.#main.oldest) {
      this.remove(entry);
      if (entry.useCount === 0) return entry;
      entry.useCount -= 1;
      this.#appendToMain(entry);
    }
    return undefined;
  }

  #appendToMain(entry: CacheEntry): void {
    entry.place = inMain;
    this.#entryCount += 1;
    this.#main.append(entry);
  }
}

/*
 * Least frequently used goes first, with aging. Entries stand in levels by the logarithm of their use count, within a
 * level in the order of their last use. All counts are halved after every `usesPerEntry` uses per entry, so that what
 * was popular once does not stay for ever.
 *
 * Halving takes constant time: a level is numbered log2(count) + period. When a period ends, every count is halved and
 * every logarithm falls by one, so that all numbers stay as they are, except those of entries that count 1: they cannot
 * fall, and join the next level. An entry's own count is brought up to date when it is used next.
 *
 * Sources: Shah, Mitra, Matani, "An O(1) algorithm for implementing the LFU cache eviction scheme" (2010) for lists by
 * frequency; Einziger, Friedman, Manes, "TinyLFU" (2017) for aging by halving.
 */
import type { CacheEntry, EvictionOrder } from './cache-entry.ts';
import { EntryList, unlink } from './entry-list.ts';

/** More than a count has bits, so that the levels in use never meet in the ring. */
const levelCount = 32;
const countMax = 2 ** 30;
const usesPerEntry = 10;
/** So that a cache of few entries does not forget at every turn. */
const usesInPeriodMin = 1_024;

export class LfuOrder implements EvictionOrder {
  readonly #levels: readonly EntryList[] = Array.from(
    { length: levelCount },
    () => new EntryList(),
  );
  #period = 0;
  #usesInPeriod = 0;
  #entryCount = 0;

  /** Each use counts. */
  isSafe(): boolean {
    return false;
  }

  admit(entry: CacheEntry): void {
    entry.useCount = 1;
    entry.place = this.#period;
    this.#entryCount += 1;
    this.#append(this.#period, entry);
    this.#countUse();
  }

  touch(entry: CacheEntry): void {
    const age = Math.min(this.#period - entry.place, 31);
    entry.useCount = Math.min(Math.max(1, entry.useCount >> age) + 1, countMax);
    entry.place = this.#period;
    unlink(entry);
    this.#append(this.#period + 31 - Math.clz32(entry.useCount), entry);
    this.#countUse();
  }

  reweigh(entry: CacheEntry, bytes: number): void {
    entry.bytes = bytes;
  }

  remove(entry: CacheEntry): void {
    unlink(entry);
    this.#entryCount -= 1;
  }

  evict(): CacheEntry | undefined {
    for (let above = 0; above < levelCount; above += 1) {
      const oldest = this.#level(this.#period + above)?.oldest;
      if (oldest === undefined) continue;
      this.remove(oldest);
      return oldest;
    }
    return undefined;
  }

  clear(): void {
    for (const level of this.#levels) level.clear();
    this.#usesInPeriod = 0;
    this.#entryCount = 0;
  }

  #level(level: number): EntryList | undefined {
    return this.#levels[level % levelCount];
  }

  #append(level: number, entry: CacheEntry): void {
    this.#level(level)?.append(entry);
  }

  #countUse(): void {
    this.#usesInPeriod += 1;
    if (this.#usesInPeriod < Math.max(usesInPeriodMin, this.#entryCount * usesPerEntry)) return;
    this.#usesInPeriod = 0;
    const floor = this.#level(this.#period);
    this.#period += 1;
    if (floor !== undefined) this.#level(this.#period)?.prepend(floor);
  }
}

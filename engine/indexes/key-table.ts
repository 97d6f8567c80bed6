/*
 * Unique keys of documents that were inserted together, where their bytes lie already: a hash table of numbers, without a
 * text or an object for any of them. Tens of thousands wait in the write buffer, and a map of texts was a fifth of what a
 * load left to the collector.
 *
 *   entries   hash, source, number of the key in it   × n, in the order in which they came
 *   slots     entry + 1, open addressing; 0 is free
 */
import { hashOfText } from './known-keys.ts';

/** Keys in one array; `ends` says where each ends. */
export interface KeySource {
  readonly keys: { readonly bytes: Uint8Array; readonly ends: Uint32Array };
}

const entryWidth = 3;
const entriesMin = 32;

export class KeyTable<Source extends KeySource> {
  readonly #sources: Source[] = [];
  #slots: Int32Array;
  #entries: Int32Array;
  #count = 0;

  /** Grows beyond so many keys. */
  constructor(countExpected = 0) {
    let room = entriesMin;
    while (room < countExpected) room *= 2;
    this.#slots = new Int32Array(2 * room);
    this.#entries = new Int32Array(entryWidth * room);
  }

  get count(): number {
    return this.#count;
  }

  /** Keys that are added from now on lie there. */
  open(source: Source): void {
    this.#sources.push(source);
  }

  /** True when keys that are added now lie there. */
  isOpen(source: Source): boolean {
    return this.#sources.at(-1) === source;
  }

  /** Adds a key that is not in the table, with its hash (`hashOfText`). */
  add(number: number, hash: number): void {
    const at = this.#count * entryWidth;
    if (at === this.#entries.length) this.#grow();
    this.#entries[at] = hash;
    this.#entries[at + 1] = this.#sources.length - 1;
    this.#entries[at + 2] = number;
    this.#count += 1;
    this.#fill(this.#count);
  }

  /** Adds a key; false when it is in the table. */
  addNew(number: number, hash: number): boolean {
    const { bytes, ends } = this.#sourceAt(this.#sources.length - 1).keys;
    const start = ends[number - 1] ?? 0;
    const length = (ends[number] ?? 0) - start;
    const isIt = (other: Uint8Array, otherStart: number): boolean => {
      for (let offset = 0; offset < length; offset += 1) {
        if (other[otherStart + offset] !== bytes[start + offset]) return false;
      }
      return true;
    };
    if (this.#find(hash, length, isIt) >= 0) return false;
    this.add(number, hash);
    return true;
  }

  /** The entry of a key as a text of one character per byte; -1 when there is none. */
  find(mapKey: string): number {
    if (this.#count === 0) return -1;
    const { length } = mapKey;
    return this.#find(hashOfText(mapKey), length, (other, start) => {
      for (let offset = 0; offset < length; offset += 1) {
        if (other[start + offset] !== mapKey.charCodeAt(offset)) return false;
      }
      return true;
    });
  }

  /** Where the key of an entry lies. */
  sourceOf(entry: number): Source {
    return this.#sourceAt(this.#entries[entry * entryWidth + 1] ?? 0);
  }

  /** The number of an entry's key among those of its source. */
  numberOf(entry: number): number {
    return this.#entries[entry * entryWidth + 2] ?? 0;
  }

  /** Keeps the keys that come before the first of which this is not true. */
  keepWhile(isKept: (source: Source, number: number) => boolean): void {
    let kept = 0;
    while (kept < this.#count && isKept(this.sourceOf(kept), this.numberOf(kept))) kept += 1;
    if (kept === this.#count) return;
    this.#count = kept;
    this.#fillAll();
  }

  #sourceAt(position: number): Source {
    const source = this.#sources[position];
    if (source === undefined) throw new RangeError('a key is added behind its source');
    return source;
  }

  #find(hash: number, length: number, isIt: (bytes: Uint8Array, start: number) => boolean): number {
    const mask = this.#slots.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] ?? 0;
      if (found === 0) return -1;
      const entry = found - 1;
      // Hashes are kept with their sign.
      if (this.#entries[entry * entryWidth] !== (hash | 0)) continue;
      const { bytes, ends } = this.sourceOf(entry).keys;
      const number = this.numberOf(entry);
      const start = ends[number - 1] ?? 0;
      if ((ends[number] ?? 0) - start === length && isIt(bytes, start)) return entry;
    }
  }

  #fill(entryAfter: number): void {
    const mask = this.#slots.length - 1;
    let slot = spread(this.#entries[(entryAfter - 1) * entryWidth] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entryAfter;
  }

  #fillAll(): void {
    this.#slots.fill(0);
    for (let entry = 1; entry <= this.#count; entry += 1) this.#fill(entry);
  }

  #grow(): void {
    const entries = new Int32Array(2 * this.#entries.length);
    entries.set(this.#entries);
    this.#entries = entries;
    this.#slots = new Int32Array(2 * this.#slots.length);
    this.#fillAll();
  }
}

/** The last bytes of a key hardly reach the low bits of its hash. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

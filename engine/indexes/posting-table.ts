/*
 * Rows that come to and leave the values of non-unique indexes, gathered by key, so that a value that many documents share
 * is read and written once. Some ten thousand keys wait here while a buffer is applied: a map of texts with lists would
 * be a third of what that leaves to the collector. So it is a hash table of numbers over the bytes of all keys, without an
 * object for any of them.
 *
 *   keys      values, block number 0 | values, block number 0 | …     the key of the first block of each value
 *   entries   hash, where the key begins and ends, first and last row added, first and last row removed   × n
 *   slots     entry + 1, open addressing; 0 is free
 *   links     row, next link + 1                                                                          × n
 */
import { hashStart, hashStep } from '../base/text-hash.ts';
import type { KvQueue, KvWriter } from '../storage/kv-store.ts';
import type { KnownKeys } from './known-keys.ts';
import { LookupKeys } from './lookup-keys.ts';
import {
  addFirstRow,
  blockNumberBytes,
  changeFirstBlock,
  sharedSingleBlock,
} from './posting-block.ts';

const entryWidth = 7;
const place = { hash: 0, start: 1, end: 2, added: 3, lastAdded: 4, removed: 5, lastRemoved: 6 };
const linkWidth = 2;
const keyBytesExpected = 32;
const entriesMin = 64;
/** What a cleared table keeps at most. */
const linksKeptMax = 128 * 1024;
const keyBytesKeptMax = 4 * 1024 * 1024;
const noRows: readonly number[] = [];

export class PostingTable {
  #slots = new Int32Array(2 * entriesMin);
  #entries = new Int32Array(entryWidth * entriesMin);
  #count = 0;
  #keys = new Uint8Array(keyBytesExpected * entriesMin);
  #keysLength = 0;
  #links = new Uint32Array(linkWidth * entriesMin);
  #linkCount = 0;
  readonly #lookupKeys = new LookupKeys();

  /** How many keys change. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of memory that it holds, used or not. */
  get bytesHeld(): number {
    const arrays = [this.#slots, this.#entries, this.#keys, this.#links];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /**
   * Forgets everything. Its memory is kept unless that is large, or most of it was not used: what a table for each step of a
   * long work leaves behind brings the collector. Nobody may hold a key of the table any more (`apply`).
   */
  clear(): void {
    if (this.#hasTooMuchRoom) {
      this.#slots = new Int32Array(2 * entriesMin);
      this.#entries = new Int32Array(entryWidth * entriesMin);
      this.#keys = new Uint8Array(keyBytesExpected * entriesMin);
      this.#links = new Uint32Array(linkWidth * entriesMin);
    } else this.#slots.fill(0);
    this.#count = 0;
    this.#keysLength = 0;
    this.#linkCount = 0;
  }

  get #hasTooMuchRoom(): boolean {
    const linksRoom = this.#links.length / linkWidth;
    const keysRoom = this.#keys.length;
    if (linksRoom > linksKeptMax || keysRoom > keyBytesKeptMax) return true;
    const isUsed = 8 * this.#linkCount >= linksRoom && 8 * this.#keysLength >= keysRoom;
    return !isUsed && linksRoom > entriesMin;
  }

  /** Adds a row under the key `bytes[start..end)`, without the number of a block; or takes it away. */
  note(bytes: Uint8Array, start: number, end: number, row: number, isRemoved = false): void {
    const length = end - start;
    const offset = this.#roomFor(length);
    const keys = this.#keys;
    let hash = hashStart;
    for (let at = 0; at < length; at += 1) {
      const byte = bytes[start + at] ?? 0;
      keys[offset + at] = byte;
      hash = hashStep(hash, byte);
    }
    this.#link(this.#entryOf(hash, length), row, isRemoved);
  }

  /** The same with a key as a text of one character per byte. */
  noteText(mapKey: string, row: number, isRemoved = false): void {
    const { length } = mapKey;
    const offset = this.#roomFor(length);
    const keys = this.#keys;
    let hash = hashStart;
    for (let at = 0; at < length; at += 1) {
      const byte = mapKey.charCodeAt(at);
      keys[offset + at] = byte;
      hash = hashStep(hash, byte);
    }
    this.#link(this.#entryOf(hash, length), row, isRemoved);
  }

  /**
   * Writes what changes under one of the keys, in the order in which they came; gives how many rows those are. Keys that
   * are certainly new are not looked for, and noted.
   */
  apply(writer: KvWriter, position: number, known?: KnownKeys | undefined): number {
    const at = position * entryWidth;
    const entries = this.#entries;
    // A view, good until the table is cleared: a writer that does not copy keys gets those of a table that never is.
    const firstKey = this.#keys.subarray(
      entries[at + place.start] ?? 0,
      entries[at + place.end] ?? 0,
    );
    const link = entries[at + place.added] ?? 0;
    let isNew = false;
    if (known?.covers(firstKey) === true) {
      const hash = entries[at + place.hash] ?? 0;
      isNew = known.isNew(hash);
      if (link !== 0) known.note(hash);
    }
    if (this.#isSingle(at)) {
      addFirstRow(writer, firstKey, { row: this.#links[(link - 1) * linkWidth] ?? 0, isNew });
      return 1;
    }
    const added = this.#rowsFrom(link);
    const removed = this.#rowsFrom(entries[at + place.removed] ?? 0);
    changeFirstBlock(writer, firstKey, { added, removed, isNew });
    return added.length + removed.length;
  }

  /**
   * The same for a key that gets one row, loses none and is certainly new, as most are of an index that tells documents
   * apart, with nothing made for it; false for any other key, which `apply` is for. The sink copies what it is given.
   */
  putNew(sink: Pick<KvQueue, 'put'>, position: number, known: KnownKeys): boolean {
    const at = position * entryWidth;
    const entries = this.#entries;
    if (!this.#isSingle(at)) return false;
    const link = entries[at + place.added] ?? 0;
    const hash = entries[at + place.hash] ?? 0;
    const start = entries[at + place.start] ?? 0;
    const key = this.#lookupKeys.copyOf(this.#keys, start, entries[at + place.end] ?? 0);
    if (!known.covers(key) || !known.isNew(hash)) return false;
    known.note(hash);
    sink.put(key, sharedSingleBlock(this.#links[(link - 1) * linkWidth] ?? 0));
    return true;
  }

  /** True of a key that gets one row and loses none. */
  #isSingle(at: number): boolean {
    const entries = this.#entries;
    const link = entries[at + place.added] ?? 0;
    const isOne = link !== 0 && link === entries[at + place.lastAdded];
    return isOne && entries[at + place.removed] === 0;
  }

  #rowsFrom(first: number): readonly number[] {
    if (first === 0) return noRows;
    // Not a literal, since V8 makes those in the old heap once some have lived long (index-layout.ts).
    const rows = Array.of<number>();
    for (let link = first; link !== 0; ) {
      const at = (link - 1) * linkWidth;
      rows.push(this.#links[at] ?? 0);
      link = this.#links[at + 1] ?? 0;
    }
    return rows;
  }

  /** The entry of the key that was written behind the others, where it stays when it is new. */
  #entryOf(hash: number, length: number): number {
    const mask = this.#slots.length - 1;
    const start = this.#keysLength;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] ?? 0;
      if (found === 0) {
        const position = this.#addEntry(hash, start, start + length);
        this.#slots[slot] = position + 1;
        if (2 * this.#count > this.#slots.length) this.#growSlots();
        return position;
      }
      const at = (found - 1) * entryWidth;
      if (this.#entries[at + place.hash] === hash && this.#isKeyAt(at, start, length)) {
        return found - 1;
      }
    }
  }

  #isKeyAt(at: number, start: number, length: number): boolean {
    const keys = this.#keys;
    const other = this.#entries[at + place.start] ?? 0;
    const otherEnd = this.#entries[at + place.end] ?? 0;
    if (otherEnd - other - blockNumberBytes !== length) return false;
    for (let offset = 0; offset < length; offset += 1) {
      if (keys[other + offset] !== keys[start + offset]) return false;
    }
    return true;
  }

  #addEntry(hash: number, start: number, keyEnd: number): number {
    const position = this.#count;
    const at = position * entryWidth;
    if (at === this.#entries.length) {
      const entries = new Int32Array(2 * at);
      entries.set(this.#entries);
      this.#entries = entries;
    }
    const end = keyEnd + blockNumberBytes;
    this.#keys.fill(0, keyEnd, end);
    this.#entries[at + place.hash] = hash;
    this.#entries[at + place.start] = start;
    this.#entries[at + place.end] = end;
    this.#entries[at + place.added] = 0;
    this.#entries[at + place.lastAdded] = 0;
    this.#entries[at + place.removed] = 0;
    this.#entries[at + place.lastRemoved] = 0;
    this.#keysLength = end;
    this.#count += 1;
    return position;
  }

  #link(position: number, row: number, isRemoved: boolean): void {
    const linkAt = this.#linkCount * linkWidth;
    if (linkAt === this.#links.length) {
      const links = new Uint32Array(2 * linkAt);
      links.set(this.#links);
      this.#links = links;
    }
    this.#links[linkAt] = row;
    this.#links[linkAt + 1] = 0;
    this.#linkCount += 1;
    const first = position * entryWidth + (isRemoved ? place.removed : place.added);
    const last = first + 1;
    const previous = this.#entries[last] ?? 0;
    if (previous === 0) this.#entries[first] = this.#linkCount;
    else this.#links[(previous - 1) * linkWidth + 1] = this.#linkCount;
    this.#entries[last] = this.#linkCount;
  }

  /** Where a key of that length may be written. */
  #roomFor(length: number): number {
    const needed = this.#keysLength + length + blockNumberBytes;
    if (needed > this.#keys.length) {
      const keys = new Uint8Array(Math.max(needed, 2 * this.#keys.length));
      keys.set(this.#keys.subarray(0, this.#keysLength));
      this.#keys = keys;
    }
    return this.#keysLength;
  }

  #growSlots(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let position = 0; position < this.#count; position += 1) {
      let slot = spread(this.#entries[position * entryWidth + place.hash] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = position + 1;
    }
    this.#slots = slots;
  }
}

/** The last bytes of a key hardly reach the low bits of its hash. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

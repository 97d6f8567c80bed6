/*
 * Which keys of an index are certainly new, so that nobody looks for them in buffers and store: for a document with four
 * indexes those lookups took a sixth of the time of its insert. It is known of indexes that this process has made with
 * their collection, which was empty: whatever is put into one is noted here before.
 *
 *   unique key    noted when a commit puts it into the write buffer; new means in no buffer and not in the store
 *   other key     noted when it is handed to the store; new means that the store has no block of it
 *
 * A Bloom filter (CACM 13, 1970): two bits for each key, in levels of which each has four times the room of the one
 * before. It may take a new key for a known one, which costs a lookup, and never the other way round; so nothing is taken
 * out when keys go or a commit fails. When the largest level is full, nothing is known of any index any more.
 */
import { readUint32 } from '../base/bytes.ts';
import { hashStart, hashStep } from '../base/text-hash.ts';
import { limits } from '../limits.ts';

const wordsFirst = 1 << 14;
/** With two bits each, so many bits for a key leave 2 % of new ones that are taken for known. */
const bitsPerKey = 12;
const growth = 4;

interface Level {
  readonly words: Uint32Array;
  readonly keysMax: number;
  count: number;
}

export class KnownKeys {
  readonly #indexIds = new Set<number>();
  #highestId = 0;
  #levels: Level[] = [];
  #isSpent = false;

  /** Says that an index is empty, and that from now on everything is noted before it is put there. */
  cover(indexId: number): void {
    if (this.#isSpent) return;
    this.#indexIds.add(indexId);
    this.#highestId = Math.max(this.#highestId, indexId);
    if (this.#levels.length === 0) this.#levels.push(levelOf(wordsFirst));
  }

  /** Forgets indexes from a storage id on: their making has failed, and the ids may be given to others. */
  uncoverFrom(indexId: number): void {
    if (this.#highestId < indexId) return;
    for (const covered of this.#indexIds) if (covered >= indexId) this.#indexIds.delete(covered);
    this.#highestId = indexId - 1;
  }

  /** True when the index that a key (one character per byte) belongs to is covered. */
  coversText(mapKey: string): boolean {
    if (this.#indexIds.size === 0) return false;
    const high = (mapKey.charCodeAt(0) << 8) | mapKey.charCodeAt(1);
    const low = (mapKey.charCodeAt(2) << 8) | mapKey.charCodeAt(3);
    return this.#indexIds.has(high * 0x10000 + low);
  }

  /** The same of a key in bytes. */
  covers(key: Uint8Array): boolean {
    return this.#indexIds.size > 0 && this.#indexIds.has(readUint32(key, 0));
  }

  coversIndex(indexId: number): boolean {
    return this.#indexIds.has(indexId);
  }

  /** True when a key of a covered index was certainly never noted. */
  isNew(hash: number): boolean {
    for (const { words } of this.#levels) {
      const mask = 32 * words.length - 1;
      const first = firstBit(hash) & mask;
      if ((((words[first >>> 5] ?? 0) >>> (first & 31)) & 1) === 0) continue;
      const second = secondBit(hash) & mask;
      if ((((words[second >>> 5] ?? 0) >>> (second & 31)) & 1) !== 0) return false;
    }
    return true;
  }

  /** Notes a key of a covered index. */
  note(hash: number): void {
    const level = this.#levels.at(-1);
    if (level === undefined) return;
    const { words } = level;
    const mask = 32 * words.length - 1;
    const first = firstBit(hash) & mask;
    const second = secondBit(hash) & mask;
    words[first >>> 5] = (words[first >>> 5] ?? 0) | (1 << (first & 31));
    words[second >>> 5] = (words[second >>> 5] ?? 0) | (1 << (second & 31));
    level.count += 1;
    if (level.count >= level.keysMax) this.#grow(words.length * growth);
  }

  #grow(words: number): void {
    if (4 * words <= limits.knownKeysBytesMax) {
      this.#levels.push(levelOf(words));
      return;
    }
    this.#isSpent = true;
    this.#indexIds.clear();
    this.#levels = [];
  }
}

/** The hash by which a key is noted: FNV-1a. */
export function hashOfText(mapKey: string): number {
  let hash = hashStart;
  for (let at = 0; at < mapKey.length; at += 1) hash = hashStep(hash, mapKey.charCodeAt(at));
  return hash;
}

/** The same of a key in bytes. */
export function hashOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = hashStart;
  for (let at = start; at < end; at += 1) hash = hashStep(hash, bytes[at] ?? 0);
  return hash;
}

function levelOf(words: number): Level {
  return {
    words: new Uint32Array(words),
    keysMax: Math.floor((32 * words) / bitsPerKey),
    count: 0,
  };
}

function firstBit(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

function secondBit(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

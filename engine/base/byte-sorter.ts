/*
 * Sorts any number of byte strings, each with a number, without holding the event loop and without an object for any of
 * them: what many objects that live long cost is not their memory, but that the collector copies them and then looks
 * through them, in pauses that no slicing can shorten. Runs of some thousand are sorted as they arrive; a tree of losers
 * (Knuth, The Art of Computer Programming 3, 5.4.1) merges the runs while the result is read.
 *
 *   run    heads    start of the key, number (2), first four bytes, next four bytes   × n, and where the last key ends
 *          bytes    key | key | key | …
 */

import { BlockArena, type BlockPool } from './block-pool.ts';

/** Entries of a run, all of which one `add` may have to sort: about a millisecond. */
const runLength = 2_048;
const bytesStart = 4_096;
const headWidth = 5;
/** A number is two of these. */
const wordNumbers = 2 ** 32;
const prefixLength = 8;

interface Entries {
  readonly heads: Uint32Array;
  readonly bytes: Uint8Array;
}

/** A run in order, as far as it was read. */
interface SortedRun extends Entries {
  /** Where the heads end. */
  readonly end: number;
  /** Where the head of the next entry begins. */
  at: number;
}

export class ByteSorter {
  readonly #runs: SortedRun[] = [];
  #heads = new Uint32Array(0);
  #keys = new Uint8Array(0);
  readonly #order = new Uint16Array(runLength);
  #runCount = 0;
  #keysLength = 0;
  #count = 0;
  #bytes = 0;
  readonly #arena: BlockArena | undefined;

  /** With a pool, whole runs lie in its blocks. */
  constructor(pool?: BlockPool | undefined) {
    this.#arena = pool === undefined ? undefined : new BlockArena(pool);
  }

  get count(): number {
    return this.#count;
  }

  /** Memory that the entries take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the key `bytes[0..length)`, which is copied, with a number from 0 to 2⁵³ − 1 that decides between equal keys. */
  add(bytes: Uint8Array, length: number, number: number): void {
    const at = this.#runCount * headWidth;
    if (at + headWidth >= this.#heads.length) this.#growHeads();
    const start = this.#keysLength;
    const end = start + length;
    if (end > this.#keys.length) this.#growKeys(end);
    const keys = this.#keys;
    for (let offset = 0; offset < length; offset += 1) keys[start + offset] = bytes[offset] ?? 0;
    const heads = this.#heads;
    heads[at] = start;
    heads[at + 1] = Math.floor(number / wordNumbers);
    heads[at + 2] = number % wordNumbers;
    heads[at + 3] = fourBytes(bytes, 0, length);
    heads[at + 4] = fourBytes(bytes, 4, length);
    heads[at + headWidth] = end;
    this.#keysLength = end;
    this.#runCount += 1;
    this.#count += 1;
    this.#bytes += headWidth * 4 + length;
    if (this.#runCount === runLength) this.#endRun();
  }

  /** The entries in order; call once, after the last `add`. */
  sorted(): SortedEntries {
    if (this.#runCount > 0) this.#endRun();
    return new SortedEntries(this.#runs.splice(0), this.#arena);
  }

  #endRun(): void {
    const count = this.#runCount;
    const from = this.#heads;
    const keys = this.#keys;
    const run: Entries = { heads: from, bytes: keys };
    const order = this.#order.subarray(0, count);
    for (let at = 0; at < count; at += 1) order[at] = at;
    order.sort((left, right) => compareEntries(run, left * headWidth, run, right * headWidth));
    const arena = count === runLength ? this.#arena : undefined;
    const headsLength = count * headWidth + 1;
    const heads = arena?.words(headsLength) ?? new Uint32Array(headsLength);
    const bytes = arena?.bytes(this.#keysLength) ?? new Uint8Array(this.#keysLength);
    let end = 0;
    for (let to = 0; to < count; to += 1) {
      const at = (order[to] ?? 0) * headWidth;
      const place = to * headWidth;
      heads[place] = end;
      for (let each = 1; each < headWidth; each += 1) heads[place + each] = from[at + each] ?? 0;
      for (let each = from[at] ?? 0; each < (from[at + headWidth] ?? 0); each += 1) {
        bytes[end] = keys[each] ?? 0;
        end += 1;
      }
    }
    heads[count * headWidth] = end;
    this.#runs.push({ heads, bytes, end: count * headWidth, at: 0 });
    this.#runCount = 0;
    this.#keysLength = 0;
  }

  /** Few entries take little room, so that many sorters may be open at once. */
  #growHeads(): void {
    const length = Math.min(runLength, Math.max(16, (this.#heads.length / headWidth) * 2));
    const heads = new Uint32Array(length * headWidth + 1);
    heads.set(this.#heads);
    this.#heads = heads;
  }

  #growKeys(length: number): void {
    const keys = new Uint8Array(Math.max(bytesStart, length, this.#keys.length * 2));
    keys.set(this.#keys.subarray(0, this.#keysLength));
    this.#keys = keys;
  }
}

/** The entries of all runs in order, one at a time: what is to be kept of one must be copied. */
export class SortedEntries {
  #runs: readonly SortedRun[];
  readonly #arena: BlockArena | undefined;
  /** `losers[n]`: the run that lost the match at node n of a tree whose leaves are the runs. */
  readonly #losers: Int32Array;
  #winner = -1;
  #run: SortedRun | undefined;
  #at = 0;

  constructor(runs: readonly SortedRun[], arena: BlockArena | undefined) {
    this.#runs = runs;
    this.#arena = arena;
    this.#losers = new Int32Array(runs.length).fill(-1);
    for (let run = 0; run < runs.length; run += 1) this.#play(run, true);
  }

  /** Goes on to the next entry; false behind the last one. O(log runs) */
  next(): boolean {
    if (this.#run !== undefined) {
      this.#run.at += headWidth;
      this.#play(this.#winner, false);
    }
    const run = this.#runs[this.#winner];
    if (run === undefined || run.at >= run.end) {
      this.close();
      return false;
    }
    this.#run = run;
    this.#at = run.at;
    return true;
  }

  /** Lets go of all entries. To be called by who does not read them to their end. */
  close(): void {
    this.#run = undefined;
    this.#winner = -1;
    this.#runs = [];
    this.#arena?.release();
  }

  /** The number of the present entry. */
  get number(): number {
    const { heads } = this.#run ?? nothing;
    return numberAt(heads, this.#at);
  }

  /** Where its key lies: `bytes[start..end)`. */
  get bytes(): Uint8Array {
    return (this.#run ?? nothing).bytes;
  }

  get start(): number {
    return this.#run?.heads[this.#at] ?? 0;
  }

  get end(): number {
    return this.#run?.heads[this.#at + headWidth] ?? 0;
  }

  /** Plays a run's next entry up the tree. While the tree is filled, whoever comes to a free node waits there. */
  #play(run: number, isFilling: boolean): void {
    const losers = this.#losers;
    let winner = run;
    for (let node = (run + losers.length) >> 1; node > 0; node >>= 1) {
      const other = losers[node] ?? -1;
      if (other < 0) {
        if (!isFilling) continue;
        losers[node] = winner;
        return;
      }
      if (this.#isBefore(other, winner)) {
        losers[node] = winner;
        winner = other;
      }
    }
    this.#winner = winner;
  }

  /** A run that is read to its end stands behind all others. */
  #isBefore(left: number, right: number): boolean {
    const a = this.#runs[left];
    const b = this.#runs[right];
    if (a === undefined || a.at >= a.end) return false;
    if (b === undefined || b.at >= b.end) return true;
    return compareEntries(a, a.at, b, b.at) < 0;
  }
}

const nothing: Entries = { heads: new Uint32Array(0), bytes: new Uint8Array(0) };

function numberAt(heads: Uint32Array, at: number): number {
  return (heads[at + 1] ?? 0) * wordNumbers + (heads[at + 2] ?? 0);
}

/** Missing bytes count as zeros; then the whole keys decide. */
function fourBytes(bytes: Uint8Array, offset: number, length: number): number {
  let value = 0;
  for (let at = offset; at < offset + 4; at += 1) {
    value = value * 256 + (at < length ? (bytes[at] ?? 0) : 0);
  }
  return value;
}

/** Compares two entries, whose heads begin at the given places. */
function compareEntries(a: Entries, atA: number, b: Entries, atB: number): number {
  const headsA = a.heads;
  const headsB = b.heads;
  const first = (headsA[atA + 3] ?? 0) - (headsB[atB + 3] ?? 0);
  if (first !== 0) return first;
  const second = (headsA[atA + 4] ?? 0) - (headsB[atB + 4] ?? 0);
  if (second !== 0) return second;
  const bytesA = a.bytes;
  const bytesB = b.bytes;
  const startA = headsA[atA] ?? 0;
  const startB = headsB[atB] ?? 0;
  const lengthA = (headsA[atA + headWidth] ?? 0) - startA;
  const lengthB = (headsB[atB + headWidth] ?? 0) - startB;
  const length = Math.min(lengthA, lengthB);
  for (let at = Math.min(prefixLength, length); at < length; at += 1) {
    const difference = (bytesA[startA + at] ?? 0) - (bytesB[startB + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB || numberAt(headsA, atA) - numberAt(headsB, atB);
}

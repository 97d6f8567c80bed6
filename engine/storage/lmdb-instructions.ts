/*
 * What lmdb's writing thread does is a chain of instructions in memory, which `put` and `remove` of its package write one
 * by one, with a promise's worth of objects for each. A load gives it four for every document, and spent a quarter of its
 * time on that; so they are written here, into pools that hold keys and values too. As the package (3.5.6, the version is
 * pinned) has them in src/writer.cpp; numbers are those of the machine, places are multiples of 8:
 *
 *     put      15 | database | key length | key, 9 to 16 bytes whose last 4 are the value's length | address of the value (double)
 *     remove   13 | database | key length | key, 9 to 16 bytes
 *     end       0 | …                                         changed to "next" by who goes on, or to a mark by who has ended
 *     next      3 | … | address of an instruction (double)
 *
 *     pool     unused | instructions → …  free  … ← values
 *
 * The thread stops at an end by marking it in one atomic step, commits, and writes beside that mark later; until it says
 * that it has finished, the memory must stay as it is.
 */
import { assert } from '../base/assert.ts';

export const poolBytes = 256 * 1024;
/** What lmdb takes, whatever the size of its pages. */
export const keyBytesMax = 1978;
/** What both an end and a pointer to the next instruction take. */
const linkBytes = 16;
/** Kept free behind each change: for an end, and behind that for the way into another pool. */
const linksBytes = 2 * linkBytes;
/** The thread writes the number of its transaction before an end. */
const firstPlace = 8;
const headBytes = 12;
const keyPaddingBytes = 16;
const code = { end: 0, next: 3, remove: 13, put: 15 };
/** From here on copying by a call is faster. */
const copiedByHandMax = 48;

export class InstructionPool {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #address: number;
  #front = firstPlace;
  #back = poolBytes;

  constructor(addressOf: (buffer: ArrayBuffer) => number) {
    const buffer = Buffer.allocUnsafeSlow(poolBytes).buffer;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#address = addressOf(buffer);
    assert(this.#address > 0 && this.#address % 8 === 0, 'instructions lie at words');
  }

  /** Forgets everything, which no thread may need any more. */
  reset(): void {
    this.#front = firstPlace;
    this.#back = poolBytes;
  }

  /** Where the next instruction will lie. */
  get nextAddress(): number {
    return this.#address + this.#front;
  }

  /** Writes a put of a value of so many bytes, and gives where those belong; -1 when there is no room. */
  put(database: number, key: Uint8Array, valueBytes: number): number {
    const end = this.#endOfKey(key) + 8;
    const valueAt = this.#back - valueBytes;
    if (end + linksBytes > valueAt) return -1;
    this.#writeKey(code.put, database, key, end - 8);
    this.#words[(end >>> 2) - 3] = valueBytes;
    this.#doubles[(end >>> 3) - 1] = this.#address + valueAt;
    this.#front = end;
    this.#back = valueAt;
    return valueAt;
  }

  /** Writes a put of a value that lies elsewhere; false when there is no room. */
  putAt(
    database: number,
    key: Uint8Array,
    value: { readonly address: number; readonly length: number },
  ): boolean {
    if (this.put(database, key, 0) < 0) return false;
    const end = this.#front;
    this.#words[(end >>> 2) - 3] = value.length;
    this.#doubles[(end >>> 3) - 1] = value.address;
    return true;
  }

  /** Writes a removal; false when there is no room. */
  remove(database: number, key: Uint8Array): boolean {
    const end = this.#endOfKey(key);
    if (end + linksBytes > this.#back) return false;
    this.#writeKey(code.remove, database, key, end);
    this.#front = end;
    return true;
  }

  /** Copies bytes to where `put` has said, or behind others there. */
  setValue(bytes: Uint8Array, at: number): void {
    copyBytes(bytes, this.#bytes, at);
  }

  /** Goes on in another pool, before anybody reads this one. */
  continueIn(next: InstructionPool): void {
    const at = this.#front;
    this.#words[at >>> 2] = code.next;
    this.#doubles[(at >>> 3) + 1] = next.nextAddress;
    this.#front = at + linkBytes;
  }

  /** Writes an end, which belongs behind a change, and gives its place for `link`. */
  end(): number {
    const at = this.#front;
    this.#words[at >>> 2] = code.end;
    // A processor may read where to go on before it reads that it shall, and then comes here again.
    this.#doubles[(at >>> 3) + 1] = this.#address + at;
    this.#front = at + linkBytes;
    return at;
  }

  /** Lets the thread go on from an end to an instruction elsewhere; false when it has stopped there. */
  link(at: number, address: number): boolean {
    this.#doubles[(at >>> 3) + 1] = address;
    return Atomics.compareExchange(this.#words, at >>> 2, code.end, code.next) === code.end;
  }

  #endOfKey({ length }: Uint8Array): number {
    return (this.#front + headBytes + length + keyPaddingBytes) & ~7;
  }

  #writeKey(operation: number, database: number, key: Uint8Array, end: number): void {
    const words = this.#words;
    const last = end >>> 2;
    words[last - 4] = 0;
    words[last - 3] = 0;
    words[last - 2] = 0;
    words[last - 1] = 0;
    const at = this.#front >>> 2;
    words[at] = operation;
    words[at + 1] = database;
    words[at + 2] = key.length;
    copyBytes(key, this.#bytes, this.#front + headBytes);
  }
}

function copyBytes(from: Uint8Array, to: Uint8Array, at: number): void {
  const { length } = from;
  if (length > copiedByHandMax) {
    to.set(from, at);
    return;
  }
  for (let offset = 0; offset < length; offset += 1) to[at + offset] = from[offset] ?? 0;
}

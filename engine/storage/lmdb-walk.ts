/*
 * Going over the entries of an lmdb range without making anything for an entry. By itself lmdb copies each key and each
 * value into an array of its own, most of them outside the heap, and puts both into an object that V8 makes in the old
 * heap once such objects have lived long. Whatever an object there leads to survives every collection of young ones, so
 * that a pass over a million documents left a gigabyte to be copied twice, in pauses of 15 ms. Lmdb is told of an
 * encoding here that leaves the bytes where they were read, in buffers that are reused for each entry; whoever keeps
 * them copies them, those of many entries into one array.
 */
import type { KvEntry } from './kv-store.ts';

/** What lmdb calls an encoder of values and keys: one for each environment, which is walked by one walk at a time. */
export class LmdbEncoding {
  readonly #keysByLength: Uint8Array[] = [];
  #keySource: Uint8Array | undefined;
  /** The key and the value of the entry that a walk has come to. */
  key: Uint8Array = nothing;
  value: Uint8Array = nothing;

  readonly encoder = {
    encode: (value: Uint8Array): Uint8Array => value,
    decode: (bytes: Uint8Array): undefined => {
      this.value = bytes;
    },
  };

  readonly keyEncoder = {
    writeKey: (key: Uint8Array, target: Uint8Array, start: number): number => {
      target.set(key, start);
      return start + key.length;
    },
    readKey: (source: Uint8Array, start: number, end: number): undefined => {
      this.key = this.#keyAt(source, start, end);
    },
  };

  /** All keys come in one place: there is a view of it for each length. */
  #keyAt(source: Uint8Array, start: number, end: number): Uint8Array {
    if (source !== this.#keySource) this.#keysByLength.length = 0;
    this.#keySource = source;
    const length = end - start;
    let key = this.#keysByLength[length];
    if (key === undefined || key.byteOffset !== source.byteOffset + start) {
      key = source.subarray(start, end);
      this.#keysByLength[length] = key;
    }
    return key;
  }
}

const nothing = new Uint8Array(0);

/** Copies of entries lie together in arrays of this size, which costs less than memory for each. */
const sharedBytesMax = 64 * 1024;

/** A class, since V8 makes literals that once lived long in the old heap ever after. */
class CopiedEntry implements KvEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;

  constructor(key: Uint8Array, value: Uint8Array) {
    this.key = key;
    this.value = value;
  }
}

/** Keeps the entries of a walk. */
export class EntryCopies {
  /** Not a literal, for the same reason. */
  readonly entries: KvEntry[] = Array.of<KvEntry>();
  #entriesLeft: number;
  #bytes: Uint8Array = nothing;
  #offset = 0;

  constructor(limit: number) {
    this.#entriesLeft = limit;
  }

  add(key: Uint8Array, value: Uint8Array): void {
    const length = key.length + value.length;
    if (this.#offset + length > this.#bytes.length) this.#takeRoom(length);
    this.#entriesLeft -= 1;
    this.entries.push(new CopiedEntry(this.#copy(key), this.#copy(value)));
  }

  /** Room for what is still to come, if it is like this entry. */
  #takeRoom(length: number): void {
    const expected = Math.min(sharedBytesMax, length * this.#entriesLeft);
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(length, expected));
    this.#offset = 0;
  }

  #copy(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    const start = this.#offset;
    // What is read may lie in a longer array than it says (kv-store.ts).
    this.#bytes.set(bytes.subarray(0, length), start);
    this.#offset = start + length;
    return this.#bytes.subarray(start, start + length);
  }
}

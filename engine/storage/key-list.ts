import type { KvRange, KvReader } from './kv-store.ts';

const bytesMin = 16 * 1024;

/** Keys that are kept for a while: all in one array outside of the heap, where the collector has nothing to copy. */
export class KeyList {
  readonly #ends: number[] = [];
  #bytes = new Uint8Array(bytesMin);

  get length(): number {
    return this.#ends.length;
  }

  /** Takes a copy. */
  push(key: Uint8Array): void {
    const start = this.#ends.at(-1) ?? 0;
    const end = start + key.length;
    if (end > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      bytes.set(this.#bytes);
      this.#bytes = bytes;
    }
    this.#bytes.set(key, start);
    this.#ends.push(end);
  }

  /** Views of them, one at a time, in their order. */
  *[Symbol.iterator](): Generator<Uint8Array, void> {
    let start = 0;
    for (const end of this.#ends) {
      yield this.#bytes.subarray(start, end);
      start = end;
    }
  }
}

/** The keys of a range. */
export function keysOf(reader: Pick<KvReader, 'visit'>, range: KvRange): KeyList {
  const keys = new KeyList();
  reader.visit(range, (key) => keys.push(key));
  return keys;
}

/*
 * Postings of indexes that are being built, held back until many have come together. A document has dozens of words, and
 * a step of a copy some hundred documents: written step by step, the block of each frequent word was read and written
 * hundreds of times. Rows must come in ascending order, as the copy goes over them.
 */

import type { KvWriter } from '../storage/kv-store.ts';
import type { IndexKey } from './index-layout.ts';
import { changePostings } from './posting-block.ts';

/** The rows under one key, ascending. */
class HeldKey {
  readonly rows: number[];

  constructor(row: number) {
    // Not a literal: V8 would make those in the old heap ever after (index-layout.ts).
    this.rows = Array.of(row);
  }
}

const noRows: readonly number[] = [];

export class HeldPostings {
  readonly #keys = new Map<string, HeldKey>();
  #count = 0;

  /** Rows under all keys together. */
  get count(): number {
    return this.#count;
  }

  /** `row` is not below any that was added before. */
  add({ mapKey }: IndexKey, row: number): void {
    const held = this.#keys.get(mapKey);
    if (held === undefined) this.#keys.set(mapKey, new HeldKey(row));
    else if (held.rows.at(-1) === row) return;
    else held.rows.push(row);
    this.#count += 1;
  }

  /** Forgets a row under a key; false when it is not held. O(rows under the key) */
  remove({ mapKey }: IndexKey, row: number): boolean {
    const rows = this.#keys.get(mapKey)?.rows;
    const at = rows === undefined ? -1 : placeOf(rows, row);
    if (rows === undefined || at < 0) return false;
    rows.splice(at, 1);
    if (rows.length === 0) this.#keys.delete(mapKey);
    this.#count -= 1;
    return true;
  }

  /** Writes what is held, one key at a time; what is written is no longer held. Whoever stops may go on later. */
  *steps(writer: KvWriter): Generator<void, void> {
    for (const [mapKey, { rows }] of this.#keys) {
      this.#keys.delete(mapKey);
      this.#count -= rows.length;
      changePostings(writer, Buffer.from(mapKey, 'latin1'), { added: rows, removed: noRows });
      yield;
    }
  }
}

/** Where a number stands among ascending ones; -1 when it does not. */
function placeOf(rows: readonly number[], row: number): number {
  let [low, high] = [0, rows.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = rows[middle] ?? 0;
    if (found === row) return middle;
    if (found < row) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/*
 * The codes of values, found by value. Few of them are in one Map. That of many would copy all its keys whenever it has
 * doubled, 30 ms for half a million, so they are spread over many Maps, by hashes in place of the values: the collector
 * moves texts in the order in which it comes to them, and a scan takes half as long again over texts that were moved in
 * any other order than that of their codes.
 */
import { hashEnds } from '../base/text-hash.ts';

export type ColumnValue = string | number | boolean;

const singleSizeMax = 16_384;
/** A power of two. */
const mapCount = 256;
/** Of longer texts both ends count, and how long they are. */
const hashedEnds = { first: 64, last: 64 };

export class ValueCodes {
  readonly #valueAt: (code: number) => ColumnValue | null | undefined;
  #single: Map<ColumnValue, number> | undefined = new Map();
  /** By hash the first code that has it, once there are many. */
  #byHash: readonly Map<number, number>[] = [];
  /** Those whose hash another value had before. */
  readonly #others = new Map<ColumnValue, number>();

  /** `valueAt` gives the value of a code that was added. */
  constructor(valueAt: (code: number) => ColumnValue | null | undefined) {
    this.#valueAt = valueAt;
  }

  get(value: ColumnValue): number | undefined {
    if (this.#single !== undefined) return this.#single.get(value);
    const hash = hashOf(value);
    const code = this.#byHash[hash % mapCount]?.get(hash);
    if (code === undefined || this.#valueAt(code) === value) return code;
    return this.#others.get(value);
  }

  /** Adds a value that is not there. */
  add(value: ColumnValue, code: number): void {
    if (this.#single === undefined) {
      this.#addByHash(value, code);
      return;
    }
    this.#single.set(value, code);
    if (this.#single.size < singleSizeMax) return;
    const single = this.#single;
    this.#single = undefined;
    this.#byHash = Array.from({ length: mapCount }, () => new Map());
    for (const [each, eachCode] of single) this.#addByHash(each, eachCode);
  }

  #addByHash(value: ColumnValue, code: number): void {
    const hash = hashOf(value);
    const codes = this.#byHash[hash % mapCount];
    if (codes?.has(hash) === true) this.#others.set(value, code);
    else codes?.set(hash, code);
  }
}

/** In 30 bits: V8 keeps such numbers without memory of their own. */
function hashOf(value: ColumnValue): number {
  const text = typeof value === 'string' ? value : `${value}`;
  return hashEnds(text, text.length, hashedEnds) & 0x3fffffff;
}

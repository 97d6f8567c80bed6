/*
 * The codes of values, found by value. Few of them are in one Map. That of many would copy all its keys whenever it has
 * doubled, 30 ms for half a million, so many are spread over 64 open hash tables, outside of the heap, of hashes
 * in place of the values; those of which another value had the hash before are in a Map again.
 */
import { hashEnds } from '../base/text-hash.ts';

export type ColumnValue = string | number | boolean;

const singleSizeMax = 1_024;
/** A power of two. */
const tableBits = 6;
const tableCount = 2 ** tableBits;
/** Of longer texts both ends count, and how long they are. */
const hashedEnds = { first: 64, last: 64 };

export class ValueCodes {
  readonly #valueAt: (code: number) => ColumnValue | null | undefined;
  #single: Map<ColumnValue, number> | undefined = new Map();
  /** By the lowest bits of the hash, once there are many. */
  #tables: readonly HashTable[] = [];
  readonly #others = new Map<ColumnValue, number>();

  /** `valueAt` gives the value of a code that was added. */
  constructor(valueAt: (code: number) => ColumnValue | null | undefined) {
    this.#valueAt = valueAt;
  }

  get(value: ColumnValue): number | undefined {
    if (this.#single !== undefined) return this.#single.get(value);
    const hash = hashOf(value);
    const code = this.#tables[hash % tableCount]?.find(hash >>> tableBits);
    if (code === undefined || this.#valueAt(code) === value) return code;
    return this.#others.get(value);
  }

  /** Adds a value that is not there, after `valueAt` knows it. */
  add(value: ColumnValue, code: number): void {
    if (this.#single === undefined) {
      this.#addByHash(value, code);
      return;
    }
    this.#single.set(this.#kept(value, code), code);
    if (this.#single.size < singleSizeMax) return;
    const single = this.#single;
    this.#single = undefined;
    this.#tables = Array.from({ length: tableCount }, () => new HashTable());
    for (const [each, eachCode] of single) this.#addByHash(each, eachCode);
  }

  /** As the dictionary has it: a text with memory of its own. */
  #kept(value: ColumnValue, code: number): ColumnValue {
    return this.#valueAt(code) ?? value;
  }

  #addByHash(value: ColumnValue, code: number): void {
    const hash = hashOf(value);
    const table = this.#tables[hash % tableCount];
    if (table?.find(hash >>> tableBits) === undefined) table?.add(hash >>> tableBits, code);
    else this.#others.set(this.#kept(value, code), code);
  }
}

const slotsMin = 128;
const fillMax = 0.75;
const slotNumbers = 2;

/** Codes by hash; each slot has the hash, and the code plus one, so that 0 stands for none. */
class HashTable {
  #slots = new Uint32Array(slotsMin * slotNumbers);
  #count = 0;

  find(hash: number): number | undefined {
    const slots = this.#slots;
    const last = slots.length - slotNumbers;
    for (let at = (hash * slotNumbers) & last; ; at = (at + slotNumbers) & last) {
      const entry = slots[at + 1] ?? 0;
      if (entry === 0) return undefined;
      if (slots[at] === hash) return entry - 1;
    }
  }

  /** Adds a code whose hash is not there. */
  add(hash: number, code: number): void {
    if (this.#count * slotNumbers >= fillMax * this.#slots.length) this.#grow();
    put(this.#slots, hash, code + 1);
    this.#count += 1;
  }

  #grow(): void {
    const before = this.#slots;
    const slots = new Uint32Array(2 * before.length);
    for (let at = 0; at < before.length; at += slotNumbers) {
      const entry = before[at + 1] ?? 0;
      if (entry > 0) put(slots, before[at] ?? 0, entry);
    }
    this.#slots = slots;
  }
}

function put(slots: Uint32Array, hash: number, entry: number): void {
  const last = slots.length - slotNumbers;
  let at = (hash * slotNumbers) & last;
  while ((slots[at + 1] ?? 0) > 0) at = (at + slotNumbers) & last;
  slots[at] = hash;
  slots[at + 1] = entry;
}

function hashOf(value: ColumnValue): number {
  const text = typeof value === 'string' ? value : `${value}`;
  return hashEnds(text, text.length, hashedEnds) >>> 0;
}

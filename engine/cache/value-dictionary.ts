/*
 * The distinct values of a column, each with a number: its code. Code 0 stands for null and for rows without a document.
 * Codes are only ever added, so that whoever looks at an earlier state of a column can use the dictionary of now.
 */
import { compareValues } from '../values/compare.ts';
import { DictionaryValues } from './dictionary-values.ts';
import { TextSignatures } from './text-signatures.ts';
import { type ColumnValue, ValueCodes } from './value-codes.ts';

const entryBytes = 72;

export class ValueDictionary {
  readonly #values = new DictionaryValues();
  readonly #codes = new ValueCodes((code) => this.#values.at(code));
  #bytes = 0;
  #signatures: TextSignatures | undefined;
  #order: Uint32Array = new Uint32Array(0);

  /** Codes given out so far, that of null included. */
  get size(): number {
    return this.#values.length;
  }

  get bytes(): number {
    return this.#bytes + (this.#signatures?.bytes ?? 0);
  }

  /** The code of a value, a new one if need be. */
  codeOf(value: ColumnValue): number {
    const known = this.#codes.get(value);
    if (known !== undefined) return known;
    const code = this.#values.length;
    this.#values.push(value);
    this.#codes.add(value, code);
    this.#bytes += entryBytes + (typeof value === 'string' ? value.length : 0);
    return code;
  }

  /** The code of a value, if it has one. */
  find(value: ColumnValue): number | undefined {
    return this.#codes.get(value);
  }

  valueOf(code: number): ColumnValue | null {
    return this.#values.at(code) ?? null;
  }

  /** Tells of codes whether their texts may have a part; `undefined` when that is too short to say it without reading. */
  mayContain(part: string): ((code: number) => boolean) | undefined {
    if (part.length < 2) return undefined;
    this.#signatures ??= new TextSignatures((code) => this.#values.at(code));
    return this.#signatures.compile(part);
  }

  /** All codes in the order of their values, that of null first. O(n log n) after new values, else constant. */
  order(): Uint32Array {
    if (this.#order.length === this.#values.length) return this.#order;
    const values = Array.from({ length: this.#values.length }, (_, code) => this.#values.at(code));
    const codes = Uint32Array.from(values.keys());
    this.#order = codes.sort((left, right) => compareValues(values[left], values[right]));
    return this.#order;
  }
}

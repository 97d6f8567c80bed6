/*
 * One field of a collection as a vector by row. Values are coded by a dictionary; a column of numbers with many distinct
 * values turns into plain numbers. A value of another type than the field's makes the column useless (`isUnfit`): then
 * documents are read.
 */
import type { StoredDocument } from '../values/stored-value.ts';
import { CodedChunk, chunkRows, NumberChunk } from './column-chunk.ts';
import { ValueDictionary } from './value-dictionary.ts';

/** What a column holds: the values of a field of one type, or whether the row has a document at all. */
export interface ColumnSpec {
  /** Name of the field; empty for `presence`. */
  readonly name: string;
  readonly kind: 'number' | 'text' | 'boolean' | 'presence';
}

/** Rows that have a document have code 1. */
export const presence: ColumnSpec = { name: '', kind: 'presence' };

/** A column at one moment. A chunk that is missing has no documents. */
export type ColumnView =
  | {
      readonly kind: 'coded';
      readonly chunks: readonly (CodedChunk | undefined)[];
      readonly dictionary: ValueDictionary;
    }
  | { readonly kind: 'numbers'; readonly chunks: readonly (NumberChunk | undefined)[] };

/** Numbers are coded while there are no more distinct ones. */
const codedNumbersMax = 255;

export class Column {
  readonly spec: ColumnSpec;
  readonly #isType: (value: unknown) => boolean;
  #dictionary = new ValueDictionary();
  #coded: (CodedChunk | undefined)[] = [];
  #numbers: (NumberChunk | undefined)[] | undefined;
  #isUnfit = false;

  constructor(spec: ColumnSpec) {
    this.spec = spec;
    this.#isType = typeTest(spec);
  }

  /** True when a value came that is not of the column's type. */
  get isUnfit(): boolean {
    return this.#isUnfit;
  }

  get bytes(): number {
    let bytes = this.#dictionary.bytes;
    for (const chunk of this.#numbers ?? this.#coded) bytes += chunk?.bytes ?? 0;
    return bytes;
  }

  view(): ColumnView {
    return this.#numbers === undefined
      ? { kind: 'coded', chunks: this.#coded.slice(), dictionary: this.#dictionary }
      : { kind: 'numbers', chunks: this.#numbers.slice() };
  }

  /** Takes in what a row has become; `undefined` when its document is gone. */
  set(row: number, document: StoredDocument | undefined): void {
    const value = this.#valueOf(document);
    if (value !== null && !this.#isType(value)) {
      this.#isUnfit = true;
      return;
    }
    const at = row % chunkRows;
    const chunk = (row - at) / chunkRows;
    if (this.#numbers === undefined) {
      const code = value === null ? 0 : this.#dictionary.codeOf(value);
      this.#codedChunk(chunk).set(at, code);
      const isTooWide = this.spec.kind === 'number' && this.#dictionary.size > codedNumbersMax;
      if (isTooWide) this.#toNumbers();
      return;
    }
    this.#numberChunk(this.#numbers, chunk).set(at, typeof value === 'number' ? value : Number.NaN);
  }

  #valueOf(document: StoredDocument | undefined): string | number | boolean | null {
    if (document === undefined) return null;
    if (this.spec.kind === 'presence') return 1;
    const { name } = this.spec;
    const value = Object.hasOwn(document, name) ? (document[name] ?? null) : null;
    if (typeof value !== 'object' || value === null) return value;
    this.#isUnfit = true;
    return null;
  }

  #codedChunk(at: number): CodedChunk {
    const present = this.#coded[at];
    if (present?.pinCount === 0) return present;
    const chunk = present?.copy() ?? new CodedChunk();
    this.#coded[at] = chunk;
    return chunk;
  }

  #numberChunk(chunks: (NumberChunk | undefined)[], at: number): NumberChunk {
    const present = chunks[at];
    if (present?.pinCount === 0) return present;
    const chunk = present?.copy() ?? new NumberChunk();
    chunks[at] = chunk;
    return chunk;
  }

  #toNumbers(): void {
    const values = Float64Array.from({ length: this.#dictionary.size }, (_, code) => {
      const value = this.#dictionary.valueOf(code);
      return typeof value === 'number' ? value : Number.NaN;
    });
    this.#numbers = this.#coded.map((coded) => {
      if (coded === undefined) return undefined;
      const chunk = new NumberChunk();
      for (let at = 0; at < chunkRows; at += 1) {
        const code = coded.codes[at] ?? 0;
        if (code !== 0) chunk.set(at, values[code] ?? Number.NaN);
      }
      return chunk;
    });
    this.#coded = [];
    this.#dictionary = new ValueDictionary();
  }
}

function typeTest({ kind }: ColumnSpec): (value: unknown) => boolean {
  switch (kind) {
    case 'text':
      return (value) => typeof value === 'string';
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'number':
    case 'presence':
      return (value) => typeof value === 'number';
  }
}

/*
 * 65,536 rows of one column. A chunk that a query has pinned is never changed: whoever changes the column copies it
 * first.
 *
 * Coded chunks have the code of each row's value, in as few bytes as the codes need. Those with one-byte codes also
 * count the rows of each code, and keep on demand the rows of each code in ascending order (`rowsOf`), which is what a
 * bitmap index has: changes since it was made stand in a short list beside it, until that is too long.
 *
 * Number chunks have the numbers themselves; NaN, which no document can hold, stands for null.
 */
export const chunkRows = 65_536;

type Codes = Uint8Array | Uint16Array | Uint32Array;

/** The rows of each code, one after the other, and where those of a code begin. */
interface RowsByCode {
  readonly rows: Uint16Array;
  readonly starts: Uint32Array;
  /** Rows that have another code since. */
  readonly changed: Set<number>;
}

const changedMax = 512;
const countedCodes = 256;

export class CodedChunk {
  pinCount = 0;
  #codes: Codes = new Uint8Array(chunkRows);
  #counts: Uint32Array | undefined = new Uint32Array(countedCodes);
  #rowsByCode: RowsByCode | undefined;

  /** The code of each row. */
  get codes(): Codes {
    return this.#codes;
  }

  /** Rows of each code but 0; `undefined` when there are too many codes to count. */
  get counts(): Uint32Array | undefined {
    return this.#counts;
  }

  get bytes(): number {
    const rows = this.#rowsByCode === undefined ? 0 : 2 * chunkRows;
    return this.#codes.byteLength + (this.#counts?.byteLength ?? 0) + rows;
  }

  set(at: number, code: number): void {
    const before = this.#codes[at] ?? 0;
    if (before === code) return;
    this.#widenFor(code);
    this.#codes[at] = code;
    const counts = this.#counts;
    if (counts === undefined) return;
    counts[before] = (counts[before] ?? 0) - 1;
    counts[code] = (counts[code] ?? 0) + 1;
    this.#rowsByCode?.changed.add(at);
    if ((this.#rowsByCode?.changed.size ?? 0) > changedMax) this.#rowsByCode = undefined;
  }

  /** The rows of a code in ascending order; only of chunks that count. Makes the lists of all codes when first asked. */
  rowsOf(code: number): Uint16Array {
    this.#rowsByCode ??= sortRows(this.#codes);
    const { rows, starts, changed } = this.#rowsByCode;
    const listed = rows.subarray(starts[code] ?? 0, starts[code + 1] ?? 0);
    if (changed.size === 0) return listed;
    const present = [...listed.filter((row) => !changed.has(row))];
    for (const row of changed) if (this.#codes[row] === code) present.push(row);
    return Uint16Array.from(present).sort();
  }

  copy(): CodedChunk {
    const copied = new CodedChunk();
    copied.#codes = this.#codes.slice();
    copied.#counts = this.#counts?.slice();
    const lists = this.#rowsByCode;
    copied.#rowsByCode = lists && { ...lists, changed: new Set(lists.changed) };
    return copied;
  }

  #widenFor(code: number): void {
    if (code < countedCodes || this.#codes instanceof Uint32Array) return;
    if (this.#codes instanceof Uint8Array) {
      this.#codes = Uint16Array.from(this.#codes);
      this.#counts = undefined;
      this.#rowsByCode = undefined;
    }
    if (code >= 65_536) this.#codes = Uint32Array.from(this.#codes);
  }
}

function sortRows(codes: Codes): RowsByCode {
  const starts = new Uint32Array(countedCodes + 1);
  for (const code of codes) starts[code + 1] = (starts[code + 1] ?? 0) + 1;
  for (let code = 0; code < countedCodes; code += 1) {
    starts[code + 1] = (starts[code + 1] ?? 0) + (starts[code] ?? 0);
  }
  const rows = new Uint16Array(chunkRows);
  const next = starts.slice();
  for (let at = 0; at < chunkRows; at += 1) {
    const code = codes[at] ?? 0;
    const place = next[code] ?? 0;
    rows[place] = at;
    next[code] = place + 1;
  }
  return { rows, starts, changed: new Set() };
}

/** Sums of so many whole numbers up to this size are exact. */
const wholeMax = 2 ** 36;

export class NumberChunk {
  pinCount = 0;
  /** The number of each row; NaN where there is none. */
  readonly numbers: Float64Array;
  #isWhole = true;

  constructor(numbers: Float64Array = new Float64Array(chunkRows).fill(Number.NaN)) {
    this.numbers = numbers;
  }

  /** True while all numbers that it ever had are whole and so small that a sum of all rows is exact. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  get bytes(): number {
    return this.numbers.byteLength;
  }

  set(at: number, value: number): void {
    this.numbers[at] = value;
    if (this.#isWhole && !(Number.isInteger(value) && Math.abs(value) <= wholeMax)) {
      this.#isWhole = Number.isNaN(value);
    }
  }

  copy(): NumberChunk {
    const copied = new NumberChunk(this.numbers.slice());
    copied.#isWhole = this.#isWhole;
    return copied;
  }
}

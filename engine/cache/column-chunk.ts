/*
 * 65,536 rows of one column. A chunk that a query has pinned is never changed: whoever changes the column copies it
 * first.
 *
 * Coded chunks have the code of each row's value, in as few bytes as the codes need. Those with one-byte codes also
 * count the rows of each code, and keep on demand the rows of each code in ascending order (`listOf`), which is what a
 * bitmap index has. Changes since the lists were made stand in a short table beside them, until that is too long: whoever
 * reads a list looks whether its rows still have the code, and merges in those that have got it.
 *
 * Number chunks have the numbers themselves; NaN, which no document can hold, stands for null.
 */
import { CodePairsTable, tablePairsMax } from './code-pairs-table.ts';

export const chunkRows = 65_536;

type Codes = Uint8Array | Uint16Array | Uint32Array;

/** The rows of each code, one after the other, and where those of a code begin. */
interface RowsByCode {
  readonly rows: Uint16Array;
  readonly starts: Uint32Array;
  /** Rows that were changed since, with the code under which they are listed. */
  readonly changed: Map<number, number>;
}

/** Codes of both chunks that there may be, and rows that are looked at without. */
interface PairsRequest {
  readonly own: number;
  readonly others: number;
  readonly rowCount: number;
}

/** Tables that a chunk keeps current. */
const pairsMax = 4;
const changedMax = 128;
const countedCodes = 256;
const copiedSinglyMax = 64;

export class CodedChunk {
  pinCount = 0;
  #codes: Codes = new Uint8Array(chunkRows);
  #counts: Uint32Array | undefined = new Uint32Array(countedCodes);
  #rowsByCode: RowsByCode | undefined;
  /** With chunks of other columns, those that were begun last behind. */
  readonly #pairs: CodePairsTable[] = [];

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
    const pairs = this.#pairs.reduce((sum, { bytes }) => sum + bytes, 0);
    return this.#codes.byteLength + (this.#counts?.byteLength ?? 0) + rows + pairs / 2;
  }

  set(at: number, code: number): void {
    const before = this.#codes[at] ?? 0;
    if (before === code) return;
    this.#widenFor(code);
    this.#codes[at] = code;
    for (let each = this.#pairs.length - 1; each >= 0; each -= 1) {
      const pairs = this.#pairs[each];
      if (pairs?.isMade === true && !pairs.didSet(this, at, before, code)) forgetPairs(pairs);
    }
    const counts = this.#counts;
    if (counts === undefined) return;
    counts[before] = (counts[before] ?? 0) - 1;
    counts[code] = (counts[code] ?? 0) + 1;
    const changed = this.#rowsByCode?.changed;
    if (changed === undefined || changed.has(at)) return;
    changed.set(at, before);
    if (changed.size > changedMax) this.#rowsByCode = undefined;
  }

  /**
   * Writes the rows of a code to the beginning of `into`, in ascending order, and gives how many there are; only of
   * chunks that count. Makes the lists of all codes when first asked. Whoever needs no more than `most` may be given less
   * than all.
   */
  listOf(code: number, into: Uint16Array, most = chunkRows): number {
    if (code !== 0 && this.#counts?.[code] === 0) return 0;
    this.#rowsByCode ??= sortRows(this.#codes);
    const { rows, starts, changed } = this.#rowsByCode;
    const start = starts[code] ?? 0;
    const end = starts[code + 1] ?? 0;
    if (changed.size === 0) {
      const copied = Math.min(end - start, most);
      if (copied > copiedSinglyMax) into.set(rows.subarray(start, start + copied));
      else for (let each = 0; each < copied; each += 1) into[each] = rows[start + each] ?? 0;
      return copied;
    }
    const codes = this.#codes;
    let count = 0;
    for (let at = start; at < end; at += 1) {
      const row = rows[at] ?? 0;
      into[count] = row;
      if (codes[row] === code) count += 1;
    }
    const added: number[] = [];
    for (const [row, listedCode] of changed) {
      if (listedCode !== code && codes[row] === code) added.push(row);
    }
    return added.length === 0 ? count : mergeRows(into, count, added);
  }

  /**
   * How often its codes come together with those of another chunk of the same rows; `undefined` until that is worth
   * knowing for those who would look at `rowCount` rows otherwise.
   */
  pairsWith(
    other: CodedChunk,
    { own, others, rowCount }: PairsRequest,
  ): CodePairsTable | undefined {
    let pairs = this.#pairs.find(({ first, second }) => first === this && second === other);
    if (pairs === undefined) {
      if (own * others > tablePairsMax) return undefined;
      pairs = new CodePairsTable(this, other);
      for (const chunk of [this, other]) {
        const [oldest] = chunk.#pairs;
        if (oldest !== undefined && chunk.#pairs.length >= pairsMax) forgetPairs(oldest);
        chunk.#pairs.push(pairs);
      }
    }
    if (!pairs.isMade) {
      if (!pairs.isWorthMaking(rowCount)) return undefined;
      pairs.make(own, others);
    }
    return pairs;
  }

  /** No longer keeps them current. */
  leavePairs(pairs: CodePairsTable): void {
    const at = this.#pairs.indexOf(pairs);
    if (at >= 0) this.#pairs.splice(at, 1);
  }

  copy(): CodedChunk {
    // From here on the other chunks speak of the rows of the copy.
    for (const pairs of this.#pairs.slice()) forgetPairs(pairs);
    const copied = new CodedChunk();
    copied.#codes = this.#codes.slice();
    copied.#counts = this.#counts?.slice();
    const lists = this.#rowsByCode;
    copied.#rowsByCode = lists && { ...lists, changed: new Map(lists.changed) };
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

function forgetPairs(pairs: CodePairsTable): void {
  pairs.first.leavePairs(pairs);
  pairs.second.leavePairs(pairs);
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
  return { rows, starts, changed: new Map() };
}

/** Puts further rows among `count` ascending ones. */
function mergeRows(into: Uint16Array, count: number, added: number[]): number {
  added.sort((left, right) => left - right);
  let from = count - 1;
  let to = count + added.length - 1;
  for (let next = added.length - 1; next >= 0; to -= 1) {
    const row = added[next] ?? 0;
    const present = from < 0 ? -1 : (into[from] ?? 0);
    if (present > row) {
      into[to] = present;
      from -= 1;
    } else {
      into[to] = row;
      next -= 1;
    }
  }
  return count + added.length;
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

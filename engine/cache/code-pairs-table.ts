/*
 * How often each pair of codes comes in two chunks of the same rows: what a count of documents with two values asks for,
 * without a look at any row. The chunks keep it current: each tells of every row that changes (`CodedChunk.set`). It is
 * made once questions have looked at about as many rows as making it takes.
 */
/** Pairs of a table: 64 KB. */
export const tablePairsMax = 16_384;

/** A chunk of codes, as far as a table needs it. */
export interface PairedChunk {
  readonly codes: ArrayLike<number>;
  /** Is not to keep a table current any more. */
  leavePairs(pairs: CodePairsTable): void;
}

export class CodePairsTable {
  readonly first: PairedChunk;
  readonly second: PairedChunk;
  #paid = 0;
  #counts: Uint32Array | undefined;
  #firstCount = 0;
  #secondCount = 0;

  constructor(first: PairedChunk, second: PairedChunk) {
    this.first = first;
    this.second = second;
  }

  get bytes(): number {
    return this.#counts?.byteLength ?? 0;
  }

  get isMade(): boolean {
    return this.#counts !== undefined;
  }

  /** True when it has paid to make it: `rowCount` would be looked at without. */
  isWorthMaking(rowCount: number): boolean {
    this.#paid += rowCount;
    return this.#paid >= this.first.codes.length;
  }

  /** Codes are below the given numbers. */
  make(firstCount: number, secondCount: number): void {
    const counts = new Uint32Array(firstCount * secondCount);
    const [first, second] = [this.first.codes, this.second.codes];
    for (let at = 0; at < first.length; at += 1) {
      const place = (first[at] ?? 0) * secondCount + (second[at] ?? 0);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    this.#counts = counts;
    this.#firstCount = firstCount;
    this.#secondCount = secondCount;
  }

  /** Rows with a code of the first chunk and one of the second. Codes that are not in it have none. */
  countOf(first: number, second: number): number {
    if (first >= this.#firstCount || second >= this.#secondCount) return 0;
    return this.#counts?.[first * this.#secondCount + second] ?? 0;
  }

  /** Takes in that a row of one of the chunks has another code; false when that is none of its codes. */
  didSet(chunk: PairedChunk, at: number, before: number, code: number): boolean {
    const isFirst = chunk === this.first;
    if (code >= (isFirst ? this.#firstCount : this.#secondCount)) return false;
    const other = (isFirst ? this.second : this.first).codes[at] ?? 0;
    if (other >= (isFirst ? this.#secondCount : this.#firstCount)) return false;
    if (isFirst) {
      this.#add(before, other, -1);
      this.#add(code, other, 1);
    } else {
      this.#add(other, before, -1);
      this.#add(other, code, 1);
    }
    return true;
  }

  #add(first: number, second: number, change: 1 | -1): void {
    const counts = this.#counts;
    const place = first * this.#secondCount + second;
    if (counts !== undefined) counts[place] = (counts[place] ?? 0) + change;
  }
}

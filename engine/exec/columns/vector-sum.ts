/*
 * Exact sums of many numbers of a column. Each number is split into two halves of at most 26 bits (Dekker, 1971), and the
 * halves are added up by exponent: numbers of one exponent are multiples of one unit, so that 2 ** 26 of them add up
 * without rounding. The sums of all exponents together are the exact sum; `ExactSum` makes one number of them. Numbers so
 * small or large that halves would lose bits are added one by one.
 */
import type { ExactSum } from '../exact-sum.ts';

const splitter = 2 ** 27 + 1;
const exponents = 2_048;
/** Exponents, as their bits say them, between which halves lose nothing. */
const exponentMin = 128;
const exponentMax = 1_980;
/** So many numbers add up without rounding. */
const countMax = 2 ** 26;

export class VectorSum {
  readonly #into: ExactSum;
  readonly #high = new Float64Array(exponents);
  readonly #low = new Float64Array(exponents);
  readonly #number = new Float64Array(1);
  readonly #words = new Uint32Array(this.#number.buffer);
  #count = 0;

  constructor(into: ExactSum) {
    this.#into = into;
  }

  /** Adds the numbers of rows; NaN stands for none. */
  add(numbers: Float64Array, rows: Uint16Array, count: number): void {
    if (this.#count + count > countMax) this.end();
    const high = this.#high;
    const low = this.#low;
    const cell = this.#number;
    const words = this.#words;
    let added = 0;
    for (let each = 0; each < count; each += 1) {
      const value = numbers[rows[each] ?? 0] ?? Number.NaN;
      cell[0] = value;
      const exponent = ((words[1] ?? 0) >>> 20) & 0x7ff;
      if (exponent < exponentMin || exponent > exponentMax) {
        if (value === 0) added += 1;
        else if (!Number.isNaN(value)) this.#into.add(value);
        continue;
      }
      const scaled = splitter * value;
      const top = scaled - (scaled - value);
      high[exponent] = (high[exponent] ?? 0) + top;
      low[exponent] = (low[exponent] ?? 0) + (value - top);
      added += 1;
    }
    this.#count += added;
  }

  /** Hands over what was added since. */
  end(): void {
    const fractions: number[] = [];
    for (const sums of [this.#high, this.#low]) {
      for (const sum of sums) if (sum !== 0) fractions.push(sum);
      sums.fill(0);
    }
    this.#into.addParts({ ...nothing, fractions, fractionCount: this.#count });
    this.#count = 0;
  }
}

const nothing = { whole: 0, wholeCount: 0, fractions: [], fractionCount: 0 };

/** Adds a number so many times, without loss. */
export function addTimes(into: ExactSum, value: number, count: number): void {
  if (count === 0) return;
  const product = value * count;
  if (Number.isSafeInteger(value)) {
    if (Number.isSafeInteger(product)) {
      into.addParts({ ...nothing, whole: product, wholeCount: count });
      return;
    }
  } else if (Math.abs(value) > 1e-250 && Math.abs(value) < 1e280 && count < countMax) {
    const scaled = splitter * value;
    const top = scaled - (scaled - value);
    const fractions = [top * count, (value - top) * count];
    into.addParts({ ...nothing, fractions, fractionCount: count });
    return;
  }
  for (let each = 0; each < count; each += 1) into.add(value);
}

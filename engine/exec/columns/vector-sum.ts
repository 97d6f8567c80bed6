/*
 * Exact sums of many numbers of a column. A number is cut into pieces that are multiples of a fixed unit each, by adding and
 * taking away a number so large that its last bit is that unit (Rump, Ogita and Oishi, "Accurate Floating-Point Summation",
 * 2008); of one unit and one size, 2 ** 26 pieces add up without rounding:
 *
 *     number   below 2 ** scale, and not below 2 ** (scale − 29)
 *     top      multiple of 2 ** (scale − 26), up to 2 ** scale
 *     middle   multiple of 2 ** (scale − 53), up to 2 ** (scale − 27)
 *     rest     multiple of the number's last bit, at least 2 ** (scale − 81), up to 2 ** (scale − 54)
 *
 * So a number takes a few additions and no memory. The scale is that of the largest number so far. Smaller ones than it has
 * room for are split into two halves of at most 26 bits (Dekker, 1971) that are added up by exponent: numbers of one exponent
 * are multiples of one unit, so that these add up without rounding too. Numbers so small or large that pieces would lose bits
 * are added one by one. The sums of all pieces together are the exact sum; `ExactSum` makes one number of them.
 */
import type { ExactSum } from '../exact-sum.ts';

const splitter = 2 ** 27 + 1;
const exponents = 2_048;
/** Exponents, as their bits say them, between which pieces lose nothing. */
const exponentMin = 128;
const exponentMax = 1_980;
const exponentBias = 1_023;
/** So many numbers add up without rounding. */
const countMax = 2 ** 26;
/** So much smaller than the scale a number may be. */
const scaleSpan = 2 ** -29;
const topUnits = 1.5 * 2 ** 26;
const middleUnits = 1.5 * 2 ** -1;

export class VectorSum {
  readonly #into: ExactSum;
  readonly #high = new Float64Array(exponents);
  readonly #low = new Float64Array(exponents);
  readonly #number = new Float64Array(1);
  readonly #words = new Uint32Array(this.#number.buffer);
  /** Sums of top, middle and rest. */
  readonly #pieces = new Float64Array(3);
  /** Above all numbers that were cut; 0 before the first. */
  #scale = 0;
  #count = 0;

  constructor(into: ExactSum) {
    this.#into = into;
  }

  /** Adds the numbers of rows; NaN stands for none. */
  add(numbers: Float64Array, rows: Uint16Array, count: number): void {
    if (this.#count + count > countMax) this.end();
    let at = 0;
    while (at < count) {
      at = this.#addCut(numbers, rows, at, count);
      if (at === count) return;
      this.#addOther(numbers[rows[at] ?? 0] ?? Number.NaN);
      at += 1;
    }
  }

  /** Hands over what was added since. */
  end(): void {
    const fractions: number[] = [];
    for (const sums of [this.#high, this.#low, this.#pieces]) {
      for (const sum of sums) if (sum !== 0) fractions.push(sum);
      sums.fill(0);
    }
    this.#into.addParts({ ...nothing, fractions, fractionCount: this.#count });
    this.#count = 0;
  }

  /** Adds numbers as long as the scale has room for them; gives where it stopped. */
  #addCut(numbers: Float64Array, rows: Uint16Array, from: number, count: number): number {
    const pieces = this.#pieces;
    let [tops, middles, rests] = [pieces[0] ?? 0, pieces[1] ?? 0, pieces[2] ?? 0];
    const scale = this.#scale;
    const least = scale * scaleSpan;
    const topBase = scale * topUnits;
    const middleBase = scale * middleUnits;
    let absent = 0;
    let at = from;
    for (; at < count; at += 1) {
      const value = numbers[rows[at] ?? 0] ?? Number.NaN;
      const size = Math.abs(value);
      if (!(size >= least && size < scale)) {
        if (size > 0) break;
        absent += Number.isNaN(size) ? 1 : 0;
        continue;
      }
      const top = value + topBase - topBase;
      const lower = value - top;
      const middle = lower + middleBase - middleBase;
      tops += top;
      middles += middle;
      rests += lower - middle;
    }
    pieces[0] = tops;
    pieces[1] = middles;
    pieces[2] = rests;
    this.#count += at - from - absent;
    return at;
  }

  /** Adds a number that the scale has no room for; those behind it get one for such as this, if it is too large. */
  #addOther(value: number): void {
    this.#number[0] = value;
    const exponent = ((this.#words[1] ?? 0) >>> 20) & 0x7ff;
    if (exponent < exponentMin || exponent > exponentMax) {
      this.#into.add(value);
      return;
    }
    if (Math.abs(value) >= this.#scale) {
      this.end();
      this.#scale = 2 ** (exponent + 1 - exponentBias);
    }
    const top = upperHalf(value);
    this.#high[exponent] = (this.#high[exponent] ?? 0) + top;
    this.#low[exponent] = (this.#low[exponent] ?? 0) + (value - top);
    this.#count += 1;
  }
}

/** The upper 26 bits of a number; what is left has no more. */
function upperHalf(value: number): number {
  const scaled = splitter * value;
  return scaled - (scaled - value);
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
    const top = upperHalf(value);
    const fractions = [top * count, (value - top) * count];
    into.addParts({ ...nothing, fractions, fractionCount: count });
    return;
  }
  for (let each = 0; each < count; each += 1) into.add(value);
}

/*
 * Sums of numbers that do not depend on the order of the numbers: exact inside, rounded once at the end. So a result
 * is the same whatever the plan, and a sum of integers is never rounded in silence.
 *
 * Whole numbers are added as such and overflow into a BigInt. Others go into a list of partial sums that do not
 * overlap (Shewchuk, "Adaptive Precision Floating-Point Arithmetic", 1997; as Python's `fsum`): two or three of them in
 * practice. Numbers so large that a partial sum could leave the range of numbers move everything into a BigInt of the
 * smallest unit.
 */

/** Fewer than 10 ** 17 numbers up to this size stay in the range of numbers. */
export const partialMax = 1e290;

/** All finite numbers are whole multiples of 2 ** -1074. */
const unitExponent = 1074n;

export class ExactSum {
  #whole = 0;
  #overflow = 0n;
  #partials: number[] = [];
  #scaled: bigint | undefined;
  #fractionCount = 0;
  #count = 0;

  /** How many numbers were added. */
  get count(): number {
    return this.#count;
  }

  /** True while all were whole numbers within ±(2 ** 53 − 1). */
  get isWhole(): boolean {
    return this.#fractionCount === 0;
  }

  add(value: number): void {
    this.#count += 1;
    if (Number.isSafeInteger(value)) {
      const next = this.#whole + value;
      if (Number.isSafeInteger(next)) {
        this.#whole = next;
        return;
      }
      this.#overflow += BigInt(this.#whole) + BigInt(value);
      this.#whole = 0;
      return;
    }
    this.#fractionCount += 1;
    this.#addFraction(value);
  }

  /** Back to the sum of nothing. */
  clear(): void {
    this.#whole = 0;
    this.#overflow = 0n;
    this.#partials.length = 0;
    this.#scaled = undefined;
    this.#fractionCount = 0;
    this.#count = 0;
  }

  /** Adds many numbers at once: the sum of those that are whole, and parts whose sum is exactly that of the others. */
  addParts(parts: {
    readonly whole: number;
    readonly wholeCount: number;
    readonly fractions: readonly number[];
    readonly fractionCount: number;
  }): void {
    if (parts.wholeCount > 0) {
      this.add(parts.whole);
      this.#count += parts.wholeCount - 1;
    }
    for (let at = 0; at < parts.fractions.length; at += 1) {
      this.#addFraction(parts.fractions[at] ?? 0);
    }
    this.#count += parts.fractionCount;
    this.#fractionCount += parts.fractionCount;
  }

  /** Takes a number out again that was added; what remains is exactly what it would be without. */
  remove(value: number): void {
    if (Number.isSafeInteger(value)) {
      this.add(-value);
      this.#count -= 2;
      return;
    }
    this.#count -= 1;
    this.#fractionCount -= 1;
    if (this.#fractionCount > 0) {
      this.#addFraction(-value);
      return;
    }
    this.#partials = [];
    this.#scaled = undefined;
  }

  /** The sum of whole numbers. */
  get wholeTotal(): bigint {
    return this.#overflow + BigInt(this.#whole);
  }

  /** The number nearest to the sum; infinite beyond the range of numbers. */
  total(): number {
    if (this.isWhole) {
      return this.#overflow === 0n ? this.#whole : Number(this.wholeTotal);
    }
    if (this.#scaled === undefined && this.#overflow === 0n) {
      const partials = [...this.#partials];
      addPartial(partials, this.#whole);
      return roundPartials(partials);
    }
    return fromUnits(this.#units());
  }

  /** The number nearest to the sum, divided by the count; `undefined` of nothing. */
  mean(): number | undefined {
    if (this.#count === 0) return undefined;
    const total = this.total();
    if (Number.isFinite(total)) return total / this.#count;
    return fromUnits(this.#units() / BigInt(this.#count));
  }

  #addFraction(value: number): void {
    if (this.#scaled !== undefined) this.#scaled += toUnits(value);
    else if (Math.abs(value) > partialMax) this.#scale(value);
    else addPartial(this.#partials, value);
  }

  #scale(value: number): void {
    this.#scaled = this.#partials.reduce((sum, each) => sum + toUnits(each), toUnits(value));
    this.#partials = [];
  }

  #units(): bigint {
    const fractions = this.#scaled ?? this.#partials.reduce((sum, each) => sum + toUnits(each), 0n);
    return fractions + (this.wholeTotal << unitExponent);
  }
}

/** Adds to partial sums in place, without loss. */
function addPartial(partials: number[], value: number): void {
  let kept = 0;
  let high = value;
  for (let at = 0; at < partials.length; at += 1) {
    const partial = partials[at] ?? 0;
    const sum = high + partial;
    const isLarger = Math.abs(high) >= Math.abs(partial);
    const rest = isLarger ? partial - (sum - high) : high - (sum - partial);
    if (rest !== 0) {
      partials[kept] = rest;
      kept += 1;
    }
    high = sum;
  }
  partials[kept] = high;
  partials.length = kept + 1;
}

/** The number nearest to the sum of partial sums; of two that are equally near, the even one. */
function roundPartials(partials: readonly number[]): number {
  let at = partials.length - 1;
  let high = partials[at] ?? 0;
  let low = 0;
  while (at > 0 && low === 0) {
    at -= 1;
    const large = high;
    const small = partials[at] ?? 0;
    high = large + small;
    low = small - (high - large);
  }
  const next = at > 0 ? (partials[at - 1] ?? 0) : 0;
  if ((low < 0 && next < 0) || (low > 0 && next > 0)) {
    const doubled = low * 2;
    const sum = high + doubled;
    if (doubled === sum - high) return sum;
  }
  return high;
}

/** A number in multiples of 2 ** -1074. */
function toUnits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const units = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return value < 0 ? -units : units;
}

function fromUnits(units: bigint): number {
  const magnitude = units < 0n ? -units : units;
  const sign = units < 0n ? -1 : 1;
  const excess = BigInt(Math.max(0, magnitude.toString(2).length - 53));
  let mantissa = magnitude >> excess;
  const rest = magnitude - (mantissa << excess);
  const half = excess === 0n ? 0n : 1n << (excess - 1n);
  if (excess > 0n && (rest > half || (rest === half && (mantissa & 1n) === 1n))) mantissa += 1n;
  return sign * Number(mantissa) * 2 ** (Number(excess) - Number(unitExponent));
}

/*
 * Exact sums of many groups of numbers, in arrays of numbers rather than an object for each group: whole numbers as such,
 * others as a few partial sums that do not overlap (as `ExactSum`, where the source is). A group whose numbers do not fit
 * into that (beyond whole numbers that are safe, or of exponents so far apart that more partial sums are needed)
 * goes on as an `ExactSum`.
 */
import { ExactSum, partialMax } from '../exact-sum.ts';

/** Two or three are used in practice. */
const partialsMax = 4;

export class GroupSums {
  readonly #spilled = new Map<number, ExactSum>();
  /** Made anew for each group that is asked for, in place of an object for each. */
  readonly #shown = new ExactSum();
  readonly #fractions: number[] = [];
  #wholes = new Float64Array(0);
  #wholeCounts = new Uint32Array(0);
  #fractionCounts = new Uint32Array(0);
  #partials = new Float64Array(0);
  #partialCounts = new Uint8Array(0);

  /** Roughly. */
  get bytes(): number {
    return this.#wholes.length * (17 + 8 * partialsMax) + 200 * this.#spilled.size;
  }

  /** Makes room for groups below `groupCount`. */
  reserve(groupCount: number): void {
    if (groupCount <= this.#wholes.length) return;
    const length = Math.max(groupCount, 2 * this.#wholes.length, 16);
    this.#wholes = grown(this.#wholes, new Float64Array(length));
    this.#wholeCounts = grown(this.#wholeCounts, new Uint32Array(length));
    this.#fractionCounts = grown(this.#fractionCounts, new Uint32Array(length));
    this.#partials = grown(this.#partials, new Float64Array(length * partialsMax));
    this.#partialCounts = grown(this.#partialCounts, new Uint8Array(length));
  }

  /** Adds a number to a group below what is reserved. */
  add(group: number, value: number): void {
    if (this.#spilled.size > 0) {
      const sum = this.#spilled.get(group);
      if (sum !== undefined) {
        sum.add(value);
        return;
      }
    }
    if (Number.isSafeInteger(value)) {
      const whole = (this.#wholes[group] ?? 0) + value;
      if (!Number.isSafeInteger(whole)) {
        this.#spill(group).add(value);
        return;
      }
      this.#wholes[group] = whole;
      this.#wholeCounts[group] = (this.#wholeCounts[group] ?? 0) + 1;
    } else if (Math.abs(value) > partialMax) this.#spill(group).add(value);
    else this.#addFraction(group, value);
  }

  /** Valid until the next call. */
  sumOf(group: number): ExactSum {
    const spilled = this.#spilled.get(group);
    if (spilled !== undefined) return spilled;
    this.#shown.clear();
    this.#addParts(group, this.#shown);
    return this.#shown;
  }

  /** The loop of `ExactSum` once more: one for lists and typed arrays takes twice as long (52 for 25 ns a number). */
  #addFraction(group: number, value: number): void {
    const partials = this.#partials;
    const start = group * partialsMax;
    const end = start + (this.#partialCounts[group] ?? 0);
    let kept = start;
    let high = value;
    for (let at = start; at < end; at += 1) {
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
    this.#fractionCounts[group] = (this.#fractionCounts[group] ?? 0) + 1;
    if (kept === start + partialsMax) {
      this.#spill(group).addParts({ ...nothing, fractions: [high] });
      return;
    }
    partials[kept] = high;
    this.#partialCounts[group] = kept - start + 1;
  }

  #addParts(group: number, sum: ExactSum): void {
    const start = group * partialsMax;
    const end = start + (this.#partialCounts[group] ?? 0);
    const fractions = this.#fractions;
    fractions.length = 0;
    for (let at = start; at < end; at += 1) fractions.push(this.#partials[at] ?? 0);
    sum.addParts({
      whole: this.#wholes[group] ?? 0,
      wholeCount: this.#wholeCounts[group] ?? 0,
      fractions,
      fractionCount: this.#fractionCounts[group] ?? 0,
    });
  }

  #spill(group: number): ExactSum {
    const sum = new ExactSum();
    this.#addParts(group, sum);
    this.#spilled.set(group, sum);
    return sum;
  }
}

const nothing = { whole: 0, wholeCount: 0, fractions: [], fractionCount: 0 };

function grown<Numbers extends Float64Array | Uint32Array | Uint8Array>(
  before: Numbers,
  after: Numbers,
): Numbers {
  after.set(before);
  return after;
}

/* Durations as counts over powers of the square root of two: a percentile is right to within a fifth, whatever comes. */

/** Places from below a millisecond's sixteenth upwards. */
const offset = 8;

export class DurationHistogram {
  readonly #counts: number[];
  #count = 0;

  constructor(counts: readonly number[] = []) {
    this.#counts = [...counts];
    for (const count of counts) this.#count += count;
  }

  get count(): number {
    return this.#count;
  }

  /** How many there are at each place, which the constructor takes again. */
  get counts(): readonly number[] {
    return Array.from(this.#counts, (count) => count ?? 0);
  }

  add(ms: number): void {
    const place = Math.max(0, offset + Math.floor(2 * Math.log2(Math.max(ms, Number.MIN_VALUE))));
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#count += 1;
  }

  addAll(other: DurationHistogram): void {
    for (const [place, count] of other.counts.entries()) {
      this.#counts[place] = (this.#counts[place] ?? 0) + count;
    }
    this.#count += other.count;
  }

  clear(): void {
    this.#counts.length = 0;
    this.#count = 0;
  }

  /** In milliseconds; null when there are none. */
  percentile(share: number): number | null {
    if (this.#count === 0) return null;
    let left = Math.ceil(this.#count * share);
    for (const [place, count] of this.#counts.entries()) {
      left -= count ?? 0;
      if (left <= 0) return place === 0 ? 0 : 2 ** ((place - offset + 0.5) / 2);
    }
    return null;
  }
}

/* Sums, extremes and distinct numbers of a column of plain numbers. */
import type { ColumnView } from '../../cache/column.ts';
import type { NumberChunk } from '../../cache/column-chunk.ts';
import type { StoredValue } from '../../values/stored-value.ts';
import { ExactSum } from '../exact-sum.ts';
import type { FieldTally, MeasureName } from './field-tally.ts';
import { GroupSums } from './group-sums.ts';
import type { RowBlock } from './select-rows.ts';
import { VectorSum } from './vector-sum.ts';

export interface TallyNeeds {
  readonly isGrouped: boolean;
  readonly isSummed: boolean;
  readonly isDistinct: boolean;
  /** True for a field of whole numbers, whose sum must not be rounded. */
  readonly isExact: boolean;
}

type NumbersView = Extract<ColumnView, { kind: 'numbers' }>;

/** Of one set of rows. */
export class AllNumbers implements FieldTally {
  readonly #chunks: readonly (NumberChunk | undefined)[];
  readonly #needs: TallyNeeds;
  readonly #sum = new ExactSum();
  readonly #fractions = new VectorSum(this.#sum);
  readonly #distinct = new Set<number>();
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor({ chunks }: NumbersView, needs: TallyNeeds) {
    this.#chunks = chunks;
    this.#needs = needs;
  }

  get bytes(): number {
    return 40 * this.#distinct.size;
  }

  add({ chunk, rows, count }: RowBlock): void {
    const found = this.#chunks[chunk];
    if (found === undefined) return;
    const { numbers, isWhole } = found;
    let least = this.#least;
    let most = this.#most;
    let whole = 0;
    let added = 0;
    for (let each = 0; each < count; each += 1) {
      const value = numbers[rows[each] ?? 0] ?? Number.NaN;
      if (value < least) least = value;
      if (value > most) most = value;
      if (Number.isNaN(value)) continue;
      whole += value;
      added += 1;
    }
    this.#least = least;
    this.#most = most;
    this.#count += added;
    const { isSummed, isDistinct, isExact } = this.#needs;
    if (isDistinct) this.#addDistinct(numbers, rows, count);
    if (!isSummed) return;
    if (isWhole) this.#sum.addParts({ whole, wholeCount: added, fractions: [], fractionCount: 0 });
    else if (isExact) addEach(this.#sum, numbers, rows, count);
    else this.#fractions.add(numbers, rows, count);
  }

  value(_group: number, name: MeasureName): StoredValue | ExactSum {
    switch (name) {
      case 'count':
        return this.#count;
      case 'countDistinct':
        return this.#distinct.size;
      case 'min':
        return this.#count === 0 ? null : this.#least;
      case 'max':
        return this.#count === 0 ? null : this.#most;
      case 'sum':
      case 'avg':
        this.#fractions.end();
        return this.#sum;
    }
  }

  #addDistinct(numbers: Float64Array, rows: Uint16Array, count: number): void {
    for (let each = 0; each < count; each += 1) {
      const value = numbers[rows[each] ?? 0] ?? Number.NaN;
      if (!Number.isNaN(value)) this.#distinct.add(value);
    }
  }
}

function addEach(sum: ExactSum, numbers: Float64Array, rows: Uint16Array, count: number): void {
  for (let each = 0; each < count; each += 1) {
    const value = numbers[rows[each] ?? 0] ?? Number.NaN;
    if (!Number.isNaN(value)) sum.add(value);
  }
}

/** Of many groups. */
export class GroupedNumbers implements FieldTally {
  readonly #chunks: readonly (NumberChunk | undefined)[];
  readonly #needs: TallyNeeds;
  readonly #sums = new GroupSums();
  readonly #distinct: Set<number>[] = [];
  #counts = new Uint32Array(0);
  #least = new Float64Array(0);
  #most = new Float64Array(0);
  #distinctCount = 0;

  constructor({ chunks }: NumbersView, needs: TallyNeeds) {
    this.#chunks = chunks;
    this.#needs = needs;
  }

  get bytes(): number {
    const { isDistinct } = this.#needs;
    const sets = isDistinct ? 200 * this.#distinct.length + 40 * this.#distinctCount : 0;
    return 20 * this.#counts.length + this.#sums.bytes + sets;
  }

  add({ chunk, rows, count }: RowBlock, groups: Uint32Array | undefined): void {
    const numbers = this.#chunks[chunk]?.numbers;
    if (numbers === undefined) return;
    let last = 0;
    if (groups !== undefined) {
      for (let each = 0; each < count; each += 1) {
        const group = groups[each] ?? 0;
        if (group > last) last = group;
      }
    }
    this.#reserve(last + 1);
    const [counts, least, most] = [this.#counts, this.#least, this.#most];
    for (let each = 0; each < count; each += 1) {
      const value = numbers[rows[each] ?? 0] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const group = groups?.[each] ?? 0;
      counts[group] = (counts[group] ?? 0) + 1;
      if (value < (least[group] ?? 0)) least[group] = value;
      if (value > (most[group] ?? 0)) most[group] = value;
    }
    const { isSummed, isDistinct } = this.#needs;
    if (isSummed) this.#addSums(numbers, rows, count, groups);
    if (isDistinct) this.#addDistinct(numbers, rows, count, groups);
  }

  value(group: number, name: MeasureName): StoredValue | ExactSum {
    const count = this.#counts[group] ?? 0;
    switch (name) {
      case 'count':
        return count;
      case 'countDistinct':
        return this.#distinct[group]?.size ?? 0;
      case 'min':
        return count === 0 ? null : (this.#least[group] ?? null);
      case 'max':
        return count === 0 ? null : (this.#most[group] ?? null);
      case 'sum':
      case 'avg':
        return this.#sums.sumOf(group);
    }
  }

  #addSums(
    numbers: Float64Array,
    rows: Uint16Array,
    count: number,
    groups: Uint32Array | undefined,
  ): void {
    const sums = this.#sums;
    for (let each = 0; each < count; each += 1) {
      const value = numbers[rows[each] ?? 0] ?? Number.NaN;
      if (!Number.isNaN(value)) sums.add(groups?.[each] ?? 0, value);
    }
  }

  #addDistinct(
    numbers: Float64Array,
    rows: Uint16Array,
    count: number,
    groups: Uint32Array | undefined,
  ): void {
    for (let each = 0; each < count; each += 1) {
      const value = numbers[rows[each] ?? 0] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const group = groups?.[each] ?? 0;
      while (this.#distinct.length <= group) this.#distinct.push(new Set());
      const distinct = this.#distinct[group];
      if (distinct === undefined || distinct.has(value)) continue;
      distinct.add(value);
      this.#distinctCount += 1;
    }
  }

  #reserve(groupCount: number): void {
    if (this.#needs.isSummed) this.#sums.reserve(groupCount);
    const before = this.#counts.length;
    if (groupCount <= before) return;
    const length = Math.max(groupCount, 2 * before, 16);
    const counts = new Uint32Array(length);
    const least = new Float64Array(length).fill(Number.POSITIVE_INFINITY, before);
    const most = new Float64Array(length).fill(Number.NEGATIVE_INFINITY, before);
    counts.set(this.#counts);
    least.set(this.#least);
    most.set(this.#most);
    [this.#counts, this.#least, this.#most] = [counts, least, most];
  }
}

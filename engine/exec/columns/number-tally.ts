/* Sums, extremes and distinct numbers of a column of plain numbers. */
import type { ColumnView } from '../../cache/column.ts';
import type { NumberChunk } from '../../cache/column-chunk.ts';
import type { StoredValue } from '../../values/stored-value.ts';
import { ExactSum } from '../exact-sum.ts';
import type { FieldTally, MeasureName } from './field-tally.ts';
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

interface NumbersOfGroup {
  count: number;
  least: number;
  most: number;
  readonly sum: ExactSum;
  readonly distinct: Set<number>;
}

/** Of many groups. */
export class GroupedNumbers implements FieldTally {
  readonly #chunks: readonly (NumberChunk | undefined)[];
  readonly #needs: TallyNeeds;
  readonly #groups: NumbersOfGroup[] = [];
  #distinctCount = 0;

  constructor({ chunks }: NumbersView, needs: TallyNeeds) {
    this.#chunks = chunks;
    this.#needs = needs;
  }

  get bytes(): number {
    return 300 * this.#groups.length + 40 * this.#distinctCount;
  }

  add({ chunk, rows, count }: RowBlock, groups: Uint32Array | undefined): void {
    const numbers = this.#chunks[chunk]?.numbers;
    if (numbers === undefined) return;
    const { isSummed, isDistinct } = this.#needs;
    for (let each = 0; each < count; each += 1) {
      const value = numbers[rows[each] ?? 0] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const group = this.#groupOf(groups?.[each] ?? 0);
      group.count += 1;
      if (value < group.least) group.least = value;
      if (value > group.most) group.most = value;
      if (isSummed) group.sum.add(value);
      if (!isDistinct) continue;
      const { size } = group.distinct;
      group.distinct.add(value);
      this.#distinctCount += group.distinct.size - size;
    }
  }

  value(number: number, name: MeasureName): StoredValue | ExactSum {
    const group = this.#groups[number];
    switch (name) {
      case 'count':
        return group?.count ?? 0;
      case 'countDistinct':
        return group?.distinct.size ?? 0;
      case 'min':
        return group === undefined || group.count === 0 ? null : group.least;
      case 'max':
        return group === undefined || group.count === 0 ? null : group.most;
      case 'sum':
      case 'avg':
        return group?.sum ?? new ExactSum();
    }
  }

  #groupOf(number: number): NumbersOfGroup {
    const known = this.#groups[number];
    if (known !== undefined) return known;
    for (let next = this.#groups.length; next <= number; next += 1) {
      this.#groups.push({
        count: 0,
        least: Number.POSITIVE_INFINITY,
        most: Number.NEGATIVE_INFINITY,
        sum: new ExactSum(),
        distinct: new Set(),
      });
    }
    return this.#groupOf(number);
  }
}

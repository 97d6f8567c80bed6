/*
 * What is measured of one field, for one set of rows or for many groups of them: the same values as accumulators over
 * documents give (measures.ts), from vectors. Of a field with few distinct values it counts how often each comes in each
 * group, from which every measure follows; of numbers it keeps sums and extremes.
 */
import type { ColumnView } from '../../cache/column.ts';
import { type CodedChunk, chunkRows } from '../../cache/column-chunk.ts';
import { compareValues } from '../../values/compare.ts';
import type { StoredValue } from '../../values/stored-value.ts';
import { ExactSum } from '../exact-sum.ts';
import type { MeasureRequest } from '../measures.ts';
import { AllNumbers, GroupedNumbers, type TallyNeeds } from './number-tally.ts';
import type { RowBlock } from './select-rows.ts';
import { addTimes } from './vector-sum.ts';

export type MeasureName = MeasureRequest['function'];

export interface FieldTally {
  /** `groups` has the group of each row of the block; all are in group 0 without it. */
  add(block: RowBlock, groups: Uint32Array | undefined): void;
  /** A sum is given as such: what it may be shown as depends on the field. */
  value(group: number, name: MeasureName): StoredValue | ExactSum;
  /** Roughly. */
  readonly bytes: number;
}

type CodedView = Extract<ColumnView, { kind: 'coded' }>;

const noCodes = new Uint8Array(chunkRows);
/** Whole numbers below it, and products with a number of rows that stay below it, are exact. */
const wholeMax = 2 ** 52;

/** Distinct values that are counted for each of many groups. */
const countedValuesMax = 256;

export function createTally(view: ColumnView, needs: TallyNeeds): FieldTally {
  const { isGrouped } = needs;
  if (view.kind === 'numbers') {
    return isGrouped ? new GroupedNumbers(view, needs) : new AllNumbers(view, needs);
  }
  const isCounted = !isGrouped || view.dictionary.size <= countedValuesMax;
  return isCounted ? new CodeCounts(view) : groupedCodes(view);
}

/** How often each code comes, group after group. */
export class CodeCounts implements FieldTally {
  readonly #view: CodedView;
  readonly #stride: number;
  #counts: Uint32Array;

  constructor(view: CodedView) {
    this.#view = view;
    this.#stride = view.dictionary.size;
    this.#counts = new Uint32Array(this.#stride);
  }

  get bytes(): number {
    return this.#counts.byteLength;
  }

  add({ chunk, rows, count }: RowBlock, groups: Uint32Array | undefined): void {
    const codes = this.#view.chunks[chunk]?.codes;
    if (groups === undefined) {
      if (codes === undefined) return;
      const counts = this.#counts;
      for (let each = 0; each < count; each += 1) {
        const code = codes[rows[each] ?? 0] ?? 0;
        counts[code] = (counts[code] ?? 0) + 1;
      }
      return;
    }
    const stride = this.#stride;
    let last = 0;
    for (let each = 0; each < count; each += 1) last = Math.max(last, groups[each] ?? 0);
    const counts = this.#room((last + 1) * stride);
    for (let each = 0; each < count; each += 1) {
      const place = (groups[each] ?? 0) * stride + (codes?.[rows[each] ?? 0] ?? 0);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }

  /** The same where the groups of all rows of the chunk are there already, fewer than `groupCount`. */
  addCoded({ chunk, rows, count }: RowBlock, groups: ArrayLike<number>, groupCount: number): void {
    const codes = this.#view.chunks[chunk]?.codes;
    const stride = this.#stride;
    const counts = this.#room(groupCount * stride);
    for (let each = 0; each < count; each += 1) {
      const at = rows[each] ?? 0;
      const place = (groups[at] ?? 0) * stride + (codes?.[at] ?? 0);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }

  /** The same for all rows of a chunk, those without a document among them. */
  addPairs(chunk: number, groups: CodedChunk['codes'] | undefined, groupCount: number): void {
    const codes = this.#view.chunks[chunk]?.codes ?? noCodes;
    const stride = this.#stride;
    const counts = this.#room(groupCount * stride);
    const of = groups ?? noCodes;
    for (let at = 0; at < chunkRows; at += 1) {
      const place = (of[at] ?? 0) * stride + (codes[at] ?? 0);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }

  /** Takes out so many rows of a group with a code. */
  take(group: number, code: number, count: number): void {
    const place = group * this.#stride + code;
    this.#counts[place] = this.countOf(group, code) - count;
  }

  /** Rows of all groups, those without a value among them. */
  get rowCount(): number {
    let count = 0;
    for (const each of this.#counts) count += each;
    return count;
  }

  /** Rows of a group, those without a value among them. */
  rowCountOf(group: number): number {
    let count = 0;
    for (let code = 0; code < this.#stride; code += 1) count += this.countOf(group, code);
    return count;
  }

  /** True when all chunks have counted their codes themselves. */
  get isCounted(): boolean {
    return this.#view.chunks.every((chunk) => chunk === undefined || chunk.counts !== undefined);
  }

  /** Adds a whole chunk by what it has counted itself. */
  addCounted(chunk: number): void {
    const counts = this.#view.chunks[chunk]?.counts;
    for (let code = 1; code < this.#stride; code += 1) {
      this.#counts[code] = (this.#counts[code] ?? 0) + (counts?.[code] ?? 0);
    }
  }

  /** How often a code comes. */
  countOf(group: number, code: number): number {
    return this.#counts[group * this.#stride + code] ?? 0;
  }

  value(group: number, name: MeasureName): StoredValue | ExactSum {
    const { dictionary } = this.#view;
    let count = 0;
    let distinct = 0;
    let least: StoredValue = null;
    let most: StoredValue = null;
    const sum = new ExactSum();
    const isSummed = name === 'sum' || name === 'avg';
    let whole = 0;
    let wholeCount = 0;
    for (let code = 1; code < this.#stride; code += 1) {
      const times = this.countOf(group, code);
      if (times === 0) continue;
      count += times;
      distinct += 1;
      if (name === 'count' || name === 'countDistinct') continue;
      const value = dictionary.valueOf(code);
      if (isSummed) {
        if (typeof value !== 'number') continue;
        const added = whole + value * times;
        // No part of it is rounded when it is whole and that small.
        if (Number.isInteger(value) && Math.abs(value) < wholeMax && Math.abs(added) < wholeMax) {
          whole = added;
          wholeCount += times;
        } else addTimes(sum, value, times);
        continue;
      }
      if (least === null || compareValues(value, least) < 0) least = value;
      if (most === null || compareValues(value, most) > 0) most = value;
    }
    sum.addParts({ whole, wholeCount, fractions: [], fractionCount: 0 });
    switch (name) {
      case 'count':
        return count;
      case 'countDistinct':
        return distinct;
      case 'min':
        return least;
      case 'max':
        return most;
      case 'sum':
      case 'avg':
        return sum;
    }
  }

  #room(length: number): Uint32Array {
    if (length <= this.#counts.length) return this.#counts;
    const counts = new Uint32Array(Math.max(length, this.#counts.length * 2));
    counts.set(this.#counts);
    this.#counts = counts;
    return counts;
  }
}

/** Codes of many values, for groups: the sets of those that come. */
function groupedCodes({ chunks, dictionary }: CodedView): FieldTally {
  const groupsOf = new Map<number, { count: number; readonly codes: Set<number> }>();
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    add({ chunk, rows, count }, groups) {
      const codes = chunks[chunk]?.codes;
      for (let each = 0; each < count; each += 1) {
        const code = codes?.[rows[each] ?? 0] ?? 0;
        if (code === 0) continue;
        const number = groups?.[each] ?? 0;
        let group = groupsOf.get(number);
        if (group === undefined) {
          group = { count: 0, codes: new Set() };
          groupsOf.set(number, group);
          bytes += 200;
        }
        group.count += 1;
        const { size } = group.codes;
        group.codes.add(code);
        if (group.codes.size > size) bytes += 32;
      }
    },
    value(number, name) {
      const group = groupsOf.get(number);
      switch (name) {
        case 'count':
          return group?.count ?? 0;
        case 'countDistinct':
          return group?.codes.size ?? 0;
        case 'min':
        case 'max': {
          const sign = name === 'min' ? -1 : 1;
          let best: StoredValue = null;
          for (const code of group?.codes ?? []) {
            const value = dictionary.valueOf(code);
            if (best === null || compareValues(value, best) * sign > 0) best = value;
          }
          return best;
        }
        case 'sum':
        case 'avg':
          // Numbers with so many values are no codes.
          return new ExactSum();
      }
    },
  };
}

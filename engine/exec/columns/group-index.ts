/*
 * Which group each row belongs to. The values of a key that is one field with few distinct values are groups by
 * themselves; others get a number when they are met. Dates may be truncated to an interval first.
 */
import type { BoundGroupBy } from '#engine/aql';
import type { PinnedColumns } from '../../cache/collection-columns.ts';
import type { ColumnView } from '../../cache/column.ts';
import type { StoredValue } from '../../values/stored-value.ts';
import { compileTruncation } from '../truncate-time.ts';
import type { RowBlock } from './select-rows.ts';

export interface GroupIndex {
  /** Groups that were met so far, or may have been. */
  readonly count: number;
  /** The groups of all rows of a chunk, where they are there already. */
  codesOf?(chunk: number): ArrayLike<number> | undefined;
  /** Writes the group of each row of a block. */
  number(block: RowBlock, groups: Uint32Array): void;
  /** The values of a group's key. */
  keyOf(group: number): readonly StoredValue[];
}

export function createGroupIndex(group: BoundGroupBy, columns: PinnedColumns): GroupIndex {
  const parts = group.keys.map(({ path, type }) => {
    const isDate = type.kind === 'scalar' && type.name === 'DateTime';
    const truncate =
      group.interval !== undefined && isDate
        ? compileTruncation(group.interval, group.timeZone)
        : undefined;
    return partOf(columns.view({ name: path[0] ?? '' }), truncate);
  });
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? oneField(only) : severalFields(parts, columns);
}

/** One field of a key, whose values have numbers. */
interface KeyPart {
  readonly count: number;
  codesOf?(chunk: number): ArrayLike<number> | undefined;
  number(block: RowBlock, numbers: Uint32Array): void;
  valueOf(number: number): StoredValue;
}

function partOf(view: ColumnView, truncate: ((ms: number) => number) | undefined): KeyPart {
  if (view.kind === 'coded' && truncate === undefined) {
    const { chunks, dictionary } = view;
    return {
      count: dictionary.size,
      codesOf: (chunk) => chunks[chunk]?.codes,
      number({ chunk, rows, count }, numbers) {
        const codes = chunks[chunk]?.codes;
        for (let each = 0; each < count; each += 1) numbers[each] = codes?.[rows[each] ?? 0] ?? 0;
      },
      valueOf: (number) => dictionary.valueOf(number),
    };
  }
  return numberedPart(readerOf(view), truncate);
}

/** Reads the number of a row; NaN where there is none. */
function readerOf(view: ColumnView): (chunk: number, at: number) => number {
  if (view.kind === 'numbers') {
    return (chunk, at) => view.chunks[chunk]?.numbers[at] ?? Number.NaN;
  }
  return (chunk, at) => {
    const value = view.dictionary.valueOf(view.chunks[chunk]?.codes[at] ?? 0);
    return typeof value === 'number' ? value : Number.NaN;
  };
}

function numberedPart(
  read: (chunk: number, at: number) => number,
  truncate: ((ms: number) => number) | undefined,
): KeyPart {
  const values: StoredValue[] = [null];
  const known = new Map<number, number>();
  return {
    get count() {
      return values.length;
    },
    number({ chunk, rows, count }, numbers) {
      for (let each = 0; each < count; each += 1) {
        const value = read(chunk, rows[each] ?? 0);
        if (Number.isNaN(value)) {
          numbers[each] = 0;
          continue;
        }
        const key = truncate === undefined ? value : truncate(value);
        let number = known.get(key);
        if (number === undefined) {
          number = values.push(key) - 1;
          known.set(key, number);
        }
        numbers[each] = number;
      }
    },
    valueOf: (number) => values[number] ?? null,
  };
}

function oneField(part: KeyPart): GroupIndex {
  return {
    get count() {
      return part.count;
    },
    codesOf: (chunk) => part.codesOf?.(chunk),
    number: (block, groups) => part.number(block, groups),
    keyOf: (group) => [part.valueOf(group)],
  };
}

/** Numbers of a part are below this. */
const partNumbers = 2 ** 32;

/** Pairs that are kept in a table; others in a map. */
const tablePairsMax = 2 ** 20;

/** The group of each pair of a group of the parts before and a number of the next part. */
class PairGroups {
  readonly #stride: number;
  readonly #others = new Map<number, number>();
  /** Each group plus one, so that 0 stands for none. */
  #table = new Uint32Array(0);

  /** Most numbers of the next part are below `stride`. */
  constructor(stride: number) {
    this.#stride = stride;
  }

  /** -1 of a pair that has none. */
  find(before: number, number: number): number {
    const place = before * this.#stride + number;
    if (number < this.#stride && place < tablePairsMax) return (this.#table[place] ?? 0) - 1;
    return this.#others.get(before * partNumbers + number) ?? -1;
  }

  set(before: number, number: number, group: number): void {
    const place = before * this.#stride + number;
    if (number >= this.#stride || place >= tablePairsMax) {
      this.#others.set(before * partNumbers + number, group);
      return;
    }
    if (place >= this.#table.length) {
      const table = new Uint32Array(Math.min(tablePairsMax, Math.max(2 * place, 1_024)));
      table.set(this.#table);
      this.#table = table;
    }
    this.#table[place] = group + 1;
  }
}

/** A part of a key, and the groups of all parts up to it. */
interface JoinedPart {
  readonly part: KeyPart;
  readonly pairs: PairGroups;
  /** Of each group that of the parts before, and the number of this part. */
  readonly before: NumberList;
  readonly numbers: NumberList;
}

function severalFields(parts: readonly KeyPart[], columns: PinnedColumns): GroupIndex {
  const joined = parts.map(
    (part): JoinedPart => ({
      part,
      pairs: new PairGroups(part.count),
      before: new NumberList(),
      numbers: new NumberList(),
    }),
  );
  const last = joined.at(-1);
  let numbers: Uint32Array | undefined;
  return {
    get count() {
      return last?.numbers.length ?? 0;
    },
    number(block, groups) {
      numbers ??= columns.numberRoom();
      groups.fill(0, 0, block.count);
      for (const each of joined) {
        each.part.number(block, numbers);
        joinPart(each, numbers, groups, block.count);
      }
    },
    keyOf(group) {
      const key = new Array<StoredValue>(joined.length).fill(null);
      let of = group;
      for (let at = joined.length - 1; at >= 0; at -= 1) {
        const each = joined[at];
        if (each === undefined) break;
        key[at] = each.part.valueOf(each.numbers.at(of));
        of = each.before.at(of);
      }
      return key;
    },
  };
}

/** Goes on from the groups of the parts before to those of one part more. */
function joinPart(
  { pairs, before, numbers }: JoinedPart,
  given: Uint32Array,
  groups: Uint32Array,
  count: number,
): void {
  for (let each = 0; each < count; each += 1) {
    const prefix = groups[each] ?? 0;
    const number = given[each] ?? 0;
    let group = pairs.find(prefix, number);
    if (group < 0) {
      group = numbers.push(number);
      before.push(prefix);
      pairs.set(prefix, number, group);
    }
    groups[each] = group;
  }
}

/** A list of 32-bit numbers that grows. */
class NumberList {
  #numbers = new Uint32Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#numbers[index] ?? 0;
  }

  /** Gives its place. */
  push(number: number): number {
    const at = this.#length;
    if (at === this.#numbers.length) {
      const numbers = new Uint32Array(2 * at);
      numbers.set(this.#numbers);
      this.#numbers = numbers;
    }
    this.#numbers[at] = number;
    this.#length = at + 1;
    return at;
  }
}

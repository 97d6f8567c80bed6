/*
 * Filters over column vectors: a condition takes a list of rows of one chunk and keeps those that satisfy it. What a
 * condition says of a value is what compile-filter.ts says; on coded columns it is asked once for each distinct value, on
 * numbers ranges are compared without asking.
 */
import { assert } from '../../base/assert.ts';
import type { PinnedColumns } from '../../cache/collection-columns.ts';
import type { ColumnView } from '../../cache/column.ts';
import { chunkRows } from '../../cache/column-chunk.ts';
import type { ResolvedComparison, ResolvedFilter } from '../../plan/resolved-filter.ts';
import { compileTest } from '../compile-filter.ts';
import { type NumberRange, numberRange } from './number-range.ts';

export interface ColumnTest {
  /** The less, the sooner it is asked. */
  readonly cost: number;
  /** So many rows at once, at most, where one value may take some microseconds. */
  readonly rowsMax?: number;
  /** True when rows without a value, and hence those without a document, never pass. */
  readonly excludesNull: boolean;
  /** Of a condition on one coded column: which codes pass. */
  readonly codes?: { readonly name: string; passes(code: number): boolean };
  /** The one code that passes, where only one does and it is not that of null. */
  onlyCode?(): number | undefined;
  /** Keeps the rows that pass at the beginning of the list, and gives how many there are. */
  refine(chunk: number, rows: Uint16Array, count: number): number;
  /** The same for one row of a chunk after the other. */
  rowTest(chunk: number): (at: number) => boolean;
}

type CodedView = Extract<ColumnView, { kind: 'coded' }>;
type NumbersView = Extract<ColumnView, { kind: 'numbers' }>;

/** Conditions in the order in which they are asked. */
export function compileColumnTests(
  conjuncts: readonly ResolvedFilter[],
  columns: PinnedColumns,
): readonly ColumnTest[] {
  return conjuncts
    .map((conjunct) => compileColumnTest(conjunct, columns))
    .sort((left, right) => left.cost - right.cost);
}

function compileColumnTest(filter: ResolvedFilter, columns: PinnedColumns): ColumnTest {
  if (filter.kind === 'compare') {
    const [name] = filter.path;
    assert(name !== undefined, 'a condition is on a field');
    const view = columns.view({ name });
    return view.kind === 'coded' ? codedTest(filter, view) : numbersTest(filter, view);
  }
  const rowTestOf = compileRowTest(filter, columns);
  return {
    cost: 20,
    rowsMax: rowsAtOnce(filter),
    excludesNull: false,
    rowTest: rowTestOf,
    refine(chunk, rows, count) {
      const passes = rowTestOf(chunk);
      let kept = 0;
      for (let each = 0; each < count; each += 1) {
        const at = rows[each] ?? 0;
        if (!passes(at)) continue;
        rows[kept] = at;
        kept += 1;
      }
      return kept;
    },
  };
}

/** A pattern reads the whole text of each value, and no two values need the same time. */
const patternRowsMax = 512;

function rowsAtOnce(filter: ResolvedFilter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return Math.min(chunkRows, ...filter.operands.map(rowsAtOnce));
    case 'not':
      return rowsAtOnce(filter.operand);
    case 'compare':
      return filter.operator === 'matches' ? patternRowsMax : chunkRows;
    default:
      return chunkRows;
  }
}

/** Of no more distinct values it is asked whether only one passes. */
const triedMax = 256;

function codedTest(filter: ResolvedComparison, view: CodedView): ColumnTest {
  const { operator, value } = filter;
  const isEqual = operator === 'eq' && typeof value !== 'object';
  return isEqual ? equalTest(filter, value, view) : anyCodeTest(filter, view);
}

/** Equality with a value is that with its code, if it has one. */
function equalTest(
  { path }: ResolvedComparison,
  value: string | number | boolean,
  { chunks, dictionary }: CodedView,
): ColumnTest {
  const wanted = dictionary.find(value) ?? -1;
  return {
    cost: 1,
    excludesNull: true,
    codes: { name: path[0] ?? '', passes: (code) => code === wanted },
    onlyCode: () => (wanted < 0 ? undefined : wanted),
    rowTest(chunk) {
      const codes = chunks[chunk]?.codes;
      return codes === undefined ? never : (at) => codes[at] === wanted;
    },
    refine(chunk, rows, count) {
      const codes = chunks[chunk]?.codes;
      if (codes === undefined || wanted < 0) return 0;
      let kept = 0;
      for (let each = 0; each < count; each += 1) {
        const at = rows[each] ?? 0;
        // Written in any case, so that nothing hangs on how the rows are mixed.
        rows[kept] = at;
        kept += codes[at] === wanted ? 1 : 0;
      }
      return kept;
    },
  };
}

function never(): boolean {
  return false;
}

function anyCodeTest(filter: ResolvedComparison, view: CodedView): ColumnTest {
  const { chunks, dictionary } = view;
  const test = compileTest(filter.operator, filter.value);
  // Where most values come once there is nothing to remember.
  const isRepeated = 2 * dictionary.size <= chunks.length * chunkRows;
  /** 1 for codes that do not pass, 2 for those that do, 0 for those that were not tried yet. */
  const known = new Uint8Array(isRepeated ? dictionary.size : 0);
  const isSmall = dictionary.size <= triedMax;
  const mayPass = isSmall ? undefined : compileSieve(filter, dictionary);
  const isMatch = (code: number): boolean =>
    mayPass?.(code) !== false && test(dictionary.valueOf(code));
  const passes = (code: number): boolean => {
    if (!isRepeated) return isMatch(code);
    if (known[code] === 0) known[code] = isMatch(code) ? 2 : 1;
    return known[code] === 2;
  };
  return {
    cost: isSmall ? 2 : 50,
    rowsMax: rowsAtOnce(filter),
    excludesNull: !passes(0),
    codes: { name: filter.path[0] ?? '', passes },
    onlyCode: () => (isSmall ? findOnly(dictionary.size, passes) : undefined),
    rowTest(chunk) {
      const codes = chunks[chunk]?.codes;
      return codes === undefined ? never : (at) => passes(codes[at] ?? 0);
    },
    refine(chunk, rows, count) {
      const codes = chunks[chunk]?.codes;
      if (codes === undefined) return 0;
      let kept = 0;
      for (let each = 0; each < count; each += 1) {
        const at = rows[each] ?? 0;
        const code = codes[at] ?? 0;
        const answer = isRepeated ? known[code] : 0;
        if (answer === 1 || (answer === 0 && !passes(code))) continue;
        rows[kept] = at;
        kept += 1;
      }
      return kept;
    },
  };
}

/** What a condition on texts can say without reading them: false only of those that do not pass. */
function compileSieve(
  { operator, value }: ResolvedComparison,
  dictionary: CodedView['dictionary'],
): ((code: number) => boolean) | undefined {
  return operator === 'contains' && typeof value === 'string'
    ? dictionary.mayContain(value)
    : undefined;
}

function findOnly(size: number, passes: (code: number) => boolean): number | undefined {
  let only: number | undefined;
  for (let code = 0; code < size; code += 1) {
    if (!passes(code)) continue;
    if (code === 0 || only !== undefined) return undefined;
    only = code;
  }
  return only;
}

function numbersTest(filter: ResolvedComparison, view: NumbersView): ColumnTest {
  const range = numberRange(filter);
  if (range !== undefined) return rangeTest(range, view);
  const passes = numberPasses(filter);
  return {
    cost: 10,
    excludesNull: !passes(Number.NaN),
    rowTest(chunk) {
      const numbers = view.chunks[chunk]?.numbers;
      return numbers === undefined ? never : (at) => passes(numbers[at] ?? Number.NaN);
    },
    refine(chunk, rows, count) {
      const numbers = view.chunks[chunk]?.numbers;
      if (numbers === undefined) return 0;
      let kept = 0;
      for (let each = 0; each < count; each += 1) {
        const at = rows[each] ?? 0;
        if (!passes(numbers[at] ?? Number.NaN)) continue;
        rows[kept] = at;
        kept += 1;
      }
      return kept;
    },
  };
}

function rangeTest({ low, high }: NumberRange, { chunks }: NumbersView): ColumnTest {
  return {
    cost: 1,
    excludesNull: true,
    rowTest(chunk) {
      const numbers = chunks[chunk]?.numbers;
      if (numbers === undefined) return never;
      return (at) => {
        const number = numbers[at] ?? Number.NaN;
        return number >= low && number <= high;
      };
    },
    refine(chunk, rows, count) {
      const numbers = chunks[chunk]?.numbers;
      if (numbers === undefined) return 0;
      let kept = 0;
      for (let each = 0; each < count; each += 1) {
        const at = rows[each] ?? 0;
        const number = numbers[at] ?? Number.NaN;
        // Written in any case, so that nothing hangs on how the rows are mixed.
        rows[kept] = at;
        kept += number >= low && number <= high ? 1 : 0;
      }
      return kept;
    },
  };
}

function numberPasses({ operator, value }: ResolvedComparison): (number: number) => boolean {
  const test = compileTest(operator, value);
  const isNullMatch = test(null);
  return (number) => (Number.isNaN(number) ? isNullMatch : test(number));
}

/** Conditions that are joined by `or` and `not`, row by row. */
function compileRowTest(
  filter: ResolvedFilter,
  columns: PinnedColumns,
): (chunk: number) => (at: number) => boolean {
  switch (filter.kind) {
    case 'and': {
      const inner = filter.operands.map((operand) => compileRowTest(operand, columns));
      return (chunk) => {
        const tests = inner.map((of) => of(chunk));
        return (at) => tests.every((test) => test(at));
      };
    }
    case 'or': {
      const inner = filter.operands.map((operand) => compileRowTest(operand, columns));
      return (chunk) => {
        const tests = inner.map((of) => of(chunk));
        return (at) => tests.some((test) => test(at));
      };
    }
    case 'not': {
      const inner = compileRowTest(filter.operand, columns);
      return (chunk) => {
        const test = inner(chunk);
        return (at) => !test(at);
      };
    }
    case 'compare':
      return compileCell(filter, columns);
    case 'size':
    case 'keyset':
      assert(false, 'a plan leaves to columns only what columns can answer');
  }
}

/** A missing chunk has no documents; where one is asked for nevertheless, its rows have no values. */
function compileCell(
  filter: ResolvedComparison,
  columns: PinnedColumns,
): (chunk: number) => (at: number) => boolean {
  const view = columns.view({ name: filter.path[0] ?? '' });
  if (view.kind === 'numbers') {
    const passes = numberPasses(filter);
    return (chunk) => {
      const numbers = view.chunks[chunk]?.numbers;
      return (at) => passes(numbers?.[at] ?? Number.NaN);
    };
  }
  const { codes } = codedTest(filter, view);
  return (chunk) => {
    const cells = view.chunks[chunk]?.codes;
    return (at) => codes?.passes(cells?.[at] ?? 0) === true;
  };
}

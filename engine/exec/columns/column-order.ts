/*
 * Rows in an order of fields that have columns. Ties are broken by id, which is row order here. For the first few, a heap
 * keeps the best so far, and most rows fail at one comparison of numbers; where the first field has few distinct values,
 * its values are walked in their order and rows are looked at only until there are enough.
 */
import { assert } from '../../base/assert.ts';
import type { PinnedColumns } from '../../cache/collection-columns.ts';
import { type ColumnView, presence } from '../../cache/column.ts';
import { chunkRows } from '../../cache/column-chunk.ts';
import { walkedValuesMax } from '../../plan/column-access.ts';
import type { ColumnScanNode } from '../../plan/physical-plan.ts';
import type { SortKey } from '../../plan/sort-key.ts';
import type { Row, StoredValue } from '../../values/stored-value.ts';
import { createHeap } from '../entry-heap.ts';
import { tooManyToSort } from '../entry-sorter.ts';
import { type OperatorContext, restBatch } from '../operator.ts';
import { RowSorter } from '../row-sorter.ts';
import { compileComparison, entryBytes, type SortEntry } from '../sort-entry.ts';
import { type ColumnTest, compileColumnTests } from './column-test.ts';
import { selectRows } from './select-rows.ts';

type OrderedScan = ColumnScanNode & { readonly order: NonNullable<ColumnScanNode['order']> };
type OrderedRows = Generator<typeof restBatch, Iterable<Row>, undefined>;

export function* orderRows(
  { conjuncts, order }: OrderedScan,
  columns: PinnedColumns,
  context: Pick<OperatorContext, 'counters' | 'memory'>,
): OrderedRows {
  const { keys, rowsMax } = order;
  const tests = compileColumnTests(conjuncts, columns);
  if (rowsMax === undefined) return yield* sortAll(keys, tests, columns, context);
  return (
    (yield* walkCodes({ keys, rowsMax }, tests, columns, context)) ??
    (yield* topRows({ keys, rowsMax }, tests, columns, context))
  );
}

function* sortAll(
  keys: readonly SortKey[],
  tests: readonly ColumnTest[],
  columns: PinnedColumns,
  context: Pick<OperatorContext, 'counters' | 'memory'>,
): OrderedRows {
  const readers = compileRowReaders(keys, columns);
  const sorter = new RowSorter(keys, context.memory);
  let [chunkAt, at] = [0, 0];
  const read = (key: number): StoredValue | undefined => readers[key]?.(chunkAt, at);
  for (const { chunk, rows, count } of selectRows(columns, tests, forward, context)) {
    chunkAt = chunk;
    for (let each = 0; each < count; each += 1) {
      at = rows[each] ?? 0;
      sorter.add((chunk * chunkRows + at) as Row, read);
      if (each % restRows === restRows - 1) yield restBatch;
    }
    context.counters.rowsRead += count;
    yield restBatch;
  }
  return sorter.sorted();
}

/** Entries that are compared with others between two rests, where each comparison may be one of long texts. */
const restRows = 512;
const forward = { isReverse: false };
const backward = { isReverse: true };

interface TopOrder {
  readonly keys: readonly SortKey[];
  readonly rowsMax: number;
}

function* topRows(
  { keys, rowsMax }: TopOrder,
  tests: readonly ColumnTest[],
  columns: PinnedColumns,
  context: Pick<OperatorContext, 'counters' | 'memory'>,
): OrderedRows {
  const compare = compileComparison(keys);
  const entryOf = compileRowEntry(keys, columns);
  const [first] = keys;
  assert(first !== undefined, 'an order has a key');
  const sign = first.direction === 'asc' ? 1 : -1;
  const view = columns.view({ name: first.path[0] ?? '' });
  const rankOf = compileRank(view);
  const better = compileSieve(view, sign);
  const heap = createHeap<SortEntry>((left, right) => compare(left, right) > 0);
  /** The rank of the last of the best, by the first key alone. */
  let worst = Number.POSITIVE_INFINITY;
  // Much that is written grows with time: the largest are looked for from the end, so that the first that come are the best.
  const direction = sign < 0 ? backward : forward;
  const bytesMax = context.memory.operatorBytesMax;
  let bytes = 0;
  let comparedCount = 0;
  for (const { chunk, rows, count } of selectRows(columns, tests, direction, context)) {
    const kept = better(chunk, rows, count, worst);
    for (let each = 0; each < kept; each += 1) {
      const at = rows[sign < 0 ? kept - 1 - each : each] ?? 0;
      if (rankOf !== undefined && rankOf(chunk, at) * sign > worst) continue;
      const entry = entryOf(chunk, at);
      const { root } = heap;
      comparedCount += 1;
      if (comparedCount % restRows === 0) yield restBatch;
      if (root === undefined || heap.size < rowsMax) {
        bytes += entryBytes(entry);
        heap.push(entry);
      } else if (compare(entry, root) < 0) {
        bytes += entryBytes(entry) - entryBytes(root);
        heap.replaceRoot(entry);
      } else continue;
      if (bytes > bytesMax) throw tooManyToSort(heap.size, bytesMax);
      const last = heap.root;
      if (rankOf === undefined || last === undefined || heap.size < rowsMax) continue;
      const lastAt = last.row % chunkRows;
      worst = rankOf((last.row - lastAt) / chunkRows, lastAt) * sign;
    }
    context.counters.rowsRead += count;
    yield restBatch;
  }
  const found: Row[] = [];
  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
    found.push(entry.row);
    if (found.length % restRows === 0) yield restBatch;
  }
  return found.reverse();
}

/** The rows of one value after the other; `undefined` when the order is of more than one such field. */
function* walkCodes(
  { keys, rowsMax }: TopOrder,
  tests: readonly ColumnTest[],
  columns: PinnedColumns,
  { counters, memory }: Pick<OperatorContext, 'counters' | 'memory'>,
): Generator<typeof restBatch, Iterable<Row> | undefined, undefined> {
  const [first, tie] = keys;
  const name = first?.path[0] ?? '';
  const view = columns.view({ name });
  if (view.kind !== 'coded' || view.dictionary.size > walkedValuesMax || tie === undefined) {
    return undefined;
  }
  if (keys.length !== 2 || tie.path[0] !== 'id') return undefined;
  const onValue = tests.filter(({ codes }) => codes?.name === name);
  const onRow = tests.filter((test) => !onValue.includes(test));
  const codes = view.dictionary.order();
  const walked: Row[] = [];
  for (let nth = 0; nth < codes.length; nth += 1) {
    const code = codes[first?.direction === 'desc' ? codes.length - 1 - nth : nth] ?? 0;
    if (!onValue.every((test) => test.codes?.passes(code) === true)) continue;
    for (let place = 0; place < columns.chunkCount; place += 1) {
      const chunk = tie.direction === 'desc' ? columns.chunkCount - 1 - place : place;
      const found = view.chunks[chunk];
      if (found === undefined) continue;
      const rows = columns.room();
      const rowTests = onRow.map((test) => test.rowTest(chunk));
      if (code === 0) rowTests.unshift(presenceTest(columns, chunk));
      const isFirst = rowTests.length === 0 && tie.direction === 'asc';
      const count = found.listOf(code, rows, isFirst ? rowsMax - walked.length : chunkRows);
      let looked = 0;
      for (; looked < count && walked.length < rowsMax; looked += 1) {
        const at = rows[tie.direction === 'desc' ? count - 1 - looked : looked] ?? 0;
        if (passesAll(rowTests, at)) walked.push((chunk * chunkRows + at) as Row);
      }
      counters.rowsRead += looked;
      if (walked.length * bareRowBytes > memory.operatorBytesMax) {
        throw tooManyToSort(walked.length, memory.operatorBytesMax);
      }
      if (walked.length === rowsMax) return walked;
      yield restBatch;
    }
  }
  return walked;
}

/** A number in a list that has room to grow. */
const bareRowBytes = 8;

function passesAll(tests: readonly ((at: number) => boolean)[], at: number): boolean {
  for (let each = 0; each < tests.length; each += 1) {
    if (tests[each]?.(at) === false) return false;
  }
  return true;
}

/** Rows without a document have no values either. */
function presenceTest(columns: PinnedColumns, chunk: number): (at: number) => boolean {
  const view = columns.view(presence);
  const codes = view.kind === 'coded' ? view.chunks[chunk]?.codes : undefined;
  return (at) => codes?.[at] === 1;
}

/** Numbers that stand in the order of the values; `undefined` when there are too many values to order them first. */
function compileRank(view: ColumnView): ((chunk: number, at: number) => number) | undefined {
  if (view.kind === 'numbers') {
    return (chunk, at) => {
      const number = view.chunks[chunk]?.numbers[at] ?? Number.NaN;
      return Number.isNaN(number) ? Number.NEGATIVE_INFINITY : number;
    };
  }
  if (view.dictionary.size > 4_096) return undefined;
  const ranks = new Float64Array(view.dictionary.size);
  for (const [rank, code] of view.dictionary.order().entries()) ranks[code] = rank;
  return (chunk, at) => ranks[view.chunks[chunk]?.codes[at] ?? 0] ?? 0;
}

/** Keeps the rows of a block whose number is not behind `worst`, so that most are never looked at one by one. */
function compileSieve(
  view: ColumnView,
  sign: 1 | -1,
): (chunk: number, rows: Uint16Array, count: number, worst: number) => number {
  if (view.kind !== 'numbers') return (_chunk, _rows, count) => count;
  const { chunks } = view;
  return (chunk, rows, count, worst) => {
    const numbers = chunks[chunk]?.numbers;
    if (numbers === undefined || worst === Number.POSITIVE_INFINITY) return count;
    let kept = 0;
    for (let each = 0; each < count; each += 1) {
      const at = rows[each] ?? 0;
      const number = numbers[at] ?? Number.NaN;
      rows[kept] = at;
      // Rows without a number come first: the last of all in a falling order.
      kept += (sign > 0 ? number > worst : !(-number <= worst)) ? 0 : 1;
    }
    return kept;
  };
}

function compileRowEntry(
  keys: readonly SortKey[],
  columns: PinnedColumns,
): (chunk: number, at: number) => SortEntry {
  const readers = compileRowReaders(keys, columns);
  return (chunk, at) => ({
    values: readers.map((read) => read(chunk, at)),
    row: (chunk * chunkRows + at) as Row,
  });
}

/** What reads the value of each key in a row. */
function compileRowReaders(
  keys: readonly SortKey[],
  columns: PinnedColumns,
): readonly ((chunk: number, at: number) => StoredValue)[] {
  return keys.map(({ path }) => {
    const [name = ''] = path;
    // Ids ascend with rows.
    if (name === 'id') return (chunk, at) => chunk * chunkRows + at;
    const view = columns.view({ name });
    if (view.kind === 'coded') {
      const { chunks, dictionary } = view;
      return (chunk, at) => dictionary.valueOf(chunks[chunk]?.codes[at] ?? 0);
    }
    return (chunk, at) => {
      const number = view.chunks[chunk]?.numbers[at] ?? Number.NaN;
      return Number.isNaN(number) ? null : number;
    };
  });
}

/*
 * Totals and groups of a selection in one pass over columns; no document is read. When columns cannot be had, the plan
 * that reads documents runs.
 */
import { assert } from '../../base/assert.ts';
import type { PinnedColumns } from '../../cache/collection-columns.ts';
import type { ColumnTotalsPlan } from '../../plan/plan-parts.ts';
import type { Row, StoredDocument, StoredValue } from '../../values/stored-value.ts';
import { CodePairs } from '../columns/code-pairs.ts';
import { type ColumnTest, compileColumnTests } from '../columns/column-test.ts';
import { CodeCounts, createTally, type FieldTally } from '../columns/field-tally.ts';
import { createGroupIndex, type GroupIndex } from '../columns/group-index.ts';
import { overColumns } from '../columns/pin-columns.ts';
import { type RowBlock, selectRows } from '../columns/select-rows.ts';
import { ExactSum } from '../exact-sum.ts';
import type { CompiledGroup } from '../group-shape.ts';
import {
  compileOutputKey,
  type Group,
  groupBytes,
  groupsTooLarge,
  measureBytes,
} from '../group-table.ts';
import { isExactSum, type MeasureRequest, type Measures, valueOfSum } from '../measures.ts';
import { type Operator, type OperatorContext, restBatch } from '../operator.ts';
import { distinctTooLarge } from '../totals.ts';
import { groupRows } from './group-rows.ts';
import type { TotalsTarget } from './totals.ts';

export function readColumnTotals(
  plan: ColumnTotalsPlan,
  target: TotalsTarget,
  fallback: () => Operator,
  context: OperatorContext,
): Operator {
  const read = (columns: PinnedColumns) => measure(plan, target, columns, context);
  return overColumns(plan, fallback, read, context);
}

function* measure(
  { conjuncts }: ColumnTotalsPlan,
  { collection, measures, totalRows, groups }: TotalsTarget,
  columns: PinnedColumns,
  context: OperatorContext,
): Operator {
  const bytesMax = context.memory.operatorBytesMax;
  const totals = new MeasuredFields(measures, columns, false);
  const tables = groups.map(({ shape, part }) => ({
    shape,
    part,
    table: new ColumnGroups(shape, columns, bytesMax),
  }));
  const tests = compileColumnTests(conjuncts, columns);
  const [first] = tables;
  const isOnlyCounted = measures.requests.every(({ path }) => path === undefined);
  const pairs =
    first !== undefined && tables.length === 1 && isOnlyCounted
      ? first.table.pairs(columns, tests)
      : undefined;
  if (pairs !== undefined) {
    for (const rowCount of pairs.count()) {
      context.counters.rowsRead += rowCount;
      context.counters.rowsPassed += rowCount;
      yield restBatch;
    }
    first?.table.takePairs(pairs);
    totals.addRows(pairs.counts.rowCount);
  }
  const isCounted = tests.length === 0 && tables.length === 0 && totals.addCounted(columns);
  if (!isCounted && pairs === undefined) {
    for (const block of selectRows(columns, tests, { isReverse: false }, context)) {
      totals.add(block, undefined);
      if (totals.bytes > bytesMax) throw distinctTooLarge(bytesMax);
      for (const { table } of tables) table.add(block);
      context.counters.rowsRead += block.count;
      yield restBatch;
    }
  }
  const rows = totalRows((number) => totals.value(0, number, totals.rowCount));
  yield batchOf(rows);
  for (const { shape, part, table } of tables) {
    yield* groupRows(table, { shape, collection, part }, context);
  }
}

/** Everything that is measured, of one set of rows or of groups; each field is looked at once. */
class MeasuredFields {
  readonly #requests: readonly MeasureRequest[];
  readonly #measures: Measures;
  readonly #tallies = new Map<string, FieldTally>();
  #rowCount = 0;

  constructor(measures: Measures, columns: PinnedColumns, isGrouped: boolean) {
    this.#requests = measures.requests;
    this.#measures = measures;
    for (const { path } of this.#requests) {
      const [name] = path ?? [];
      if (name === undefined || path === undefined || this.#tallies.has(name)) continue;
      const asked = this.#requests
        .filter((request) => request.path?.[0] === name)
        .map((request) => request.function);
      const tally = createTally(columns.view({ name }), {
        isGrouped,
        isSummed: asked.includes('sum') || asked.includes('avg'),
        isDistinct: asked.includes('countDistinct'),
        isExact: isExactSum(measures.definition, path),
      });
      this.#tallies.set(name, tally);
    }
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  get bytes(): number {
    let bytes = 0;
    for (const tally of this.#tallies.values()) bytes += tally.bytes;
    return bytes;
  }

  /** Rows of which nothing is measured. */
  addRows(count: number): void {
    this.#rowCount += count;
  }

  add(block: RowBlock, groups: Uint32Array | undefined): void {
    this.#rowCount += block.count;
    for (const tally of this.#tallies.values()) tally.add(block, groups);
  }

  /** All that is measured, by field, where it is nothing but numbers of codes. */
  get codeCounts(): ReadonlyMap<string, CodeCounts> | undefined {
    const counted = new Map<string, CodeCounts>();
    for (const [name, tally] of this.#tallies) {
      if (!(tally instanceof CodeCounts)) return undefined;
      counted.set(name, tally);
    }
    return counted;
  }

  /** Adds all rows by what their chunks have counted, if they have counted all that is asked. */
  addCounted(columns: PinnedColumns): boolean {
    const tallies = [...this.#tallies.values()];
    const counted = tallies.filter((tally) => tally instanceof CodeCounts);
    if (tallies.length === 0 || counted.length < tallies.length) return false;
    if (!counted.every((tally) => tally.isCounted)) return false;
    for (let chunk = 0; chunk < columns.chunkCount; chunk += 1) {
      for (const tally of counted) tally.addCounted(chunk);
    }
    this.#rowCount = columns.documentCount;
    return true;
  }

  /** The value of a measure by its number. */
  value(group: number, number: number, rowCount: number): StoredValue {
    const request = this.#requests[number];
    assert(request !== undefined, 'a measure has a number');
    const { path, function: name } = request;
    if (path === undefined) return rowCount;
    const value = this.#tallies.get(path[0] ?? '')?.value(group, name) ?? null;
    if (!(value instanceof ExactSum)) return value;
    if (name === 'avg') return value.mean() ?? null;
    return valueOfSum(value, path.join('.'), isExactSum(this.#measures.definition, path));
  }
}

/** The groups of one `groupBy`. */
class ColumnGroups {
  readonly #shape: CompiledGroup;
  readonly #index: GroupIndex;
  readonly #bytesMax: number;
  readonly #fields: MeasuredFields;
  readonly #columns: PinnedColumns;
  #numbers: Uint32Array | undefined;
  #counts = new Uint32Array(256);
  /** Set where each row is counted once, by the codes of its group and its value. */
  #coded: readonly CodeCounts[] | undefined;

  constructor(shape: CompiledGroup, columns: PinnedColumns, bytesMax: number) {
    this.#shape = shape;
    this.#bytesMax = bytesMax;
    this.#columns = columns;
    this.#index = createGroupIndex(shape.group, columns);
    this.#fields = new MeasuredFields(shape.measures, columns, true);
    const counted = this.#fields.codeCounts;
    this.#coded = counted === undefined || counted.size === 0 ? undefined : [...counted.values()];
  }

  /** What counts all rows at once, by the codes of their group and of what is measured; `undefined` where it cannot. */
  pairs(columns: PinnedColumns, tests: readonly ColumnTest[]): CodePairs | undefined {
    const { keys, interval } = this.#shape.group;
    const [key] = keys;
    const counted = this.#fields.codeCounts;
    if (key === undefined || keys.length > 1 || interval !== undefined) return undefined;
    if (counted === undefined || counted.size > 1) return undefined;
    const [measured] = counted;
    return CodePairs.of(columns, tests, {
      key: key.path[0] ?? '',
      measured: measured && { name: measured[0], counts: measured[1] },
    });
  }

  /** Takes over what was counted so. */
  takePairs({ counts }: CodePairs): void {
    this.#coded = [counts];
  }

  /** @throws AuroraError `LimitExceeded` above the memory bound */
  add(block: RowBlock): void {
    const codes = this.#coded === undefined ? undefined : this.#index.codesOf?.(block.chunk);
    if (codes === undefined) this.#addNumbered(block);
    else for (const tally of this.#coded ?? []) tally.addCoded(block, codes, this.#index.count);
    const measured = this.#shape.measures.requests.length;
    const bytes = this.#index.count * (groupBytes + measured * measureBytes) + this.#fields.bytes;
    if (bytes > this.#bytesMax) throw groupsTooLarge(this.#index.count, this.#bytesMax);
  }

  #addNumbered(block: RowBlock): void {
    this.#numbers ??= this.#columns.numberRoom();
    const numbers = this.#numbers;
    this.#index.number(block, numbers);
    const groupCount = this.#index.count;
    if (groupCount > this.#counts.length) {
      const counts = new Uint32Array(2 * groupCount);
      counts.set(this.#counts);
      this.#counts = counts;
    }
    const counts = this.#counts;
    for (let each = 0; each < block.count; each += 1) {
      const group = numbers[each] ?? 0;
      counts[group] = (counts[group] ?? 0) + 1;
    }
    this.#fields.add(block, numbers);
  }

  /** Rows are counted in one way or the other, chunk by chunk. */
  #rowCountOf(group: number): number {
    const numbered = this.#counts[group] ?? 0;
    const [first] = this.#coded ?? [];
    return first === undefined ? numbered : first.rowCountOf(group);
  }

  get groups(): Iterable<Group> {
    return this.#read();
  }

  *#read(): Generator<Group, void, undefined> {
    const outputKey = compileOutputKey(this.#shape.group);
    for (let group = 0; group < this.#index.count; group += 1) {
      const count = this.#rowCountOf(group);
      if (count === 0) continue;
      yield {
        key: outputKey(this.#index.keyOf(group)),
        measured: (number) => this.#fields.value(group, number, count),
        nodes: noNodes,
      };
    }
  }
}

const noNodes: Group['nodes'] = [];

function batchOf(documents: readonly StoredDocument[]) {
  return { rows: documents.map((_, at) => at as Row), documents };
}

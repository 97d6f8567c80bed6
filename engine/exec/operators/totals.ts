/*
 * One pass over documents for all totals and groups of a selection. It rests after each batch; the rows come at the
 * end, totals first, then the groups of each `groupBy`.
 */
import type { CollectionEntry } from '../../catalog/catalog.ts';
import type { TotalsPlan } from '../../plan/plan-parts.ts';
import type { Row, StoredDocument, StoredValue } from '../../values/stored-value.ts';
import { buildCount, buildOperator } from '../build-operator.ts';
import { compileReader } from '../field-reader.ts';
import type { CompiledGroup } from '../group-shape.ts';
import { GroupTable } from '../group-table.ts';
import type { Measures } from '../measures.ts';
import { type Operator, type OperatorContext, restBatch } from '../operator.ts';
import { DocumentTotals, type MeasuredValues } from '../totals.ts';
import { readColumnTotals } from './column-totals.ts';
import { groupRows } from './group-rows.ts';

export interface TotalsTarget {
  readonly plan: TotalsPlan;
  readonly collection: CollectionEntry;
  readonly measures: Measures;
  readonly totalRows: (measured: MeasuredValues) => readonly StoredDocument[];
  readonly groups: readonly { readonly shape: CompiledGroup; readonly part: number }[];
}

export function* readTotals(target: TotalsTarget, context: OperatorContext): Operator {
  const { plan, totalRows } = target;
  switch (plan.kind) {
    case 'none':
      return;
    case 'count': {
      let count = 0;
      for (const step of buildCount(plan.count, context)) {
        count += step;
        yield restBatch;
      }
      yield batchOf(totalRows(() => count));
      return;
    }
    case 'indexEnds':
      yield* readEnds(plan, target, context);
      return;
    case 'columnTotals':
      yield* readColumnTotals(plan, target, () => scan(plan.fallback, target, context), context);
      return;
    case 'scan':
      yield* scan(plan, target, context);
  }
}

/** One document for each end of an index; the count needs none. */
function* readEnds(
  { count, ends }: Extract<TotalsPlan, { kind: 'indexEnds' }>,
  { collection, totalRows }: TotalsTarget,
  context: OperatorContext,
): Operator {
  const { snapshot, counters } = context;
  const values: StoredValue[] = [];
  for (const end of ends) {
    if (end === undefined) {
      let sum = 0;
      for (const step of buildCount(count, context)) sum += step;
      values.push(sum);
      continue;
    }
    snapshot.noteUse(end.index);
    const behindNulls = { values: [null], inclusive: false };
    const cursor = snapshot.scanIndex(end.index, { lower: behindNulls, reverse: end.isLast });
    const [row] = cursor.next(1);
    cursor.close();
    const document = row === undefined ? undefined : snapshot.read(collection, row);
    values.push((document && compileReader(end.path)(document)) ?? null);
    counters.rowsRead += row === undefined ? 0 : 1;
    yield restBatch;
  }
  yield batchOf(totalRows((measure) => values[measure] ?? null));
}

function* scan(
  { input }: Extract<TotalsPlan, { kind: 'scan' }>,
  { collection, measures, totalRows, groups }: TotalsTarget,
  context: OperatorContext,
): Operator {
  const bytesMax = context.memory.operatorBytesMax;
  const totals = new DocumentTotals(measures, bytesMax);
  const tables = groups.map(({ shape, part }) => ({
    shape,
    part,
    table: new GroupTable(shape, bytesMax),
  }));
  for (const { rows, documents } of buildOperator(input, context)) {
    for (const [at, document] of documents.entries()) {
      const row = rows[at];
      if (row === undefined) continue;
      totals.add(document);
      for (const { table } of tables) table.add(document, row);
    }
    yield restBatch;
  }
  yield batchOf(totalRows((measure) => totals.value(measure)));
  for (const { shape, part, table } of tables) {
    yield* groupRows(table, { shape, collection, part }, context);
  }
}

function batchOf(documents: readonly StoredDocument[]) {
  return { rows: documents.map((_, at) => at as Row), documents };
}

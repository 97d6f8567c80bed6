import { assert, unreachable } from '../base/assert.ts';
import type { CountPlan, PhysicalNode } from '../plan/physical-plan.ts';
import { createBatchSizer } from './batch-size.ts';
import { compileFilter } from './compile-filter.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { countColumns } from './operators/column-count.ts';
import { columnScan } from './operators/column-scan.ts';
import { filterRows } from './operators/filter.ts';
import { fullScan } from './operators/full-scan.ts';
import { idLookup } from './operators/id-lookup.ts';
import { indexRange } from './operators/index-range.ts';
import { limitRows } from './operators/limit.ts';
import { walkOrRetreat } from './operators/retreat.ts';
import { searchRows } from './operators/search.ts';
import { sortRows } from './operators/sort.ts';
import { sortTies } from './operators/sort-ties.ts';
import { topK } from './operators/top-k.ts';

/** The operators of a plan, connected. Nothing is read before the first pull. `wanted` documents are likely to be enough. */
export function buildOperator(
  node: PhysicalNode,
  context: OperatorContext,
  wanted?: number,
): Operator {
  const operator = connect(node, context, wanted);
  return context.analysis?.measure(node, operator, context.counters) ?? operator;
}

function connect(node: PhysicalNode, context: OperatorContext, wanted?: number): Operator {
  switch (node.kind) {
    case 'empty':
      return nothing();
    case 'fullScan':
      return fullScan(node.collection, { ...node, wanted }, context);
    case 'idLookup':
      return idLookup(node.collection, node.ids, context);
    case 'indexRange':
      return indexRange(node, context, { wanted });
    case 'columnScan':
      return columnScan({ ...node, wanted }, () => buildOperator(node.fallback, context), context);
    case 'search': {
      const { search } = context;
      assert(search === node.request && search !== undefined, 'a plan searches what its run does');
      return searchRows(node, search, context);
    }
    case 'filter':
      return filterRows(buildOperator(node.input, context), compileFilter(node.filter));
    case 'sort':
      return sortRows(buildOperator(node.input, context), node, context);
    case 'topK':
      return topK(buildOperator(node.input, context), node, context);
    case 'sortTies':
      return sortTies(buildOperator(node.input, context), node, context);
    case 'limit':
      return limited(node, context);
    default:
      return unreachable(node);
  }
}

/**
 * What an offset passes over is not read: in a whole collection where its rows tell which those are, and in an index,
 * whose entries are enough.
 */
function limited(
  { input, offset, rowsMax, retreat }: Extract<PhysicalNode, { kind: 'limit' }>,
  context: OperatorContext,
): Operator {
  if (retreat !== undefined && rowsMax !== undefined) {
    const { rowsReadMax, plan } = retreat;
    const walk = limited({ kind: 'limit', input, offset, rowsMax }, context);
    const other = () => buildOperator(plan, context);
    return walkOrRetreat(walk, { rowsMax, rowsReadMax, other }, context);
  }
  const wanted = rowsMax === undefined ? undefined : offset + rowsMax;
  if (input.kind === 'fullScan' && offset > 0 && !input.reverse && input.from === undefined) {
    const { collection } = input;
    if (offset >= context.snapshot.documentCount(collection)) return nothing();
    const from = context.snapshot.rowAt(collection, offset);
    if (from !== undefined) {
      const scan = fullScan(collection, { reverse: false, from, wanted: rowsMax }, context);
      return limitRows(scan, 0, rowsMax);
    }
  }
  if (input.kind === 'indexRange') {
    return limitRows(indexRange(input, context, { skip: offset, wanted }), 0, rowsMax);
  }
  return limitRows(buildOperator(input, context, wanted), offset, rowsMax);
}

function* nothing(): Operator {}

/** Counts in steps: each step gives how many it added. */
export function* buildCount(
  plan: CountPlan,
  context: OperatorContext,
): Generator<number, void, undefined> {
  switch (plan.kind) {
    case 'collectionCount':
      yield context.snapshot.documentCount(plan.collection);
      return;
    case 'indexCount':
      yield* countEntries(plan.input, context);
      return;
    case 'columnCount':
      yield* countColumns(plan, () => buildCount(plan.fallback, context), context);
      return;
    case 'countRows':
      for (const batch of buildOperator(plan.input, context)) yield batch.rows.length;
      return;
    default:
      unreachable(plan);
  }
}

function* countEntries(
  { index, ranges }: Extract<CountPlan, { kind: 'indexCount' }>['input'],
  { snapshot, counters }: OperatorContext,
): Generator<number, void, undefined> {
  snapshot.noteUse(index);
  for (const range of ranges) {
    const cursor = snapshot.scanIndex(index, range);
    const sizer = createBatchSizer();
    try {
      for (;;) {
        const rowCount = cursor.next(sizer.rows).length;
        if (rowCount === 0) break;
        counters.rowsRead += rowCount;
        counters.rowsPassed += rowCount;
        yield rowCount;
        sizer.took(counters.stepMs);
      }
    } finally {
      cursor.close();
    }
  }
}

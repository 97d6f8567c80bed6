/*
 * Documents whose rows were found in columns: in row order, or in an order that columns make, of which the documents are
 * read last. When columns cannot be had, the plan that does without them runs.
 */
import { assert } from '../../base/assert.ts';
import type { PinnedColumns } from '../../cache/collection-columns.ts';
import { chunkRows } from '../../cache/column-chunk.ts';
import type { ColumnScanNode } from '../../plan/physical-plan.ts';
import type { Row, StoredDocument } from '../../values/stored-value.ts';
import { createBatchSizer } from '../batch-size.ts';
import { orderRows } from '../columns/column-order.ts';
import { compileColumnTests } from '../columns/column-test.ts';
import { overColumns } from '../columns/pin-columns.ts';
import { type RowBlock, selectRows } from '../columns/select-rows.ts';
import { type Operator, type OperatorContext, readAfter, restBatch } from '../operator.ts';
import { readRows } from '../sort-entry.ts';

export function columnScan(
  node: ColumnScanNode & { readonly wanted: number | undefined },
  fallback: () => Operator,
  context: OperatorContext,
): Operator {
  const { order } = node;
  const read = (columns: PinnedColumns): Operator =>
    order === undefined
      ? inRowOrder(node, columns, context)
      : inOrder({ ...node, order }, columns, context);
  return overColumns(node, fallback, read, context);
}

function* inOrder(
  node: ColumnScanNode & Parameters<typeof orderRows>[0],
  columns: PinnedColumns,
  context: OperatorContext,
): Operator {
  const rows = yield* orderRows(node, columns, context);
  yield* readRows(rows, node.collection, context);
}

function* inRowOrder(
  {
    collection,
    conjuncts,
    reverse,
    wanted,
  }: ColumnScanNode & { readonly wanted: number | undefined },
  columns: PinnedColumns,
  context: OperatorContext,
): Operator {
  const tests = compileColumnTests(conjuncts, columns);
  const blocks = selectRows(columns, tests, { isReverse: reverse }, context);
  const sizer = createBatchSizer(wanted);
  const { snapshot, counters } = context;
  let readCount = 0;
  for (const { chunk, rows: found, count } of blocks) {
    for (let start = 0; start < count; ) {
      const end = Math.min(count, start + sizer.rows);
      const rows: Row[] = [];
      const documents: StoredDocument[] = [];
      for (let each = start; each < end; each += 1) {
        const row = rowAt(chunk, found, reverse ? count - 1 - each : each);
        const document = snapshot.read(collection, row, readAfter(readCount));
        readCount += 1;
        assert(document !== undefined, 'columns show the rows of the snapshot');
        rows.push(row);
        documents.push(document);
      }
      counters.rowsRead += rows.length;
      yield { rows, documents };
      sizer.took(counters.stepMs);
      start = end;
    }
    if (count === 0) yield restBatch;
  }
}

function rowAt(chunk: number, rows: RowBlock['rows'], at: number): Row {
  return (chunk * chunkRows + (rows[at] ?? 0)) as Row;
}

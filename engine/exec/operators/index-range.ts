import { assert } from '../../base/assert.ts';
import type { IndexRangeNode } from '../../plan/physical-plan.ts';
import type { IndexRange } from '../../transactions/snapshot.ts';
import type { Row, StoredDocument } from '../../values/stored-value.ts';
import { createBatchSizer } from '../batch-size.ts';
import { type Operator, type OperatorContext, readAfter } from '../operator.ts';

interface RangeReadOptions {
  /** So many rows are passed over without being read. */
  readonly skip?: number;
  /** Rows that are likely to be enough, those that are passed over among them. */
  readonly wanted?: number | undefined;
}

/** The documents of key ranges in key order. Rows of an index with an entry per element are given once. */
export function* indexRange(
  node: IndexRangeNode,
  context: OperatorContext,
  { skip = 0, wanted }: RangeReadOptions = {},
): Operator {
  const skipped = { left: skip };
  const seen = node.index.multiEntry ? new Set<Row>() : undefined;
  context.snapshot.noteUse(node.index);
  for (const [at, range] of node.ranges.entries()) {
    const passedRow = at === 0 ? node.passedRow : undefined;
    yield* oneRange(node, { range, passedRow, seen, skipped, wanted }, context);
  }
}

interface RangeRead {
  readonly range: IndexRange;
  readonly passedRow: Row | undefined;
  readonly seen: Set<Row> | undefined;
  /** How many are still to be passed over. */
  readonly skipped: { left: number };
  readonly wanted: number | undefined;
}

function* oneRange(
  { collection, index }: IndexRangeNode,
  { range, passedRow, seen, skipped, wanted }: RangeRead,
  { snapshot, counters }: OperatorContext,
): Operator {
  const cursor = snapshot.scanIndex(index, range);
  const sizer = createBatchSizer(wanted);
  let readCount = 0;
  try {
    for (;;) {
      const entries = cursor.next(sizer.rows);
      if (entries.length === 0) return;
      counters.rowsRead += entries.length;
      counters.rowsPassed += entries.length;
      const rows: Row[] = [];
      const documents: StoredDocument[] = [];
      for (const row of entries) {
        if (seen?.has(row) || (passedRow !== undefined && row <= passedRow)) continue;
        seen?.add(row);
        if (skipped.left > 0) {
          skipped.left -= 1;
          continue;
        }
        const document = snapshot.read(collection, row, readAfter(readCount));
        readCount += 1;
        assert(document !== undefined, `index "${index.name}" refers only to documents that exist`);
        rows.push(row);
        documents.push(document);
      }
      yield { rows, documents };
      sizer.took(counters.stepMs);
    }
  } finally {
    cursor.close();
  }
}

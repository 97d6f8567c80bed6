import type { CollectionEntry } from '../../catalog/catalog.ts';
import type { Row } from '../../values/stored-value.ts';
import { createBatchSizer } from '../batch-size.ts';
import type { Operator, OperatorContext } from '../operator.ts';

/** All documents of a collection in row order. */
export function* fullScan(
  collection: CollectionEntry,
  options: {
    readonly reverse: boolean;
    readonly from?: Row;
    /** Those that are looked at; all unless told. */
    readonly fields?: readonly string[];
    /** Documents that are likely to be enough. */
    readonly wanted?: number | undefined;
  },
  { snapshot, counters }: OperatorContext,
): Operator {
  const cursor = snapshot.scan(collection, options);
  const sizer = createBatchSizer(options.wanted);
  try {
    for (;;) {
      const batch = cursor.next(sizer.rows);
      if (batch.rows.length === 0) return;
      counters.rowsRead += batch.rows.length;
      counters.rowsPassed += batch.rows.length;
      yield batch;
      sizer.took(counters.stepMs);
    }
  } finally {
    cursor.close();
  }
}

import type { CollectionEntry } from '../../catalog/catalog.ts';
import type { SortKey } from '../../plan/sort-key.ts';
import { compileReader } from '../field-reader.ts';
import { type Operator, type OperatorContext, restBatch } from '../operator.ts';
import { RowSorter } from '../row-sorter.ts';
import { readRows } from '../sort-entry.ts';

/** All documents of the input in an order. @throws AuroraError `LimitExceeded` above the memory bound. */
export function* sortRows(
  input: Operator,
  target: { readonly collection: CollectionEntry; readonly keys: readonly SortKey[] },
  context: OperatorContext,
): Operator {
  const readers = target.keys.map(({ path }) => compileReader(path));
  const sorter = new RowSorter(target.keys, context.memory);
  for (const { rows, documents } of input) {
    for (let at = 0; at < documents.length; at += 1) {
      const [row, document] = [rows[at], documents[at]];
      if (row === undefined || document === undefined) continue;
      sorter.add(row, (key) => readers[key]?.(document));
    }
    yield restBatch;
  }
  yield* readRows(sorter.sorted(), target.collection, context);
}

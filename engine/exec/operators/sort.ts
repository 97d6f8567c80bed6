import type { CollectionEntry } from '../../catalog/catalog.ts';
import { limits } from '../../limits.ts';
import type { SortKey } from '../../plan/sort-key.ts';
import { EntrySorter } from '../entry-sorter.ts';
import { type Operator, type OperatorContext, restBatch } from '../operator.ts';
import { compileComparison, compileEntry, readEntries } from '../sort-entry.ts';

/** All documents of the input in an order. @throws AuroraError `LimitExceeded` above the memory bound. */
export function* sortRows(
  input: Operator,
  target: { readonly collection: CollectionEntry; readonly keys: readonly SortKey[] },
  context: OperatorContext,
): Operator {
  const entryOf = compileEntry(target.keys);
  const sorter = new EntrySorter(compileComparison(target.keys), limits.sortBytesMax);
  for (const { rows, documents } of input) {
    for (const [at, document] of documents.entries()) {
      const row = rows[at];
      if (row !== undefined) sorter.add(entryOf(document, row));
    }
    yield restBatch;
  }
  yield* readEntries(sorter.sorted(), target.collection, context);
}

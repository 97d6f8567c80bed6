import type { CollectionEntry } from '../../catalog/catalog.ts';
import type { SortKey } from '../../plan/physical-plan.ts';
import { createHeap } from '../entry-heap.ts';
import { type Operator, type OperatorContext, restBatch } from '../operator.ts';
import { compileComparison, compileEntry, readEntries, type SortEntry } from '../sort-entry.ts';

/** The first `rowsMax` documents of an order. Keeps a heap of so many keys whose root is the last of them. */
export function* topK(
  input: Operator,
  target: {
    readonly collection: CollectionEntry;
    readonly keys: readonly SortKey[];
    readonly rowsMax: number;
  },
  context: OperatorContext,
): Operator {
  const compare = compileComparison(target.keys);
  const entryOf = compileEntry(target.keys);
  const heap = createHeap<SortEntry>((left, right) => compare(left, right) > 0);
  for (const { rows, documents } of input) {
    for (const [at, document] of documents.entries()) {
      const row = rows[at];
      if (row === undefined) continue;
      const entry = entryOf(document, row);
      if (heap.size < target.rowsMax) heap.push(entry);
      else if (heap.root !== undefined && compare(entry, heap.root) < 0) heap.replaceRoot(entry);
    }
    yield restBatch;
  }
  const sorted: SortEntry[] = [];
  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
    sorted.push(entry);
    if (sorted.length % 512 === 0) yield restBatch;
  }
  yield* readEntries(sorted.reverse(), target.collection, context);
}

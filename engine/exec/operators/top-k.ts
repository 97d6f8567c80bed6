import type { CollectionEntry } from '../../catalog/catalog.ts';
import type { SortKey } from '../../plan/sort-key.ts';
import { createHeap } from '../entry-heap.ts';
import { tooManyToSort } from '../entry-sorter.ts';
import { type Operator, type OperatorContext, restBatch } from '../operator.ts';
import {
  compileBefore,
  compileComparison,
  compileEntry,
  entryBytes,
  readEntries,
  type SortEntry,
} from '../sort-entry.ts';

/**
 * The first `rowsMax` documents of an order. Keeps a heap of so many keys whose root is the last of them.
 * @throws AuroraError `LimitExceeded` above the memory bound
 */
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
  const comesBefore = compileBefore(target.keys);
  const heap = createHeap<SortEntry>((left, right) => compare(left, right) > 0);
  const bytesMax = context.memory.operatorBytesMax;
  let bytes = 0;
  for (const { rows, documents } of input) {
    for (const [at, document] of documents.entries()) {
      const row = rows[at];
      if (row === undefined) continue;
      const { root } = heap;
      if (root === undefined || heap.size < target.rowsMax) {
        const entry = entryOf(document, row);
        bytes += entryBytes(entry);
        heap.push(entry);
      }
      // Most documents fail here, so nothing is allocated for them.
      else if (comesBefore(document, root)) {
        const entry = entryOf(document, row);
        bytes += entryBytes(entry) - entryBytes(root);
        heap.replaceRoot(entry);
      }
    }
    if (bytes > bytesMax) throw tooManyToSort(heap.size, bytesMax);
    yield restBatch;
  }
  const sorted: SortEntry[] = [];
  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
    sorted.push(entry);
    if (sorted.length % 512 === 0) yield restBatch;
  }
  yield* readEntries(sorted.reverse(), target.collection, context);
}

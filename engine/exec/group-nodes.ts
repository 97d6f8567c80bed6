/* The documents that a group shows: all in an order, or the first few, of which only rows and order keys are kept. */
import type { SortKey } from '../plan/sort-key.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { createHeap } from './entry-heap.ts';
import { EntrySorter } from './entry-sorter.ts';
import {
  compileBefore,
  compileComparison,
  compileEntry,
  entryBytes,
  type SortEntry,
} from './sort-entry.ts';

export interface GroupNodes {
  /** Gives how many bytes it occupies more than before, roughly. */
  add(document: StoredDocument, row: Row): number;
  /** In order; call once, after the last `add`. */
  sorted(): Iterable<SortEntry>;
}

/** Compiles what starts the documents of each group. */
export function compileGroupNodes(
  keys: readonly SortKey[],
  rowsMax: number | undefined,
  bytesMax: number,
): () => GroupNodes {
  const compare = compileComparison(keys);
  const entryOf = compileEntry(keys);
  if (rowsMax === undefined) return () => allNodes(compare, entryOf, bytesMax);
  const comesBefore = compileBefore(keys);
  return () => {
    const heap = createHeap<SortEntry>((left, right) => compare(left, right) > 0);
    return {
      add(document, row) {
        const { root } = heap;
        if (heap.size < rowsMax) {
          const entry = entryOf(document, row);
          heap.push(entry);
          return entryBytes(entry);
        }
        if (root === undefined || !comesBefore(document, root)) return 0;
        const entry = entryOf(document, row);
        heap.replaceRoot(entry);
        return entryBytes(entry) - entryBytes(root);
      },
      sorted() {
        const entries: SortEntry[] = [];
        for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) entries.push(entry);
        return entries.reverse();
      },
    };
  };
}

function allNodes(
  compare: (left: SortEntry, right: SortEntry) => number,
  entryOf: (document: StoredDocument, row: Row) => SortEntry,
  bytesMax: number,
): GroupNodes {
  const sorter = new EntrySorter(compare, bytesMax);
  return {
    add(document, row) {
      const entry = entryOf(document, row);
      sorter.add(entry);
      return entryBytes(entry);
    },
    sorted: () => sorter.sorted(),
  };
}

/*
 * The input is ordered by the first keys, as an index gives it; this orders each group of equals by the others.
 * Groups stream: only one is in memory, and a limit above stops after its group.
 */
import type { CollectionEntry } from '../../catalog/catalog.ts';
import type { SortKey } from '../../plan/sort-key.ts';
import { compareValues } from '../../values/compare.ts';
import { EntrySorter } from '../entry-sorter.ts';
import { type Operator, type OperatorContext, restBatch } from '../operator.ts';
import { compileComparison, compileEntry, readEntries, type SortEntry } from '../sort-entry.ts';

export function* sortTies(
  input: Operator,
  target: {
    readonly collection: CollectionEntry;
    readonly keys: readonly SortKey[];
    readonly prefixLength: number;
  },
  context: OperatorContext,
): Operator {
  const compare = compileComparison(target.keys);
  const entryOf = compileEntry(target.keys);
  let group = new EntrySorter(compare, context.memory.operatorBytesMax);
  let first: SortEntry | undefined;
  let closed: SortEntry[] = [];
  for (const { rows, documents } of input) {
    for (const [at, document] of documents.entries()) {
      const row = rows[at];
      if (row === undefined) continue;
      const entry = entryOf(document, row);
      if (first !== undefined && !isSameGroup(first, entry, target.prefixLength)) {
        if (group.count > closedMax) {
          yield* readEntries(closed, target.collection, context);
          yield* readEntries(group.sorted(), target.collection, context);
          closed = [];
        } else {
          closed.push(...group.sorted());
        }
        group = new EntrySorter(compare, context.memory.operatorBytesMax);
        first = entry;
      }
      first ??= entry;
      group.add(entry);
    }
    if (closed.length === 0) yield restBatch;
    else yield* readEntries(closed, target.collection, context);
    closed = [];
  }
  yield* readEntries(group.sorted(), target.collection, context);
}

/** Groups up to this size are gathered into one batch; larger ones are streamed. */
const closedMax = 128;

function isSameGroup(left: SortEntry, right: SortEntry, prefixLength: number): boolean {
  for (let at = 0; at < prefixLength; at += 1) {
    if (compareValues(left.values[at] ?? null, right.values[at] ?? null) !== 0) return false;
  }
  return true;
}

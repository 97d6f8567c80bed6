import type { PlanFacts } from './logical-query.ts';
import type { IndexRangeNode, PhysicalNode } from './physical-plan.ts';

/** Entries are counted up to so many; ranges with more are taken to hold a third of the collection. */
const entriesCountedMax = 4_096;

/** About how many documents a plan reads from the store or the cache. */
export function rowsReadBy(node: PhysicalNode, facts: PlanFacts): number {
  switch (node.kind) {
    case 'empty':
      return 0;
    case 'idLookup':
      return node.ids.length;
    case 'indexRange':
      return entriesOf(node, facts);
    case 'fullScan':
    case 'search':
    case 'columnScan':
      return facts.documentCount(node.collection);
    default:
      return rowsReadBy(node.input, facts);
  }
}

/** Entries of an index. */
export function entriesOf({ collection, index, ranges }: IndexRangeNode, facts: PlanFacts): number {
  let entries = 0;
  for (const range of ranges) {
    entries += facts.countIndex(index, range, entriesCountedMax - entries);
    if (entries >= entriesCountedMax) return facts.documentCount(collection) / 3;
  }
  return entries;
}

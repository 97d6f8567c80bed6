/*
 * About how many documents a plan reads. Entries of an index are counted up to a bound; a range with more is what lies
 * beside it counted away from the whole, since wide ranges are often nearly all there is; if that is much as well, it is
 * taken for a third of the collection.
 */
import type { IndexRange } from '../transactions/snapshot.ts';
import type { PlanFacts } from './logical-query.ts';
import type { IndexRangeNode, PhysicalNode } from './physical-plan.ts';

const entriesCountedMax = 4_096;
const unknownShare = 1 / 3;

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

/** About how many entries ranges of an index have; `share` is what of the collection they are taken for if nothing tells. */
export function entriesOf(
  { collection, index, ranges }: Pick<IndexRangeNode, 'collection' | 'index' | 'ranges'>,
  facts: PlanFacts,
  { most = entriesCountedMax, share = unknownShare } = {},
): number {
  let counted = 0;
  for (const range of ranges) {
    counted += facts.countIndex(index, range, most - counted);
    if (counted < most) continue;
    const documentCount = facts.documentCount(collection);
    const beside = index.multiEntry || ranges.length > 1 ? undefined : rangesBeside(range);
    const left = beside?.reduce((sum, each) => sum + facts.countIndex(index, each, most), 0);
    const estimate =
      left === undefined || left >= most ? share * documentCount : documentCount - left;
    return Math.max(most, estimate);
  }
  return counted;
}

/** What an index has before and behind a range; `undefined` for a range with fixed values, beside which nearly all lies. */
function rangesBeside({ lower, upper }: IndexRange): readonly IndexRange[] | undefined {
  if ((lower?.values.length ?? 0) > 1 || (upper?.values.length ?? 0) > 1 || lower === upper) {
    return undefined;
  }
  const beside: IndexRange[] = [];
  if (lower !== undefined) {
    beside.push({ upper: { ...lower, inclusive: !lower.inclusive }, reverse: false });
  }
  if (upper !== undefined) {
    beside.push({ lower: { ...upper, inclusive: !upper.inclusive }, reverse: false });
  }
  return beside;
}

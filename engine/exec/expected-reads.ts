import { unreachable } from '../base/assert.ts';
import type { PhysicalNode, SearchNode } from '../plan/physical-plan.ts';
import type { PlanOutline } from '../plan/plan-trace.ts';
import { wordRange } from '../plan/rules/text-index.ts';
import type { OperatorContext } from './operator.ts';

/** Beyond it entries of an index are not counted before they are read. */
const countMax = 100_000;

/** How many places of their sources plans go past when nothing stops them early; 0 where that is not known. */
export function expectedReads(
  outlines: readonly PlanOutline[],
  context: Pick<OperatorContext, 'snapshot'>,
): number {
  return outlines.reduce(
    (sum, { node }) => (node === undefined ? sum : sum + readsOf(node, context)),
    0,
  );
}

function searchReads(
  { collection, indexes, request }: SearchNode,
  snapshot: OperatorContext['snapshot'],
): number {
  if (indexes === undefined) return snapshot.documentCount(collection);
  const counts = indexes.flatMap((index) =>
    request.terms.map((term) => snapshot.countIndex(index, wordRange(term), countMax)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function readsOf(node: PhysicalNode, context: Pick<OperatorContext, 'snapshot'>): number {
  const { snapshot } = context;
  switch (node.kind) {
    case 'empty':
    case 'idLookup':
      return 0;
    case 'fullScan':
    case 'columnScan':
      return snapshot.documentCount(node.collection);
    case 'search':
      return searchReads(node, snapshot);
    case 'indexRange':
      return node.ranges.reduce(
        (sum, range) => sum + snapshot.countIndex(node.index, range, countMax),
        0,
      );
    case 'filter':
    case 'sort':
    case 'topK':
    case 'sortTies':
    case 'limit':
      return readsOf(node.input, context);
    default:
      return unreachable(node);
  }
}

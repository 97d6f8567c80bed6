/*
 * Whether a plan reads single documents only: by id, or by the whole key of a unique index. Such a plan is answered
 * from the write buffer as well, and so is one whose rows are found in columns that are held; every other one needs the
 * buffer in the store first.
 */
import { unreachable } from '../base/assert.ts';
import type { IndexRange } from '../transactions/snapshot.ts';
import type { ColumnScanNode, CountPlan, IndexRangeNode, PhysicalNode } from './physical-plan.ts';

export function isPointPlan(node: PhysicalNode): boolean {
  return readsSingly(node, () => false);
}

/** True when the plan can be carried out on a snapshot that is not settled. */
export function isUnsettledPlan(node: PhysicalNode): boolean {
  return readsSingly(node, ({ isHeld }) => isHeld);
}

/** The same of a count. */
export function isUnsettledCount(plan: CountPlan): boolean {
  switch (plan.kind) {
    case 'collectionCount':
      return true;
    case 'columnCount':
      return plan.isHeld;
    case 'indexCount':
      return false;
    case 'countRows':
      return isUnsettledPlan(plan.input);
    default:
      return unreachable(plan);
  }
}

function readsSingly(node: PhysicalNode, isFound: (scan: ColumnScanNode) => boolean): boolean {
  switch (node.kind) {
    case 'empty':
    case 'idLookup':
      return true;
    case 'fullScan':
    case 'search':
      return false;
    case 'columnScan':
      return isFound(node);
    case 'indexRange':
      return node.index.unique && node.ranges.every((range) => isWholeKey(node, range));
    case 'filter':
    case 'sort':
    case 'topK':
    case 'sortTies':
    case 'limit':
      return readsSingly(node.input, isFound);
    default:
      return unreachable(node);
  }
}

/** Nulls are not unique, so a key with one may stand for many documents. */
function isWholeKey({ index }: IndexRangeNode, { lower, upper }: IndexRange): boolean {
  return (
    lower !== undefined &&
    lower === upper &&
    lower.inclusive &&
    lower.values.length === index.fields.length &&
    lower.values.every((value) => value !== null)
  );
}

/*
 * Whether a plan reads single documents only: by id, or by the whole key of a unique index. Such a plan is answered
 * from the write buffer as well, every other one needs the buffer in the store first.
 */
import { unreachable } from '../base/assert.ts';
import type { IndexRange } from '../transactions/snapshot.ts';
import type { IndexRangeNode, PhysicalNode } from './physical-plan.ts';

export function isPointPlan(node: PhysicalNode): boolean {
  switch (node.kind) {
    case 'empty':
    case 'idLookup':
      return true;
    case 'fullScan':
    case 'search':
    case 'columnScan':
      return false;
    case 'indexRange':
      return node.index.unique && node.ranges.every((range) => isWholeKey(node, range));
    case 'filter':
    case 'sort':
    case 'topK':
    case 'sortTies':
    case 'limit':
      return isPointPlan(node.input);
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

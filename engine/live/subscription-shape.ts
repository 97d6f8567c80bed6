import type { BoundField, BoundPlainField, BoundRoot } from '#engine/aql';
import { chosenRead } from '../exec/chosen.ts';
import type { DocumentTest } from '../exec/compile-filter.ts';
import type { VariableValues } from '../exec/operand.ts';
import { compileProjection } from '../exec/projection.ts';
import type { FeedShape } from './change-feed.ts';
import type { SubscriptionChange } from './live-event.ts';

/** Makes events of a subscription: a document that begins to match is `Added`, one that ceases to is `Removed`. */
export function subscriptionShape(
  root: BoundRoot,
  variables: VariableValues,
  test: DocumentTest,
): FeedShape {
  const { selection, collection } = chosenRead(root, variables);
  const project = compileProjection(selection.filter(isPlain), 'null');
  return (position, { id, before, after }, endsCommit) => {
    const was = before !== undefined && test(before) ? before : undefined;
    const is = after !== undefined && test(after) ? after : undefined;
    const type = was === undefined ? 'Added' : is === undefined ? 'Removed' : 'Modified';
    const event: SubscriptionChange = {
      type,
      collection,
      id,
      ...position,
      endsCommit,
      node: is === undefined ? null : project(is),
      previous: was === undefined ? null : project(was),
    };
    return event;
  };
}

function isPlain(field: BoundField): field is BoundPlainField {
  return field.kind === 'field' || field.kind === 'typename';
}

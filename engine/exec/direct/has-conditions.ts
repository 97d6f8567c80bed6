import type { BoundField, BoundRoot } from '#engine/aql';

/** Whether something of what a root selects depends on `@include` or `@skip`; parts are looked at by who knows them. */
export function hasConditions({ condition, selection }: BoundRoot): boolean {
  return condition !== undefined || selection.some(isConditional);
}

function isConditional(field: BoundField): boolean {
  if (field.condition !== undefined) return true;
  return field.kind === 'field' && field.selection?.some(isConditional) === true;
}

import type { BoundField, BoundPart, BoundRead } from '#engine/aql';

/** The names of all collections that a read is about, those of its relations and lookups included. */
export function collectionsRead({
  collection,
  selection,
  parts = [],
}: Pick<BoundRead, 'collection' | 'selection' | 'parts'>): readonly string[] {
  return [collection, ...selection.flatMap(insideField), ...parts.flatMap(insidePart)];
}

function insideField(field: BoundField): readonly string[] {
  return field.kind === 'join' ? collectionsRead(field.read) : [];
}

function insidePart(part: BoundPart): readonly string[] {
  if (part.kind !== 'edges' && part.kind !== 'groupBy') return [];
  return part.fields.flatMap((field) =>
    field.kind === 'node' || field.kind === 'nodes' ? field.selection.flatMap(insideField) : [],
  );
}

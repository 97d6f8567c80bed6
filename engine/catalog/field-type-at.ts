import type { CollectionDefinition, FieldPath, FieldType } from '#engine/aql';

const anyType: FieldType = { kind: 'scalar', name: 'Any' };

/** The declared type at a path; `Any` inside objects and for fields that are not declared. */
export function fieldTypeAt(definition: CollectionDefinition, path: FieldPath): FieldType {
  const [first, ...inner] = path;
  if (inner.length > 0) return anyType;
  if (first === 'id') return { kind: 'scalar', name: 'Uuid' };
  return definition.fields.find(({ name }) => name === first)?.type ?? anyType;
}

import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType, ScalarTypeName } from '../field-type.ts';

export const anyType: FieldType = { kind: 'scalar', name: 'Any' };
const uuidType: FieldType = { kind: 'scalar', name: 'Uuid' };
export const stringType: FieldType = { kind: 'scalar', name: 'String' };
export const intType: FieldType = { kind: 'scalar', name: 'Int' };

/** Every spelling of a type, with the type it names. */
export const typeNames: ReadonlyMap<string, ScalarTypeName> = new Map<string, ScalarTypeName>([
  ['String', 'String'],
  ['Int', 'Int'],
  ['Float', 'Float'],
  ['Boolean', 'Boolean'],
  ['Bool', 'Boolean'],
  ['Uuid', 'Uuid'],
  ['ID', 'Uuid'],
  ['DateTime', 'DateTime'],
  ['Object', 'Object'],
  ['Any', 'Any'],
]);

/** A place in the documents of a collection: a field, or something inside an `Object`, `Any` or open collection. */
export interface FieldPlace {
  readonly type: FieldType;
  readonly nullable: boolean;
}

/** The collection of that name; `undefined` when there is none. */
export function findCollection(
  catalog: CatalogShape,
  name: string,
): CollectionDefinition | undefined {
  return catalog.collections.find((collection) => collection.name === name);
}

/** The field of that name, `id` and the undeclared fields of open collections included. */
export function topLevelField(
  collection: CollectionDefinition,
  name: string,
): FieldPlace | undefined {
  if (name === 'id') return { type: uuidType, nullable: false };
  const field = collection.fields.find((each) => each.name === name);
  if (field !== undefined) return field;
  return collection.open ? { type: anyType, nullable: true } : undefined;
}

/** Field names of a collection, `id` first; for suggestions. */
export function fieldNames(collection: CollectionDefinition): string[] {
  return ['id', ...collection.fields.map((field) => field.name)];
}

/** True when values of the type may hold named values of their own. */
export function hasInside(type: FieldType): boolean {
  if (type.kind === 'list') return hasInside(type.element);
  return type.name === 'Object' || type.name === 'Any';
}

/** A type as schemas write it: `[String]`. */
export function typeText(type: FieldType): string {
  return type.kind === 'list' ? `[${typeText(type.element)}]` : type.name;
}

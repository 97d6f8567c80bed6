/* Relations as selections name them: `team` for a field `team_id`, and `users_by_team_id` from the other side. */
import { findCollection } from '../binding/field-access.ts';
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';

export interface Relation {
  readonly name: string;
  readonly target: CollectionDefinition;
  /** True when it gives a list of documents, and takes the arguments of a collection. */
  readonly isMany: boolean;
  /** The field that holds the reference. */
  readonly field: string;
}

/** The relations of a collection's documents. Linear in the fields of the catalog. */
export function relationsOf(
  collection: CollectionDefinition,
  catalog: CatalogShape,
): readonly Relation[] {
  const found: Relation[] = [];
  for (const { name, references } of collection.fields) {
    const target = references === undefined ? undefined : findCollection(catalog, references);
    if (target === undefined || !name.endsWith('_id') || name === '_id') continue;
    found.push({ name: name.slice(0, -'_id'.length), target, isMany: false, field: name });
  }
  for (const target of catalog.collections) {
    for (const { name, references } of target.fields) {
      if (references !== collection.name) continue;
      found.push({ name: `${target.name}_by_${name}`, target, isMany: true, field: name });
    }
  }
  return found;
}

export function findRelation(
  collection: CollectionDefinition | undefined,
  name: string | undefined,
  catalog: CatalogShape,
): Relation | undefined {
  if (collection === undefined || name === undefined) return undefined;
  const isOne = collection.fields.some((field) => field.name === `${name}_id`);
  if (!isOne && !name.includes('_by_')) return undefined;
  return relationsOf(collection, catalog).find((relation) => relation.name === name);
}

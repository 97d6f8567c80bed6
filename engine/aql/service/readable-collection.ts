import { findCollection } from '../binding/field-access.ts';
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import { findEngineCollection } from '../engine-collections.ts';

/** The collection of that name that a query can read: one of the schema, or one that the engine keeps about itself. */
export function readableCollection(
  catalog: CatalogShape,
  name: string | undefined,
): CollectionDefinition | undefined {
  if (name === undefined) return undefined;
  if (!name.startsWith('_')) return findCollection(catalog, name);
  return findEngineCollection(name);
}

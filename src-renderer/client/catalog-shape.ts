import type { CatalogInfo, CollectionInfo } from '#contract';
import type { CatalogShape, CollectionDefinition } from '#engine/aql';

/** The catalog as the language service wants it: the definitions, without counts and states. */
export function catalogToShape(catalog: CatalogInfo): CatalogShape {
  return { version: catalog.version, collections: catalog.collections.map(collectionToShape) };
}

function collectionToShape(collection: CollectionInfo): CollectionDefinition {
  const { name, open, fields, definedIndexes } = collection;
  return { name, open, fields, indexes: definedIndexes };
}

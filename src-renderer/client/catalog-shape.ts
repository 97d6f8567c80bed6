import type { CatalogInfo, CollectionInfo } from '#contract';
import type { CatalogShape, CollectionDefinition } from '#engine/aql';

/** The catalog as the language service wants it: the definitions, without counts and states. */
export function catalogToShape(catalog: CatalogInfo): CatalogShape {
  const { version, collections, migrations } = catalog;
  return { version, collections: collections.map(collectionToShape), migrations };
}

function collectionToShape(collection: CollectionInfo): CollectionDefinition {
  const { name, open, fields, definedIndexes } = collection;
  return { name, open, fields, indexes: definedIndexes };
}

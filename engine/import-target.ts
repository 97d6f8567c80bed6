import type { DatabaseBackend } from './database-backend.ts';
import { toJsonObject } from './fluent/json-input.ts';
import type { ImportTarget } from './maintenance/import-documents.ts';

/** A database as import sees it, which knows collections by name only. */
export function importTarget(
  backend: Pick<DatabaseBackend, 'catalog' | 'defineCollections' | 'insert'>,
): ImportTarget {
  return {
    catalog: () => backend.catalog(),
    defineCollections: (definitions) => backend.defineCollections(definitions),
    insertMany: (collection, documents, { signal }) =>
      backend.insert(collection, documents.map(toJsonObject), signal, 'import'),
  };
}

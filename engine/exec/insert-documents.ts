import type { Catalog } from '../catalog/catalog.ts';
import { completeDocuments, type JsonObject } from './complete-documents.ts';
import { assertWritable } from './engine-collections.ts';
import type { ExecEnvironment } from './environment.ts';
import { findCollection } from './find-collection.ts';
import { retryConflicts } from './run-mutation.ts';

/**
 * Inserts all documents into one collection in one commit, or none, and gives their ids in order. They are the engine's from
 * then on.
 */
export function insertDocuments(
  given: ExecEnvironment,
  catalog: () => Catalog,
  collection: string,
  documents: readonly JsonObject[],
): Promise<readonly string[]> {
  return retryConflicts(given, async (environment) => {
    assertWritable(collection);
    const entry = findCollection({ catalog: catalog() }, collection, { start: 0, end: 0 });
    const inserted = await completeDocuments(environment, entry, {
      data: documents,
      isOwned: true,
    });
    await environment.commit(
      inserted.map((document) => ({ kind: 'insert', collection, document }) as const),
    );
    return inserted.map(({ id }) => id);
  });
}

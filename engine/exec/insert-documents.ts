import type { Catalog } from '../catalog/catalog.ts';
import { assertWritable } from './engine-collections.ts';
import type { ExecEnvironment } from './environment.ts';
import { findCollection } from './find-collection.ts';
import { insertAll, type JsonObject, retryConflicts } from './run-mutation.ts';
import { WriteSet } from './write-set.ts';

/** Inserts all documents into one collection in one commit, or none, and gives their ids in order. */
export function insertDocuments(
  given: ExecEnvironment,
  catalog: () => Catalog,
  collection: string,
  documents: readonly JsonObject[],
): Promise<readonly string[]> {
  return retryConflicts(given, async (environment) => {
    assertWritable(collection);
    const entry = findCollection({ catalog: catalog() }, collection, { start: 0, end: 0 });
    const writes = new WriteSet();
    const inserted = await insertAll({ environment, writes }, entry, documents);
    await environment.commit(writes.changes());
    return inserted.map(({ id }) => id);
  });
}

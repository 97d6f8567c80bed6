import { assert } from './base/assert.ts';
import type { DatabaseBackend } from './database-backend.ts';
import type { Collection } from './fluent/collection.ts';
import { toJsonObject, toJsonObjects } from './fluent/json-input.ts';
import { everything, Query, type QueryHost } from './fluent/query.ts';

/** A query over all documents of a collection. */
export function queryOver<Doc>(host: QueryHost, collection: string): Query<Doc> {
  return new Query<Doc>(host, {
    collection,
    where: everything,
    orderBy: [],
    limit: undefined,
    offset: undefined,
    signal: undefined,
  });
}

/** Inserts one document and gives its id. */
export async function insertOne(
  target: Pick<DatabaseBackend, 'insert'>,
  collection: string,
  document: unknown,
  signal: AbortSignal | undefined,
): Promise<string> {
  const [id] = await target.insert(collection, [toJsonObject(document)], signal);
  assert(id !== undefined, 'one document in, one id out');
  return id;
}

/** A collection of a database, with the types of its definition. */
export function typedCollection<Doc, NewDoc>(
  backend: DatabaseBackend,
  name: string,
): Collection<Doc, NewDoc> {
  const insertMany = async (documents: readonly NewDoc[]) =>
    backend.insert(name, toJsonObjects(documents), undefined);
  return {
    name,
    insertMany,
    insert: (document) => insertOne(backend, name, document, undefined),
    query: () => queryOver<Doc>(backend, name),
    // Documents of the collection have the type that its definition promises.
    get: (id) => backend.get(name, id) as Doc | undefined,
  };
}

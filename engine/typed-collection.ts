import { checkedOptions, requireText } from './base/arguments.ts';
import { assert } from './base/assert.ts';
import type { DatabaseBackend } from './database-backend.ts';
import type { OperationOptions } from './database-types.ts';
import type { Collection } from './fluent/collection.ts';
import { toJsonObject, toJsonObjects } from './fluent/json-input.ts';
import { anyOrder, everything, Query, type QueryHost } from './fluent/query.ts';

/** A query over all documents of a collection. */
export function queryOver<Doc>(host: QueryHost, collection: string): Query<Doc> {
  return new Query<Doc>(host, {
    collection,
    where: everything,
    orderBy: anyOrder,
    limit: undefined,
    offset: undefined,
    signal: undefined,
  });
}

/** Inserts one document and gives its id. */
export function insertOne(
  target: Pick<DatabaseBackend, 'insert' | 'insertOne'>,
  collection: string,
  document: unknown,
  options: OperationOptions,
): Promise<string> {
  try {
    requireText(collection, 'The name of a collection');
    const { signal } = checkedOptions(options, 'insertInto');
    const json = toJsonObject(document);
    const inserted = signal === undefined ? target.insertOne?.(collection, json) : undefined;
    return inserted ?? target.insert(collection, [json], signal).then(onlyOf);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** The id of a document that was inserted by itself. */
export function onlyOf([id]: readonly string[]): string {
  assert(id !== undefined, 'one document in, one id out');
  return id;
}

/** Inserts all documents, or none, and gives their ids. */
export async function insertAll(
  target: Pick<DatabaseBackend, 'insert'>,
  collection: string,
  documents: readonly unknown[],
  options: OperationOptions,
): Promise<readonly string[]> {
  requireText(collection, 'The name of a collection');
  const { signal } = checkedOptions(options, 'insertMany');
  return target.insert(collection, toJsonObjects(documents), signal);
}

const noOptions: OperationOptions = {};

/** A collection of a database, with the types of its definition. */
export function typedCollection<Doc, NewDoc>(
  backend: DatabaseBackend,
  name: string,
): Collection<Doc, NewDoc> {
  return {
    name,
    insertMany: (documents) => insertAll(backend, name, documents, noOptions),
    insert: (document) => insertOne(backend, name, document, noOptions),
    query: () => queryOver<Doc>(backend, name),
    // Documents of the collection have the type that its definition promises.
    get: (id) => backend.get(name, id) as Doc | undefined,
  };
}

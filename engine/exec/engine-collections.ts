/* Queries over collections that the engine keeps about itself: which can be read, and how their documents come in. */
import { findEngineCollection } from '#engine/aql';
import { assert } from '../base/assert.ts';
import { isOwnedCollection } from '../catalog/owned-collections.ts';
import { AuroraError } from '../errors.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { type EngineCollection, EngineCollectionsSnapshot } from './engine-collections-snapshot.ts';
import type { ExecEnvironment } from './environment.ts';
import { collectionsRead } from './read-collections.ts';
import { schemaCollections, schemaDocuments } from './schema-documents.ts';

const sampled: readonly string[] = [
  '_audit',
  '_indexes',
  '_slow_queries',
  '_stats',
  '_sys_migration',
  '_watchers',
  ...schemaCollections,
];

/** True for collections of the engine that a query can read. */
export function isReadableEngineCollection(collection: string): boolean {
  return isSampledCollection(collection) || isOwnedCollection(collection);
}

/** What the engine stores for itself changes by what it offers for that, not by writing. @throws AuroraError `ReadOnlyCollection` */
export function assertWritable(collection: string): void {
  if (findEngineCollection(collection) === undefined) return;
  throw new AuroraError(
    'ReadOnlyCollection',
    `"${collection}" belongs to the engine and cannot be changed like this.`,
    {
      details: { collection },
      ...(collection === '_jobs' ? { hint: 'Use enqueueJob, cancelJob or retryJob.' } : {}),
    },
  );
}

/** True for those that are nowhere in storage: their documents are made for each query. */
function isSampledCollection(collection: string): boolean {
  return sampled.includes(collection);
}

/** The environment for a query: with the documents of the engine's collections that it reads, as they are now. */
export function withEngineCollections(
  environment: ExecEnvironment,
  roots: readonly Parameters<typeof collectionsRead>[0][],
): Promise<ExecEnvironment> {
  return withCollectionsNamed(environment, roots.flatMap(collectionsRead));
}

/** The same for collections of these names. */
export async function withCollectionsNamed(
  environment: ExecEnvironment,
  all: readonly string[],
): Promise<ExecEnvironment> {
  const names = new Set(all.filter(isSampledCollection));
  if (names.size === 0) return environment;
  const collections: EngineCollection[] = [];
  for (const name of names) {
    const definition = findEngineCollection(name);
    assert(definition !== undefined, 'what can be read is defined');
    collections.push({ definition, documents: await documentsOf(environment, name) });
  }
  return {
    ...environment,
    snapshot: () => new EngineCollectionsSnapshot(environment.snapshot(), collections),
    settledSnapshot: async () =>
      new EngineCollectionsSnapshot(await environment.settledSnapshot(), collections),
  };
}

async function documentsOf(
  environment: ExecEnvironment,
  name: string,
): Promise<readonly StoredDocument[]> {
  if (!schemaCollections.includes(name)) return (await environment.engineDocuments?.(name)) ?? [];
  const snapshot = environment.snapshot();
  try {
    return schemaDocuments(name, snapshot);
  } finally {
    snapshot.release();
  }
}

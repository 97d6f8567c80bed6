/* Queries over collections that the engine keeps about itself: which can be read, and how their documents come in. */
import { findEngineCollection } from '#engine/aql';
import { assert } from '../base/assert.ts';
import { type EngineCollection, EngineCollectionsSnapshot } from './engine-collections-snapshot.ts';
import type { ExecEnvironment } from './environment.ts';

const readable: readonly string[] = ['_audit'];

/** True for collections of the engine that a query can read. */
export function isReadableEngineCollection(collection: string): boolean {
  return readable.includes(collection);
}

/** The environment for a query: with the documents of the engine's collections that it reads, as they are now. */
export async function withEngineCollections(
  environment: ExecEnvironment,
  roots: readonly { readonly collection: string }[],
): Promise<ExecEnvironment> {
  const names = new Set(
    roots.map(({ collection }) => collection).filter(isReadableEngineCollection),
  );
  if (names.size === 0) return environment;
  const collections: EngineCollection[] = [];
  for (const name of names) {
    const definition = findEngineCollection(name);
    assert(definition !== undefined, 'what can be read is defined');
    const documents = (await environment.engineDocuments?.(name)) ?? [];
    collections.push({ definition, documents });
  }
  return {
    ...environment,
    snapshot: () => new EngineCollectionsSnapshot(environment.snapshot(), collections),
    settledSnapshot: async () =>
      new EngineCollectionsSnapshot(await environment.settledSnapshot(), collections),
  };
}

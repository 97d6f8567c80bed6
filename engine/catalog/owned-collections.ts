/*
 * Collections in which the engine stores what is its own: jobs and their runs. They are in every catalog from the
 * beginning, under storage ids that no other collection can get, so that a commit may write to them without a change
 * of the schema before it. A change of their indexes needs new storage ids.
 */
import { findEngineCollection } from '#engine/aql';
import { assert } from '../base/assert.ts';
import type { CollectionEntry } from './catalog.ts';
import { indexEntry, planIndexes } from './index-plan.ts';

/** Far above what ordinary collections reach, one for each change of schema. */
const firstOwnedStorageId = 0xf000_0000;

function owned(name: string, offset: number, idsAscend: boolean): CollectionEntry {
  const definition = findEngineCollection(name);
  assert(definition !== undefined, 'the language knows the collections of the engine');
  const storageId = firstOwnedStorageId + offset;
  const indexes = planIndexes(definition).map((plan, position) =>
    indexEntry(name, plan, storageId + 1 + position, 'live'),
  );
  return { storageId, definition, indexes, idsAscend };
}

export const ownedCollections: readonly CollectionEntry[] = [
  owned('_jobs', 0, true),
  owned('_job_runs', 16, true),
  owned('_job_keys', 32, false),
  owned('_job_queues', 48, false),
  owned('_job_schedules', 64, false),
  owned('_job_claims', 80, true),
];

export function isOwnedCollection(name: string): boolean {
  return ownedCollections.some(({ definition }) => definition.name === name);
}

const keptPrefix = '_kept_';

/** The name of the copy that a version keeps of a collection; storage ids are never reused. */
export function keptName(storageId: number): string {
  return `${keptPrefix}${storageId}`;
}

/** True for a copy that a version of a migration keeps, to be undone with. */
export function isKeptCollection(name: string): boolean {
  return name.startsWith(keptPrefix);
}

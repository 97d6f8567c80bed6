/*
 * Several changes of the catalog, with the documents that they concern, as one: a version of a migration. New storage
 * ids are given out first, as leftovers, so that a crash deletes what lies under them; documents are written there
 * (collection-copy.ts); and one change of the catalog, which is one record of the log, leads to all of it at once.
 */
import type { CollectionDefinition } from '#engine/aql';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { removeCollection, writeCatalogHead, writeCollection } from '../catalog/catalog-codec.ts';
import { describeDifference } from '../catalog/definition-difference.ts';
import { type HandlerRecord, writeHandlers } from '../catalog/handler-record.ts';
import { indexEntry, indexName, planIndexes } from '../catalog/index-plan.ts';
import {
  type MigrationFailure,
  type MigrationRecord,
  withFailure,
  writeMigrationFailures,
  writeMigrations,
} from '../catalog/migration-record.ts';
import { keptName } from '../catalog/owned-collections.ts';
import { AuroraError } from '../errors.ts';
import { leftoverKey } from '../storage/key-space.ts';
import type { ReviseDocument } from './collection-copy.ts';
import { readCollectionState, writeCollectionState } from './collection-state.ts';
import type { KeyChanges, PendingState, SchemaTask } from './pipeline-task.ts';

/** A collection that gets another definition. */
interface CollectionRevision {
  /** As it is now. */
  readonly before: CollectionEntry;
  readonly definition: CollectionDefinition;
  /** Absent when every document stays as it is. */
  readonly revise?: ReviseDocument;
}

export interface CatalogRewrite {
  readonly drops: readonly CollectionEntry[];
  readonly revisions: readonly CollectionRevision[];
  readonly creates: readonly CollectionDefinition[];
  /** Collections among those that go or change whose documents stay as they are, under a name of their own. */
  readonly keeps?: ReadonlySet<string>;
  /** A version that is not recorded any more. */
  readonly forgets?: string;
  /** What it is, for those who look at what is under way. */
  readonly name?: string;
  /** A version that could not be applied. */
  readonly failed?: MigrationFailure;
  /** What is kept of it; asked for when everything else is done. */
  readonly record?: () => MigrationRecord | undefined;
  /** What becomes of the handlers. What it throws ends the rewrite. */
  readonly handlers?: (present: readonly HandlerRecord[]) => readonly HandlerRecord[];
}

/** What a revised collection becomes. */
export interface RevisionTarget {
  readonly revision: CollectionRevision;
  readonly after: CollectionEntry;
  /** Storage ids that were given out for it; those of new indexes only when its documents stay where they are. */
  readonly newStorageIds: readonly number[];
}

const taskBytesExpected = 1024 * 1024;

/** Resolves to the targets of all revisions. Their new storage ids are leftovers until they are taken into use. */
export function reserveTask(rewrite: CatalogRewrite): SchemaTask<readonly RevisionTarget[]> {
  return {
    kind: 'schema',
    bytesExpected: taskBytesExpected,
    check: (state) => {
      checkUnchanged(state, rewrite);
      return (writer) => {
        const targets = rewrite.revisions.map((revision) => targetOf(state, revision));
        const reserved = targets.flatMap(({ newStorageIds }) => newStorageIds);
        if (reserved.length === 0) return { result: targets };
        for (const storageId of reserved) writer.put(leftoverKey(storageId), new Uint8Array(1));
        writeCatalogHead(writer, state.catalog.version, state.nextStorageId);
        state.sequence += 1;
        const event = { sequence: state.sequence, collections: [], schemaChanged: false };
        return { result: targets, event };
      };
    },
  };
}

/** Takes everything into use. Resolves to the storage ids that are now leftovers. */
export function takeIntoUseTask(
  rewrite: CatalogRewrite,
  targets: readonly RevisionTarget[],
): SchemaTask<readonly number[]> {
  return {
    kind: 'schema',
    bytesExpected: taskBytesExpected,
    check: (state) => {
      checkUnchanged(state, rewrite);
      const record = rewrite.record?.();
      const { migrations } = state.catalog;
      const handlers = rewrite.handlers?.(state.catalog.handlers);
      if (migrations.some(({ version }) => version === record?.version)) {
        throw changedMeanwhile(`the version "${record?.version}" was applied`);
      }
      return (writer) => {
        const leftovers: number[] = [];
        const retire = (entry: CollectionEntry) =>
          rewrite.keeps?.has(entry.definition.name) === true
            ? keep(writer, state, entry)
            : forget(writer, state, entry);
        for (const entry of rewrite.drops) leftovers.push(...retire(entry));
        for (const target of targets) leftovers.push(...replace(writer, state, target, retire));
        for (const definition of rewrite.creates) create(writer, state, definition);
        writeVersions(writer, state, rewrite, record);
        if (handlers !== undefined) {
          state.catalog = state.catalog.withRecords({ handlers });
          writeHandlers(writer, handlers);
        }
        for (const storageId of leftovers) writer.put(leftoverKey(storageId), new Uint8Array(1));
        writeCatalogHead(writer, state.catalog.version, state.nextStorageId);
        state.sequence += 1;
        const collections = namesIn(rewrite);
        const event = { sequence: state.sequence, collections, schemaChanged: true };
        return { result: leftovers, event };
      };
    },
  };
}

/** What is recorded of versions of migrations. */
function writeVersions(
  writer: KeyChanges,
  state: PendingState,
  { forgets, failed }: CatalogRewrite,
  record: MigrationRecord | undefined,
): void {
  const { migrations, migrationFailures } = state.catalog;
  if (record !== undefined || forgets !== undefined) {
    const others = migrations.filter(({ version }) => version !== forgets);
    const recorded = record === undefined ? others : [...others, record];
    state.catalog = state.catalog.withRecords({ migrations: recorded });
    writeMigrations(writer, recorded);
  }
  const failures =
    failed === undefined
      ? migrationFailures.filter(({ version }) => version !== record?.version)
      : withFailure(migrationFailures, failed);
  if (failed === undefined && failures.length === migrationFailures.length) return;
  state.catalog = state.catalog.withRecords({ migrationFailures: failures });
  writeMigrationFailures(writer, failures);
}

function namesIn({ drops, revisions, creates }: CatalogRewrite): readonly string[] {
  const names = [
    ...drops.map(({ definition }) => definition.name),
    ...revisions.map(({ definition }) => definition.name),
    ...creates.map(({ name }) => name),
  ];
  return [...new Set(names)];
}

function targetOf(state: PendingState, revision: CollectionRevision): RevisionTarget {
  const { before, definition, revise } = revision;
  const plans = planIndexes(definition);
  const kept = plans.map((plan) =>
    before.indexes.find(
      (index) =>
        index.state === 'live' &&
        index.name === indexName(plan) &&
        index.unique === plan.unique &&
        index.multiEntry === plan.multiEntry,
    ),
  );
  const indexes = kept.filter((index) => index !== undefined);
  if (revise === undefined && indexes.length === plans.length) {
    return { revision, after: { ...before, definition, indexes }, newStorageIds: [] };
  }
  if (revise === undefined && definition.name === before.definition.name) {
    return { revision, ...withNewIndexes(state, revision, kept) };
  }
  const storageId = state.nextStorageId;
  const newIndexes = plans.map((plan, position) =>
    indexEntry(definition.name, plan, storageId + 1 + position, 'live'),
  );
  state.nextStorageId = storageId + 1 + plans.length;
  state.codecs.create(storageId, definition.name);
  state.codecs.noteRevised(storageId);
  const after = { ...before, storageId, definition, indexes: newIndexes };
  return { revision, after, newStorageIds: storageIdsOf(after) };
}

/** The documents stay, and so do the indexes that are there. */
function withNewIndexes(
  state: PendingState,
  { before, definition }: CollectionRevision,
  kept: readonly (IndexEntry | undefined)[],
): Pick<RevisionTarget, 'after' | 'newStorageIds'> {
  const newStorageIds: number[] = [];
  const indexes = planIndexes(definition).map((plan, position) => {
    const present = kept[position];
    if (present !== undefined) return present;
    const storageId = state.nextStorageId;
    state.nextStorageId += 1;
    newStorageIds.push(storageId);
    return indexEntry(definition.name, plan, storageId, 'live');
  });
  return { after: { ...before, definition, indexes }, newStorageIds };
}

/** Forgets a collection; gives what is left of it. */
function forget(
  writer: KeyChanges,
  state: PendingState,
  { definition }: CollectionEntry,
): readonly number[] {
  const entry = state.catalog.collection(definition.name);
  if (entry === undefined) return [];
  removeCollection(writer, entry);
  state.catalog = state.catalog.without(definition.name);
  return storageIdsOf(entry);
}

/** Keeps the documents of a collection under another name, without indexes; gives what is left of those. */
function keep(writer: KeyChanges, state: PendingState, before: CollectionEntry): readonly number[] {
  const entry = state.catalog.collection(before.definition.name);
  if (entry === undefined) return [];
  const { fields, open } = entry.definition;
  const kept: CollectionEntry = {
    ...entry,
    definition: {
      name: keptName(entry.storageId),
      fields: fields.map((field) => ({ ...field, indexed: false, unique: false })),
      indexes: [],
      open,
    },
    indexes: [],
  };
  state.catalog = state.catalog.without(before.definition.name).with(kept);
  writeCollection(writer, kept);
  return entry.indexes.map(({ storageId }) => storageId);
}

/** Puts the new collection in place of the old one; gives what is left of that. */
function replace(
  writer: KeyChanges,
  state: PendingState,
  { revision, after, newStorageIds }: RevisionTarget,
  retire: (entry: CollectionEntry) => readonly number[],
): readonly number[] {
  const { before } = revision;
  // Only its flag may have changed since.
  const idsAscend = state.catalog.collection(before.definition.name)?.idsAscend === true;
  const entry: CollectionEntry = { ...after, idsAscend };
  if (entry.storageId === before.storageId) {
    for (const storageId of newStorageIds) writer.remove(leftoverKey(storageId));
    state.catalog = state.catalog.with(entry);
    writeCollection(writer, entry);
    const kept = new Set(storageIdsOf(entry));
    return storageIdsOf(before).filter((storageId) => !kept.has(storageId));
  }
  const leftovers = retire(before);
  for (const storageId of newStorageIds) writer.remove(leftoverKey(storageId));
  const counts = readCollectionState(state.base.reader, before.storageId);
  writeCollectionState(writer, entry.storageId, counts);
  state.catalog = state.catalog.with(entry);
  writeCollection(writer, entry);
  return leftovers;
}

function create(writer: KeyChanges, state: PendingState, definition: CollectionDefinition): void {
  const storageId = state.nextStorageId;
  const plans = planIndexes(definition);
  const indexes = plans.map((plan, position) =>
    indexEntry(definition.name, plan, storageId + 1 + position, 'live'),
  );
  state.nextStorageId = storageId + 1 + plans.length;
  state.codecs.create(storageId, definition.name);
  const entry = { storageId, definition, indexes, idsAscend: true };
  state.catalog = state.catalog.with(entry);
  writeCollection(writer, entry);
}

function storageIdsOf({ storageId, indexes }: CollectionEntry): readonly number[] {
  return [storageId, ...indexes.map((index) => index.storageId)];
}

/** @throws AuroraError `WriteConflict` when a collection is not as it was when the rewrite was made up */
function checkUnchanged(state: PendingState, { drops, revisions, creates }: CatalogRewrite): void {
  const dropped = new Set(drops.map(({ definition }) => definition.name));
  for (const before of [...drops, ...revisions.map((revision) => revision.before)]) {
    const { name } = before.definition;
    const now = state.catalog.collection(name);
    const isSame =
      now?.storageId === before.storageId &&
      now.indexes.length === before.indexes.length &&
      describeDifference(now.definition, before.definition) === undefined;
    if (!isSame) throw changedMeanwhile(`"${name}" was changed`);
  }
  for (const { before, definition } of revisions) {
    const { name } = definition;
    const isFree = name === before.definition.name || dropped.has(name);
    if (!isFree && state.catalog.collection(name) !== undefined) {
      throw changedMeanwhile(`"${name}" was defined`);
    }
  }
  for (const { name } of creates) {
    if (!dropped.has(name) && state.catalog.collection(name) !== undefined) {
      throw changedMeanwhile(`"${name}" was defined`);
    }
  }
}

function changedMeanwhile(what: string): AuroraError {
  return new AuroraError('WriteConflict', `Meanwhile ${what} by someone else.`, {
    hint: 'Nothing was changed by this migration. Run it again.',
  });
}

/*
 * Changes of the catalog as tasks of the pipeline. A collection or index that goes is forgotten in one transaction,
 * which also notes its storage id as a leftover; the keys are deleted afterwards in slices (background-tasks.ts), and
 * what a crash leaves is deleted after the next open.
 */
import type { CollectionDefinition, IndexDefinition } from '#engine/aql';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { removeCollection, writeCatalogHead, writeCollection } from '../catalog/catalog-codec.ts';
import { describeDifference } from '../catalog/definition-difference.ts';
import { indexEntry, indexName, planIndex, planIndexes } from '../catalog/index-plan.ts';
import { AuroraError } from '../errors.ts';
import { leftoverKey } from '../storage/key-space.ts';
import { readCollectionState } from './collection-state.ts';
import type { KeyChanges, PendingState, SchemaOutcome, SchemaTask } from './pipeline-task.ts';

const schemaBytesExpected = 128 * 1024;

/** Resolves to true when the collection was made, false when it was there. */
export function defineCollectionTask(
  definition: CollectionDefinition,
  options: { readonly ifNotExists: boolean },
): SchemaTask<boolean> {
  const plans = planIndexes(definition);
  return schemaTask((state) => {
    const present = state.catalog.collection(definition.name);
    if (present !== undefined) {
      const difference = describeDifference(present.definition, definition);
      if (difference === undefined || options.ifNotExists) return () => ({ result: false });
      throw new AuroraError(
        'CollectionExists',
        `Collection "${definition.name}" exists with another definition: ${difference}.`,
        {
          details: { collection: definition.name, difference },
          hint: 'Change an existing collection with a migrate block.',
        },
      );
    }
    return (writer) => {
      const storageId = state.nextStorageId;
      const indexes = plans.map((plan, position) =>
        indexEntry(definition.name, plan, storageId + 1 + position, 'live'),
      );
      state.nextStorageId = storageId + 1 + plans.length;
      state.codecs.create(storageId, definition.name);
      for (const index of indexes) state.known.cover(index.storageId);
      const entry = { storageId, definition, indexes, idsAscend: true };
      return changeCatalog(writer, state, entry, true);
    };
  });
}

/** Resolves to the storage ids that are now leftovers; empty when there was no such collection, or `ifEmpty` keeps it. */
export function dropCollectionTask(
  name: string,
  options: { readonly ifExists: boolean; readonly ifEmpty: boolean },
): SchemaTask<readonly number[]> {
  return schemaTask((state) => {
    const entry = state.catalog.collection(name);
    if (entry === undefined) {
      if (options.ifExists) return () => ({ result: [] });
      throw collectionNotFound(name);
    }
    // Nothing is buffered while the schema changes, so the store knows.
    const { documentCount } = readCollectionState(state.base.reader, entry.storageId);
    if (options.ifEmpty && documentCount > 0) return () => ({ result: [] });
    return (writer) => {
      const leftovers = [entry.storageId, ...entry.indexes.map(({ storageId }) => storageId)];
      for (const storageId of leftovers) writer.put(leftoverKey(storageId), new Uint8Array(1));
      removeCollection(writer, entry);
      state.catalog = state.catalog.without(name);
      return finish(writer, state, name, leftovers);
    };
  });
}

/** Adds an index whose entries are still to be built. Resolves to it, or to the one that is there already. */
export function addIndexTask(
  collection: string,
  definition: IndexDefinition,
): SchemaTask<IndexEntry> {
  return schemaTask((state) => {
    const entry = collectionOf(state, collection);
    const plan = planIndex(entry.definition, definition);
    const present = entry.indexes.find(({ name }) => name === indexName(plan));
    if (present !== undefined) {
      if (present.unique === plan.unique) return () => ({ result: present });
      throw new AuroraError(
        'InvalidOption',
        `"${collection}" has an index on ${present.name} that is ${present.unique ? '' : 'not '}unique.`,
        { details: { collection, index: present.name }, hint: 'Drop it first.' },
      );
    }
    return (writer) => {
      const index = indexEntry(collection, plan, state.nextStorageId, 'building');
      state.nextStorageId += 1;
      return changeCatalog(writer, state, { ...entry, indexes: [...entry.indexes, index] }, index);
    };
  });
}

/** Makes a built index visible to queries, and part of the collection's definition. */
export function finishIndexTask(index: IndexEntry): SchemaTask<IndexEntry> {
  return schemaTask((state) => {
    const entry = collectionOf(state, index.collection);
    const live: IndexEntry = { ...index, state: 'live' };
    return (writer) => {
      const indexes = entry.indexes.map((other) =>
        other.storageId === index.storageId ? live : other,
      );
      const definition = withIndex(entry.definition, index);
      return changeCatalog(writer, state, { ...entry, definition, indexes }, live);
    };
  });
}

/** Forgets an index. Resolves to the storage ids that are now leftovers. */
export function dropIndexTask(index: IndexEntry): SchemaTask<readonly number[]> {
  return schemaTask((state) => {
    const entry = state.catalog.collection(index.collection);
    const isThere = entry?.indexes.some(({ storageId }) => storageId === index.storageId) === true;
    if (entry === undefined || !isThere) return () => ({ result: [] });
    return (writer) => {
      writer.put(leftoverKey(index.storageId), new Uint8Array(1));
      const indexes = entry.indexes.filter(({ storageId }) => storageId !== index.storageId);
      const definition = withoutIndex(entry.definition, index);
      return changeCatalog(writer, state, { ...entry, definition, indexes }, [index.storageId]);
    };
  });
}

function schemaTask<Result>(check: SchemaTask<Result>['check']): SchemaTask<Result> {
  return { kind: 'schema', bytesExpected: schemaBytesExpected, check };
}

function changeCatalog<Result>(
  writer: KeyChanges,
  state: PendingState,
  entry: CollectionEntry,
  result: Result,
): SchemaOutcome<Result> {
  state.catalog = state.catalog.with(entry);
  writeCollection(writer, entry);
  return finish(writer, state, entry.definition.name, result);
}

function finish<Result>(
  writer: KeyChanges,
  state: PendingState,
  collection: string,
  result: Result,
): SchemaOutcome<Result> {
  writeCatalogHead(writer, state.catalog.version, state.nextStorageId);
  state.sequence += 1;
  return {
    result,
    event: { sequence: state.sequence, collections: [collection], schemaChanged: true },
  };
}

function collectionOf(state: PendingState, name: string): CollectionEntry {
  const entry = state.catalog.collection(name);
  if (entry === undefined) throw collectionNotFound(name);
  return entry;
}

function collectionNotFound(name: string): AuroraError {
  return new AuroraError('CollectionNotFound', `There is no collection "${name}".`, {
    details: { collection: name },
  });
}

/** A single-field index is a property of its field, others are listed by the collection. */
function withIndex(definition: CollectionDefinition, index: IndexEntry): CollectionDefinition {
  const [name] = index.fields;
  if (
    index.text !== true &&
    index.fields.length === 1 &&
    definition.fields.some((field) => field.name === name)
  ) {
    const fields = definition.fields.map((field) =>
      field.name === name
        ? { ...field, indexed: true, unique: field.unique || index.unique }
        : field,
    );
    return { ...definition, fields };
  }
  const { fields, unique, text } = index;
  const added: IndexDefinition = { fields, unique, ...(text && { text }) };
  return { ...definition, indexes: [...definition.indexes, added] };
}

function withoutIndex(definition: CollectionDefinition, index: IndexEntry): CollectionDefinition {
  if (index.state === 'building') return definition;
  const indexes = definition.indexes.filter((each) => indexName(each) !== index.name);
  const fields = definition.fields.map((field) =>
    field.name === index.name ? { ...field, indexed: false, unique: false } : field,
  );
  return { ...definition, fields, indexes };
}

/*
 * Long work on storage, cut into tasks of the pipeline that each touch a few hundred keys, so that commits get their
 * turn in between: deleting the keys of what was dropped, and building an index over documents that exist.
 *
 * While an index is being built, every commit already maintains it. A build step adds the entries of documents as they
 * are when the step runs, so a document that a commit touched earlier is merely added again; entries that are there, or
 * already gone, are no error on either side. Nothing is buffered while a step runs: what is buffered brings along only
 * what it makes different, and the rest of a document's entries would come from nobody.
 */
import { assert } from '../base/assert.ts';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { IndexChanges, isUniqueKey } from '../indexes/index-changes.ts';
import { eachIndexKey, type IndexKey, indexLayout } from '../indexes/index-layout.ts';
import { limits } from '../limits.ts';
import { decodeDocument, recordLength } from '../storage/document-value.ts';
import { keysOf } from '../storage/key-list.ts';
import {
  documentKey,
  documentRange,
  leftoverKey,
  leftoverRange,
  rowOfDocumentKey,
  storageIdOfKey,
  storageRange,
} from '../storage/key-space.ts';
import type { KvReader } from '../storage/kv-store.ts';
import { LatestState } from './latest-state.ts';
import type { PendingState, StoreTask } from './pipeline-task.ts';

const stepBytesExpected = 4 * 1024 * 1024;

/** Storage ids whose keys are still to be deleted. */
export function readLeftovers(reader: KvReader): readonly number[] {
  const entries = reader.range({ ...leftoverRange(), limit: Number.MAX_SAFE_INTEGER });
  return entries.map(({ key }) => storageIdOfKey(key));
}

/** Deletes some keys of a leftover; resolves to true when none are left. */
export function deleteLeftoverTask(storageId: number): StoreTask<boolean> {
  return {
    kind: 'store',
    bytesExpected: stepBytesExpected,
    needsSettled: false,
    *steps(writer) {
      const limit = limits.leftoverKeysMax;
      const bytesMax = limits.batchBytesMax;
      const keys = keysOf(writer, { ...storageRange(storageId), limit, bytesMax });
      for (const key of keys) {
        writer.remove(key);
        yield 'pass';
      }
      const isDone = keys.length === 0;
      if (isDone) writer.remove(leftoverKey(storageId));
      return isDone;
    },
  };
}

/** Adds the documents from a row on to an index; resolves to the next row, or `undefined` at the end. */
export function buildIndexTask(index: IndexEntry, fromRow: number): StoreTask<number | undefined> {
  return {
    kind: 'store',
    bytesExpected: stepBytesExpected,
    needsSettled: true,
    *steps(writer, state) {
      assert(
        state.buffers.every(({ isEmpty }) => isEmpty),
        'an index is built over all that there is',
      );
      const collection = collectionOf(state, index);
      const codec = state.codecs.of(collection);
      const layout = indexLayout(collection.definition, index);
      const latest = new LatestState({ ...state, base: { reader: writer } });
      const rowOfKey = (key: IndexKey) => latest.rowOfUniqueKey(collection.storageId, key);
      const changes = new IndexChanges();
      const start = documentKey(collection.storageId, fromRow);
      const { end } = documentRange(collection.storageId);
      const bytesMax = limits.batchBytesMax;
      const entries = writer.range({ start, end, limit: limits.backgroundKeysMax, bytesMax });
      let nextRow: number | undefined;
      let bytes = 0;
      for (const { key, value } of entries) {
        const row = rowOfDocumentKey(key);
        const { storageId: collectionId } = collection;
        nextRow = row + 1;
        const document = decodeDocument(codec, writer, { collectionId, row, value });
        eachIndexKey(layout, document, (indexKey) => {
          changes.add(layout, indexKey, row);
          const isTaken =
            isUniqueKey(layout, indexKey) &&
            changes.findConflict(rowOfKey, indexKey, row) !== undefined;
          if (isTaken) throw duplicates(index, document.id);
        });
        bytes += recordLength(value);
        if (bytes >= bytesMax) break;
        yield 'pass';
      }
      for (const _ of changes.steps(writer)) yield 'pass';
      return nextRow;
    },
  };
}

function collectionOf(state: PendingState, index: IndexEntry): CollectionEntry {
  const collection = state.catalog.collection(index.collection);
  const isThere = collection?.indexes.some(({ storageId }) => storageId === index.storageId);
  if (collection === undefined || isThere !== true) {
    throw new AuroraError(
      'CollectionNotFound',
      `"${index.collection}" was dropped while an index was built.`,
      {
        details: { collection: index.collection, index: index.name },
      },
    );
  }
  assert(index.state === 'building', 'only an index that is being built is built');
  return collection;
}

function duplicates(index: IndexEntry, id: string): AuroraError {
  return new AuroraError(
    'UniqueConstraintViolation',
    `Cannot create unique index "${index.name}" on "${index.collection}": document ${id} shares its value with another.`,
    {
      details: { collection: index.collection, fields: index.fields, id },
      hint: 'Remove duplicates or drop "unique".',
    },
  );
}

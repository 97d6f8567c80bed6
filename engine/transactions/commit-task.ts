/* A commit of document changes as a task of the pipeline. */

import { writeCatalogHead, writeCollection } from '../catalog/catalog-codec.ts';
import { AuroraError } from '../errors.ts';
import { metaKey } from '../storage/key-space.ts';
import type { KvReader, KvWriter } from '../storage/kv-store.ts';
import {
  type CheckedCollection,
  checkCollection,
  writeCollectionChanges,
} from './apply-changes.ts';
import type { PendingState, PipelineTask, TaskOutcome } from './pipeline-task.ts';
import { isPreparedFor, type PreparedChanges, prepareChangesAgain } from './prepared-changes.ts';
import type { CommitReport } from './snapshot.ts';

export function commitTask(
  prepared: PreparedChanges,
  changeCount: number,
): PipelineTask<CommitReport> {
  return {
    weight: changeCount,
    bytesExpected: prepared.bytesExpected,
    check(reader, state) {
      const current = isPreparedFor(prepared, state.catalog)
        ? prepared
        : prepareChangesAgain(prepared, state);
      const checked = current.collections.map((collection) =>
        checkCurrent(reader, state, collection),
      );
      return (writer) => writeCommit(writer, state, checked);
    },
  };
}

/** Stores the number of the last commit. */
export function writeSequence(writer: KvWriter, sequence: number): void {
  writer.put(metaKey('sequence'), Buffer.from(String(sequence)));
}

/** The number of the last commit; 0 in a new database. @throws AuroraError `DatabaseCorrupt` */
export function readSequence(reader: KvReader): number {
  const bytes = reader.get(metaKey('sequence'));
  if (bytes === undefined) return 0;
  const sequence = Number(Buffer.from(bytes).toString('latin1'));
  if (Number.isSafeInteger(sequence)) return sequence;
  throw new AuroraError('DatabaseCorrupt', 'The number of the last commit is damaged.');
}

function checkCurrent(
  reader: KvReader,
  state: PendingState,
  collection: PreparedChanges['collections'][number],
): CheckedCollection {
  // The flag for ascending ids may have changed without a new preparation.
  const entry = state.catalog.collection(collection.entry.definition.name) ?? collection.entry;
  return checkCollection(reader, { ...collection, entry }, state.codecs.of(entry));
}

function writeCommit(
  writer: KvWriter,
  state: PendingState,
  checked: readonly CheckedCollection[],
): TaskOutcome<CommitReport> {
  let schemaChanged = false;
  const counts = { insert: 0, replace: 0, delete: 0 };
  for (const collection of checked) {
    const { entry, changes } = collection.prepared;
    const codec = state.codecs.of(entry);
    const { structureCount } = writeCollectionChanges(writer, collection, codec);
    if (structureCount !== undefined) state.onApplied.push(() => codec.markSaved(structureCount));
    for (const { change } of changes) counts[change.kind] += 1;
    if (entry.idsAscend && !collection.idsAscend) {
      const changed = { ...entry, idsAscend: false };
      state.catalog = state.catalog.with(changed);
      writeCollection(writer, changed);
      writeCatalogHead(writer, state.catalog.version, state.nextStorageId);
      schemaChanged = true;
    }
  }
  state.sequence += 1;
  writeSequence(writer, state.sequence);
  const report: CommitReport = {
    sequence: state.sequence,
    insertedCount: counts.insert,
    replacedCount: counts.replace,
    deletedCount: counts.delete,
  };
  const collections = checked.map(({ prepared }) => prepared.entry.definition.name);
  return { result: report, event: { sequence: state.sequence, collections, schemaChanged } };
}

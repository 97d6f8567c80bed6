/*
 * The part of a commit inside the store's transaction. First everything is checked against what is stored, the commits
 * before it in the same transaction included: documents are still as they were read, ids and unique values are free.
 * Only then is anything written, so a refused commit leaves nothing behind and the others go through.
 */
import { assert } from '../base/assert.ts';
import { writeUint32 } from '../base/bytes.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { IndexChanges, isUniqueKey } from '../indexes/index-changes.ts';
import { type IndexLayout, indexTuples } from '../indexes/index-layout.ts';
import type { DocumentCodec } from '../storage/document-codec.ts';
import {
  insertDocument,
  putDocument,
  readDocument,
  removeDocument,
} from '../storage/document-value.ts';
import { idKey, structuresKey } from '../storage/key-space.ts';
import type { KvReader, KvWriter } from '../storage/kv-store.ts';
import { sameValue } from '../values/compare.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import {
  type CollectionState,
  readCollectionState,
  writeCollectionState,
} from './collection-state.ts';
import type { PreparedChange, PreparedCollection } from './prepared-changes.ts';

const rowMax = 0xffffffff;

/** The checked changes of a commit to one collection. */
export interface CheckedCollection {
  readonly prepared: PreparedCollection;
  readonly rows: readonly number[];
  readonly indexes: IndexChanges;
  readonly state: CollectionState;
  /** False when these inserts end the collection's ascending order of ids. */
  readonly idsAscend: boolean;
}

/** @throws AuroraError `WriteConflict`, `UniqueConstraintViolation`, `LimitExceeded` */
export function checkCollection(
  reader: KvReader,
  prepared: PreparedCollection,
  codec: DocumentCodec,
): CheckedCollection {
  const { entry, changes } = prepared;
  const before = readCollectionState(reader, entry.storageId);
  let state = before;
  let idsAscend = entry.idsAscend;
  const rows: number[] = [];
  const indexes = new IndexChanges();
  const seenRows = new Set<number>();
  for (const item of changes) {
    let row: number;
    if (item.change.kind === 'insert') {
      row = state.nextRow;
      const { id } = item.change.document;
      if (state.lastId !== undefined && id <= state.lastId) idsAscend = false;
      state = { ...state, nextRow: row + 1, documentCount: state.documentCount + 1, lastId: id };
    } else {
      row = item.change.row;
      assert(!seenRows.has(row), 'a commit changes a document once');
      seenRows.add(row);
      checkUnchanged(reader, entry, codec, item.change);
      if (item.change.kind === 'delete') {
        state = { ...state, documentCount: state.documentCount - 1 };
      }
    }
    rows.push(row);
    gatherKeys(indexes, item, row);
  }
  if (state.nextRow > rowMax) {
    throw new AuroraError('LimitExceeded', `"${entry.definition.name}" has used up its rows.`);
  }
  checkIds(reader, prepared, before);
  checkUnique(reader, prepared, rows, indexes);
  return { prepared, rows, indexes, state, idsAscend };
}

/** Writes what was checked, in the same transaction. */
export function writeCollectionChanges(
  writer: KvWriter,
  checked: CheckedCollection,
  codec: DocumentCodec,
): { readonly structureCount: number | undefined } {
  const { entry, changes } = checked.prepared;
  const structures = codec.unsavedStructures();
  if (structures !== undefined) writer.put(structuresKey(entry.storageId), structures.bytes);
  // Deletes come first, so that an insert may take over the id of a document that goes.
  for (const [position, { change }] of changes.entries()) {
    if (change.kind !== 'delete') continue;
    removeDocument(writer, entry.storageId, checked.rows[position] ?? 0);
    writer.remove(idKey(entry.storageId, change.before.id));
  }
  for (const [position, { change, bytes }] of changes.entries()) {
    const row = checked.rows[position] ?? 0;
    if (bytes === undefined) continue;
    if (change.kind === 'insert') {
      insertDocument(writer, entry.storageId, row, bytes);
      writer.put(idKey(entry.storageId, change.document.id), rowBytes(row));
    } else {
      putDocument(writer, entry.storageId, row, bytes);
    }
  }
  checked.indexes.apply(writer);
  writeCollectionState(writer, entry.storageId, checked.state);
  return { structureCount: structures?.count };
}

function gatherKeys(indexes: IndexChanges, item: PreparedChange, row: number): void {
  for (const { layout, removed, added } of item.indexes) {
    for (const key of removed) indexes.remove(layout, key, row);
    for (const key of added) indexes.add(layout, key, row);
  }
}

function checkUnchanged(
  reader: KvReader,
  entry: CollectionEntry,
  codec: DocumentCodec,
  change: { readonly row: number; readonly before: StoredDocument },
): void {
  const stored = readDocument(codec, reader, entry.storageId, change.row);
  if (stored !== undefined && sameValue(stored, change.before)) return;
  const what = stored === undefined ? 'was deleted' : 'was changed';
  throw new AuroraError(
    'WriteConflict',
    `Document ${change.before.id} of "${entry.definition.name}" ${what} by someone else since it was read.`,
    {
      details: { collection: entry.definition.name, id: change.before.id },
      hint: 'Read it again and repeat the change.',
    },
  );
}

function checkIds(
  reader: KvReader,
  { entry, changes }: PreparedCollection,
  { lastId }: CollectionState,
): void {
  const freed = new Set<string>();
  for (const { change } of changes) if (change.kind === 'delete') freed.add(change.before.id);
  const taken = new Set<string>();
  for (const { change } of changes) {
    if (change.kind !== 'insert') continue;
    const { id } = change.document;
    // While ids ascend, one above the last cannot be there; this spares most inserts a lookup.
    const isAbove = entry.idsAscend && (lastId === undefined || id > lastId);
    const isStored =
      !isAbove && !freed.has(id) && reader.get(idKey(entry.storageId, id)) !== undefined;
    if (isStored || taken.has(id)) throw violation(entry, ['id'], [id], id);
    taken.add(id);
  }
}

function checkUnique(
  reader: KvReader,
  { entry, changes }: PreparedCollection,
  rows: readonly number[],
  indexes: IndexChanges,
): void {
  for (const [position, { change, indexes: indexChanges }] of changes.entries()) {
    if (change.kind === 'delete') continue;
    const row = rows[position] ?? 0;
    for (const { layout, added } of indexChanges) {
      for (const key of added) {
        if (!isUniqueKey(layout, key)) continue;
        if (indexes.findConflict(reader, key, row) === undefined) continue;
        throw violation(
          entry,
          layout.entry.fields,
          conflictingValues(layout, change.document),
          change.document.id,
        );
      }
    }
  }
}

function conflictingValues(layout: IndexLayout, document: StoredDocument): readonly unknown[] {
  const tuples = indexTuples(layout, document);
  return tuples.length === 1 ? (tuples[0] ?? []) : [tuples.map(([element]) => element)];
}

function violation(
  entry: CollectionEntry,
  fields: readonly string[],
  values: readonly unknown[],
  id: string,
): AuroraError {
  const collection = entry.definition.name;
  const what = fields.map((field, position) => `${field} ${preview(values[position])}`).join(', ');
  const single = fields.length === 1 ? { field: fields[0], value: values[0] } : {};
  return new AuroraError(
    'UniqueConstraintViolation',
    `Cannot write to "${collection}": another document has ${what}.`,
    {
      details: { collection, fields, values, id, ...single },
      hint: `Choose another ${fields.join(' and ')}, or change the document that has it.`,
    },
  );
}

function preview(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function rowBytes(row: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeUint32(bytes, 0, row);
  return bytes;
}

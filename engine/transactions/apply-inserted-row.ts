import { writeUint32 } from '../base/bytes.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { type IndexChanges, rowBytes } from '../indexes/index-changes.ts';
import type { ColdStoreMode } from '../storage/cold-mode.ts';
import { type DocumentSink, insertDocument } from '../storage/document-value.ts';
import { idKey, idLookupKey, idLookupKeyOf } from '../storage/key-space.ts';
import type { InsertedRows } from './inserted-rows.ts';

/** Where what is applied goes. */
export interface InsertedRowPlace {
  /** For what nothing in the same step reads again. */
  readonly direct: DocumentSink;
  readonly indexes: IndexChanges;
  /** True when unique keys are taken from what the buffer knows of them, not from one row after the other. */
  readonly hasUniqueKeys?: boolean;
}

/** Applies the commonest row, which is new and was not changed since, to a store that holds nothing of it. */
export function applyInsertedRow(
  { direct, indexes, hasUniqueKeys = false }: InsertedRowPlace,
  { storageId }: CollectionEntry,
  inserted: {
    readonly rows: InsertedRows;
    readonly position: number;
    readonly coldMode: ColdStoreMode;
  },
): void {
  const { rows, position, coldMode } = inserted;
  const row = rows.firstRow + position;
  insertDocument(direct, storageId, row, rows.record(position), coldMode);
  if (direct.putJoined === undefined)
    direct.put(idKey(storageId, rows.id(position)), rowBytes(row));
  else direct.put(idLookupKeyOf(storageId, rows.idPlace(position)), sharedRowBytes(row));
  const { layouts, bytes, ends, nulls } = rows.keys;
  let at = rows.keyNumber(position);
  for (let index = 0; index < layouts.length; index += 1, at += 1) {
    const layout = layouts[index];
    if (layout === undefined) continue;
    const hasNull = nulls[at] === 1;
    if (layout.entry.unique && hasUniqueKeys && !hasNull) continue;
    indexes.addBytes(layout, { bytes, start: ends[at - 1] ?? 0, end: ends[at] ?? 0, hasNull }, row);
  }
  for (const { layout, added } of rows.others(position)) {
    const isKnown = hasUniqueKeys && layout.entry.unique;
    for (const key of added) if (!isKnown || key.hasNull) indexes.add(layout, key, row);
  }
}

/** Puts the row of an id. */
export function putRowOfId(direct: DocumentSink, storageId: number, id: string, row: number): void {
  if (direct.putJoined === undefined) direct.put(idKey(storageId, id), rowBytes(row));
  else direct.put(idLookupKey(storageId, id), sharedRowBytes(row));
}

const shared = new Uint8Array(4);

/** As `rowBytes`, for one use: the bytes are those of the next call as well. */
export function sharedRowBytes(row: number): Uint8Array {
  writeUint32(shared, 0, row);
  return shared;
}

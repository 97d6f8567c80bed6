/* The part of a verification that compares one index with its documents. */
import { bytesToMapKey, readUint32 } from '../base/bytes.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { isUniqueKey, readUniqueRow } from '../indexes/index-changes.ts';
import { indexValuesKey, pushEntryRows } from '../indexes/index-cursor.ts';
import { type IndexKey, type IndexLayout, indexKeys } from '../indexes/index-layout.ts';
import { blockKey, hasPosting } from '../indexes/posting-block.ts';
import { documentKey, indexEntryRange } from '../storage/key-space.ts';
import type { KvEntry, KvReader } from '../storage/kv-store.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { eachEntry, tryDecode, type VerifyRun } from './verify-walk.ts';

/** How many entries a document has in an index, and how many of them the index does not hold. */
export function countKeys(
  kv: KvReader,
  layout: IndexLayout,
  document: StoredDocument,
  row: number,
): { readonly needed: number; readonly missing: number } {
  const keys = indexKeys(layout, document);
  const missing = keys.filter((key) => !isHeld(kv, layout, key, row));
  return { needed: keys.length, missing: missing.length };
}

/** Rows in all entries of an index. Entries that make no sense are reported. */
export async function countEntries(run: VerifyRun, layout: IndexLayout): Promise<number> {
  let count = 0;
  await eachEntry(run, indexEntryRange(layout.entry.storageId), (entry) => {
    const rows = entryRows(layout, entry);
    if (rows === undefined) {
      const { name: index, collection } = layout.entry;
      const message = `An entry of index "${index}" makes no sense.`;
      run.problems.add({ kind: 'indexEntryDamaged', collection, index, message });
    } else {
      count += rows.length;
    }
  });
  return count;
}

/** Follows every entry back to its document and reports those that should not be there. */
export async function findStaleEntries(
  run: VerifyRun,
  entry: CollectionEntry,
  layout: IndexLayout,
): Promise<void> {
  const { kv, codecs } = run.snapshot;
  const codec = codecs.of(entry);
  const { name: index, collection } = layout.entry;
  await eachEntry(run, indexEntryRange(layout.entry.storageId), (item) => {
    const rows = entryRows(layout, item);
    if (rows === undefined) return;
    const values = bytesToMapKey(indexValuesKey(layout, item.key));
    for (const row of rows) {
      const value = kv.get(documentKey(entry.storageId, row));
      const stored =
        value === undefined ? undefined : { collectionId: entry.storageId, row, value };
      const document = stored === undefined ? undefined : tryDecode(codec, kv, stored);
      if (document === undefined) {
        const message = `Index "${index}" leads to row ${row}, which holds no document.`;
        run.problems.add({ kind: 'indexEntryStale', collection, index, message });
      } else if (!indexKeys(layout, document).some(({ mapKey }) => mapKey === values)) {
        const message = `Index "${index}" holds it under a value that it does not have.`;
        run.problems.add({ kind: 'indexEntryStale', collection, index, id: document.id, message });
      }
    }
  });
}

function isHeld(kv: KvReader, layout: IndexLayout, key: IndexKey, row: number): boolean {
  if (isUniqueKey(layout, key)) return readUniqueRow(kv, key.bytes) === row;
  if (!layout.entry.unique) return hasPosting(kv, key.bytes, row);
  const value = kv.get(blockKey(key.bytes, row));
  return value !== undefined && readUint32(value, 0) === row;
}

/** The rows of an entry; `undefined` when its key or its block makes no sense. */
function entryRows(layout: IndexLayout, entry: KvEntry): readonly Row[] | undefined {
  const width = entry.value.length - (layout.entry.unique ? 0 : 1);
  if (width < 0 || width % 4 !== 0 || (layout.entry.unique && width !== 4)) return undefined;
  try {
    indexValuesKey(layout, entry.key);
  } catch {
    // Whatever the key parser stumbles over is what a verification looks for.
    return undefined;
  }
  const rows: Row[] = [];
  pushEntryRows(layout, entry, rows);
  const ascends = rows.every((row, position) => position === 0 || row > (rows[position - 1] ?? -1));
  return ascends ? rows : undefined;
}

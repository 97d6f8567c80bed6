import { limits } from '../limits.ts';
import { isInChunks } from '../storage/document-value.ts';
import { documentKey, documentLookupKey, rowOfDocumentKey } from '../storage/key-space.ts';
import type { KvReader } from '../storage/kv-store.ts';

/** From so many rows on, and with no more than so many times as many in all, a pass over them costs less than each. */
const passRowsMin = 8;
const passRowsMax = 4;

/** What a store has under a row: bytes as those of `peek`, to be used before anything else is read. */
export function storedValue(
  reader: KvReader,
  storageId: number,
  row: number,
): Uint8Array | undefined {
  const key = documentLookupKey(storageId, row);
  const value = reader.peek(key);
  if (value === undefined || !isInChunks(value)) return value;
  return reader.get(key) ?? value;
}

/** What it has under rows that lie close together, read in one pass; `undefined` for a few, or when it is much. */
export function storedValues(
  reader: KvReader,
  storageId: number,
  rows: readonly number[],
): ReadonlyMap<number, Uint8Array> | undefined {
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined || rows.length < passRowsMin) return undefined;
  const count = last - first + 1;
  if (count > passRowsMax * rows.length) return undefined;
  const entries = reader.range({
    start: documentKey(storageId, first),
    end: documentKey(storageId, last + 1),
    limit: count,
    bytesMax: limits.batchBytesMax,
  });
  const values = new Map(entries.map(({ key, value }) => [rowOfDocumentKey(key), value]));
  const bytes = entries.reduce((sum, { value }) => sum + value.length, 0);
  return bytes >= limits.batchBytesMax ? undefined : values;
}

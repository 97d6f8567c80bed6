/* How large an index is, or would be, told from a sample of the documents: its entries lie among all others. */
import { compareBytes } from '../base/bytes.ts';
import { entryBytes, type KeyOrder } from '../storage/entry-bytes.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { type IndexKey, type IndexLayout, indexKeys } from './index-layout.ts';

const rowBytes = 4;
const blockRowsMax = 256;

/** @param sample in the order of their rows @param documentCount how many documents there are in all */
export function indexBytesEstimated(
  layout: IndexLayout,
  sample: readonly StoredDocument[],
  documentCount: number,
): number {
  if (sample.length === 0) return 0;
  const scale = documentCount / sample.length;
  const keys = sample.flatMap((document) => indexKeys(layout, document));
  const order = orderOf(keys);
  const alone = layout.entry.unique ? keys : [];
  const aloneBytes = alone.reduce(
    (sum, key) =>
      sum + entryBytes(key.bytes.length + (key.hasNull ? rowBytes : 0), rowBytes, order),
    0,
  );
  const shared = keys.length === alone.length ? 0 : sharedBytes(keys, scale, order);
  return aloneBytes * scale + shared;
}

/** Of keys under which many documents may stand. */
function sharedBytes(keys: readonly IndexKey[], scale: number, order: KeyOrder): number {
  const counts = new Map<string, number>();
  for (const { mapKey } of keys) counts.set(mapKey, (counts.get(mapKey) ?? 0) + 1);
  const rowCount = keys.length * scale;
  const valueCount = distinctEstimated(counts, keys.length, rowCount);
  const keyBytes = keys.reduce((sum, { bytes }) => sum + bytes.length, 0) / keys.length + rowBytes;
  const rowsEach = rowCount / valueCount;
  const blocksEach = Math.max(1, rowsEach / blockRowsMax);
  return (
    valueCount * blocksEach * entryBytes(keyBytes, 1 + (rowBytes * rowsEach) / blocksEach, order)
  );
}

/** How many values there are (Haas and Stokes' Duj1, which PostgreSQL uses as well). */
function distinctEstimated(
  counts: ReadonlyMap<string, number>,
  seenCount: number,
  rowCount: number,
): number {
  const once = [...counts.values()].filter((count) => count === 1).length;
  const found =
    (seenCount * counts.size) / (seenCount - once + (once * seenCount) / Math.max(rowCount, 1));
  return Math.min(Math.max(found, counts.size), Math.max(rowCount, 1));
}

/** Whether keys came in order, as they stand in the order of rows. */
function orderOf(keys: readonly IndexKey[]): KeyOrder {
  let ascending = 0;
  for (const [at, key] of keys.entries()) {
    const before = keys[at - 1];
    if (before === undefined || compareBytes(before.bytes, key.bytes) <= 0) ascending += 1;
  }
  return ascending > 0.95 * keys.length ? 'ascending' : 'random';
}

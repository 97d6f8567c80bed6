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

/**
 * How many values there are. Those that the sample has often are all there are of their kind. The rare ones have as many
 * rows each as tells how often one is seen twice: of values with m rows, of which a share q is sampled, q (m − 1) / 2 as
 * many are seen twice as once.
 */
function distinctEstimated(
  counts: ReadonlyMap<string, number>,
  seenCount: number,
  rowCount: number,
): number {
  const seen = [...counts.values()];
  const once = seen.filter((count) => count === 1).length;
  const twice = seen.filter((count) => count === 2).length;
  if (once === 0) return counts.size;
  const rareRows = ((once + 2 * twice) / seenCount) * rowCount;
  const rowsEach = 1 + (2 * twice * rowCount) / (once * seenCount);
  return counts.size - once - twice + Math.max(rareRows / rowsEach, once + twice);
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

import type { RowCache } from '../cache/row-cache.ts';
import type { WriteBuffer } from './write-buffer.ts';

/**
 * Brings documents back into the cache that were in it until they were changed, once the store holds the buffer: what
 * was asked for before will be asked for again. Those that have changed once more since come back with the buffer that
 * holds the later change.
 */
export function cacheAgain(
  cache: RowCache | undefined,
  applied: WriteBuffer,
  later: WriteBuffer,
): void {
  for (const touched of applied.cached) {
    const { collectionId, row } = touched;
    if (later.collection(collectionId)?.rows.has(row) === true) {
      later.noteCached(touched);
      continue;
    }
    const newest = applied.collection(collectionId)?.rows.get(row)?.newest.value;
    const { document, record } = newest ?? {};
    if (document === undefined || record === undefined) continue;
    cache?.set(collectionId, row, document, record.length, applied.lastLsn);
  }
}

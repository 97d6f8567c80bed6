/* The figures of a database as documents of `_stats`, for queries about them: one for each number. */
import { uuidOfName } from '../values/name-uuid.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { DatabaseStats } from './database-stats.ts';

type Figure = readonly [name: string, value: number | null | undefined, unit?: string];

/** In the order of their names; the same figure keeps its id. `nowMs` is the moment that they stand for. */
export function statsDocuments(stats: DatabaseStats, nowMs: number): readonly StoredDocument[] {
  const documents: StoredDocument[] = [];
  for (const [name, value, unit = null] of figuresOf(stats)) {
    if (value === null || value === undefined) continue;
    documents.push({ id: uuidOfName(`stat\n${name}`), name, value, unit, at: nowMs });
  }
  return documents.sort((left, right) => (String(left['name']) < String(right['name']) ? -1 : 1));
}

function figuresOf(stats: DatabaseStats): readonly Figure[] {
  const { file, buffer, cache, columnCache, readers } = stats;
  return [
    ['commits', stats.sequence],
    ['documents', stats.documentCount],
    ['collections', stats.collections.length],
    ['file.size', file?.sizeBytes, 'bytes'],
    ['file.used', file?.usedBytes, 'bytes'],
    ['file.disk_free', file?.diskFreeBytes, 'bytes'],
    ['buffer.changes', buffer.changeCount],
    ['buffer.size', buffer.bytes, 'bytes'],
    ['row_cache.entries', cache?.entryCount],
    ['row_cache.size', cache?.bytes, 'bytes'],
    ['row_cache.hits', cache?.hitCount],
    ['row_cache.misses', cache?.missCount],
    ['row_cache.evictions', cache?.evictionCount],
    ['column_cache.columns', columnCache?.columnCount],
    ['column_cache.size', columnCache?.bytes, 'bytes'],
    ['column_cache.hits', columnCache?.hitCount],
    ['column_cache.fills', columnCache?.fillCount],
    ['column_cache.evictions', columnCache?.evictionCount],
    ['readers', readers.length],
    ['readers.oldest_age', readers[0]?.ageMs, 'ms'],
    ['recovery.commits', stats.recovery.commitCount],
  ];
}

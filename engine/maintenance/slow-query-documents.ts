import { uuidOfName } from '../values/name-uuid.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { DatabaseMetrics } from './metrics-recorder.ts';

/** Slow statements as documents of `_slow_queries`. */
export function slowQueryDocuments({ slowQueries }: DatabaseMetrics): readonly StoredDocument[] {
  return slowQueries.map(({ at, elapsedMs, text, plan, rowCount }, place) => ({
    id: uuidOfName(`${at} ${elapsedMs} ${place} ${text}`),
    text,
    plan,
    elapsed_ms: elapsedMs,
    rows_read: rowCount,
    at,
  }));
}

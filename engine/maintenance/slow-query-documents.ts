import { uuidOfName } from '../values/name-uuid.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { SlowQuery } from './metrics-file.ts';

/** Slow statements as documents of `_slow_queries`. */
export function slowQueryDocuments(queries: readonly SlowQuery[]): readonly StoredDocument[] {
  return queries.map(({ at, elapsedMs, text, plan, rowCount, rowsRead, outcome }, place) => ({
    id: uuidOfName(`${at} ${elapsedMs} ${place} ${text}`),
    text,
    plan,
    elapsed_ms: elapsedMs,
    rows_given: rowCount,
    ...(rowsRead === undefined ? {} : { rows_read: rowsRead }),
    outcome,
    at,
  }));
}

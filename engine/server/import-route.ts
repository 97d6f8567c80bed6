/*
 * `POST /:name` with NDJSON: documents a line each, taken as fast as they are committed, however many. They are
 * committed in parts; the answer is the engine's report, which says how many, and what became of the others.
 */
import type { Database } from '#engine';
import type { Exchange } from './exchange.ts';
import { HttpFailure } from './http-failure.ts';

/** The media types that begin an import. */
export function isImport(contentType: string): boolean {
  return contentType === 'application/x-ndjson' || contentType === 'application/ndjson';
}

export async function importDocuments(
  db: Database,
  collection: string,
  exchange: Exchange,
): Promise<void> {
  const onError = readPolicy(exchange.search);
  // What takes as long as the client sends is bounded by that.
  exchange.endTimeLimit();
  const report = await db.importInto(
    collection,
    { stream: exchange.chunks() },
    { format: 'ndjson', onError, signal: exchange.signal },
  );
  const { outcome, recordCount, importedCount, rejectedCount, rejections } = report;
  const status = outcome === 'completed' ? 200 : 400;
  await exchange.sendJson(status, {
    outcome,
    recordCount,
    importedCount,
    rejectedCount,
    rejections,
  });
}

function readPolicy(search: URLSearchParams): 'stop' | 'skip' {
  const given = search.get('onError') ?? 'stop';
  const isAlone = [...search.keys()].every((name) => name === 'onError');
  if (isAlone && (given === 'stop' || given === 'skip')) return given;
  throw new HttpFailure(400, 'InvalidValue', 'An import takes onError=stop or onError=skip.');
}

/*
 * When the database was last closed as it should be. Written once, at the end: a record for each opening would cost two
 * transactions more. A process that died after writing leaves the record of an earlier close.
 */
import { AuroraError } from '../errors.ts';
import { metaKey } from './key-space.ts';
import type { KvReader, KvStore } from './kv-store.ts';

/** Notes the time of a close, in a store that may be written to. */
export function noteClose(store: KvStore, nowMs: number): void {
  if (store.readOnly) return;
  const value = Buffer.from(JSON.stringify({ closedAtMs: nowMs }));
  try {
    store.transact((writer) => writer.put(metaKey('closed'), value), 0);
  } catch (error) {
    // A store that has no space, has failed or is closed is let go all the same; its record stays the earlier one.
    if (!(error instanceof AuroraError)) throw error;
  }
}

/** Milliseconds since 1970; `undefined` when it was never closed. */
export function readLastClose(reader: KvReader): number | undefined {
  const bytes = reader.get(metaKey('closed'));
  if (bytes === undefined) return undefined;
  const record: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const isRecord = typeof record === 'object' && record !== null && 'closedAtMs' in record;
  return isRecord && typeof record.closedAtMs === 'number' ? record.closedAtMs : undefined;
}

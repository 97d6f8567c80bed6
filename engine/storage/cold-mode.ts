/*
 * How documents lie on disk: as they are, or deflated. The choice belongs to the database, not to whoever opens it: an
 * opening that says nothing leaves it as it is. What is written follows the choice at once; what lies there already
 * follows at the next compaction, until which the mark says that it does not yet.
 */
import { AuroraError } from '../errors.ts';
import { documentsAnywhere, metaKey } from './key-space.ts';
import type { KvReader, KvStore, KvWriter } from './kv-store.ts';

/** Documents on disk as they are (`HighThroughput`), or deflated where that saves space (`LowSpace`). */
export type ColdStoreMode = 'HighThroughput' | 'LowSpace';

export interface ColdMark {
  readonly mode: ColdStoreMode;
  /** False while documents may lie there as an earlier mode had them. */
  readonly isApplied: boolean;
}

/** @throws AuroraError `DatabaseCorrupt` */
export function readColdMark(reader: KvReader): ColdMark {
  const bytes = reader.get(metaKey('cold'));
  if (bytes === undefined) return { mode: 'HighThroughput', isApplied: true };
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const isMark =
    typeof value === 'object' && value !== null && 'mode' in value && 'isApplied' in value;
  if (!isMark || (value.mode !== 'HighThroughput' && value.mode !== 'LowSpace')) {
    throw new AuroraError('DatabaseCorrupt', 'The mark of how documents are stored is damaged.');
  }
  return { mode: value.mode, isApplied: value.isApplied === true };
}

/** Notes which mode documents are written in from now on. @throws AuroraError `DiskFull`, `StorageFailure` */
export function chooseColdMode(store: KvStore, mode: ColdStoreMode | undefined): void {
  if (mode === undefined || store.readOnly) return;
  const snapshot = store.snapshot();
  let isApplied: boolean;
  try {
    if (readColdMark(snapshot).mode === mode) return;
    isApplied = snapshot.range({ ...documentsAnywhere(), limit: 1 }).length === 0;
  } finally {
    snapshot.release();
  }
  store.transact((writer) => writeColdMark(writer, { mode, isApplied }), 0);
}

export function writeColdMark(writer: Pick<KvWriter, 'put'>, mark: ColdMark): void {
  writer.put(metaKey('cold'), Buffer.from(JSON.stringify(mark)));
}

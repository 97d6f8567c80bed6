import type { Snapshot } from '../transactions/snapshot.ts';
import { documentOutput } from './document-output.ts';
import { findCollection } from './find-collection.ts';
import type { OutputObject } from './projection.ts';

/** Reads one document by id and releases the snapshot; `undefined` when there is none. */
export function readDocument(
  snapshot: Snapshot,
  collection: string,
  id: string,
): OutputObject | undefined {
  try {
    const entry = findCollection(snapshot, collection, { start: 0, end: 0 });
    const row = snapshot.rowOf(entry, id);
    const document = row === undefined ? undefined : snapshot.read(entry, row);
    return document === undefined ? undefined : documentOutput(entry.definition)(document);
  } finally {
    snapshot.release();
  }
}

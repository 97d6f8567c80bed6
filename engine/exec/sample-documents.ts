/* Some documents of a collection, spread evenly over its rows. */
import type { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { limits } from '../limits.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';

const placeRows = 8;

/** In the order of their rows; all where there are few. The snapshot must be settled. */
export async function sampleDocuments(
  snapshot: Snapshot,
  collection: CollectionEntry,
  slicer: TimeSlicer,
): Promise<readonly StoredDocument[]> {
  const isSmall = snapshot.documentCount(collection) <= limits.sampleDocumentsMax;
  const [first, last] = [endOf(snapshot, collection, false), endOf(snapshot, collection, true)];
  if (first === undefined || last === undefined) return [];
  const placeCount = limits.sampleDocumentsMax / placeRows;
  const sample = new Map<Row, StoredDocument>();
  for (let place = 0; place < (isSmall ? 1 : placeCount); place += 1) {
    const from = (first + Math.floor(((last - first) * place) / placeCount)) as Row;
    const cursor = snapshot.scan(collection, { from });
    try {
      const { rows, documents } = cursor.next(isSmall ? limits.sampleDocumentsMax : placeRows);
      for (const [at, row] of rows.entries()) {
        const document = documents[at];
        if (document !== undefined) sample.set(row, document);
      }
    } finally {
      cursor.close();
    }
    await slicer.yieldIfDue();
  }
  return [...sample.values()];
}

/** The first or last row. */
function endOf(snapshot: Snapshot, collection: CollectionEntry, reverse: boolean): Row | undefined {
  const cursor = snapshot.scan(collection, { reverse });
  try {
    return cursor.next(1).rows[0];
  } finally {
    cursor.close();
  }
}

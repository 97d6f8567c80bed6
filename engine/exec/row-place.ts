import type { CollectionEntry } from '../catalog/catalog.ts';
import type { SortKey } from '../plan/sort-key.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import type { Row, StoredValue } from '../values/stored-value.ts';

/**
 * The row behind which all documents with larger ids are, for a place whose last value is an id; `undefined` where rows
 * say nothing about ids. When the document is gone, it is searched for by halving, in O(log rows) reads.
 */
export function rowPlace(
  snapshot: Snapshot,
  collection: CollectionEntry,
  keys: readonly SortKey[],
  place: readonly StoredValue[],
): Row | undefined {
  const id = place[keys.length - 1];
  // An unsettled snapshot is not scanned, and a plan that would need this is made again on a settled one.
  if (!collection.idsAscend || !snapshot.isSettled || typeof id !== 'string') return undefined;
  return snapshot.rowOf(collection, id) ?? lastRowUpTo(snapshot, collection, id);
}

function lastRowUpTo(snapshot: Snapshot, collection: CollectionEntry, id: string): Row {
  const firstFrom = (row: number, reverse: boolean) => {
    const cursor = snapshot.scan(collection, { reverse, from: row as Row });
    const { rows, documents } = cursor.next(1);
    cursor.close();
    const [found] = rows;
    return found === undefined ? undefined : { row: found, id: documents[0]?.id ?? '' };
  };
  const last = firstFrom(0xffffffff, true);
  if (last === undefined) return 0 as Row;
  // All rows below `low` hold ids up to the place's, all rows from `high` on larger ones.
  let low = 0;
  let high = last.row + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = firstFrom(middle, false);
    if (found === undefined || found.id > id) high = middle;
    else low = found.row + 1;
  }
  return Math.max(0, low - 1) as Row;
}

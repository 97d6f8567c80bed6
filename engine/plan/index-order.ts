/*
 * Which order the entries of an index already have. Entries with equal keys come in ascending row order, forwards
 * and backwards, which is id order only while the collection's ids ascend; otherwise the last word is left to
 * `SortTies`, by not counting the id as ordered.
 */
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import type { SortKey } from './sort-key.ts';

export interface IndexOrder {
  /** How many leading keys the index satisfies. */
  readonly orderedKeys: number;
  /** Whether the index must be read backwards for it. */
  readonly reverse: boolean;
}

/** The order of the entries whose first `pinnedCount` fields have one value each. */
export function findIndexOrder(
  collection: CollectionEntry,
  index: IndexEntry,
  pinnedCount: number,
  keys: readonly SortKey[],
): IndexOrder {
  const pinned = new Set(index.fields.slice(0, pinnedCount));
  let field = pinnedCount;
  let direction: SortKey['direction'] | undefined;
  let orderedKeys = 0;
  for (const key of keys) {
    const name = key.path.join('.');
    if (!pinned.has(name)) {
      if (name !== index.fields[field]) break;
      if (direction !== undefined && direction !== key.direction) break;
      direction = key.direction;
      field += 1;
    }
    orderedKeys += 1;
  }
  const last = keys.at(-1);
  const isTieByRow =
    orderedKeys === keys.length - 1 &&
    last?.path.join('.') === 'id' &&
    last.direction === 'asc' &&
    field === index.fields.length &&
    collection.idsAscend;
  return { orderedKeys: isTieByRow ? keys.length : orderedKeys, reverse: direction === 'desc' };
}

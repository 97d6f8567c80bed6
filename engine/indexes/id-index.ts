import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';

const idIndexes = new WeakMap<CollectionEntry, IndexEntry>();

/**
 * The ids of a collection as an index that every collection has: in their order they lead to rows (the space `ids` of
 * storage/key-space.ts). It stands under the collection's own storage id, in no catalog, and is read by ranges only;
 * one id is looked up.
 */
export function idIndexOf(collection: CollectionEntry): IndexEntry {
  const present = idIndexes.get(collection);
  if (present !== undefined) return present;
  const index: IndexEntry = {
    storageId: collection.storageId,
    name: 'id',
    collection: collection.definition.name,
    fields: ['id'],
    unique: true,
    multiEntry: false,
    state: 'live',
  };
  idIndexes.set(collection, index);
  return index;
}

/** True for the ids of a collection, whatever entry of it they were taken from. */
export function isIdIndex(index: IndexEntry, collection: CollectionEntry): boolean {
  return index.storageId === collection.storageId;
}

/*
 * Where everything lies. A key begins with a storage id (4 bytes) and a space (1 byte). Storage ids are given out
 * once; the catalog says which belongs to what, so that a collection or index is dropped by forgetting its id in
 * one transaction and deleting its keys later, in slices.
 *
 *   storage id   space           rest of the key              value
 *   0            1 meta          name                         JSON
 *   0            2 catalog       collection's storage id      JSON: definition, indexes, flags
 *   0            3 leftover      storage id                   empty; its keys are still to be deleted
 *   collection   1 documents     row (4)                      checksum and record, or what leads to its chunks
 *                                                             (storage/document-value.ts)
 *   collection   2 ids           id (16)                      row (4)
 *   collection   3 state         -                            document count (8), next row (8), last id (16 or nothing)
 *   collection   4 structures    -                            JSON: field names of each shared record structure
 *   collection   5 chunks        row (4), number (4)          a piece of a large record
 *   index        1 entries       values, block (4)            posting block (indexes/posting-block.ts)
 *   unique index 1 entries       values                       row (4)
 *                                values with a null, row (4)  row (4)
 */

import { assert } from '../base/assert.ts';
import { concatBytes, prefixSuccessor, readUint32, writeUint32 } from '../base/bytes.ts';
import { writeUuid } from '../values/uuid.ts';

const space = {
  meta: 1,
  catalog: 2,
  leftover: 3,
  documents: 1,
  ids: 2,
  state: 3,
  structures: 4,
  chunks: 5,
  entries: 1,
};

/** A range of keys: `start` inside, `end` above it. */
export interface KeyRange {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
}

export function metaKey(name: string): Uint8Array {
  return concatBytes(head(0, space.meta), Buffer.from(name, 'utf8'));
}

export function catalogKey(collectionId: number): Uint8Array {
  return withNumber(0, space.catalog, collectionId);
}

export function catalogRange(): KeyRange {
  return rangeOf(head(0, space.catalog));
}

export function leftoverKey(storageId: number): Uint8Array {
  return withNumber(0, space.leftover, storageId);
}

export function leftoverRange(): KeyRange {
  return rangeOf(head(0, space.leftover));
}

/** The storage id at the end of a catalog or leftover key. */
export function storageIdOfKey(key: Uint8Array): number {
  return readUint32(key, 5);
}

export function documentKey(collectionId: number, row: number): Uint8Array {
  return withNumber(collectionId, space.documents, row);
}

const lookupKey = new Uint8Array(9);

/** The same for one lookup: the bytes are those of the next call as well, and must not be kept. */
export function documentLookupKey(collectionId: number, row: number): Uint8Array {
  return writeNumberKey(lookupKey, {
    storageId: collectionId,
    spaceByte: space.documents,
    number: row,
  });
}

export function documentRange(collectionId: number): KeyRange {
  return rangeOf(head(collectionId, space.documents));
}

/** Everything that belongs to a collection or an index, documents among it. */
export function documentsAnywhere(): KeyRange {
  const start = new Uint8Array(4);
  writeUint32(start, 0, 1);
  return { start, end: new Uint8Array(8).fill(0xff) };
}

/** True for the keys of documents, given that the storage id is that of a collection. */
export function isDocumentKey(key: Uint8Array): boolean {
  return key.length === 9 && key[4] === space.documents;
}

/** True for the keys of chunks, given the same. */
export function isChunkKey(key: Uint8Array): boolean {
  return key.length === 13 && key[4] === space.chunks;
}

/** The row in the key of a document or chunk. */
export function rowOfDocumentKey(key: Uint8Array): number {
  return readUint32(key, 5);
}

export function chunkKey(collectionId: number, row: number, number: number): Uint8Array {
  const key = new Uint8Array(13);
  key.set(withNumber(collectionId, space.chunks, row));
  writeUint32(key, 9, number);
  return key;
}

/** The chunks of all rows of a collection. */
export function chunksRange(collectionId: number): KeyRange {
  return rangeOf(head(collectionId, space.chunks));
}

/** The number at the end of a chunk's key; its row is where that of a document is. */
export function numberOfChunkKey(key: Uint8Array): number {
  return readUint32(key, 9);
}

export function idKey(collectionId: number, id: string): Uint8Array {
  return writeIdKey(new Uint8Array(21), collectionId, id);
}

const sharedIdKey = new Uint8Array(21);

/** The same for one use: the bytes are those of the next call as well, and must not be kept. */
export function idLookupKey(collectionId: number, id: string): Uint8Array {
  return writeIdKey(sharedIdKey, collectionId, id);
}

/** The same of an id whose 16 bytes lie at a place. */
export function idLookupKeyOf(
  collectionId: number,
  { bytes, start }: { readonly bytes: Uint8Array; readonly start: number },
): Uint8Array {
  writeUint32(sharedIdKey, 0, collectionId);
  sharedIdKey[4] = space.ids;
  for (let at = 0; at < 16; at += 1) sharedIdKey[idOffset + at] = bytes[start + at] ?? 0;
  return sharedIdKey;
}

function writeIdKey(key: Uint8Array, collectionId: number, id: string): Uint8Array {
  writeUint32(key, 0, collectionId);
  key[4] = space.ids;
  assert(writeUuid(id, key, 5), 'ids are canonical UUIDs');
  return key;
}

export function idRange(collectionId: number): KeyRange {
  return rangeOf(idHead(collectionId));
}

/** What every key of an id begins with. */
export function idHead(collectionId: number): Uint8Array {
  return head(collectionId, space.ids);
}

/** Where the 16 bytes of the id begin in an id key. */
export const idOffset = 5;

export function stateKey(collectionId: number): Uint8Array {
  return head(collectionId, space.state);
}

export function structuresKey(collectionId: number): Uint8Array {
  return head(collectionId, space.structures);
}

/** What every entry of an index begins with. */
export function indexEntryHead(indexId: number): Uint8Array {
  return head(indexId, space.entries);
}

/** Where the values begin in an index key. */
export const indexValuesOffset = 5;

export function indexEntryRange(indexId: number): KeyRange {
  return rangeOf(head(indexId, space.entries));
}

/** Everything under a storage id. */
export function storageRange(storageId: number): KeyRange {
  const start = new Uint8Array(4);
  writeUint32(start, 0, storageId);
  return rangeOf(start);
}

/** All keys that begin with a prefix. */
export function rangeOf(prefix: Uint8Array): KeyRange {
  const end = prefixSuccessor(prefix);
  assert(end !== undefined, 'storage ids stay below 0xFFFFFFFF');
  return { start: prefix, end };
}

function head(storageId: number, spaceByte: number): Uint8Array {
  const key = new Uint8Array(5);
  writeUint32(key, 0, storageId);
  key[4] = spaceByte;
  return key;
}

function withNumber(storageId: number, spaceByte: number, number: number): Uint8Array {
  return writeNumberKey(new Uint8Array(9), { storageId, spaceByte, number });
}

function writeNumberKey(
  key: Uint8Array,
  { storageId, spaceByte, number }: { storageId: number; spaceByte: number; number: number },
): Uint8Array {
  writeUint32(key, 0, storageId);
  key[4] = spaceByte;
  writeUint32(key, 5, number);
  return key;
}

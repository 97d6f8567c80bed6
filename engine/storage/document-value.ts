/*
 * How a document's record lies in storage. The value under its row begins with a byte that says which of three forms
 * it has; a record above `limits.documentChunkBytes` is cut, so that no value comes near 16 MiB, from where lmdb hands
 * out memory that Electron refuses:
 *
 *   01 | record                                            format 1: no checksum
 *   02 | CRC-32 (4) | record
 *   03 | CRC-32 (4) | length (4) | number of chunks (4)    the record lies in chunks (row, 0), (row, 1), …
 *
 * The CRC-32 covers the whole record, not the structures that its fields are named by. Reading does not compute it:
 * for a document of some hundred bytes that took a tenth of the time of a cold read. It is computed when a record
 * cannot be decoded, to tell damaged bytes from a mistake of ours, and by a verification for every document.
 */
import { crc32 } from 'node:zlib';
import { readUint32, writeUint32 } from '../base/bytes.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { DocumentCodec } from './document-codec.ts';
import { chunkKey, chunkRange, documentKey } from './key-space.ts';
import type { KvReader, KvWriter } from './kv-store.ts';

const form = { plain: 1, checked: 2, chunked: 3 };
const checkedHeadBytes = 5;
const chunkedHeadBytes = 13;

/** Stores the record of a row that holds none yet. */
export function insertDocument(
  writer: KvWriter,
  collectionId: number,
  row: number,
  record: Uint8Array,
): void {
  if (record.length <= limits.documentChunkBytes) {
    const value = new Uint8Array(checkedHeadBytes + record.length);
    value[0] = form.checked;
    writeUint32(value, 1, crc32(record));
    value.set(record, checkedHeadBytes);
    writer.put(documentKey(collectionId, row), value);
    return;
  }
  const chunkCount = Math.ceil(record.length / limits.documentChunkBytes);
  const head = new Uint8Array(chunkedHeadBytes);
  head[0] = form.chunked;
  writeUint32(head, 1, crc32(record));
  writeUint32(head, 5, record.length);
  writeUint32(head, 9, chunkCount);
  writer.put(documentKey(collectionId, row), head);
  for (let number = 0; number < chunkCount; number += 1) {
    const start = number * limits.documentChunkBytes;
    const chunk = record.subarray(start, start + limits.documentChunkBytes);
    writer.put(chunkKey(collectionId, row, number), chunk);
  }
}

/** Stores the record of a row in place of the one that it holds, if any. */
export function putDocument(
  writer: KvWriter,
  collectionId: number,
  row: number,
  record: Uint8Array,
): void {
  removeChunks(writer, collectionId, row);
  insertDocument(writer, collectionId, row, record);
}

/** Removes the record of a row, if any. */
export function removeDocument(writer: KvWriter, collectionId: number, row: number): void {
  removeChunks(writer, collectionId, row);
  writer.remove(documentKey(collectionId, row));
}

/** The document of a row; `undefined` when it holds none. @throws AuroraError `DatabaseCorrupt` */
export function readDocument(
  codec: DocumentCodec,
  reader: KvReader,
  collectionId: number,
  row: number,
): StoredDocument | undefined {
  const value = reader.get(documentKey(collectionId, row));
  return value === undefined
    ? undefined
    : decodeDocument(codec, reader, { collectionId, row, value });
}

/** What lies under the key of a document. */
export interface DocumentValue {
  readonly collectionId: number;
  readonly row: number;
  readonly value: Uint8Array;
}

/** The document of a stored value. @throws AuroraError `DatabaseCorrupt` */
export function decodeDocument(
  codec: DocumentCodec,
  reader: KvReader,
  stored: DocumentValue,
): StoredDocument {
  const record = recordOfValue(reader, stored);
  try {
    return codec.decode(record);
  } catch (error) {
    throw hasChecksum(stored.value) && crc32(record) !== readUint32(stored.value, 1)
      ? damaged(stored, 'its checksum is wrong', error)
      : error;
  }
}

/** The record of a stored value, joined from its chunks. @throws AuroraError `DatabaseCorrupt` */
export function recordOfValue(reader: KvReader, stored: DocumentValue): Uint8Array {
  const { value } = stored;
  switch (value[0]) {
    case form.checked:
      if (value.length < checkedHeadBytes) throw damaged(stored, 'it is cut');
      return value.subarray(checkedHeadBytes);
    case form.plain:
      return value.subarray(1);
    case form.chunked:
      return joinChunks(reader, stored);
    default:
      throw damaged(stored, `its first byte, ${value[0]}, is unknown`);
  }
}

/** What is wrong with the stored bytes of a document, in words; `undefined` when nothing is. Reads all of them. */
export function findDocumentDamage(reader: KvReader, stored: DocumentValue): string | undefined {
  let record: Uint8Array;
  try {
    record = recordOfValue(reader, stored);
  } catch (error) {
    if (error instanceof AuroraError) return error.message;
    throw error;
  }
  if (hasChecksum(stored.value) && crc32(record) !== readUint32(stored.value, 1)) {
    return damaged(stored, 'its checksum is wrong').message;
  }
  return undefined;
}

/** How long the record of a stored value is. */
export function recordLength(value: Uint8Array): number {
  return value[0] === form.chunked && value.length === chunkedHeadBytes
    ? readUint32(value, 5)
    : value.length;
}

/** How many chunks a stored value says that its record has. */
export function chunkCountOf(value: Uint8Array): number {
  return value[0] === form.chunked && value.length === chunkedHeadBytes ? readUint32(value, 9) : 0;
}

/** Only what the value of the row names is removed; a row without chunks costs one look at it. */
function removeChunks(writer: KvWriter, collectionId: number, row: number): void {
  const value = writer.get(documentKey(collectionId, row));
  if (value?.[0] !== form.chunked) return;
  const range = chunkRange(collectionId, row);
  for (;;) {
    const [chunk] = writer.range({ ...range, limit: 1 });
    if (chunk === undefined) return;
    writer.remove(chunk.key);
  }
}

function hasChecksum(value: Uint8Array): boolean {
  return value[0] === form.checked || value[0] === form.chunked;
}

function joinChunks(reader: KvReader, stored: DocumentValue): Uint8Array {
  const { collectionId, row, value } = stored;
  const length = readUint32(value, 5);
  const chunkCount = readUint32(value, 9);
  const isPlausible =
    value.length === chunkedHeadBytes && length <= limits.documentBytesMax && chunkCount <= length;
  if (!isPlausible) throw damaged(stored, 'what it says of its chunks makes no sense');
  const record = new Uint8Array(length);
  let offset = 0;
  for (let number = 0; number < chunkCount; number += 1) {
    const chunk = reader.get(chunkKey(collectionId, row, number));
    if (chunk === undefined) {
      throw damaged(stored, `chunk ${number} of ${chunkCount} is missing`);
    }
    if (offset + chunk.length > length) throw damaged(stored, 'its chunks are too long');
    record.set(chunk, offset);
    offset += chunk.length;
  }
  if (offset !== length) throw damaged(stored, 'its chunks are too short');
  return record;
}

function damaged({ collectionId, row }: DocumentValue, what: string, cause?: unknown): AuroraError {
  return new AuroraError('DatabaseCorrupt', `The document in row ${row} is damaged: ${what}.`, {
    cause,
    details: { storageId: collectionId, row },
    hint: 'Run a verification to see the extent of the damage.',
  });
}

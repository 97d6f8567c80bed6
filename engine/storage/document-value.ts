/*
 * How a document's record lies in storage. The value under its row begins with a byte that says which of five forms
 * it has; a record above `limits.documentChunkBytes` is cut, so that no value comes near 16 MiB, from where lmdb hands
 * out memory that Electron refuses:
 *
 *   01 | record                                            format 1: no checksum
 *   02 | CRC-32 (4) | record
 *   03 | CRC-32 (4) | length (4) | number of chunks (4)    the record lies in chunks (row, 0), (row, 1), …
 *   04 | CRC-32 (4) | length (4) | record, deflated        format 3
 *   05 | as 03                                             format 3: each chunk is packed by itself (packed-record.ts)
 *
 * The CRC-32 covers the whole record as it is before it is cut and deflated, not the structures that its fields are
 * named by. Reading does not compute it: for a document of some hundred bytes that took a tenth of the time of a cold
 * read. It is computed when a record cannot be decoded, to tell damaged bytes from a mistake of ours, and by a
 * verification for every document. `length` is that of the record.
 *
 * Whether a record is cut depends on its length alone, so that its keys are the same in both modes, and a compaction
 * that changes the mode changes values and no keys (document-rewrite.ts).
 */
import { crc32 } from 'node:zlib';
import { readUint32, writeUint32 } from '../base/bytes.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { ColdStoreMode } from './cold-mode.ts';
import type { DocumentDecoder } from './document-codec.ts';
import { chunkKey, documentKey, documentLookupKey } from './key-space.ts';
import type { KvReader, KvWriter } from './kv-store.ts';
import { deflated, inflated, packChunk, unpackChunk } from './packed-record.ts';

const form = { plain: 1, checked: 2, chunked: 3, packed: 4, packedChunks: 5 };
const checkedHeadBytes = 5;
const chunkCountMax = Math.ceil(limits.documentBytesMax / limits.documentChunkBytes);
/** For one use each. */
const sharedHead = new Uint8Array(checkedHeadBytes);
const packedHeadBytes = 9;
const chunkedHeadBytes = 13;

/** Takes documents. */
export interface DocumentSink extends Pick<KvWriter, 'put'> {
  /** As `put` of two pieces behind each other. Who has it copies whatever is put, and keeps none of it. */
  putJoined?(key: Uint8Array, head: Uint8Array, rest: Uint8Array): void;
}

/** Stores the record of a row that holds none yet. */
export function insertDocument(
  writer: DocumentSink,
  collectionId: number,
  row: number,
  record: Uint8Array,
  mode: ColdStoreMode = 'HighThroughput',
): void {
  if (isWhole(record.length)) {
    if (writer.putJoined !== undefined && mode === 'HighThroughput') {
      sharedHead[0] = form.checked;
      writeUint32(sharedHead, 1, crc32(record));
      writer.putJoined(documentLookupKey(collectionId, row), sharedHead, record);
      return;
    }
    writer.put(documentKey(collectionId, row), wholeValue(record, crc32(record), mode));
    return;
  }
  const chunkCount = Math.ceil(record.length / limits.documentChunkBytes);
  const head = new Uint8Array(chunkedHeadBytes);
  head[0] = mode === 'LowSpace' ? form.packedChunks : form.chunked;
  writeUint32(head, 1, crc32(record));
  writeUint32(head, 5, record.length);
  writeUint32(head, 9, chunkCount);
  writer.put(documentKey(collectionId, row), head);
  for (let number = 0; number < chunkCount; number += 1) {
    const start = number * limits.documentChunkBytes;
    const chunk = record.subarray(start, start + limits.documentChunkBytes);
    writer.put(chunkKey(collectionId, row, number), mode === 'LowSpace' ? packChunk(chunk) : chunk);
  }
}

/** Stores the record of a row in place of the one that it holds, if any. */
export function putDocument(
  writer: KvWriter,
  collectionId: number,
  row: number,
  record: Uint8Array,
  mode: ColdStoreMode = 'HighThroughput',
): void {
  removeChunks(writer, collectionId, row);
  insertDocument(writer, collectionId, row, record, mode);
}

/** True when a record of so many bytes is not cut. */
export function isWhole(recordBytes: number): boolean {
  return recordBytes <= limits.documentChunkBytes;
}

/** The value of a record that is not cut. */
export function wholeValue(record: Uint8Array, checksum: number, mode: ColdStoreMode): Uint8Array {
  const packed = mode === 'LowSpace' ? deflated(record) : undefined;
  const headBytes = packed === undefined ? checkedHeadBytes : packedHeadBytes;
  const value = new Uint8Array(headBytes + (packed ?? record).length);
  value[0] = packed === undefined ? form.checked : form.packed;
  writeUint32(value, 1, checksum);
  if (packed !== undefined) writeUint32(value, 5, record.length);
  value.set(packed ?? record, headBytes);
  return value;
}

/** Removes the record of a row, if any. */
export function removeDocument(writer: KvWriter, collectionId: number, row: number): void {
  removeChunks(writer, collectionId, row);
  writer.remove(documentKey(collectionId, row));
}

/** The document of a row; `undefined` when it holds none. @throws AuroraError `DatabaseCorrupt` */
export function readDocument(
  codec: DocumentDecoder,
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
  codec: DocumentDecoder,
  reader: KvReader,
  stored: DocumentValue,
): StoredDocument {
  const { value } = stored;
  // Most records are read where they lie.
  if (value[0] === form.checked && value.length > checkedHeadBytes) {
    try {
      return codec.decode(value, checkedHeadBytes);
    } catch (error) {
      const record = value.subarray(checkedHeadBytes, value.length);
      throw crc32(record) === readUint32(value, 1)
        ? error
        : damaged(stored, 'its checksum is wrong', error);
    }
  }
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
      return value.subarray(checkedHeadBytes, value.length);
    case form.plain:
      return value.subarray(1, value.length);
    case form.packed:
      return unpacked(stored);
    case form.chunked:
    case form.packedChunks:
      return joinChunks(reader, stored);
    default:
      throw damaged(stored, `its first byte, ${value[0]}, is unknown`);
  }
}

/** The record of a stored value, where it lies there as it is, as bytes of its own. */
export function copyOfRecord(value: Uint8Array): Uint8Array | undefined {
  const length = value.length - checkedHeadBytes;
  if (value[0] !== form.checked || length <= 0) return undefined;
  const record = Buffer.allocUnsafe(length);
  record.set(value.subarray(checkedHeadBytes, value.length));
  return record;
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
  const isPacked = value[0] === form.packed && value.length > packedHeadBytes;
  return isPacked || isInChunks(value) ? readUint32(value, 5) : value.length;
}

/** How many chunks a stored value says that its record has. */
export function chunkCountOf(value: Uint8Array): number {
  return isInChunks(value) ? readUint32(value, 9) : 0;
}

/** True for the value of a document whose record is cut. */
export function isInChunks(value: Uint8Array): boolean {
  return (
    (value[0] === form.chunked || value[0] === form.packedChunks) &&
    value.length === chunkedHeadBytes
  );
}

/** A value that was peeked at, fit for being read while its chunks are. */
export function steadyValue(value: Uint8Array): Uint8Array {
  return isInChunks(value) ? new Uint8Array(value.subarray(0, value.length)) : value;
}

/** True for the value of a document whose chunks are packed. */
export function hasPackedChunks(value: Uint8Array): boolean {
  return value[0] === form.packedChunks;
}

/** True for a value that is deflated, or whose chunks are packed. */
export function isPacked(value: Uint8Array): boolean {
  return value[0] === form.packed || value[0] === form.packedChunks;
}

/** The value of a document whose record is cut, as a mode has it. */
export function withChunksFor(value: Uint8Array, mode: ColdStoreMode): Uint8Array {
  const head = new Uint8Array(value);
  head[0] = mode === 'LowSpace' ? form.packedChunks : form.chunked;
  return head;
}

/** The checksum that a stored value carries; `undefined` for one of format 1. */
export function checksumOf(value: Uint8Array): number | undefined {
  return hasChecksum(value) ? readUint32(value, 1) : undefined;
}

/** Only what the value of the row names is removed; a row without chunks costs one look at it. */
function removeChunks(writer: KvWriter, collectionId: number, row: number): void {
  const value = writer.get(documentKey(collectionId, row));
  if (value === undefined || !isInChunks(value)) return;
  const chunkCount = Math.min(chunkCountOf(value), chunkCountMax);
  for (let number = 0; number < chunkCount; number += 1) {
    writer.remove(chunkKey(collectionId, row, number));
  }
}

function hasChecksum(value: Uint8Array): boolean {
  return value[0] !== form.plain && value.length >= checkedHeadBytes;
}

function unpacked(stored: DocumentValue): Uint8Array {
  const { value } = stored;
  const length = value.length > packedHeadBytes ? readUint32(value, 5) : 0;
  if (length === 0 || length > limits.documentChunkBytes) {
    throw damaged(stored, 'the length that it gives makes no sense');
  }
  try {
    return inflated(value.subarray(packedHeadBytes, value.length), length);
  } catch (error) {
    throw damaged(stored, 'it cannot be inflated', error);
  }
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
    const bytes = reader.get(chunkKey(collectionId, row, number));
    if (bytes === undefined) {
      throw damaged(stored, `chunk ${number} of ${chunkCount} is missing`);
    }
    const chunk = value[0] === form.packedChunks ? unpackedChunk(stored, bytes) : bytes;
    if (offset + chunk.length > length) throw damaged(stored, 'its chunks are too long');
    record.set(chunk, offset);
    offset += chunk.length;
  }
  if (offset !== length) throw damaged(stored, 'its chunks are too short');
  return record;
}

function unpackedChunk(stored: DocumentValue, bytes: Uint8Array): Uint8Array {
  try {
    return unpackChunk(bytes);
  } catch (error) {
    throw damaged(stored, 'a chunk cannot be inflated', error);
  }
}

function damaged({ collectionId, row }: DocumentValue, what: string, cause?: unknown): AuroraError {
  return new AuroraError('DatabaseCorrupt', `The document in row ${row} is damaged: ${what}.`, {
    cause,
    details: { storageId: collectionId, row },
    hint: 'Run a verification to see the extent of the damage.',
  });
}

/*
 * What the log says of a commit: rows, new and old images. It is logical: indexes are not in it, so a commit costs the
 * same whatever the number of indexes, and the same record serves recovery, change feeds and history.
 *
 *   commit    time (6) | collections (2), each:
 *               storage id (4) | structures: length (4), JSON | changes (4), each:
 *                 kind (1: 1 insert, 2 replace, 3 delete) | row (4) | new: length (4), record | old: length (4), record
 *   catalog   time (6) | operations (4), each:
 *               kind (1: 1 put, 2 remove) | key: length (4), bytes | value: length (4), bytes
 *
 * Numbers are big-endian. Structures are there when the commit's documents use ones that no earlier record holds: the
 * whole table, so that the log and the store as of its last flush alone suffice to decode it.
 */
import { readUint32, writeUint32 } from '../base/bytes.ts';
import { AuroraError } from '../errors.ts';

export interface LoggedChange {
  readonly kind: 'insert' | 'replace' | 'delete';
  readonly row: number;
  /** The document as it becomes; `undefined` for a delete. */
  readonly record: Uint8Array | undefined;
  /** The document as it was; `undefined` for an insert. */
  readonly before: Uint8Array | undefined;
}

export interface LoggedCollection {
  readonly collectionId: number;
  readonly structures: Uint8Array | undefined;
  readonly changes: readonly LoggedChange[];
}

export interface LoggedCommit {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly collections: readonly LoggedCollection[];
}

/** A put when there is a value, else a removal. */
export interface LoggedOperation {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

const kindNumbers = { insert: 1, replace: 2, delete: 3 } as const;
const kindsByNumber = new Map<number, LoggedChange['kind']>([
  [1, 'insert'],
  [2, 'replace'],
  [3, 'delete'],
]);
const nothing = new Uint8Array(0);
const headBytes = 8;
const collectionHeadBytes = 12;
const changeHeadBytes = 13;
const singleChangeBytes = headBytes + collectionHeadBytes + changeHeadBytes;
const wholePayloadBytesMax = 512 * 1024;
const singlePieceBytesMax = 16 * 1024;

/** One buffer where that is small, since making many costs more than copying what goes into them. */
export function encodeCommit(commit: LoggedCommit): readonly Uint8Array[] {
  const bytes = commitBytes(commit);
  return bytes <= wholePayloadBytesMax ? [encodeWhole(commit, bytes)] : encodeInPieces(commit);
}

function commitBytes({ collections }: LoggedCommit): number {
  let bytes = headBytes;
  for (const { structures = nothing, changes } of collections) {
    bytes += collectionHeadBytes + structures.length + changes.length * changeHeadBytes;
    for (const { record = nothing, before = nothing } of changes) {
      bytes += record.length + before.length;
    }
  }
  return bytes;
}

function encodeWhole({ timeMs, collections }: LoggedCommit, bytes: number): Uint8Array {
  const payload = Buffer.allocUnsafe(bytes);
  payload.writeUIntBE(Math.max(0, Math.floor(timeMs)), 0, 6);
  payload.writeUInt16BE(collections.length, 6);
  let at = headBytes;
  const put = (piece: Uint8Array): void => {
    writeUint32(payload, at, piece.length);
    payload.set(piece, at + 4);
    at += 4 + piece.length;
  };
  for (const { collectionId, structures = nothing, changes } of collections) {
    writeUint32(payload, at, collectionId);
    at += 4;
    put(structures);
    writeUint32(payload, at, changes.length);
    at += 4;
    for (const { kind, row, record = nothing, before = nothing } of changes) {
      payload[at] = kindNumbers[kind];
      writeUint32(payload, at + 1, row);
      at += 5;
      put(record);
      put(before);
    }
  }
  return payload;
}

function encodeInPieces({ timeMs, collections }: LoggedCommit): readonly Uint8Array[] {
  const parts: Uint8Array[] = [timeAndCount(timeMs, collections.length, 2)];
  for (const { collectionId, structures = nothing, changes } of collections) {
    const head = Buffer.allocUnsafe(8);
    head.writeUInt32BE(collectionId, 0);
    head.writeUInt32BE(structures.length, 4);
    parts.push(head, structures, uint32(changes.length));
    for (const { kind, row, record = nothing, before = nothing } of changes) {
      const start = Buffer.allocUnsafe(9);
      start[0] = kindNumbers[kind];
      start.writeUInt32BE(row, 1);
      start.writeUInt32BE(record.length, 5);
      parts.push(start, record, uint32(before.length), before);
    }
  }
  return parts;
}

/** What comes before the record of an insert: kind, row, and how long it is. */
export const insertHeadBytes = 9;

/** Writes that, but for the row. */
export function writeInsertHead(payload: Uint8Array, at: number, recordBytes: number): void {
  payload[at] = kindNumbers.insert;
  writeUint32(payload, at + 5, recordBytes);
}

/** What comes before the changes of a commit to one collection without structures. */
export const commitHeadBytes = headBytes + collectionHeadBytes;

/** Writes that. */
export function writeCommitHead(
  payload: Buffer,
  at: number,
  {
    timeMs,
    collectionId,
    changeCount,
  }: { readonly timeMs: number; readonly collectionId: number; readonly changeCount: number },
): void {
  payload.writeUIntBE(Math.max(0, Math.floor(timeMs)), at, 6);
  payload[at + 6] = 0;
  payload[at + 7] = 1;
  writeUint32(payload, at + 8, collectionId);
  writeUint32(payload, at + 12, 0);
  writeUint32(payload, at + 16, changeCount);
}

/** What comes before the changes of a commit to one collection. */
export function commitHead({
  timeMs,
  collectionId,
  structures = nothing,
  changeCount,
}: {
  readonly timeMs: number;
  readonly collectionId: number;
  readonly structures: Uint8Array | undefined;
  readonly changeCount: number;
}): Uint8Array {
  const head = Buffer.allocUnsafe(headBytes + collectionHeadBytes + structures.length);
  head.writeUIntBE(Math.max(0, Math.floor(timeMs)), 0, 6);
  head.writeUInt16BE(1, 6);
  head.writeUInt32BE(collectionId, 8);
  head.writeUInt32BE(structures.length, 12);
  head.set(structures, 16);
  head.writeUInt32BE(changeCount, 16 + structures.length);
  return head;
}

/** The payload of a commit of one document, as `encodeCommit` makes it. */
export function encodeSingleChange({
  timeMs,
  collectionId,
  structures,
  change,
}: {
  readonly timeMs: number;
  readonly collectionId: number;
  readonly structures: Uint8Array | undefined;
  readonly change: LoggedChange;
}): readonly Uint8Array[] {
  const { kind, row, record = nothing, before = nothing } = change;
  const bytes = singleChangeBytes + record.length + before.length;
  if (structures !== undefined || bytes > singlePieceBytesMax) {
    return encodeCommit({ timeMs, collections: [{ collectionId, structures, changes: [change] }] });
  }
  // One small buffer, since making buffers costs more than copying a document.
  const payload = Buffer.allocUnsafe(bytes);
  writeCommitHead(payload, 0, { timeMs, collectionId, changeCount: 1 });
  payload[20] = kindNumbers[kind];
  writeUint32(payload, 21, row);
  writeUint32(payload, 25, record.length);
  payload.set(record, 29);
  writeUint32(payload, 29 + record.length, before.length);
  payload.set(before, 33 + record.length);
  return [payload];
}

/** Where a payload holds the images of the one document that it replaces. */
export interface ReplacedPlace {
  readonly collectionId: number;
  readonly row: number;
  /** Length and bytes of the new image; those of the old one follow. */
  readonly recordOffset: number;
}

/** Where the images lie, in a commit that replaces one document and brings no structures; `undefined` for any other. */
export function locateReplaced(payload: Uint8Array): ReplacedPlace | undefined {
  if (payload.length < singleChangeBytes || payload[20] !== kindNumbers.replace) return undefined;
  const isSingle =
    payload[6] === 0 &&
    payload[7] === 1 &&
    readUint32(payload, 12) === 0 &&
    readUint32(payload, 16) === 1;
  if (!isSingle) return undefined;
  const beforeOffset = 29 + readUint32(payload, 25);
  if (beforeOffset + 4 > payload.length) return undefined;
  if (beforeOffset + 4 + readUint32(payload, beforeOffset) !== payload.length) return undefined;
  return { collectionId: readUint32(payload, 8), row: readUint32(payload, 21), recordOffset: 25 };
}

/** @throws AuroraError `DatabaseCorrupt` for a payload that is cut or has bytes left over */
export function decodeCommit(payload: Uint8Array): LoggedCommit {
  const reader = new PayloadReader(payload);
  const timeMs = reader.uint(6);
  const collections: LoggedCollection[] = [];
  for (let count = reader.uint(2); count > 0; count -= 1) {
    const collectionId = reader.uint(4);
    const structures = reader.bytes();
    const changes: LoggedChange[] = [];
    for (let left = reader.uint(4); left > 0; left -= 1) {
      const kind = kindsByNumber.get(reader.uint(1));
      if (kind === undefined) throw damaged();
      const row = reader.uint(4);
      const record = reader.bytes();
      const before = reader.bytes();
      changes.push({
        kind,
        row,
        record: record.length === 0 ? undefined : record,
        before: before.length === 0 ? undefined : before,
      });
    }
    collections.push({
      collectionId,
      structures: structures.length === 0 ? undefined : structures,
      changes,
    });
  }
  reader.end();
  return { timeMs, collections };
}

export function encodeOperations(
  timeMs: number,
  operations: readonly LoggedOperation[],
): readonly Uint8Array[] {
  const parts: Uint8Array[] = [timeAndCount(timeMs, operations.length, 4)];
  for (const { key, value } of operations) {
    const start = Buffer.allocUnsafe(5);
    start[0] = value === undefined ? 2 : 1;
    start.writeUInt32BE(key.length, 1);
    parts.push(start, key, uint32(value?.length ?? 0), value ?? nothing);
  }
  return parts;
}

/** @throws AuroraError `DatabaseCorrupt` */
export function decodeOperations(payload: Uint8Array): readonly LoggedOperation[] {
  const reader = new PayloadReader(payload);
  reader.uint(6);
  const operations: LoggedOperation[] = [];
  for (let left = reader.uint(4); left > 0; left -= 1) {
    const kind = reader.uint(1);
    if (kind !== 1 && kind !== 2) throw damaged();
    const key = reader.bytes();
    const value = reader.bytes();
    operations.push({ key, value: kind === 1 ? value : undefined });
  }
  reader.end();
  return operations;
}

function timeAndCount(timeMs: number, count: number, countWidth: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(6 + countWidth);
  bytes.writeUIntBE(Math.max(0, Math.floor(timeMs)), 0, 6);
  bytes.writeUIntBE(count, 6, countWidth);
  return bytes;
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}

class PayloadReader {
  readonly #payload: Buffer;
  #offset = 0;

  constructor(payload: Uint8Array) {
    this.#payload = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  }

  uint(width: number): number {
    if (this.#offset + width > this.#payload.length) throw damaged();
    const value = this.#payload.readUIntBE(this.#offset, width);
    this.#offset += width;
    return value;
  }

  /** A length and as many bytes. */
  bytes(): Uint8Array {
    const length = this.uint(4);
    const end = this.#offset + length;
    if (end > this.#payload.length) throw damaged();
    const bytes = this.#payload.subarray(this.#offset, end);
    this.#offset = end;
    return bytes;
  }

  end(): void {
    if (this.#offset !== this.#payload.length) throw damaged();
  }
}

function damaged(): AuroraError {
  return new AuroraError('DatabaseCorrupt', 'A record of the write-ahead log makes no sense.', {
    hint: 'Run a verification, and keep a copy of the folder before anything else.',
  });
}

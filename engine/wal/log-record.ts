/*
 * One record of the log, or one part of a long one. Numbers are little-endian, places count from its start.
 *
 *    0  u32  CRC-32 of everything behind it, seeded with the CRC of the record before: a chain
 *    4  u32  bytes of payload in this part
 *    8  u64  log sequence number (LSN), below 2^53
 *   16  u8   kind: 1 commit, 2 catalog, 3 note
 *   17  u8   flags: 1 first part, 2 last part; a record in one piece has both
 *   18  u16  number of this part, from 0
 *   20  u32  synced offset: how much of this segment was known to be on disk when this part was written
 *   24       payload, then zeros up to a multiple of 8
 *
 * The chain makes stale bytes worthless: in a recycled file, behind a gap or in a swapped segment the seed is another
 * one. A record counts only with its last part. The synced offset tells a torn write from damage: a bad place that
 * a later, good record knew to be on disk has been damaged since; without such a witness it was never acknowledged.
 */
import { crc32 } from 'node:zlib';
import { limits } from '../limits.ts';

/** What a record is about; the log does not look into its payload. */
export type LogRecordKind = 'commit' | 'catalog' | 'note';

export interface LogRecord {
  readonly lsn: number;
  readonly epoch: number;
  readonly kind: LogRecordKind;
  readonly payload: Uint8Array;
}

/** A record, or a part of one, as it stands in a segment. */
export interface LogPart {
  readonly lsn: number;
  readonly kind: LogRecordKind;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly partNumber: number;
  readonly syncedOffset: number;
  readonly crc: number;
  /** A view into the bytes that were read. */
  readonly payload: Uint8Array;
  /** Length with head and filling. */
  readonly bytes: number;
}

export const partHeadBytes = 24;

const kinds: readonly (LogRecordKind | undefined)[] = [undefined, 'commit', 'catalog', 'note'];
const kindBytes: Readonly<Record<LogRecordKind, number>> = { commit: 1, catalog: 2, note: 3 };
const firstFlag = 1;
const lastFlag = 2;

/** Length of a part on disk. */
export function partBytes(payloadBytes: number): number {
  return (partHeadBytes + payloadBytes + 7) & ~7;
}

export interface PartHead {
  readonly lsn: number;
  readonly kind: LogRecordKind;
  readonly payloadBytes: number;
  readonly partNumber: number;
  readonly isLast: boolean;
}

/** Writes the head of a part but for what `finishPart` adds. */
export function writePartHead(buffer: Buffer, at: number, head: PartHead): void {
  buffer.writeUInt32LE(head.payloadBytes, at + 4);
  writeSafeInteger(buffer, at + 8, head.lsn);
  buffer[at + 16] = kindBytes[head.kind];
  buffer[at + 17] = (head.partNumber === 0 ? firstFlag : 0) | (head.isLast ? lastFlag : 0);
  buffer.writeUInt16LE(head.partNumber, at + 18);
}

/** What the writer needs to know of a part that lies in its buffer. */
export interface PendingPart {
  readonly bytes: number;
  readonly lsn: number;
  readonly isLast: boolean;
}

export function pendingPartAt(buffer: Buffer, at: number): PendingPart {
  return {
    bytes: partBytes(buffer.readUInt32LE(at + 4)),
    lsn: readSafeInteger(buffer, at + 8),
    isLast: ((buffer[at + 17] ?? 0) & lastFlag) !== 0,
  };
}

/** Completes a part that is about to be written; gives its CRC, the seed of the next. */
export function finishPart(
  buffer: Buffer,
  at: number,
  chain: { readonly bytes: number; readonly seed: number; readonly syncedOffset: number },
): number {
  buffer.writeUInt32LE(chain.syncedOffset, at + 20);
  const crc = crc32(buffer.subarray(at + 4, at + chain.bytes), chain.seed);
  buffer.writeUInt32LE(crc, at);
  return crc;
}

/** The CRC that a part at this place would need behind a record with the CRC `seed`. */
export function computePartCrc(buffer: Buffer, at: number, seed: number): number {
  const bytes = partBytes(buffer.readUInt32LE(at + 4));
  return crc32(plainView(buffer, at + 4, bytes - 4), seed);
}

/** True when the bytes could be a part: everything but its CRC is as it must be. */
export function isPlausiblePart(buffer: Buffer, at: number, end: number): boolean {
  const kind = buffer[at + 16] ?? 0;
  if (kind === 0 || kind >= kinds.length || at + partHeadBytes > end) return false;
  const flags = buffer[at + 17] ?? 0;
  const payloadBytes = buffer.readUInt32LE(at + 4);
  return (
    flags <= (firstFlag | lastFlag) &&
    ((flags & firstFlag) !== 0) === (buffer.readUInt16LE(at + 18) === 0) &&
    payloadBytes <= limits.logPartBytesMax &&
    at + partBytes(payloadBytes) <= end &&
    buffer.readUInt32LE(at + 12) < 0x20_0000
  );
}

/** The part at this place; `undefined` unless it continues the chain. */
export function readPart(
  buffer: Buffer,
  at: number,
  end: number,
  seed: number,
): LogPart | undefined {
  if (!isPlausiblePart(buffer, at, end)) return undefined;
  const crc = buffer.readUInt32LE(at);
  if (computePartCrc(buffer, at, seed) !== crc) return undefined;
  const kind = kinds[buffer[at + 16] ?? 0];
  if (kind === undefined) return undefined;
  const flags = buffer[at + 17] ?? 0;
  const payloadBytes = buffer.readUInt32LE(at + 4);
  return {
    lsn: readSafeInteger(buffer, at + 8),
    kind,
    isFirst: (flags & firstFlag) !== 0,
    isLast: (flags & lastFlag) !== 0,
    partNumber: buffer.readUInt16LE(at + 18),
    syncedOffset: buffer.readUInt32LE(at + 20),
    crc,
    payload: plainView(buffer, at + partHeadBytes, payloadBytes),
    bytes: partBytes(payloadBytes),
  };
}

/** A view that takes half as long to make as a buffer's own: recovery makes two for each record. */
function plainView(buffer: Buffer, at: number, bytes: number): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset + at, bytes);
}

/** A whole number below 2^53 in 8 bytes. */
export function writeSafeInteger(buffer: Buffer, at: number, value: number): void {
  buffer.writeUInt32LE(value % 0x1_0000_0000, at);
  buffer.writeUInt32LE(Math.floor(value / 0x1_0000_0000), at + 4);
}

export function readSafeInteger(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at + 4) * 0x1_0000_0000 + buffer.readUInt32LE(at);
}

/*
 * A segment: one file of the log, of a size that never changes, `wal-0000000001.log` and so on without a gap. Numbers
 * are little-endian.
 *
 *    0  header, 64 bytes, written with the first records of the segment
 *         0  "AURORWAL"                                   40  u64  LSN of the last record before this segment
 *         8  u32  version of the format: 1                48  u64  lowest LSN that this segment may hold
 *        12  u32  number of the segment                   56  u32  size of the file
 *        16  16 bytes  id of the database                 60  u32  CRC-32 of bytes 0 to 59
 *        32  u32  epoch
 *        36  u32  CRC of the last record before this segment
 *   64  seal, 64 bytes, written once when nothing will follow
 *         0  "SEAL"                                       16  u64  LSN of the last record
 *         4  u32  parts in this segment                   24  u64  when it was sealed, milliseconds since 1970
 *         8  u32  offset behind the last record           32  zeros
 *        12  u32  CRC of the last record                  60  u32  CRC-32 of bytes 0 to 59, seeded with the header's CRC
 *  128  records; the first is seeded with the CRC of the header
 *       zeros, or the stale bytes of an earlier life of the file
 *
 * A header of zeros is a segment prepared for later. Every segment but the last is sealed and synced before the next
 * gets its header. "Last record" means the last part, also when its record continues in the next segment; in a
 * segment without records the CRC of the header stands for the CRC of the last record.
 * Magic, version and the place of the header's CRC stay as they are in every version to come.
 */
import { crc32 } from 'node:zlib';
import { assert } from '../base/assert.ts';
import { readSafeInteger, writeSafeInteger } from './log-record.ts';

export interface SegmentHeader {
  readonly number: number;
  readonly databaseId: string;
  readonly epoch: number;
  readonly previousCrc: number;
  readonly previousLsn: number;
  readonly firstLsn: number;
  /** Size of the file; one that is shorter has been cut. */
  readonly bytes: number;
  /** CRC of the header: the seed of the first record. */
  readonly crc: number;
}

export interface SegmentSeal {
  readonly partCount: number;
  readonly endOffset: number;
  readonly lastCrc: number;
  readonly lastLsn: number;
  readonly sealedAtMs: number;
}

const headerBytes = 64;
export const headerCrcOffset = 60;
export const sealOffset = 64;
const sealBytes = 64;
/** Where the records begin. */
export const recordsOffset = 128;
const logVersion = 1;

const magic = Buffer.from('AURORWAL', 'latin1');
const sealMagic = Buffer.from('SEAL', 'latin1');

export function segmentName(number: number): string {
  return `wal-${String(number).padStart(10, '0')}.log`;
}

/** The number in a segment's name; `undefined` for other files. */
export function segmentNumberOf(name: string): number | undefined {
  const digits = /^wal-(\d{10})\.log$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Header and an empty seal. */
export function encodeHeader(header: Omit<SegmentHeader, 'crc'>): Buffer {
  const bytes = Buffer.alloc(recordsOffset);
  magic.copy(bytes, 0);
  bytes.writeUInt32LE(logVersion, 8);
  bytes.writeUInt32LE(header.number, 12);
  encodeDatabaseId(header.databaseId).copy(bytes, 16);
  bytes.writeUInt32LE(header.epoch, 32);
  bytes.writeUInt32LE(header.previousCrc, 36);
  writeSafeInteger(bytes, 40, header.previousLsn);
  writeSafeInteger(bytes, 48, header.firstLsn);
  bytes.writeUInt32LE(header.bytes, 56);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, headerCrcOffset)), headerCrcOffset);
  return bytes;
}

export type DecodedHeader =
  | { readonly kind: 'unused' }
  | { readonly kind: 'bad' }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'used'; readonly header: SegmentHeader };

/** Reads a header from the beginning of a segment, which may have been cut. */
export function decodeHeader(bytes: Buffer): DecodedHeader {
  const head = bytes.subarray(0, headerBytes);
  if (head.every((byte) => byte === 0)) return { kind: 'unused' };
  if (head.length < headerBytes || !head.subarray(0, 8).equals(magic)) return { kind: 'bad' };
  const crc = head.readUInt32LE(headerCrcOffset);
  if (crc32(head.subarray(0, headerCrcOffset)) !== crc) return { kind: 'bad' };
  const version = head.readUInt32LE(8);
  if (version !== logVersion) return { kind: 'newer', version };
  return {
    kind: 'used',
    header: {
      number: head.readUInt32LE(12),
      databaseId: decodeDatabaseId(head.subarray(16, 32)),
      epoch: head.readUInt32LE(32),
      previousCrc: head.readUInt32LE(36),
      previousLsn: readSafeInteger(head, 40),
      firstLsn: readSafeInteger(head, 48),
      bytes: head.readUInt32LE(56),
      crc,
    },
  };
}

export function encodeSeal(seal: SegmentSeal, headerCrc: number): Buffer {
  const bytes = Buffer.alloc(sealBytes);
  sealMagic.copy(bytes, 0);
  bytes.writeUInt32LE(seal.partCount, 4);
  bytes.writeUInt32LE(seal.endOffset, 8);
  bytes.writeUInt32LE(seal.lastCrc, 12);
  writeSafeInteger(bytes, 16, seal.lastLsn);
  writeSafeInteger(bytes, 24, seal.sealedAtMs);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 60), headerCrc), 60);
  return bytes;
}

/** The seal in the beginning of a segment; `undefined` when there is none, or none that holds. */
export function decodeSeal(bytes: Buffer, headerCrc: number): SegmentSeal | undefined {
  const seal = bytes.subarray(sealOffset, sealOffset + sealBytes);
  if (seal.length < sealBytes || !seal.subarray(0, 4).equals(sealMagic)) return undefined;
  if (crc32(seal.subarray(0, 60), headerCrc) !== seal.readUInt32LE(60)) return undefined;
  return {
    partCount: seal.readUInt32LE(4),
    endOffset: seal.readUInt32LE(8),
    lastCrc: seal.readUInt32LE(12),
    lastLsn: readSafeInteger(seal, 16),
    sealedAtMs: readSafeInteger(seal, 24),
  };
}

function encodeDatabaseId(id: string): Buffer {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  assert(bytes.length === 16, 'the id of a database is a UUID');
  return bytes;
}

function decodeDatabaseId(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

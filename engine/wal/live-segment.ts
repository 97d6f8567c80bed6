import type { LogFile } from './log-folder.ts';
import { finishPart, type PendingPart } from './log-record.ts';
import {
  encodeHeader,
  encodeSeal,
  headerCrcOffset,
  recordsOffset,
  sealOffset,
} from './log-segment.ts';
import { endMarkBytes } from './record-buffer.ts';
import type { RetainedSegment, SegmentSpan } from './retained-segments.ts';
import type { PreparedSegment } from './segment-supply.ts';

export interface SegmentStart {
  readonly databaseId: string;
  readonly epoch: number;
  readonly previousCrc: number;
  readonly previousLsn: number;
  readonly firstLsn: number;
}

/** The segment that is written to: where it ends, how much of it is on disk, and the CRC that its next record needs. */
export class LiveSegment implements SegmentSpan {
  readonly number: number;
  readonly name: string;
  readonly bytes: number;
  readonly file: LogFile;
  readonly previousLsn: number;
  readonly firstLsn: number;
  #header: Buffer | undefined;
  readonly #headerCrc: number;
  #crc: number;
  #offset = recordsOffset;
  #endOffset = recordsOffset;
  #syncedOffset = 0;
  #partCount = 0;
  #lastLsn: number;

  constructor(segment: PreparedSegment & { readonly file: LogFile }, start: SegmentStart) {
    this.number = segment.number;
    this.name = segment.name;
    this.bytes = segment.bytes;
    this.file = segment.file;
    this.previousLsn = start.previousLsn;
    this.firstLsn = start.firstLsn;
    this.#header = encodeHeader({
      ...start,
      number: segment.number,
      bytes: segment.bytes,
    });
    this.#headerCrc = this.#header.readUInt32LE(headerCrcOffset);
    this.#crc = this.#headerCrc;
    this.#lastLsn = start.previousLsn;
  }

  /** CRC of the last record. */
  get crc(): number {
    return this.#crc;
  }

  /** Number of the last part. */
  get lastLsn(): number {
    return this.#lastLsn;
  }

  /** Bytes that are left for records. */
  get roomBytes(): number {
    return this.bytes - this.#offset;
  }

  /** Behind the last record that was written. */
  get writtenOffset(): number {
    return this.#endOffset;
  }

  /** Behind the last record that is on disk; 0 before the first sync. */
  get syncedOffset(): number {
    return this.#syncedOffset;
  }

  /** Syncs that sealing takes: one for the seal, and one before it for records that are not on disk yet. */
  get syncsToSeal(): number {
    return this.#syncedOffset < this.#offset ? 2 : 1;
  }

  markSynced(offset: number): void {
    this.#syncedOffset = offset;
  }

  /** Gives a part of a batch its place behind the last one. */
  place(buffer: Buffer, at: number, part: PendingPart): void {
    this.#crc = finishPart(buffer, at, {
      bytes: part.bytes,
      seed: this.#crc,
      syncedOffset: this.#syncedOffset,
    });
    this.#offset += part.bytes;
    this.#lastLsn = part.lsn;
    this.#partCount += 1;
  }

  /** Writes the placed parts that lie in the buffer from `start` to `end`, and the end mark when it follows there. */
  async write(buffer: Buffer, start: number, end: number, hasEndMark: boolean): Promise<void> {
    await this.#writeHeader();
    if (start === end) return;
    await this.file.write(this.#cut(buffer, start, end, hasEndMark), this.#endOffset);
    this.#endOffset = this.#offset;
  }

  /** As `write`, by a call that holds the event loop. */
  writeSync(buffer: Buffer, end: number): void {
    if (this.#header !== undefined) {
      this.file.writeSync(this.#header, 0);
      this.#header = undefined;
    }
    this.file.writeSync(buffer, this.#endOffset, end + this.#markBytes());
    this.#endOffset = this.#offset;
  }

  /**
   * Says that nothing will follow, on disk when it resolves. The records are synced first: a seal that a power cut
   * keeps without them would make it look like damage.
   */
  async seal(nowMs: number): Promise<RetainedSegment> {
    await this.#writeHeader();
    if (this.syncsToSeal > 1) await this.file.sync();
    const seal = {
      partCount: this.#partCount,
      endOffset: this.#offset,
      lastCrc: this.#crc,
      lastLsn: this.#lastLsn,
      sealedAtMs: nowMs,
    };
    await this.file.write(encodeSeal(seal, this.#headerCrc), sealOffset);
    await this.file.sync();
    this.#syncedOffset = this.#offset;
    const { number, name, bytes, previousLsn, firstLsn } = this;
    return {
      number,
      name,
      bytes,
      previousLsn,
      firstLsn,
      lastLsn: this.#lastLsn,
      lastCrc: this.#crc,
      sealedAtMs: nowMs,
    };
  }

  async #writeHeader(): Promise<void> {
    if (this.#header === undefined) return;
    await this.file.write(this.#header, 0);
    this.#header = undefined;
  }

  #cut(buffer: Buffer, start: number, end: number, hasEndMark: boolean): Uint8Array {
    return buffer.subarray(start, end + (hasEndMark ? this.#markBytes() : 0));
  }

  /** What of the end mark has room. */
  #markBytes(): number {
    return Math.min(endMarkBytes, this.bytes - this.#offset);
  }
}

import { limits } from '../limits.ts';
import type { LogFile } from './log-folder.ts';
import { type LogPart, partBytes, partHeadBytes, readPart } from './log-record.ts';
import { recordsOffset } from './log-segment.ts';

/**
 * Walks the records of one segment from its beginning, as far as the chain holds. What it gives are views into memory
 * that is never used again, so they may be kept.
 */
export class SegmentCursor {
  readonly #file: Pick<LogFile, 'bytes' | 'read'>;
  readonly #endOffset: () => number;
  #chunk: Buffer = Buffer.alloc(0);
  #chunkOffset = 0;
  #offset = recordsOffset;
  #crc: number;

  /** `headerCrc` seeds the first record; nothing behind the moment's `endOffset` is looked at. */
  constructor(file: Pick<LogFile, 'bytes' | 'read'>, headerCrc: number, endOffset: () => number) {
    this.#file = file;
    this.#crc = headerCrc;
    this.#endOffset = () => Math.min(endOffset(), file.bytes);
  }

  /** Behind the last part that was given. */
  get offset(): number {
    return this.#offset;
  }

  /** CRC of the last part that was given; of the header before the first. */
  get crc(): number {
    return this.#crc;
  }

  /** The next part when it lies in memory; `undefined` where it does not, or where the chain ends. */
  nextInMemory(): LogPart | undefined {
    const at = this.#offset - this.#chunkOffset;
    const part = readPart(this.#chunk, at, this.#chunk.length, this.#crc);
    if (part === undefined) return undefined;
    this.#offset += part.bytes;
    this.#crc = part.crc;
    return part;
  }

  /** The next part; `undefined` where the chain ends. */
  async next(): Promise<LogPart | undefined> {
    if (!(await this.#have(partHeadBytes))) return undefined;
    const payloadBytes = this.#chunk.readUInt32LE(this.#offset - this.#chunkOffset + 4);
    if (payloadBytes > limits.logPartBytesMax) return undefined;
    if (!(await this.#have(partBytes(payloadBytes)))) return undefined;
    return this.nextInMemory();
  }

  /** Makes that many bytes from the offset on available; false when the segment ends before. */
  async #have(bytes: number): Promise<boolean> {
    const end = this.#offset + bytes;
    if (end <= this.#chunkOffset + this.#chunk.length) return true;
    const endOffset = this.#endOffset();
    if (end > endOffset) return false;
    const wanted = Math.min(Math.max(bytes, limits.logReadBytes), endOffset - this.#offset);
    const chunk = Buffer.allocUnsafeSlow(wanted);
    const count = await this.#file.read(chunk, this.#offset);
    this.#chunk = chunk.subarray(0, count);
    this.#chunkOffset = this.#offset;
    return count >= bytes;
  }
}

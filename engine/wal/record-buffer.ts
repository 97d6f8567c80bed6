/*
 * Records that wait to be written, laid out as they will stand on disk but for their place in the chain. Two buffers
 * take turns: one fills while the other is written.
 */
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type LogRecordKind, partBytes, partHeadBytes, writePartHead } from './log-record.ts';

/** Zeros behind a batch, so that a reader finds the end also in a recycled segment. */
export const endMarkBytes = partHeadBytes;

const initialBytes = 64 * 1024;

export interface Batch {
  /** Records up to `bytes`, and room for the end mark. */
  readonly buffer: Buffer;
  readonly bytes: number;
}

export class RecordBuffer {
  readonly #partBytesMax: number;
  #buffer: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  #spare: Buffer | undefined;
  #bytes = 0;

  constructor(partBytesMax: number) {
    this.#partBytesMax = partBytesMax;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What a record with that payload takes. */
  bytesOf(payloadBytes: number): number {
    const wholeParts = Math.max(0, Math.ceil(payloadBytes / this.#partBytesMax) - 1);
    const rest = payloadBytes - wholeParts * this.#partBytesMax;
    return wholeParts * partBytes(this.#partBytesMax) + partBytes(rest);
  }

  /** Copies a record. @throws AuroraError `LimitExceeded`, `TransactionTooLarge` */
  append(lsn: number, kind: LogRecordKind, payload: readonly Uint8Array[], total: number): void {
    const needed = this.bytesOf(total);
    this.#checkBounds(total, needed);
    this.#reserve(needed + endMarkBytes);
    const [only] = payload;
    if (only !== undefined && payload.length === 1 && total <= this.#partBytesMax) {
      this.#appendWhole(lsn, kind, only);
      return;
    }
    let left = total;
    const source = new ChunkReader(payload);
    for (let partNumber = 0; ; partNumber += 1) {
      const payloadBytes = Math.min(left, this.#partBytesMax);
      left -= payloadBytes;
      const start = this.#bytes;
      const head = { lsn, kind, payloadBytes, partNumber, isLast: left === 0 };
      writePartHead(this.#buffer, start, head);
      const end = start + partHeadBytes + payloadBytes;
      source.copyTo(this.#buffer.subarray(start + partHeadBytes, end));
      this.#bytes = start + partBytes(payloadBytes);
      this.#buffer.fill(0, end, this.#bytes);
      if (left === 0) return;
    }
  }

  /** The common case: one part, from one piece. */
  #appendWhole(lsn: number, kind: LogRecordKind, payload: Uint8Array): void {
    const start = this.#bytes;
    const head = { lsn, kind, payloadBytes: payload.length, partNumber: 0, isLast: true };
    writePartHead(this.#buffer, start, head);
    this.#buffer.set(payload, start + partHeadBytes);
    const end = start + partHeadBytes + payload.length;
    this.#bytes = start + partBytes(payload.length);
    for (let at = end; at < this.#bytes; at += 1) this.#buffer[at] = 0;
  }

  /** Takes everything that waits. `giveBack` the buffer when it was written. */
  take(): Batch {
    const batch = { buffer: this.#buffer, bytes: this.#bytes };
    batch.buffer.fill(0, batch.bytes, batch.bytes + endMarkBytes);
    this.#buffer = this.#spare ?? Buffer.allocUnsafeSlow(initialBytes);
    this.#spare = undefined;
    this.#bytes = 0;
    return batch;
  }

  giveBack(batch: Batch): void {
    if (batch.buffer.length <= limits.logBufferBytesKept) this.#spare = batch.buffer;
  }

  #checkBounds(payloadBytes: number, needed: number): void {
    if (payloadBytes > limits.logRecordBytesMax) {
      throw new AuroraError(
        'TransactionTooLarge',
        `A commit of ${payloadBytes} bytes does not fit into one log record of ${limits.logRecordBytesMax} bytes.`,
        { hint: 'Divide it into several commits.' },
      );
    }
    if (this.#bytes > 0 && this.#bytes + needed > limits.logPendingBytesMax) {
      throw new AuroraError(
        'LimitExceeded',
        `${this.#bytes} bytes are already waiting for the log.`,
        { hint: 'Wait for earlier writes before starting more.' },
      );
    }
  }

  #reserve(bytes: number): void {
    const needed = this.#bytes + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#bytes);
    this.#buffer = larger;
  }
}

/** Reads several chunks as one. */
class ChunkReader {
  readonly #chunks: readonly Uint8Array[];
  #index = 0;
  #offset = 0;

  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks;
  }

  copyTo(target: Uint8Array): void {
    let filled = 0;
    while (filled < target.length) {
      const chunk = this.#chunks[this.#index];
      if (chunk === undefined) return;
      const piece = chunk.subarray(this.#offset, this.#offset + target.length - filled);
      target.set(piece, filled);
      filled += piece.length;
      this.#offset += piece.length;
      if (this.#offset < chunk.length) continue;
      this.#index += 1;
      this.#offset = 0;
    }
  }
}

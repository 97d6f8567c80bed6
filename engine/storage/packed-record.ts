/*
 * Deflated bytes: raw DEFLATE at its fastest setting, which for documents of some hundred bytes saves nearly what the
 * best one does. Measured on one core: 30 to 40 µs to deflate and 6 to 8 µs to inflate a record of 300 bytes, of which
 * it leaves six tenths; lmdb's own compression has no choice by value, and none by database.
 *
 *   a chunk    0 | bytes as they are
 *              1 | length (4) | bytes, deflated
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { readUint32, writeUint32 } from '../base/bytes.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';

const asIs = 0;
const packed = 1;
const packedHeadBytes = 5;

/** The bytes deflated; `undefined` when that saves too little to be worth inflating them at each reading. */
export function deflated(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < limits.packedBytesMin) return undefined;
  const smaller = deflateRawSync(bytes, { level: 1 });
  const most = bytes.length - bytes.length / limits.packedSavesShareMin;
  return smaller.length <= most ? smaller : undefined;
}

/** @throws whatever zlib says of bytes that are not what `deflated` gave for so many */
export function inflated(bytes: Uint8Array, length: number): Uint8Array {
  const whole = inflateRawSync(bytes, { maxOutputLength: length });
  if (whole.length !== length) throw wrongLength(whole.length, length);
  return whole;
}

export function packChunk(bytes: Uint8Array): Uint8Array {
  const smaller = deflated(bytes);
  const headBytes = smaller === undefined ? 1 : packedHeadBytes;
  const chunk = new Uint8Array(headBytes + (smaller ?? bytes).length);
  chunk[0] = smaller === undefined ? asIs : packed;
  if (smaller !== undefined) writeUint32(chunk, 1, bytes.length);
  chunk.set(smaller ?? bytes, headBytes);
  return chunk;
}

/** @throws as `inflated`, and AuroraError `DatabaseCorrupt` */
export function unpackChunk(chunk: Uint8Array): Uint8Array {
  if (chunk[0] === asIs) return chunk.subarray(1);
  const length = chunk.length > packedHeadBytes ? readUint32(chunk, 1) : 0;
  if (chunk[0] !== packed || length === 0 || length > limits.documentChunkBytes) {
    throw new AuroraError('DatabaseCorrupt', 'The head of a packed piece makes no sense.');
  }
  return inflated(chunk.subarray(packedHeadBytes), length);
}

function wrongLength(found: number, length: number): AuroraError {
  return new AuroraError('DatabaseCorrupt', `${found} bytes were inflated instead of ${length}.`);
}

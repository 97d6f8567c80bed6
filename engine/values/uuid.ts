/*
 * Document ids are UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, then random bits, so that ids made later
 * sort later. Within one millisecond the 12 bits after the version count up, which keeps the ids of one generator
 * strictly ascending; when they are used up, or the clock runs backwards, the last millisecond is carried on.
 */
import type { Clock } from '../base/clock.ts';

/** Fills a buffer with random bytes. */
export type RandomSource = (bytes: Uint8Array) => void;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hexDigits = Buffer.from('0123456789abcdef', 'latin1');
/** The text that is being written: one piece of memory in the end, not one for each digit that is put to the others. */
const written = Buffer.alloc(36, '-');

/** A function that makes ascending ids. */
export function createIdGenerator(clock: Clock, random: RandomSource): () => string {
  // Random bytes are asked for by the page: each call costs more than all the rest.
  const pool = new Uint8Array(4096);
  const bytes = new Uint8Array(16);
  let poolOffset = pool.length;
  let lastMs = 0;
  let counter = 0;
  return () => {
    if (poolOffset === pool.length) {
      random(pool);
      poolOffset = 0;
    }
    for (let at = 6; at < 16; at += 1) bytes[at] = pool[poolOffset + at] ?? 0;
    poolOffset += 16;
    const now = clock.now();
    if (now > lastMs) {
      lastMs = now;
      // Starting in the lower half leaves room to count up in the same millisecond.
      counter = (((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0)) & 0x7ff;
    } else {
      counter += 1;
      if (counter > 0xfff) {
        lastMs += 1;
        counter = 0;
      }
    }
    const high = Math.floor(lastMs / 0x10000);
    bytes[0] = (high >>> 24) & 0xff;
    bytes[1] = (high >>> 16) & 0xff;
    bytes[2] = (high >>> 8) & 0xff;
    bytes[3] = high & 0xff;
    bytes[4] = (lastMs >>> 8) & 0xff;
    bytes[5] = lastMs & 0xff;
    bytes[6] = 0x70 | (counter >>> 8);
    bytes[7] = counter & 0xff;
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
    return formatUuid(bytes, 0);
  };
}

/** The canonical form of a UUID text (lower case); `undefined` when the text is no UUID. */
export function canonicalUuid(text: string): string | undefined {
  // A program without types may ask for what is no text.
  if (typeof text !== 'string') return undefined;
  if (uuidPattern.test(text)) return text;
  const lower = text.toLowerCase();
  return uuidPattern.test(lower) ? lower : undefined;
}

/** Writes the 16 bytes of a canonical UUID; false when the text is no canonical UUID. */
export function writeUuid(text: string, bytes: Uint8Array, offset: number): boolean {
  if (text.length !== 36) return false;
  let position = offset;
  for (let index = 0; index < 36; index += 2) {
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (text.charCodeAt(index) !== 0x2d) return false;
      index += 1;
    }
    const high = hexDigit(text.charCodeAt(index));
    const low = hexDigit(text.charCodeAt(index + 1));
    if (high < 0 || low < 0) return false;
    bytes[position] = (high << 4) | low;
    position += 1;
  }
  return true;
}

/** The canonical text of the 16 bytes at an offset. */
export function formatUuid(bytes: Uint8Array, offset: number): string {
  let at = 0;
  for (let index = 0; index < 16; index += 1) {
    if (index === 4 || index === 6 || index === 8 || index === 10) at += 1;
    const byte = bytes[offset + index] ?? 0;
    written[at] = hexDigits[byte >>> 4] ?? 0;
    written[at + 1] = hexDigits[byte & 15] ?? 0;
    at += 2;
  }
  return written.toString('latin1');
}

function hexDigit(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  if (unit >= 0x61 && unit <= 0x66) return unit - 0x57;
  return -1;
}

import { createHash } from 'node:crypto';

/** 1 January 2024: the moment at which the ids of the sample pretend to have been made. */
const originMs = Date.UTC(2024, 0, 1);

/**
 * A UUID version 7 that is the same on every run: its time is the place of the document in its collection, so that
 * ids ascend as documents do, and the rest is a hash of what the document is.
 */
export function stableId(collection: string, ordinal: number, key: string): string {
  const bytes = createHash('sha256').update(`${collection}\n${key}`).digest().subarray(0, 16);
  bytes.writeUIntBE(originMs + ordinal, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const digits = bytes.toString('hex');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ].join('-');
}

/*
 * About how much memory many values take. One in sixteen is weighed, and those between are taken to be like the last
 * one that was: weighing each would cost more than what is done with them. Behind a heavy one each is weighed.
 */
import type { JsonValue } from '#engine/aql';
import type { StoredValue } from '../values/stored-value.ts';

const skippedMax = 15;
const heavyBytes = 4_096;

export class SampledBytes {
  #count = 0;
  #bytes = 0;
  #lastBytes = heavyBytes;
  #skipped = 0;

  /** How many values. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(value: StoredValue | JsonValue): void {
    this.#count += 1;
    if (this.#lastBytes < heavyBytes && this.#skipped < skippedMax) {
      this.#skipped += 1;
      return;
    }
    const bytes = valueBytes(value);
    this.#bytes += bytes + this.#skipped * this.#lastBytes;
    this.#lastBytes = bytes;
    this.#skipped = 0;
  }
}

/** Roughly what a value occupies, in bytes. */
export function valueBytes(value: StoredValue | JsonValue | undefined): number {
  if (typeof value === 'string') return 24 + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 16;
  let bytes = 32;
  for (const inner of Object.values(value)) bytes += valueBytes(inner);
  return bytes;
}

import { assert } from '../base/assert.ts';
import { formatUuid, writeUuid } from '../values/uuid.ts';
import { idHash } from './id-hints.ts';

const idBytes = 16;

/** The bytes of an id; `undefined` for what is none. */
export function bytesOfId(id: string): Uint8Array | undefined {
  const bytes = new Uint8Array(idBytes);
  return writeUuid(id, bytes, 0) ? bytes : undefined;
}

/**
 * Ids of documents that lie behind each other, as the store and the guesses of rows (id-hints.ts) want them. They are made
 * while the text is at hand: by the time it is applied it lies anywhere in memory, and to fetch it takes longer than all else
 * that an id needs.
 */
export class InsertedIds {
  readonly bytes: Uint8Array;
  readonly #hashes: Uint32Array;

  constructor(count: number) {
    this.bytes = new Uint8Array(idBytes * count);
    this.#hashes = new Uint32Array(count);
  }

  set(position: number, collectionId: number, id: string): void {
    assert(writeUuid(id, this.bytes, position * idBytes), 'ids are canonical UUIDs');
    this.#hashes[position] = idHash(collectionId, id);
  }

  /** An id as a text, which is made anew. */
  textOf(position: number): string {
    return formatUuid(this.bytes, position * idBytes);
  }

  /** Below 0 when an id comes before another one, of which these are the bytes; above 0 when behind. */
  compare(position: number, other: Uint8Array): number {
    const start = position * idBytes;
    for (let offset = 0; offset < idBytes; offset += 1) {
      const difference = (this.bytes[start + offset] ?? 0) - (other[offset] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** Where the bytes of an id begin. */
  startOf(position: number): number {
    return position * idBytes;
  }

  /** As `idHash`. */
  hashOf(position: number): number {
    return this.#hashes[position] ?? 0;
  }
}

import { assert } from '../base/assert.ts';
import { writeUuid } from '../values/uuid.ts';
import { idHash } from './id-hints.ts';

const idBytes = 16;

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

  /** Where the bytes of an id begin. */
  startOf(position: number): number {
    return position * idBytes;
  }

  /** As `idHash`. */
  hashOf(position: number): number {
    return this.#hashes[position] ?? 0;
  }
}

/*
 * Rows by id, or by a text that only one document has, as guesses: a hash table of row numbers without the ids themselves,
 * 8 bytes for each. A guess is proved by reading the row, whose document says its id; so nothing has to be taken out
 * when documents go, and a wrong guess costs one lookup more. It spares reads past the row cache one lookup of two.
 */
import { hashEnds } from '../base/text-hash.ts';
import { limits } from '../limits.ts';

const slotsMin = 1 << 10;
/** Neighbours that one hash may use, so that few guesses push others out; all in one line of the processor's cache. */
const probeCount = 4;
const notedPerStep = 100;
/** The digits in which the ids of all versions differ. */
const idEnds = { first: 8, last: 12 };
const textEnds = { first: 32, last: 32 };

/** What is noted of a buffer. */
interface StoredBuffer {
  readonly collections: Iterable<{
    readonly collectionId: number;
    readonly ids: ReadonlyMap<string, { readonly value: number | undefined }>;
  }>;
}

export class IdHints {
  #hashes = new Uint32Array(0);
  /** Row + 1; 0 is empty. */
  #rows = new Uint32Array(0);
  #usedCount = 0;

  /** Memory that the table takes. */
  get bytes(): number {
    return this.#hashes.byteLength + this.#rows.byteLength;
  }

  /** The row where the document may be. */
  rowOf(collectionId: number, id: string): number | undefined {
    return this.#rowOf(hashOf(collectionId, id));
  }

  /** The same for the document with a text in the field of a unique index. */
  rowOfText(indexId: number, text: string): number | undefined {
    return this.#rowOf(hashOfText(indexId, text));
  }

  #rowOf(hash: number): number | undefined {
    const mask = this.#rows.length - 1;
    for (let probe = 0; probe < probeCount; probe += 1) {
      const at = (hash + probe) & mask;
      const row = this.#rows[at] ?? 0;
      if (row === 0) return undefined;
      if (this.#hashes[at] === hash) return row - 1;
    }
    return undefined;
  }

  note(collectionId: number, id: string, row: number): void {
    this.#note(hashOf(collectionId, id), row);
  }

  noteText(indexId: number, text: string, row: number): void {
    this.#note(hashOfText(indexId, text), row);
  }

  #note(hash: number, row: number): void {
    if (this.#usedCount * 2 >= this.#rows.length && this.#rows.length < limits.idHintsMax) {
      this.#grow();
    }
    this.#set(hash, row + 1);
  }

  /** Notes the documents that have come to the store with a buffer, a hundred a step: it may hold a hundred thousand. */
  *noteAll({ collections }: StoredBuffer): Generator<void, void> {
    let count = 0;
    for (const { collectionId, ids } of collections) {
      for (const [id, { value }] of ids) {
        if (value !== undefined) this.note(collectionId, id, value);
        count += 1;
        if (count % notedPerStep === 0) yield;
      }
    }
  }

  #set(hash: number, row: number): void {
    const mask = this.#rows.length - 1;
    let place = hash & mask;
    for (let probe = 0; probe < probeCount; probe += 1) {
      const at = (hash + probe) & mask;
      const isFree = this.#rows[at] === 0;
      if (!isFree && this.#hashes[at] !== hash) continue;
      if (isFree) this.#usedCount += 1;
      place = at;
      break;
    }
    this.#hashes[place] = hash;
    this.#rows[place] = row;
  }

  #grow(): void {
    const hashes = this.#hashes;
    const rows = this.#rows;
    const length = Math.max(slotsMin, rows.length * 2);
    this.#hashes = new Uint32Array(length);
    this.#rows = new Uint32Array(length);
    this.#usedCount = 0;
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] ?? 0;
      if (row !== 0) this.#set(hashes[at] ?? 0, row);
    }
  }
}

function hashOf(collectionId: number, id: string): number {
  return hashEnds(id, collectionId, idEnds) >>> 0;
}

function hashOfText(indexId: number, text: string): number {
  return hashEnds(text, indexId, textEnds) >>> 0;
}

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
    readonly ids: Iterable<readonly [id: string, row: number | undefined]>;
  }>;
}

/** Slots of a table that has become too small which each note brings into the new one. */
const slotsPerNote = 64;

interface Table {
  readonly hashes: Uint32Array;
  /** Row + 1; 0 is empty. */
  readonly rows: Uint32Array;
}

export class IdHints {
  #table = tableOf(0);
  #usedCount = 0;
  /** What is being moved from, a piece with each note: a million slots at once would hold the event loop. */
  #before: Table | undefined;
  #movedCount = 0;

  /** Memory that the table takes. */
  get bytes(): number {
    return bytesOf(this.#table) + (this.#before === undefined ? 0 : bytesOf(this.#before));
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
    const row = rowIn(this.#table, hash);
    if (row !== 0) return row - 1;
    const earlier = this.#before === undefined ? 0 : rowIn(this.#before, hash);
    return earlier === 0 ? undefined : earlier - 1;
  }

  note(collectionId: number, id: string, row: number): void {
    this.#note(hashOf(collectionId, id), row);
  }

  noteText(indexId: number, text: string, row: number): void {
    this.#note(hashOfText(indexId, text), row);
  }

  #note(hash: number, row: number): void {
    const { length } = this.#table.rows;
    if (this.#before !== undefined) this.#move(this.#before);
    else if (this.#usedCount * 2 >= length && length < limits.idHintsMax) this.#grow();
    this.#set(hash, row + 1, true);
  }

  /** Notes the documents that have come to the store with a buffer, a hundred a step: it may hold a hundred thousand. */
  *noteAll({ collections }: StoredBuffer): Generator<void, void> {
    let count = 0;
    for (const { collectionId, ids } of collections) {
      for (const [id, row] of ids) {
        if (row !== undefined) this.note(collectionId, id, row);
        count += 1;
        if (count % notedPerStep === 0) yield;
      }
    }
  }

  #set(hash: number, row: number, isNewer: boolean): void {
    const { hashes, rows } = this.#table;
    const mask = rows.length - 1;
    let place = hash & mask;
    for (let probe = 0; probe < probeCount; probe += 1) {
      const at = (hash + probe) & mask;
      const isFree = rows[at] === 0;
      if (!isFree && hashes[at] !== hash) continue;
      if (!isFree && !isNewer) return;
      if (isFree) this.#usedCount += 1;
      place = at;
      break;
    }
    hashes[place] = hash;
    rows[place] = row;
  }

  #grow(): void {
    this.#before = this.#table;
    this.#movedCount = 0;
    this.#table = tableOf(Math.max(slotsMin, this.#before.rows.length * 2));
    this.#usedCount = 0;
  }

  #move({ hashes, rows }: Table): void {
    const end = Math.min(rows.length, this.#movedCount + slotsPerNote);
    for (let at = this.#movedCount; at < end; at += 1) {
      const row = rows[at] ?? 0;
      if (row !== 0) this.#set(hashes[at] ?? 0, row, false);
    }
    this.#movedCount = end;
    if (end === rows.length) this.#before = undefined;
  }
}

function tableOf(length: number): Table {
  return { hashes: new Uint32Array(length), rows: new Uint32Array(length) };
}

function bytesOf({ hashes, rows }: Table): number {
  return hashes.byteLength + rows.byteLength;
}

/** The row + 1, or 0. */
function rowIn({ hashes, rows }: Table, hash: number): number {
  const mask = rows.length - 1;
  for (let probe = 0; probe < probeCount; probe += 1) {
    const at = (hash + probe) & mask;
    const row = rows[at] ?? 0;
    if (row === 0 || hashes[at] === hash) return row;
  }
  return 0;
}

function hashOf(collectionId: number, id: string): number {
  return hashEnds(id, collectionId, idEnds) >>> 0;
}

function hashOfText(indexId: number, text: string): number {
  return hashEnds(text, indexId, textEnds) >>> 0;
}

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
/** The digits in which the ids of all versions differ. */
const idEnds = { first: 8, last: 12 };
const textEnds = { first: 32, last: 32 };

/** What is noted of a buffer. */
interface StoredBuffer {
  readonly collections: Iterable<{
    readonly collectionId: number;
    readonly ids: {
      /** Calls back with the hash of each id (`idHash`) that leads to a row, and stops after some. */
      eachHash(
        collectionId: number,
        visit: (hash: number, row: number) => void,
      ): Generator<void, void>;
    };
  }>;
}

/** Slots of a table that has become too small which each note brings into the new one. */
const slotsPerNote = 64;

/** Of each slot the hash, and behind it the row + 1, where 0 is empty: both in one line of the processor's cache. */
type Table = Uint32Array;

const slotWords = 2;

export class IdHints {
  #table = tableOf(0);
  #usedCount = 0;
  /** What is being moved from, a piece with each note: a million slots at once would hold the event loop. */
  #before: Table | undefined;
  #movedCount = 0;

  /** Memory that the table takes. */
  get bytes(): number {
    return this.#table.byteLength + (this.#before?.byteLength ?? 0);
  }

  /** The row where the document may be. */
  rowOf(collectionId: number, id: string): number | undefined {
    return this.#rowOf(idHash(collectionId, id));
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
    this.#note(idHash(collectionId, id), row);
  }

  noteText(indexId: number, text: string, row: number): void {
    this.#note(hashOfText(indexId, text), row);
  }

  #note(hash: number, row: number): void {
    const length = this.#table.length / slotWords;
    if (this.#before !== undefined) this.#move(this.#before);
    else if (this.#usedCount * 2 >= length && length < limits.idHintsMax) this.#grow();
    this.#set(hash, row + 1, true);
  }

  /** Notes the documents that have come to the store with a buffer, some in a step: it may hold a hundred thousand. */
  *noteAll({ collections }: StoredBuffer): Generator<void, void> {
    const note = (hash: number, row: number): void => this.#note(hash, row);
    for (const { collectionId, ids } of collections) yield* ids.eachHash(collectionId, note);
  }

  #set(hash: number, row: number, isNewer: boolean): void {
    const table = this.#table;
    const mask = table.length / slotWords - 1;
    let place = slotWords * (hash & mask);
    for (let probe = 0; probe < probeCount; probe += 1) {
      const at = slotWords * ((hash + probe) & mask);
      const isFree = table[at + 1] === 0;
      if (!isFree && table[at] !== hash) continue;
      if (!isFree && !isNewer) return;
      if (isFree) this.#usedCount += 1;
      place = at;
      break;
    }
    table[place] = hash;
    table[place + 1] = row;
  }

  #grow(): void {
    this.#before = this.#table;
    this.#movedCount = 0;
    this.#table = tableOf(Math.max(slotsMin, this.#before.length));
    this.#usedCount = 0;
  }

  #move(table: Table): void {
    const slots = table.length / slotWords;
    const end = Math.min(slots, this.#movedCount + slotsPerNote);
    for (let slot = this.#movedCount; slot < end; slot += 1) {
      const row = table[slotWords * slot + 1] ?? 0;
      if (row !== 0) this.#set(table[slotWords * slot] ?? 0, row, false);
    }
    this.#movedCount = end;
    if (end === slots) this.#before = undefined;
  }
}

function tableOf(slots: number): Table {
  return new Uint32Array(slotWords * slots);
}

/** The row + 1, or 0. */
function rowIn(table: Table, hash: number): number {
  const mask = table.length / slotWords - 1;
  for (let probe = 0; probe < probeCount; probe += 1) {
    const at = slotWords * ((hash + probe) & mask);
    const row = table[at + 1] ?? 0;
    if (row === 0 || table[at] === hash) return row;
  }
  return 0;
}

/** By which a document's row is guessed. */
export function idHash(collectionId: number, id: string): number {
  return hashEnds(id, collectionId, idEnds) >>> 0;
}

function hashOfText(indexId: number, text: string): number {
  return hashEnds(text, indexId, textEnds) >>> 0;
}

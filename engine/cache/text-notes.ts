/*
 * Cached documents by a text that only one of them has: its id, or what it has in the field of a unique index. A map looks
 * at a bucket, at each entry of it and at the text of each, and then at what it holds, one after the other and all over the
 * heap: with ten thousand documents that was most of the time of a lookup. Here the place of a text follows from its hash
 * alone, and what lies there leads to the row of the document (document-rows.ts), where the text is, too.
 *
 *   marks       hash | 1; the slot of the row
 *
 * Nobody ends a note: one whose row has no document any more, or one with another text, is not found, and gives way to
 * others. None is certain to stay: one that finds no free place close to its own pushes another out. What is not found here
 * is looked up elsewhere, and noted again.
 */
import { hashEnds } from '../base/text-hash.ts';
import type { CacheEntry } from './cache-entry.ts';
import type { DocumentRows, TextPlace } from './document-rows.ts';

const slotsMin = 64;
/** Neighbours that a text may lie in. */
const probesMax = 12;
const fillMax = 0.6;
/** There is room for so many notes for each document, at least, when a table is begun. */
const notesPerDocument = 1.25;
const hashedEnds = { first: 24, last: 16 };
/** The digits in which the ids of all versions differ. */
const hashedIdEnds = { first: 8, last: 12 };

class NoteTable {
  readonly #rows: DocumentRows;
  readonly #place: TextPlace;
  readonly #slotCount: number;
  /** Whoever probes need not turn round at the end. */
  readonly #marks: Int32Array;
  /** Slots that are in use or have been. */
  #count = 0;

  constructor(rows: DocumentRows, place: TextPlace, slotCount: number) {
    this.#rows = rows;
    this.#place = place;
    this.#slotCount = slotCount;
    this.#marks = new Int32Array(2 * (slotCount + probesMax));
  }

  get isFull(): boolean {
    return this.#count >= fillMax * this.#slotCount;
  }

  /** The slot of the row that has a text; -1 when that is not known. */
  find(text: string, mark: number): number {
    const marks = this.#marks;
    const first = this.#homeOf(mark);
    for (let at = first; at < first + 2 * probesMax; at += 2) {
      const found = marks[at];
      if (found === mark) {
        const slot = marks[at + 1] ?? 0;
        if (this.#rows.hasText(slot, this.#place, text)) return slot;
      } else if (found === 0) return -1;
    }
    return -1;
  }

  put(mark: number, slot: number): void {
    const at = this.#placeOf(mark, slot);
    if (this.#marks[at] === 0) this.#count += 1;
    this.#marks[at] = mark;
    this.#marks[at + 1] = slot;
  }

  #homeOf(mark: number): number {
    return 2 * ((mark >>> 1) & (this.#slotCount - 1));
  }

  /** Where the same is noted already, else the first place that is free, else what is pushed out. */
  #placeOf(mark: number, slot: number): number {
    const marks = this.#marks;
    const first = this.#homeOf(mark);
    let free = -1;
    for (let at = first; at < first + 2 * probesMax; at += 2) {
      const found = marks[at] ?? 0;
      const noted = marks[at + 1] ?? 0;
      if (found === mark && noted === slot) return at;
      if (free < 0 && (found === 0 || this.#rows.entryOf(noted) === undefined)) free = at;
      if (found === 0) break;
    }
    return free < 0 ? first : free;
  }
}

export class TextNotes {
  readonly indexId: number;
  readonly place: TextPlace;
  readonly #rows: DocumentRows;
  readonly #isOfIds: boolean;
  #table: NoteTable;
  /** What was noted before the table became too small. It is moved as it is asked for: to move all would take a pause. */
  #older: NoteTable | undefined;

  /** Of what has a text in a field, which `indexId` tells from other fields. */
  constructor(indexId: number, field: string, rows: DocumentRows) {
    this.indexId = indexId;
    this.place = rows.addTextPlace(field);
    this.#rows = rows;
    this.#isOfIds = field === 'id';
    this.#table = new NoteTable(rows, this.place, slotsMin);
  }

  /** The slot of the row whose document has a text; -1 when that is not noted. Constant time. */
  find(text: string): number {
    const mark = this.#markOf(text);
    const slot = this.#table.find(text, mark);
    return slot >= 0 || this.#older === undefined ? slot : this.#moved(text, mark);
  }

  /** Notes that the document of an entry, which has a row, has a text. Constant time, amortised. */
  note(text: string, entry: CacheEntry, documentCount: number): void {
    if (this.#table.isFull) this.#begin(documentCount);
    this.#rows.keepText(entry, this.place, text);
    this.#table.put(this.#markOf(text), entry.slot);
  }

  #moved(text: string, mark: number): number {
    const slot = this.#older?.find(text, mark) ?? -1;
    if (slot >= 0 && !this.#table.isFull) this.#table.put(mark, slot);
    return slot;
  }

  #markOf(text: string): number {
    return hashEnds(text, 0, this.#isOfIds ? hashedIdEnds : hashedEnds) | 1;
  }

  #begin(documentCount: number): void {
    let slotCount = slotsMin;
    while (fillMax * slotCount < notesPerDocument * documentCount) slotCount *= 2;
    this.#older = this.#table;
    this.#table = new NoteTable(this.#rows, this.place, slotCount);
  }
}

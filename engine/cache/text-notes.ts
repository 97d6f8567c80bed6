/*
 * Cached documents by a text that only one of them has: its id, or what it has in the field of a unique index. A map looks
 * at a bucket, at each entry of it and at the text of each, and then at what it holds, one after the other and all over the
 * heap: with ten thousand documents that was most of the time of a lookup. Here the place of a text follows from its hash
 * alone, and what lies there leads to the row of the document (document-rows.ts), where the text is, too.
 *
 *   hash | 1 | slot of the row | stamp of the row | the characters, four to a number
 *
 * A note that has all characters of a text and the present stamp of the row is right without a look at any text. Others are
 * compared with what the row has: those of long texts, or of such that take more than a byte for a character, and those of
 * rows of which a text has changed. Nobody ends a note: one whose row has no document any more, or one with another text, is
 * not found, and gives way to others. None is certain to stay: one that finds no free place close to its own pushes another
 * out. What is not found here is looked up elsewhere, and noted again.
 */
import type { CacheEntry } from './cache-entry.ts';
import type { DocumentRows, TextPlace } from './document-rows.ts';
import { PackedText, packedWords } from './packed-text.ts';

const slotsMin = 64;
/** Neighbours that a text may lie in. */
const probesMax = 12;
const fillMax = 0.6;
/** There is room for so many notes for each document, at least, when a table is begun. */
const notesPerDocument = 1.25;
const slotCell = 1;
const stampCell = 2;
const wordsCell = 3;
const noStamp = -1;
const noteWidth = wordsCell + packedWords;
/** Of each text, the places that are free included. */
export const noteBytes = (4 * noteWidth) / 0.5;

class NoteTable {
  readonly #rows: DocumentRows;
  readonly #place: TextPlace;
  readonly #slotCount: number;
  /** Whoever probes need not turn round at the end. */
  readonly #notes: Int32Array;
  /** Slots that are in use or have been. */
  #count = 0;

  constructor(rows: DocumentRows, place: TextPlace, slotCount: number) {
    this.#rows = rows;
    this.#place = place;
    this.#slotCount = slotCount;
    this.#notes = new Int32Array(noteWidth * (slotCount + probesMax));
  }

  get isFull(): boolean {
    return this.#count >= fillMax * this.#slotCount;
  }

  /** The slot of the row that has a text; -1 when that is not known. */
  find(text: string, packed: PackedText): number {
    const notes = this.#notes;
    const { mark } = packed;
    const first = this.#homeOf(mark);
    for (let at = first; at < first + noteWidth * probesMax; at += noteWidth) {
      const found = notes[at];
      if (found === mark && this.#isOf(at, text, packed)) return notes[at + slotCell] ?? -1;
      if (found === 0) return -1;
    }
    return -1;
  }

  put(packed: PackedText, slot: number): void {
    const notes = this.#notes;
    const at = this.#placeOf(packed.mark, slot);
    if (notes[at] === 0) this.#count += 1;
    notes[at] = packed.mark;
    notes[at + slotCell] = slot;
    // Without all of its characters a text is compared each time.
    notes[at + stampCell] = packed.isWhole ? this.#rows.stampOf(slot) : noStamp;
    packed.copyTo(notes, at + wordsCell);
  }

  #isOf(at: number, text: string, packed: PackedText): boolean {
    const notes = this.#notes;
    const slot = notes[at + slotCell] ?? 0;
    const isSame = packed.isWhole && packed.isIn(notes, at + wordsCell);
    if (isSame && this.#rows.stampOf(slot) === notes[at + stampCell]) return true;
    if (!this.#rows.hasText(slot, this.#place, text)) return false;
    if (isSame) notes[at + stampCell] = this.#rows.stampOf(slot);
    return true;
  }

  #homeOf(mark: number): number {
    return noteWidth * ((mark >>> 1) & (this.#slotCount - 1));
  }

  /** Where the same is noted already, else the first place that is free, else what is pushed out. */
  #placeOf(mark: number, slot: number): number {
    const notes = this.#notes;
    const first = this.#homeOf(mark);
    let free = -1;
    for (let at = first; at < first + noteWidth * probesMax; at += noteWidth) {
      const found = notes[at] ?? 0;
      const noted = notes[at + slotCell] ?? 0;
      if (found === mark && noted === slot) return at;
      if (free < 0 && (found === 0 || this.#rows.entryOf(noted) === undefined)) free = at;
      if (found === 0) break;
    }
    return free < 0 ? first : free;
  }
}

export class TextNotes {
  readonly indexId: number;
  readonly #place: TextPlace;
  readonly #rows: DocumentRows;
  readonly #packed = new PackedText();
  #table: NoteTable;
  /** What was noted before the table became too small. It is moved as it is asked for: to move all would take a pause. */
  #older: NoteTable | undefined;

  /** Of what has a text in a field, which `indexId` tells from other fields. */
  constructor(indexId: number, field: string, rows: DocumentRows) {
    this.indexId = indexId;
    this.#place = rows.addTextPlace(field);
    this.#rows = rows;
    this.#table = new NoteTable(rows, this.#place, slotsMin);
  }

  /** The slot of the row whose document has a text; -1 when that is not noted. Constant time. */
  find(text: string): number {
    this.#packed.read(text);
    const slot = this.#table.find(text, this.#packed);
    return slot >= 0 || this.#older === undefined ? slot : this.#moved(text);
  }

  /** Notes that the document of an entry, which has a row, has a text. Constant time, amortised. */
  note(text: string, entry: CacheEntry, documentCount: number): void {
    if (this.#table.isFull) this.#begin(documentCount);
    this.#packed.read(text);
    this.#table.put(this.#packed, entry.slot);
  }

  #moved(text: string): number {
    const slot = this.#older?.find(text, this.#packed) ?? -1;
    if (slot >= 0 && !this.#table.isFull) this.#table.put(this.#packed, slot);
    return slot;
  }

  #begin(documentCount: number): void {
    let slotCount = slotsMin;
    while (fillMax * slotCount < notesPerDocument * documentCount) slotCount *= 2;
    this.#older = this.#table;
    this.#table = new NoteTable(this.#rows, this.#place, slotCount);
  }
}

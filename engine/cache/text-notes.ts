/*
 * Cached documents by a text that only one of them has: its id, or what it has in the field of a unique index. A map looks
 * at a bucket, at each entry of it and at the text of each, and then at what it holds, one after the other and all over the
 * heap: with ten thousand documents that was most of the time of a lookup. Here the place of a text follows from its hash
 * alone, and what lies there in a few lists is all that a lookup needs, so that the processor fetches it at once.
 *
 *   marks       hash | 1; the entry's place, as the eviction order counts; LSN (low, high) of the document
 *   texts       the text, with memory of its own
 *   documents   the document
 *   entries     its entry in the cache; none for a note that is over
 *
 * A note is over as soon as its entry has another document without the text, or has left the cache: `follow` is told of each
 * such change, so that a note always has the document that its entry has. None of them is certain to stay: one that finds
 * no free place close to its own pushes another out. What is not found here is looked up elsewhere, and noted again.
 */
import { hashEnds } from '../base/text-hash.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { type CacheEntry, type EvictionOrder, gone } from './cache-entry.ts';
import { ownText } from './own-text.ts';

const slotsMin = 64;
/** Neighbours that a text may lie in. */
const probesMax = 12;
const fillMax = 0.75;
/** There is room for so many notes for each document, at least, when a table is begun. */
const notesPerDocument = 1.25;
const markNumbers = 4;
const high = 2 ** 32;
const hashedEnds = { first: 24, last: 16 };
/** The digits in which the ids of all versions differ. */
const hashedIdEnds = { first: 8, last: 12 };

class NoteTable {
  readonly slotCount: number;
  readonly marks: Int32Array;
  readonly texts: (string | undefined)[];
  readonly documents: StoredDocument[];
  readonly entries: (CacheEntry | undefined)[];
  /** Slots that are in use or have been. */
  count = 0;

  constructor(slotCount: number) {
    this.slotCount = slotCount;
    // Whoever probes need not turn round at the end.
    const length = slotCount + probesMax;
    this.marks = new Int32Array(markNumbers * length);
    this.texts = new Array<string | undefined>(length).fill(undefined);
    this.documents = new Array<StoredDocument>(length).fill(gone);
    this.entries = new Array<CacheEntry | undefined>(length).fill(undefined);
  }

  get isFull(): boolean {
    return this.count >= fillMax * this.slotCount;
  }

  /** The slot of a text; -1 when it has none. */
  find(text: string, mark: number): number {
    const { marks, texts } = this;
    const home = this.#homeOf(mark);
    for (let at = home; at < home + probesMax; at += 1) {
      const found = marks[markNumbers * at];
      if (found === mark && texts[at] === text) return at;
      if (found === 0) return -1;
    }
    return -1;
  }

  /** The same for what is noted of an entry, which spares comparing texts. */
  findOf(entry: CacheEntry, mark: number): number {
    const home = this.#homeOf(mark);
    for (let at = home; at < home + probesMax; at += 1) {
      const found = this.marks[markNumbers * at];
      if (found === mark && this.entries[at] === entry) return at;
      if (found === 0) return -1;
    }
    return -1;
  }

  put(text: string, mark: number, entry: CacheEntry): void {
    const present = this.find(text, mark);
    const at = present < 0 ? this.#freeSlot(mark) : present;
    if (this.marks[markNumbers * at] === 0) this.count += 1;
    this.marks[markNumbers * at] = mark;
    this.texts[at] = text;
    this.entries[at] = entry;
    this.take(at, entry);
  }

  /** Takes the document that an entry has now. */
  take(at: number, { document, lsn, place }: CacheEntry): void {
    this.documents[at] = document;
    this.marks[markNumbers * at + 1] = place;
    this.marks[markNumbers * at + 2] = lsn | 0;
    this.marks[markNumbers * at + 3] = lsn / high;
  }

  /** Ends a note; what lies behind it is found all the same. */
  end(at: number): void {
    this.documents[at] = gone;
    this.entries[at] = undefined;
  }

  lsnOf(at: number): number {
    const low = this.marks[markNumbers * at + 2] ?? 0;
    return (this.marks[markNumbers * at + 3] ?? 0) * high + (low >>> 0);
  }

  #homeOf(mark: number): number {
    return (mark >>> 1) & (this.slotCount - 1);
  }

  #freeSlot(mark: number): number {
    const home = this.#homeOf(mark);
    for (let at = home; at < home + probesMax; at += 1) {
      if (this.entries[at] === undefined) return at;
    }
    return home;
  }
}

export class TextNotes {
  readonly indexId: number;
  readonly #field: string;
  readonly #isOfIds: boolean;
  readonly #order: EvictionOrder;
  #table = new NoteTable(slotsMin);
  /** What was noted before the table became too small. It is moved as it is asked for: to move all would take a pause. */
  #older: NoteTable | undefined;

  /** Of what has a text in a field, which `indexId` tells from other fields. */
  constructor(indexId: number, field: string, order: EvictionOrder) {
    this.indexId = indexId;
    this.#field = field;
    this.#isOfIds = field === 'id';
    this.#order = order;
  }

  /** The document with a text, if that is noted and it is not newer than an LSN: used once more. Constant time. */
  use(text: string, lsn: number): StoredDocument | undefined {
    const table = this.#table;
    const at = this.#find(text);
    if (at < 0 || table.lsnOf(at) > lsn) return undefined;
    const order = this.#order;
    const place = table.marks[markNumbers * at + 1] ?? 0;
    const entry = order.isSafe(place) ? undefined : table.entries[at];
    if (entry !== undefined) {
      order.touch(entry);
      table.marks[markNumbers * at + 1] = entry.place;
    }
    const document = table.documents[at];
    return document === gone ? undefined : document;
  }

  /** Its entry. */
  entryOf(text: string): CacheEntry | undefined {
    return this.#table.entries[this.#find(text)];
  }

  /** Notes that the document of an entry has a text, beside so many other cached documents. Constant time, amortised. */
  note(text: string, entry: CacheEntry, documentCount: number): void {
    if (this.#table.isFull) this.#begin(documentCount);
    this.#table.put(ownText(text), this.#markOf(text), entry);
  }

  /** An entry has another document than before, or is `gone`. */
  follow(entry: CacheEntry, before: StoredDocument): void {
    const text = before[this.#field];
    if (typeof text !== 'string') return;
    const { document } = entry;
    // An id never leaves its row, and takes long to compare where it is a part of a longer text.
    const isStill = document !== gone && (this.#isOfIds || document[this.#field] === text);
    const mark = this.#markOf(text);
    for (const table of [this.#table, this.#older]) {
      const at = table === undefined ? -1 : table.findOf(entry, mark);
      if (table === undefined || at < 0) continue;
      if (isStill) table.take(at, entry);
      else table.end(at);
    }
  }

  #find(text: string): number {
    const mark = this.#markOf(text);
    const at = this.#table.find(text, mark);
    return at >= 0 || this.#older === undefined ? at : this.#moved(text, mark);
  }

  #moved(text: string, mark: number): number {
    const older = this.#older;
    const at = older === undefined ? -1 : older.find(text, mark);
    const entry = older?.entries[at];
    const own = older?.texts[at];
    if (entry === undefined || own === undefined || this.#table.isFull) return -1;
    this.#table.put(own, mark, entry);
    return this.#table.find(text, mark);
  }

  #markOf(text: string): number {
    return hashEnds(text, 0, this.#isOfIds ? hashedIdEnds : hashedEnds) | 1;
  }

  #begin(documentCount: number): void {
    let slotCount = slotsMin;
    while (fillMax * slotCount < notesPerDocument * documentCount) slotCount *= 2;
    this.#older = this.#table;
    this.#table = new NoteTable(slotCount);
  }
}

/*
 * The values of cached documents that are found by texts, in one row of cells each. A document is an object that leads to
 * other objects, its lists and numbers, which lie all over the heap: to make of it what leaves the engine, the processor
 * waits for each of them, with ten thousand documents most of the time of a lookup. Here all that it takes lies in two or
 * three lines of the processor's cache, and none of it needs another one to be found.
 *
 *   LSN | place | stamp | value of the first field | … | length of a short list | its values | …
 *
 * LSN is that of the document, `stale` before its values are here, and `other` when it has other fields than the form
 * says. The place is that of its entry, as the eviction order counts. The stamp is another one after each change of a text by
 * which documents are found, so that whoever knows it knows these texts. What a change has made of a document comes here when
 * it is asked for, so that a write costs next to nothing.
 */
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import type { CacheEntry, EvictionOrder } from './cache-entry.ts';
import type { FormField, OutputForm, ValueCells } from './output-form.ts';

/** Rows lie together in lists of so many, so that none is moved when there are more. */
const chunkBits = 7;
const chunkRows = 2 ** chunkBits;
const lsnCell = 0;
const placeCell = 1;
const stampCell = 2;
const headCells = 3;
const stampMax = 2 ** 31 - 1;
/** Room of so many rows may stay behind without documents, or so large a share of all. */
const freeSlotsMax = 1_024;
const freeShareMax = 0.75;
/** No reader's LSN is as high as the one, or compares with the other. */
const stale = Number.POSITIVE_INFINITY;
const other = Number.NaN;
/** A cell, and its share of numbers that lie by themselves. */
const cellBytes = 12;

/** Where the rows of documents have a text. */
export interface TextPlace {
  readonly field: string;
  /** -1 for a field that is not in the form. */
  readonly cell: number;
}

export class DocumentRows {
  readonly #form: OutputForm | undefined;
  readonly #fields: readonly FormField[];
  readonly #order: EvictionOrder;
  /** Cells of a row. */
  readonly #width: number;
  readonly #chunks: ValueCells[] = [];
  readonly #entries: (CacheEntry | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  /** Where the texts are by which documents are found. */
  readonly #textPlaces: TextPlace[] = [];
  #lastStamp = 0;

  /** Without a form there are no values in the rows. */
  constructor(form: OutputForm | undefined, order: EvictionOrder) {
    this.#form = form;
    this.#fields = form?.fields ?? [];
    this.#order = order;
    this.#width = this.#fields.reduce((sum, field) => sum + cellCount(field), headCells);
  }

  get form(): OutputForm | undefined {
    return this.#form;
  }

  /** Of each row. */
  get rowBytes(): number {
    return (this.#width - headCells) * cellBytes;
  }

  /** Where rows have the texts of a field by which documents are found from now on. */
  addTextPlace(field: string): TextPlace {
    const position = this.#fields.findIndex(({ name }) => name === field);
    const before = this.#fields.slice(0, position);
    const cell = position < 0 ? -1 : before.reduce((sum, each) => sum + cellCount(each), headCells);
    const place = { field, cell };
    this.#textPlaces.push(place);
    return place;
  }

  /** True when they are to be made anew: no more stamps are left, or the room of many that are gone. */
  get isWorn(): boolean {
    const freeCount = this.#freeSlots.length;
    const isWaste = freeCount > freeSlotsMax && freeCount > freeShareMax * this.#entries.length;
    return isWaste || this.#lastStamp >= stampMax;
  }

  /** Whether an entry has the row that it tells. */
  hasRowOf(entry: CacheEntry): boolean {
    return this.#entries[entry.slot] === entry;
  }

  /** Gives an entry a row; its values come when they are asked for. Constant time. */
  add(entry: CacheEntry): void {
    const slot = this.#freeSlots.pop() ?? this.#entries.length;
    entry.slot = slot;
    this.#entries[slot] = entry;
    if (this.#chunks[slot >>> chunkBits] === undefined) {
      this.#chunks.push(
        new Array<StoredValue | undefined>(chunkRows * this.#width).fill(undefined),
      );
    }
    this.#begin(this.#cellsOf(slot), this.#at(slot), this.#nextStamp());
  }

  remove(entry: CacheEntry): void {
    const at = this.#at(entry.slot);
    this.#cellsOf(entry.slot).fill(undefined, at, at + this.#width);
    this.#entries[entry.slot] = undefined;
    this.#freeSlots.push(entry.slot);
    entry.slot = -1;
  }

  /** An entry has another document than before. */
  change({ slot, document }: CacheEntry): void {
    const cells = this.#cellsOf(slot);
    const at = this.#at(slot);
    // An id never leaves its row, and takes long to compare where it is a part of a longer text.
    const isSame = ({ field, cell }: TextPlace): boolean => {
      const text = cells[at + cell];
      // Without a text in its cell nobody knows which one the document had before.
      return field === 'id' || (cell >= 0 && text !== undefined && text === document[field]);
    };
    const stamp = this.#textPlaces.every(isSame) ? cells[at + stampCell] : this.#nextStamp();
    cells.fill(undefined, at, at + this.#width);
    this.#begin(cells, at, stamp);
  }

  /** Changes when a text of the document does by which it is found, and with the document; 0 when there is none. */
  stampOf(slot: number): number {
    const stamp = this.#cellsOf(slot)[this.#at(slot) + stampCell];
    return typeof stamp === 'number' ? stamp : 0;
  }

  /** True when the document of a slot has a text. */
  hasText(slot: number, { field, cell }: TextPlace, text: string): boolean {
    const value = cell < 0 ? undefined : this.#cellsOf(slot)[this.#at(slot) + cell];
    return (value ?? this.#entries[slot]?.document[field]) === text;
  }

  entryOf(slot: number): CacheEntry | undefined {
    return this.#entries[slot];
  }

  /** The document of a slot, if it is not newer than an LSN: used once more. */
  documentOf(slot: number, lsn: number): StoredDocument | undefined {
    const entry = this.#entries[slot];
    if (entry === undefined || entry.lsn > lsn) return undefined;
    this.#order.touch(entry);
    return entry.document;
  }

  /** The same as it leaves the engine. */
  outputOf(slot: number, lsn: number): unknown {
    const cells = this.#cellsOf(slot);
    const at = this.#at(slot);
    const make = this.#form?.make;
    const own = cells[at + lsnCell];
    if (make === undefined || typeof own !== 'number' || !(own <= lsn)) {
      return this.#firstOutputOf(slot, lsn);
    }
    const place = cells[at + placeCell];
    if (typeof place !== 'number' || !this.#order.isSafe(place)) this.#touch(slot);
    return make(cells, at + headCells);
  }

  #touch(slot: number): void {
    const entry = this.#entries[slot];
    if (entry === undefined) return;
    this.#order.touch(entry);
    this.#cellsOf(slot)[this.#at(slot) + placeCell] = entry.place;
  }

  /** Before the values are in the row, and for documents whose never are. */
  #firstOutputOf(slot: number, lsn: number): unknown {
    const entry = this.#entries[slot];
    const form = this.#form;
    if (entry === undefined || form === undefined || entry.lsn > lsn) return undefined;
    const cells = this.#cellsOf(slot);
    const at = this.#at(slot);
    if (form.make !== undefined && cells[at + lsnCell] === stale) {
      cells[at + lsnCell] = this.#fill(cells, at + headCells, entry) ? entry.lsn : other;
    }
    this.#touch(slot);
    return form.output(entry.document);
  }

  /** False when the document has other fields than the form says, or values of other kinds. */
  #fill(cells: ValueCells, from: number, { document }: CacheEntry): boolean {
    const fields = this.#fields;
    let at = from;
    let position = 0;
    for (const name in document) {
      const field = fields[position];
      const value = document[name];
      if (field === undefined || field.name !== name || value === undefined) return false;
      if (field.listedMax > 0) {
        if (typeof value === 'number') return false;
        this.#fillList(cells, at, value, field.listedMax);
      } else if (typeof value === 'object' && value !== null && !field.isCopied) return false;
      else cells[at] = value;
      at += cellCount(field);
      position += 1;
    }
    return position === fields.length;
  }

  #fillList(cells: ValueCells, at: number, value: StoredValue, listedMax: number): void {
    const isListed = Array.isArray(value) && value.length <= listedMax;
    cells[at] = isListed ? value.length : value;
    if (!isListed) return;
    for (let number = 0; number < value.length; number += 1) {
      const element: StoredValue | undefined = value[number];
      cells[at + 1 + number] = element;
    }
  }

  #begin(cells: ValueCells, at: number, stamp: ValueCells[number]): void {
    cells[at + lsnCell] = stale;
    cells[at + stampCell] = stamp;
  }

  #nextStamp(): number {
    this.#lastStamp += 1;
    return this.#lastStamp;
  }

  #cellsOf(slot: number): ValueCells {
    return this.#chunks[slot >>> chunkBits] ?? noCells;
  }

  #at(slot: number): number {
    return (slot & (chunkRows - 1)) * this.#width;
  }
}

const noCells: ValueCells = [];

function cellCount({ listedMax }: FormField): number {
  return 1 + listedMax;
}

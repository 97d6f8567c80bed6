/*
 * The values of cached documents that are found by texts, in one row of cells each. A document is an object that leads to
 * other objects, its lists and numbers, which lie all over the heap: to make of it what leaves the engine, the processor
 * waits for each of them, with ten thousand documents most of the time of a lookup. Here all that it takes lies in two or
 * three lines of the processor's cache, and none of it needs another one to be found.
 *
 *   LSN | place | value of the first field | … | length of a short list | its values | …
 *
 * LSN is that of the document, `stale` before its values are here, and `other` when it has other fields than the form
 * says. The place is that of its entry, as the eviction order counts. What a change has made of a document comes here when
 * it is asked for, so that a write costs next to nothing.
 */
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import type { CacheEntry, EvictionOrder } from './cache-entry.ts';
import type { FormField, OutputForm, ValueCells } from './output-form.ts';
import { ownText } from './own-text.ts';

/** Rows lie together in lists of so many, so that none is moved when there are more. */
const chunkBits = 7;
const chunkRows = 2 ** chunkBits;
const lsnCell = 0;
const placeCell = 1;
const headCells = 2;
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
  /** The cells that have texts of their own by which documents are found. */
  readonly #textPlaces: TextPlace[] = [];
  readonly #isText: boolean[] = [];

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
    let cell = headCells;
    for (const each of this.#fields) {
      if (each.name === field) {
        const place = { field, cell };
        this.#textPlaces.push(place);
        this.#isText[cell] = true;
        return place;
      }
      cell += cellCount(each);
    }
    return { field, cell: -1 };
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
    this.#cellsOf(slot)[this.#at(slot)] = stale;
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
    cells[at + lsnCell] = stale;
    for (let cell = headCells; cell < this.#width; cell += 1) {
      if (this.#isText[cell] !== true) cells[at + cell] = undefined;
    }
    // Texts of their own are not made anew each time. An id never leaves its row, and takes long to compare where it is a
    // part of a longer text.
    for (const { field, cell } of this.#textPlaces) {
      if (field !== 'id' && cells[at + cell] !== document[field]) cells[at + cell] = undefined;
    }
  }

  /** Keeps the text by which a document is found with memory of its own. */
  keepText({ slot }: CacheEntry, { cell }: TextPlace, text: string): void {
    if (cell >= 0) this.#cellsOf(slot)[this.#at(slot) + cell] = ownText(text);
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
      // A text of its own stays.
      else if (typeof value !== 'string' || cells[at] === undefined) cells[at] = value;
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

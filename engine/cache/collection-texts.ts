import type { StoredDocument } from '../values/stored-value.ts';
import { type CacheEntry, type EvictionOrder, gone } from './cache-entry.ts';
import { DocumentRows } from './document-rows.ts';
import type { OutputForm } from './output-form.ts';
import { noteBytes, TextNotes } from './text-notes.ts';

/** What the texts of an index are, or, under the collection's own number, the ids. */
export interface TextIndex {
  readonly indexId: number;
  /** What the index is over. */
  readonly field: string;
  /** How documents leave the engine, if whoever notes a text knows. */
  readonly form?: OutputForm | undefined;
}

/** The cached documents of a collection by their texts. */
export class CollectionTexts {
  readonly #order: EvictionOrder;
  #rows: DocumentRows;
  /** By id, and by what unique indexes are over: a few. */
  readonly #notes: TextNotes[] = [];

  constructor(order: EvictionOrder) {
    this.#order = order;
    this.#rows = new DocumentRows(undefined, order);
  }

  /** The document with a text, if that is noted and it is not newer than an LSN: used once more. Constant time. */
  document(indexId: number, text: string, lsn: number): StoredDocument | undefined {
    const slot = this.#notesOf(indexId)?.find(text) ?? -1;
    return slot < 0 ? undefined : this.#rows.documentOf(slot, lsn);
  }

  /** The same in the form in which it leaves the engine. */
  output(indexId: number, text: string, lsn: number, form: OutputForm): unknown {
    if (this.#rows.form !== form) return undefined;
    const slot = this.#notesOf(indexId)?.find(text) ?? -1;
    return slot < 0 ? undefined : this.#rows.outputOf(slot, lsn);
  }

  /** Its entry. */
  entry(indexId: number, text: string): CacheEntry | undefined {
    const slot = this.#notesOf(indexId)?.find(text) ?? -1;
    return slot < 0 ? undefined : this.#rows.entryOf(slot);
  }

  /** Notes that the document of an entry has a text, beside so many other cached documents. Constant time, amortised. */
  note(
    { indexId, field, form }: TextIndex,
    text: string,
    entry: CacheEntry,
    documentCount: number,
  ): void {
    const isOther = form !== undefined && form !== this.#rows.form;
    if (isOther || this.#rows.isWorn) this.#restart(form ?? this.#rows.form);
    if (!this.#rows.hasRowOf(entry)) this.#rows.add(entry);
    let notes = this.#notesOf(indexId);
    if (notes === undefined) {
      notes = new TextNotes(indexId, field, this.#rows);
      this.#notes.push(notes);
    }
    notes.note(text, entry, documentCount);
  }

  /** Bytes of what is kept here of each document of which something is noted. */
  get rowBytes(): number {
    return this.#rows.rowBytes + this.#notes.length * noteBytes;
  }

  /** An entry has another document than before, or is `gone`. */
  follow(entry: CacheEntry): void {
    if (entry.slot < 0 || !this.#rows.hasRowOf(entry)) return;
    if (entry.document === gone) this.#rows.remove(entry);
    else this.#rows.change(entry);
  }

  /** Forgets all that was noted. */
  clear(): void {
    this.#restart(undefined);
  }

  #restart(form: OutputForm | undefined): void {
    this.#notes.length = 0;
    this.#rows = new DocumentRows(form, this.#order);
  }

  #notesOf(indexId: number): TextNotes | undefined {
    for (const present of this.#notes) if (present.indexId === indexId) return present;
    return undefined;
  }
}

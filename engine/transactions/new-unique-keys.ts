/*
 * The unique keys of documents that are inserted together: whether they may be, and their way into the write buffer. Mostly
 * a filter says that a key is new; then all that is to be seen is whether two of the documents have it, and nothing is made
 * of it but an entry in a table. Other keys are looked for as those of any change.
 */
import type { CollectionEntry } from '../catalog/catalog.ts';
import { isUniqueKey } from '../indexes/index-changes.ts';
import { type IndexLayout, keyText } from '../indexes/index-layout.ts';
import { type KeySource, KeyTable } from '../indexes/key-table.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { endsStep, uniqueConflict } from './check-changes.ts';
import type { InsertedKeys, InsertedRows } from './inserted-rows.ts';
import type { LatestState } from './latest-state.ts';
import type { PreparedInserts } from './prepared-inserts.ts';
import type { UniqueRows } from './unique-rows.ts';

/** A unique index that has one key of each document. */
interface UniqueIndex {
  readonly layout: IndexLayout;
  /** Its place among the layouts. */
  readonly position: number;
}

export class NewUniqueKeys {
  readonly #prepared: PreparedInserts;
  readonly #entry: CollectionEntry;
  readonly #latest: LatestState;
  readonly #keys: InsertedKeys;
  readonly #indexes: readonly UniqueIndex[];
  /** Keys, by their number, that something buffered has led to a row, or from one. */
  readonly #buffered = new Set<number>();
  /** Those of indexes that may have several keys of a document, with its position. */
  readonly #others = new Map<string, number>();

  constructor(prepared: PreparedInserts, entry: CollectionEntry, latest: LatestState) {
    this.#prepared = prepared;
    this.#entry = entry;
    this.#latest = latest;
    this.#keys = prepared.keys;
    this.#indexes = this.#keys.layouts.flatMap((layout, position) =>
      layout.entry.unique ? [{ layout, position }] : [],
    );
  }

  /** @throws AuroraError `UniqueConstraintViolation` */
  *check(): Generator<void, void> {
    const { documents, others } = this.#prepared;
    if (this.#indexes.length === 0 && others.length === 0) return;
    const table = new KeyTable<KeySource>(this.#indexes.length * documents.length);
    table.open({ keys: this.#keys });
    for (let position = 0; position < documents.length; position += 1) {
      if (endsStep(position)) yield;
      const document = documents[position];
      if (document === undefined) continue;
      for (const index of this.#indexes) this.#checkKey(table, index, position, document);
      for (const { layout, added } of others[position] ?? []) {
        for (const key of added) {
          if (!isUniqueKey(layout, key)) continue;
          const isTaken =
            this.#others.has(key.mapKey) ||
            this.#latest.rowOfUniqueKey(this.#entry.storageId, key) !== undefined;
          if (isTaken) throw uniqueConflict(this.#entry, layout, document);
          this.#others.set(key.mapKey, position);
        }
      }
    }
  }

  #checkKey(
    table: KeyTable<KeySource>,
    { layout, position: place }: UniqueIndex,
    position: number,
    document: StoredDocument,
  ): void {
    const { bytes, ends, nulls, hashes, layouts } = this.#keys;
    const number = position * layouts.length + place;
    if (nulls[number] === 1) return;
    const hash = hashes[number] ?? 0;
    let isTaken = false;
    if (!this.#latest.isNewHash(layout.entry.storageId, hash)) {
      const text = keyText(bytes, ends[number - 1] ?? 0, ends[number] ?? 0);
      const buffered = this.#latest.bufferedRowOfText(this.#entry.storageId, text);
      if (buffered !== undefined) this.#buffered.add(number);
      const row = buffered === undefined ? this.#latest.storedRowOfText(text) : buffered.value;
      isTaken = row !== undefined;
    }
    if (isTaken || !table.addNew(number, hash)) {
      throw uniqueConflict(this.#entry, layout, document);
    }
  }

  /** Adds them to what is buffered, for the rows that the documents have got. */
  *addTo(uniqueRows: UniqueRows, rows: InsertedRows): Generator<void, void> {
    const { bytes, ends, nulls, hashes, layouts } = this.#keys;
    const { firstRow, count } = rows;
    const lsn = rows.lsnOf(0);
    uniqueRows.open(rows);
    for (let position = 0; position < count; position += 1) {
      if (endsStep(position)) yield;
      for (const { layout, position: place } of this.#indexes) {
        const number = position * layouts.length + place;
        if (nulls[number] === 1) continue;
        if (this.#buffered.has(number)) {
          const text = keyText(bytes, ends[number - 1] ?? 0, ends[number] ?? 0);
          uniqueRows.setText(lsn, text, firstRow + position);
        } else uniqueRows.add(number, hashes[number] ?? 0, layout.entry.storageId);
      }
    }
    for (const [text, position] of this.#others) uniqueRows.setText(lsn, text, firstRow + position);
  }
}

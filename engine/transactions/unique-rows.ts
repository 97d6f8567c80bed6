import { type IndexKey, keyText } from '../indexes/index-layout.ts';
import { KeyTable } from '../indexes/key-table.ts';
import { hashOfText, type KnownKeys } from '../indexes/known-keys.ts';
import type { InsertedRows } from './inserted-rows.ts';
import { dropVersionsAbove, RowVersion, type Version } from './version.ts';

/** A key in an array of many, and the row that it leads to. */
export interface KeyPlaceOfRow {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly row: number;
}

/** Which row a unique key leads to, by LSN, where commits have changed it. */
export class UniqueRows {
  readonly #versions = new Map<string, Version<number | undefined>>();
  readonly #inserted = new KeyTable<InsertedRows>();
  readonly #known: KnownKeys;

  /** Every key that comes here is noted. */
  constructor(known: KnownKeys) {
    this.#known = known;
  }

  /** By key, the newest versions; without keys that only `inserted` has. */
  get newest(): ReadonlyMap<string, Version<number | undefined>> {
    return this.#versions;
  }

  /** Keys that came with rows inserted together. One that a later commit has touched is in `newest` too, which counts. */
  get inserted(): KeyTable<InsertedRows> {
    return this.#inserted;
  }

  /** The newest version. */
  get(mapKey: string): Version<number | undefined> | undefined {
    return this.#versions.get(mapKey) ?? this.#insertedVersion(mapKey);
  }

  set(lsn: number, { mapKey }: IndexKey, row: number | undefined): void {
    this.setText(lsn, mapKey, row);
  }

  /** The same with the key's text. */
  setText(lsn: number, mapKey: string, row: number | undefined): void {
    this.#note(mapKey);
    this.#versions.set(mapKey, new RowVersion(lsn, row, this.get(mapKey)));
  }

  /** Rows whose keys are added now. */
  open(rows: InsertedRows): void {
    this.#inserted.open(rows);
  }

  /** True when keys that are added now are theirs. */
  isOpen(rows: InsertedRows): boolean {
    return this.#inserted.isOpen(rows);
  }

  /** Adds a key of theirs that nothing buffered has ever led to a row. */
  add(number: number, hash: number, indexId: number): void {
    if (this.#known.coversIndex(indexId)) this.#known.note(hash);
    this.#inserted.add(number, hash);
  }

  #note(mapKey: string): void {
    if (this.#known.coversText(mapKey)) this.#known.note(hashOfText(mapKey));
  }

  /** Gives a key up, unless another change of the same commit has taken it over already. */
  release(lsn: number, key: IndexKey, row: number): void {
    const present = this.get(key.mapKey);
    if (present !== undefined && present.lsn === lsn && present.value !== row) return;
    this.set(lsn, key, undefined);
  }

  dropAbove(lsn: number): void {
    dropVersionsAbove(this.#versions, lsn);
    this.#inserted.keepWhile((rows, number) => rows.lsnOf(rows.positionOfKey(number)) <= lsn);
  }

  #insertedVersion(mapKey: string): RowVersion | undefined {
    const entry = this.#inserted.find(mapKey);
    if (entry < 0) return undefined;
    return this.#inserted.sourceOf(entry).version(positionOf(this.#inserted, entry));
  }
}

/** The position of the document that an entry's key belongs to. */
function positionOf(table: KeyTable<InsertedRows>, entry: number): number {
  return table.sourceOf(entry).positionOfKey(table.numberOf(entry));
}

/** Puts the rows of some inserted keys, where no later commit has touched them. */
export function putInserted(
  { inserted, newest }: UniqueRows,
  { from, to }: { readonly from: number; readonly to: number },
  put: (place: KeyPlaceOfRow) => void,
): void {
  for (let entry = from; entry < to; entry += 1) {
    const { keys, firstRow } = inserted.sourceOf(entry);
    const number = inserted.numberOf(entry);
    const start = keys.ends[number - 1] ?? 0;
    const end = keys.ends[number] ?? 0;
    if (newest.size > 0 && newest.has(keyText(keys.bytes, start, end))) continue;
    put({ bytes: keys.bytes, start, end, row: firstRow + positionOf(inserted, entry) });
  }
}

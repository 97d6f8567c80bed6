import type { IndexKey } from '../indexes/index-layout.ts';
import { hashOfText, type KnownKeys } from '../indexes/known-keys.ts';
import { type Version, versionAt } from './version.ts';

/** Which row an id or a key leads to. */
export class RowVersion implements Version<number | undefined> {
  readonly lsn: number;
  readonly value: number | undefined;
  readonly older: Version<number | undefined> | undefined;

  constructor(
    lsn: number,
    value: number | undefined,
    older: Version<number | undefined> | undefined,
  ) {
    this.lsn = lsn;
    this.value = value;
    this.older = older;
  }
}

/** Which row a unique key leads to, by LSN, where commits have changed it. */
export class UniqueRows {
  readonly #versions = new Map<string, Version<number | undefined>>();
  readonly #known: KnownKeys;

  /** Every key that comes here is noted. */
  constructor(known: KnownKeys) {
    this.#known = known;
  }

  /** By key, the newest versions. */
  get newest(): ReadonlyMap<string, Version<number | undefined>> {
    return this.#versions;
  }

  /** The newest version. */
  get(mapKey: string): Version<number | undefined> | undefined {
    return this.#versions.get(mapKey);
  }

  set(lsn: number, { mapKey }: IndexKey, row: number | undefined): void {
    this.setText(lsn, mapKey, row);
  }

  /** The same with the key's text. */
  setText(lsn: number, mapKey: string, row: number | undefined): void {
    this.#note(mapKey);
    this.#versions.set(mapKey, new RowVersion(lsn, row, this.#versions.get(mapKey)));
  }

  /** Sets a key that nothing buffered has ever led to a row. */
  add(mapKey: string, version: RowVersion): void {
    this.#note(mapKey);
    this.#versions.set(mapKey, version);
  }

  #note(mapKey: string): void {
    if (this.#known.coversText(mapKey)) this.#known.note(hashOfText(mapKey));
  }

  /** Gives a key up, unless another change of the same commit has taken it over already. */
  release(lsn: number, key: IndexKey, row: number): void {
    const present = this.#versions.get(key.mapKey);
    if (present !== undefined && present.lsn === lsn && present.value !== row) return;
    this.set(lsn, key, undefined);
  }

  dropAbove(lsn: number): void {
    dropVersionsAbove(this.#versions, lsn);
  }
}

export function dropVersionsAbove<Value>(versions: Map<string, Version<Value>>, lsn: number): void {
  for (const [key, newest] of versions) {
    const kept = versionAt(newest, lsn);
    if (kept === undefined) versions.delete(key);
    else versions.set(key, kept);
  }
}

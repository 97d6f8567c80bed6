/*
 * Column vectors of all collections, within a bound of bytes; the ones that were not used for longest go first. They
 * show what is published, also what is only in the write buffer: a query that has them need not wait for the store.
 */

import {
  CollectionColumns,
  type ColumnFill,
  type PinnedColumns,
  type PublishedRows,
} from './collection-columns.ts';
import type { ColumnSpec } from './column.ts';

export interface ColumnCacheStats {
  readonly columnCount: number;
  readonly bytes: number;
  readonly bytesMax: number;
  /** Columns that a query found, and that it had to fill. */
  readonly hitCount: number;
  readonly fillCount: number;
  readonly evictionCount: number;
}

const wantedMax = 1_000;

export class ColumnCache {
  readonly #bytesMax: number;
  readonly #collections = new Map<number, CollectionColumns>();
  /** When each column was used last, by collection and name. */
  readonly #uses = new Map<string, { readonly collectionId: number; readonly name: string }>();
  /** Columns that are larger than the bound, and how many documents the collection had then. */
  readonly #tooLarge = new Map<string, number>();
  /** What queries have paid for columns that were not there. */
  readonly #wanted = new Map<string, number>();
  #hitCount = 0;
  #fillCount = 0;
  #evictionCount = 0;

  constructor({ bytesMax }: { readonly bytesMax: number }) {
    this.#bytesMax = bytesMax;
  }

  get bytesMax(): number {
    return this.#bytesMax;
  }

  /** The columns of a collection, if it has any. */
  find(collectionId: number): CollectionColumns | undefined {
    return this.#collections.get(collectionId);
  }

  /** Columns for a reader of an LSN; `undefined` when there are none for it. */
  pin(collectionId: number, specs: readonly ColumnSpec[], lsn: number): PinnedColumns | undefined {
    const pinned = this.#collections.get(collectionId)?.pin(specs, lsn);
    if (pinned === undefined) return undefined;
    this.#hitCount += specs.length;
    for (const { name } of specs) this.#use(collectionId, name);
    return pinned;
  }

  /** False when a column was found to be too large for the cache, or to hold what a column cannot. */
  canHold(collectionId: number, spec: ColumnSpec, documentCount: number): boolean {
    if (this.#collections.get(collectionId)?.isUnfit(spec) === true) return false;
    const countThen = this.#tooLarge.get(keyOf(collectionId, spec.name));
    return countThen === undefined || documentCount < countThen / 2;
  }

  /** Begins to fill columns from the documents of an LSN; `since` is all that was published after it. */
  beginFill(
    collectionId: number,
    specs: readonly ColumnSpec[],
    lsn: number,
    since: PublishedRows,
  ): ColumnFill {
    let columns = this.#collections.get(collectionId);
    if (columns === undefined) {
      columns = new CollectionColumns();
      this.#collections.set(collectionId, columns);
    }
    return columns.beginFill(specs, lsn, since);
  }

  /** Ends a fill; its columns are kept when it is complete and they find room. */
  endFill(collectionId: number, fill: ColumnFill, isComplete: boolean): void {
    const columns = this.#collections.get(collectionId);
    columns?.endFill(fill, isComplete);
    if (columns === undefined || !isComplete) return;
    this.#fillCount += fill.columns.length;
    this.#wanted.clear();
    for (const { spec } of fill.columns) this.#use(collectionId, spec.name);
    this.#makeRoom();
  }

  /**
   * Notes what a query paid for not having columns, in documents of a scan, and gives what was paid so far. Once that is
   * what filling them costs, filling is worth it however few of those queries come.
   */
  want(collectionId: number, specs: readonly ColumnSpec[], cost: number): number {
    const key = keyOf(collectionId, specs.map(({ name }) => name).join(' '));
    const paid = (this.#wanted.get(key) ?? 0) + cost;
    if (this.#wanted.size >= wantedMax) this.#wanted.clear();
    this.#wanted.set(key, paid);
    return paid;
  }

  /** Says that a fill was given up because its columns are too large. */
  refuse(collectionId: number, fill: ColumnFill, documentCount: number): void {
    for (const { spec } of fill.columns) {
      this.#tooLarge.set(keyOf(collectionId, spec.name), documentCount);
    }
  }

  /** True when a collection has columns, or is about to, so that they need to be told what is published. */
  isFollowing(collectionId: number): boolean {
    return this.#collections.get(collectionId)?.isEmpty === false;
  }

  /** Takes in, or notes, what was published. */
  didPublish(collectionId: number, rows: PublishedRows): void {
    this.#collections.get(collectionId)?.didPublish(rows);
  }

  /** Forgets the columns of collections that are gone. */
  retain(isThere: (collectionId: number) => boolean): void {
    for (const [collectionId, columns] of this.#collections) {
      if (isThere(collectionId)) continue;
      for (const name of columns.names) this.#uses.delete(keyOf(collectionId, name));
      columns.clear();
      this.#collections.delete(collectionId);
    }
  }

  clear(): void {
    this.retain(() => false);
    this.#tooLarge.clear();
  }

  stats(): ColumnCacheStats {
    let columnCount = 0;
    for (const { names } of this.#collections.values()) columnCount += [...names].length;
    return {
      columnCount,
      bytes: this.#bytes,
      bytesMax: this.#bytesMax,
      hitCount: this.#hitCount,
      fillCount: this.#fillCount,
      evictionCount: this.#evictionCount,
    };
  }

  get #bytes(): number {
    let bytes = 0;
    for (const columns of this.#collections.values()) bytes += columns.bytes;
    return bytes;
  }

  #use(collectionId: number, name: string): void {
    const key = keyOf(collectionId, name);
    this.#uses.delete(key);
    this.#uses.set(key, { collectionId, name });
  }

  #makeRoom(): void {
    for (const [key, { collectionId, name }] of this.#uses) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#uses.delete(key);
      this.#collections.get(collectionId)?.drop(name);
      this.#evictionCount += 1;
    }
  }
}

function keyOf(collectionId: number, name: string): string {
  return `${collectionId} ${name}`;
}

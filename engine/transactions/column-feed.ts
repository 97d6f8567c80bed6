/*
 * How columns learn what is published: the rows that a commit has changed are handed to them when it becomes visible,
 * whether the store has it yet or not.
 */
import type { PublishedRows } from '../cache/collection-columns.ts';
import type { ColumnCache } from '../cache/column-cache.ts';
import { ColumnReader } from '../cache/column-reader.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { PublishedState } from './engine-snapshot.ts';
import { versionAt } from './version.ts';
import type { CollectionBuffer, WriteBuffer } from './write-buffer.ts';

/** Rows by the buffer of their collection. */
export type ChangedRows = Map<CollectionBuffer, number[]>;

/** Changed rows with some more. */
export function withRows(
  given: ChangedRows | undefined,
  collection: CollectionBuffer,
  rows: readonly number[],
): ChangedRows {
  const changed: ChangedRows = given ?? new Map();
  const present = changed.get(collection);
  if (present === undefined) changed.set(collection, [...rows]);
  else for (const row of rows) present.push(row);
  return changed;
}

type RowOfDocument = readonly [number, StoredDocument | undefined];

export class ColumnFeed {
  readonly #cache: ColumnCache;
  #shared: { readonly lsn: number; readonly reader: ColumnReader } | undefined;

  constructor(cache: ColumnCache) {
    this.#cache = cache;
  }

  isFollowing(collectionId: number): boolean {
    return this.#cache.isFollowing(collectionId);
  }

  publish(lsn: number, changed: ChangedRows | undefined): void {
    if (changed === undefined) return;
    // What is held is copied before it is changed: whoever shares the reader has had its turn.
    this.#shared?.reader.release();
    this.#shared = undefined;
    for (const [{ collectionId, rows }, changedRows] of changed) {
      const published: RowOfDocument[] = [];
      for (const row of changedRows) {
        const version = versionAt(rows.get(row)?.newest, lsn);
        if (version !== undefined) published.push([row, version.value.document]);
      }
      this.#cache.didPublish(collectionId, { lsn, rows: published });
    }
  }

  /** Columns of what is published, to be used within this turn; nobody releases them. */
  shared({ sequence: lsn }: PublishedState): ColumnReader {
    if (this.#shared?.lsn !== lsn) {
      this.#shared?.reader.release();
      this.#shared = { lsn, reader: new ColumnReader(this.#cache, lsn, undefined) };
    }
    return this.#shared.reader;
  }

  /** Forgets collections that are gone. */
  retain(isThere: (collectionId: number) => boolean): void {
    this.#cache.retain(isThere);
  }

  clear(): void {
    this.#shared?.reader.release();
    this.#shared = undefined;
    this.#cache.clear();
  }
}

/** What commits above an LSN have made of a collection; `undefined` when the store has taken in some of them. */
export function changesSince(
  { baseSequence, sequence, buffers }: PublishedState,
  collectionId: number,
  lsn: number,
): PublishedRows | undefined {
  if (lsn < baseSequence) return undefined;
  const rows: RowOfDocument[] = [];
  let last = lsn;
  for (const buffer of [...buffers].reverse()) {
    for (const [row, { newest }] of rowsIn(buffer, collectionId)) {
      const version = versionAt(newest, sequence);
      if (version === undefined || version.lsn <= lsn) continue;
      last = Math.max(last, version.lsn);
      rows.push([row, version.value.document]);
    }
  }
  return { lsn: last, rows };
}

function rowsIn(buffer: WriteBuffer, collectionId: number): CollectionBuffer['rows'] | [] {
  return buffer.collection(collectionId)?.rows ?? [];
}

/*
 * A snapshot in which collections that the engine keeps about itself stand beside those of the database. Their
 * documents are read before the query begins and belong to it; everything else about them is as with any other
 * collection, so queries over them are planned and run by the same rules and operators. They have no indexes.
 */

import type { CollectionDefinition } from '#engine/aql';
import { assert } from '../base/assert.ts';
import type { Catalog, CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import type {
  DocumentCursor,
  IndexRange,
  ReadOptions,
  RowCursor,
  ScanOptions,
  Snapshot,
} from '../transactions/snapshot.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';

/** A collection of the engine, as it is for one query. */
export interface EngineCollection {
  readonly definition: CollectionDefinition;
  readonly documents: readonly StoredDocument[];
}

interface OwnCollection {
  readonly entry: CollectionEntry;
  readonly documents: readonly StoredDocument[];
}

export class EngineCollectionsSnapshot implements Snapshot {
  readonly #base: Snapshot;
  readonly #collections: readonly EngineCollection[];
  readonly #own: ReadonlyMap<string, OwnCollection>;

  constructor(base: Snapshot, collections: readonly EngineCollection[]) {
    this.#base = base;
    this.#collections = collections;
    this.#own = new Map(
      collections.map(({ definition, documents }, at) => [
        definition.name,
        {
          // Storage ids begin at 1, so these are nobody's.
          entry: { storageId: -1 - at, definition, indexes: [], idsAscend: false },
          documents,
        },
      ]),
    );
  }

  get isSettled(): boolean {
    return this.#base.isSettled;
  }

  async settled(): Promise<Snapshot> {
    return new EngineCollectionsSnapshot(await this.#base.settled(), this.#collections);
  }

  get catalog(): Catalog {
    const { catalog } = this.#base;
    return {
      version: catalog.version,
      shape: catalog.shape,
      migrations: catalog.migrations,
      migrationFailures: catalog.migrationFailures,
      handlers: catalog.handlers,
      collections: catalog.collections,
      owned: catalog.owned,
      collection: (name) => this.#own.get(name)?.entry ?? catalog.collection(name),
    };
  }

  get sequence(): number {
    return this.#base.sequence;
  }

  documentCount(collection: CollectionEntry): number {
    return this.#of(collection)?.length ?? this.#base.documentCount(collection);
  }

  cachedCount(collection: CollectionEntry): number {
    return this.#base.cachedCount(collection);
  }

  rowOf(collection: CollectionEntry, id: string): Row | undefined {
    const documents = this.#of(collection);
    if (documents === undefined) return this.#base.rowOf(collection, id);
    const row = documents.findIndex((document) => document.id === id);
    return row < 0 ? undefined : (row as Row);
  }

  read(collection: CollectionEntry, row: Row, options?: ReadOptions): StoredDocument | undefined {
    const documents = this.#of(collection);
    return documents === undefined ? this.#base.read(collection, row, options) : documents[row];
  }

  rowAt(collection: CollectionEntry, offset: number): Row | undefined {
    return this.#of(collection) === undefined ? this.#base.rowAt(collection, offset) : undefined;
  }

  scan(collection: CollectionEntry, options: ScanOptions = {}): DocumentCursor {
    const documents = this.#of(collection);
    if (documents === undefined) return this.#base.scan(collection, options);
    const rows = Array.from(documents.keys(), (row) => row as Row);
    assert(options.from === undefined, 'ids of these documents do not ascend with their rows');
    if (options.reverse === true) rows.reverse();
    let at = 0;
    return {
      next(rowsMax) {
        const batch = rows.slice(at, at + rowsMax);
        at += batch.length;
        return { rows: batch, documents: batch.flatMap((row) => documents[row] ?? []) };
      },
      close() {
        at = rows.length;
      },
    };
  }

  scanIndex(index: IndexEntry, range: IndexRange): RowCursor {
    assert(!this.#own.has(index.collection), 'collections of the engine have no indexes');
    return this.#base.scanIndex(index, range);
  }

  countIndex(index: IndexEntry, range: IndexRange, most: number): number {
    return this.#base.countIndex(index, range, most);
  }

  noteUse(index: IndexEntry): void {
    this.#base.noteUse(index);
  }

  onDidSupersede(listener: () => void): () => void {
    return this.#base.onDidSupersede(listener);
  }

  release(): void {
    this.#base.release();
  }

  #of({ definition }: CollectionEntry): readonly StoredDocument[] | undefined {
    return this.#own.get(definition.name)?.documents;
  }
}

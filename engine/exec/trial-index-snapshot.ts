/* A snapshot of a database that has one more index, which is in memory. Many readers share it; none of them releases it. */
import type { ColumnReader } from '../cache/column-reader.ts';
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
import type { TrialIndex } from './trial-index.ts';

export class TrialIndexSnapshot implements Snapshot {
  readonly #base: Snapshot;
  /** Without one it shows the database as it is. */
  readonly #trial: TrialIndex | undefined;
  readonly isSettled = true;

  constructor(base: Snapshot, trial?: TrialIndex) {
    this.#base = base;
    this.#trial = trial;
  }

  async settled(): Promise<Snapshot> {
    return this;
  }

  get catalog(): Catalog {
    const { catalog } = this.#base;
    const trial = this.#trial;
    if (trial === undefined) return catalog;
    const seen = (entry: CollectionEntry): CollectionEntry =>
      entry.definition.name === trial.index.collection
        ? { ...entry, indexes: [...entry.indexes, trial.index] }
        : entry;
    return {
      version: catalog.version,
      shape: catalog.shape,
      migrations: catalog.migrations,
      migrationFailures: catalog.migrationFailures,
      handlers: catalog.handlers,
      collections: catalog.collections.map(seen),
      owned: catalog.owned,
      collection: (name) => {
        const entry = catalog.collection(name);
        return entry && seen(entry);
      },
    };
  }

  get sequence(): number {
    return this.#base.sequence;
  }

  get columns(): ColumnReader | undefined {
    return this.#base.columns;
  }

  documentCount(collection: CollectionEntry): number {
    return this.#base.documentCount(collection);
  }

  cachedCount(collection: CollectionEntry): number {
    return this.#base.cachedCount(collection);
  }

  rowOf(collection: CollectionEntry, id: string): Row | undefined {
    return this.#base.rowOf(collection, id);
  }

  read(collection: CollectionEntry, row: Row, options?: ReadOptions): StoredDocument | undefined {
    return this.#base.read(collection, row, options);
  }

  rowAt(collection: CollectionEntry, offset: number): Row | undefined {
    return this.#base.rowAt(collection, offset);
  }

  scan(collection: CollectionEntry, options?: ScanOptions): DocumentCursor {
    return this.#base.scan(collection, options);
  }

  scanIndex(index: IndexEntry, range: IndexRange): RowCursor {
    return index === this.#trial?.index
      ? this.#trial.open(range)
      : this.#base.scanIndex(index, range);
  }

  countIndex(index: IndexEntry, range: IndexRange, most: number): number {
    return index === this.#trial?.index
      ? this.#trial.count(range, most)
      : this.#base.countIndex(index, range, most);
  }

  noteUse(index: IndexEntry): void {
    if (index !== this.#trial?.index) this.#base.noteUse(index);
  }

  onDidSupersede(listener: () => void): () => void {
    return this.#base.onDidSupersede(listener);
  }

  release(): void {
    // Whoever made the trial releases what is below.
  }
}

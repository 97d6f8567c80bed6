import type { CatalogShape } from '#engine/aql';
import type { Catalog, CollectionEntry } from './catalog.ts';
import type { HandlerRecord } from './handler-record.ts';
import type { MigrationFailure, MigrationRecord } from './migration-record.ts';
import { isKeptCollection, ownedCollections } from './owned-collections.ts';

/** What a catalog has beside collections. */
export type CatalogRecords = Pick<Catalog, 'migrations' | 'migrationFailures' | 'handlers'>;

/**
 * The catalog of a moment. Changing it makes a new one with the next version. What the engine stores for itself is in
 * every catalog, and found by name and storage id; lists and the shape show what users have defined.
 */
export class CatalogState implements Catalog {
  readonly version: number;
  readonly collections: readonly CollectionEntry[];
  readonly owned: readonly CollectionEntry[];
  readonly migrations: readonly MigrationRecord[];
  readonly handlers: readonly HandlerRecord[];
  readonly migrationFailures: readonly MigrationFailure[];
  readonly shape: CatalogShape;
  readonly #byName: ReadonlyMap<string, CollectionEntry>;
  readonly #byId: ReadonlyMap<number, CollectionEntry>;

  constructor(
    version: number,
    collections: readonly CollectionEntry[],
    { migrations, migrationFailures, handlers }: CatalogRecords,
  ) {
    this.version = version;
    this.migrationFailures = migrationFailures;
    this.migrations = migrations;
    this.handlers = handlers;
    const present = [...collections].sort((a, b) => a.storageId - b.storageId);
    this.collections = present.filter(({ definition }) => !definition.name.startsWith('_'));
    // Of a stored one only the flag counts: its definition is that of this version.
    const owned = ownedCollections.map((owned) => {
      const stored = present.find(({ storageId }) => storageId === owned.storageId);
      return stored?.idsAscend === false && owned.idsAscend
        ? { ...owned, idsAscend: false }
        : owned;
    });
    const kept = present.filter(({ definition }) => isKeptCollection(definition.name));
    this.owned = [...owned, ...kept];
    const all = [...this.collections, ...this.owned];
    this.shape = {
      version,
      collections: this.collections.map(({ definition }) => definition),
      ...(migrations.length === 0
        ? {}
        : { migrations: migrations.map((record) => record.version) }),
      ...(handlers.length === 0 ? {} : { handlers: handlers.map(({ name }) => name) }),
    };
    this.#byName = new Map(all.map((entry) => [entry.definition.name, entry]));
    this.#byId = new Map(all.map((entry) => [entry.storageId, entry]));
  }

  collection(name: string): CollectionEntry | undefined {
    return this.#byName.get(name);
  }

  collectionById(storageId: number): CollectionEntry | undefined {
    return this.#byId.get(storageId);
  }

  /** With a collection added, or replaced when one of its storage id is there. */
  with(entry: CollectionEntry): CatalogState {
    const others = this.#all().filter(({ storageId }) => storageId !== entry.storageId);
    return new CatalogState(this.version + 1, [...others, entry], this);
  }

  without(name: string): CatalogState {
    const others = this.#all().filter(({ definition }) => definition.name !== name);
    return new CatalogState(this.version + 1, others, this);
  }

  /** With other records in place of those that are given. */
  withRecords(records: Partial<CatalogRecords>): CatalogState {
    const { migrations, migrationFailures, handlers } = this;
    const present = { migrations, migrationFailures, handlers };
    return new CatalogState(this.version + 1, this.#all(), { ...present, ...records });
  }

  #all(): readonly CollectionEntry[] {
    return [...this.collections, ...this.owned];
  }
}

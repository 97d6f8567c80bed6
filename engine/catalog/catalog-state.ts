import type { CatalogShape } from '#engine/aql';
import type { Catalog, CollectionEntry } from './catalog.ts';

/** The catalog of a moment. Changing it makes a new one with the next version. */
export class CatalogState implements Catalog {
  readonly version: number;
  readonly collections: readonly CollectionEntry[];
  readonly shape: CatalogShape;
  readonly #byName: ReadonlyMap<string, CollectionEntry>;
  readonly #byId: ReadonlyMap<number, CollectionEntry>;

  constructor(version: number, collections: readonly CollectionEntry[]) {
    this.version = version;
    this.collections = [...collections].sort((a, b) => a.storageId - b.storageId);
    this.shape = { version, collections: this.collections.map(({ definition }) => definition) };
    this.#byName = new Map(this.collections.map((entry) => [entry.definition.name, entry]));
    this.#byId = new Map(this.collections.map((entry) => [entry.storageId, entry]));
  }

  collection(name: string): CollectionEntry | undefined {
    return this.#byName.get(name);
  }

  collectionById(storageId: number): CollectionEntry | undefined {
    return this.#byId.get(storageId);
  }

  /** With a collection added, or replaced when one of its storage id is there. */
  with(entry: CollectionEntry): CatalogState {
    const others = this.collections.filter(({ storageId }) => storageId !== entry.storageId);
    return new CatalogState(this.version + 1, [...others, entry]);
  }

  without(name: string): CatalogState {
    const others = this.collections.filter(({ definition }) => definition.name !== name);
    return new CatalogState(this.version + 1, others);
  }
}

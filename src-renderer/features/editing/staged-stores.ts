/* The staged edits of this window: one store for each collection, however many parts of the page show it. */
import type { DatabaseId, DatabaseInfo, WireValue } from '#contract';
import type { SettingsStore } from '../../app/settings/settings-store.ts';
import { stagedCount, stagedSetting } from '../../app/settings/staged-setting.ts';
import type { Client } from '../../client/client.ts';
import { StagedStore } from './staged-store.ts';

interface OpenStore {
  /** The id ends with the host; then the journal gives the edits to another store. */
  readonly database: DatabaseId;
  readonly store: StagedStore;
}

export class StagedStores {
  readonly #client: Client;
  readonly #settings: SettingsStore;
  readonly #stores = new Map<string, OpenStore>();
  readonly #listeners = new Set<() => void>();

  constructor(client: Client, settings: SettingsStore) {
    this.#client = client;
    this.#settings = settings;
  }

  of({ database, path }: Pick<DatabaseInfo, 'database' | 'path'>, collection: string): StagedStore {
    const settings = this.#settings;
    const key = settings.ofWindow(stagedSetting(collection, path));
    const known = this.#stores.get(key);
    if (known?.database === database) return known.store;
    const journal = {
      load: () => settings.get(key),
      save: (value: WireValue) => settings.set(key, value),
    };
    const store = new StagedStore(this.#client, { database, collection }, journal);
    store.subscribe(() => {
      for (const listener of [...this.#listeners]) listener();
    });
    this.#stores.set(key, { database, store });
    return store;
  }

  /** Documents of a collection that are to be committed, whether it is shown or not. */
  countOf({ database, path }: Pick<DatabaseInfo, 'database' | 'path'>, collection: string): number {
    const key = this.#settings.ofWindow(stagedSetting(collection, path));
    const known = this.#stores.get(key);
    // What others have written as well is kept, and not left to do; only the store knows which.
    if (known?.database === database) return known.store.merged().length;
    return stagedCount(this.#settings.get(key));
  }

  /** Tells when a count may be another one. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    const stop = this.#settings.subscribe(listener);
    return () => {
      stop();
      this.#listeners.delete(listener);
    };
  }
}

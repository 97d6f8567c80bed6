/* The staged edits of this window: one store for each collection, however many parts of the page show it. */
import type { DatabaseId, DatabaseInfo, WireValue } from '#contract';
import type { SettingsStore } from '../../app/settings/settings-store.ts';
import { stagedSetting } from '../../app/settings/staged-setting.ts';
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
    this.#stores.set(key, { database, store });
    return store;
  }
}

import { useSyncExternalStore } from 'react';
import type { SettingsStore } from '../settings/settings-store.ts';
import {
  decodeJournal,
  emptyJournal,
  encodeJournal,
  type NewTab,
  openTab,
  type TabJournal,
} from './tab-journal.ts';

/** The tabs of one database: a journal, kept in the settings under the database's path. */
export class TabStore {
  readonly #settings: SettingsStore;
  readonly #key: string;
  readonly #listeners = new Set<() => void>();
  #journal: TabJournal;
  #renamingId: string | undefined;

  /** Comes up with the saved tabs, or with the first tabs when this database was never opened here. */
  constructor(settings: SettingsStore, path: string, firstTabs: readonly NewTab[]) {
    this.#settings = settings;
    this.#key = settings.ofWindow(`tabs:${path}`);
    const saved = decodeJournal(settings.get(this.#key), Date.now());
    this.#journal = saved ?? firstJournal(firstTabs);
  }

  journal(): TabJournal {
    return this.#journal;
  }

  /** The tab whose name is being typed. */
  renamingId(): string | undefined {
    return this.#renamingId;
  }

  /** Lets the name of a tab be typed; `undefined` ends that. */
  startRenaming(id: string | undefined): void {
    this.#renamingId = id;
    this.#tell();
  }

  /** Applies a change of the journal and saves it. */
  update(change: (journal: TabJournal) => TabJournal): void {
    const next = change(this.#journal);
    if (next === this.#journal) return;
    this.#journal = next;
    // A name field goes with its tab, and says nothing more: no name is being typed then.
    if (!next.tabs.some(({ id }) => id === this.#renamingId)) this.#renamingId = undefined;
    this.#settings.set(this.#key, encodeJournal(next));
    this.#tell();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The tab whose name is being typed, current. */
export function useRenamingId(store: TabStore): string | undefined {
  return useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => store.renamingId(),
  );
}

/** The tabs of a store, current. */
export function useTabJournal(store: TabStore): TabJournal {
  return useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => store.journal(),
  );
}

function firstJournal(firstTabs: readonly NewTab[]): TabJournal {
  const opened = firstTabs.reduce(openTab, emptyJournal);
  return { ...opened, activeId: opened.tabs[0]?.id };
}

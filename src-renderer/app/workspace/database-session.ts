/*
 * Which database the page looks at, and what it asks the host to do with databases. The choice is remembered by path,
 * because ids end with the host: after a restart the last database is opened again by itself.
 */
import type { DatabaseInfo, DatabaseList, Params } from '#contract';
import type { Client } from '../../client/client.ts';
import type { TopicState } from '../../client/topic-feed.ts';
import type { SettingsStore } from '../settings/settings-store.ts';

/** What is under way, as the progress bar names it. */
interface DatabaseWork {
  readonly label: string;
  /** A wish of the person, or the page's own return to the database of last time. */
  readonly reason: 'wish' | 'return';
}

/** What failed, kept until the next attempt or until it is dismissed. */
export interface DatabaseFailure {
  readonly act: 'open' | 'openSample' | 'close' | 'forget';
  /** The path it was about; empty for the sample. */
  readonly path: string;
  readonly error: unknown;
}

export interface DatabaseSessionState {
  /** `undefined` until the host has told. */
  readonly list: DatabaseList | undefined;
  readonly current: DatabaseInfo | undefined;
  readonly work: DatabaseWork | undefined;
  readonly failure: DatabaseFailure | undefined;
}

export class DatabaseSession {
  readonly #client: Client;
  readonly #settings: SettingsStore;
  /** Each window looks at a database of its own. */
  readonly #currentKey: string;
  readonly #listeners = new Set<() => void>();
  #state: DatabaseSessionState = {
    list: undefined,
    current: undefined,
    work: undefined,
    failure: undefined,
  };
  #hasLookedBack = false;

  constructor(client: Client, settings: SettingsStore) {
    this.#client = client;
    this.#settings = settings;
    this.#currentKey = settings.ofWindow('database.current');
  }

  state(): DatabaseSessionState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Follows the host's list of databases until the returned function is called. */
  start(): () => void {
    const feed = this.#client.feed('databases', {});
    const stop = feed.listen(() => this.#follow(feed.state()));
    this.#follow(feed.state());
    return stop;
  }

  open(params: Params<'databases.open'>): Promise<boolean> {
    const label = params.create === true ? 'Creating the database' : 'Opening the database';
    return this.#do('open', params.path, label, 'wish', async () => {
      this.#choose(await this.#client.call('databases.open', params));
    });
  }

  openSample(): Promise<boolean> {
    return this.#do('openSample', '', 'Opening the sample database', 'wish', async () => {
      this.#choose(await this.#client.call('databases.openSample', {}));
    });
  }

  close(database: DatabaseInfo): Promise<boolean> {
    return this.#do('close', database.path, `Closing ${database.name}`, 'wish', async () => {
      await this.#settings.flush();
      await this.#client.call('databases.close', { database: database.database });
      if (this.#state.current?.path !== database.path) return;
      const next = this.#state.list?.open.find((other) => other.path !== database.path);
      this.#settings.set(this.#currentKey, next?.path ?? null);
      this.#set({ current: next });
    });
  }

  forget(path: string): Promise<boolean> {
    return this.#do('forget', path, 'Forgetting the database', 'wish', async () => {
      await this.#client.call('databases.forget', { path });
    });
  }

  /** Looks at another open database; `undefined` shows the welcome page. */
  select(database: DatabaseInfo | undefined): void {
    this.#settings.set(this.#currentKey, database?.path ?? null);
    this.#set({ current: database, failure: undefined });
  }

  clearFailure(): void {
    if (this.#state.failure !== undefined) this.#set({ failure: undefined });
  }

  #choose(database: DatabaseInfo): void {
    this.#settings.set(this.#currentKey, database.path);
    // Whoever opens a database and leaves at once finds it again. What cannot be saved is told by the settings.
    void this.#settings.flush();
    this.#set({ current: database });
  }

  #follow(topic: TopicState<DatabaseList>): void {
    if (topic.status === 'stale') this.#hasLookedBack = false;
    if (topic.status !== 'current') return;
    const list = topic.value;
    const wanted = this.#settings.get(this.#currentKey);
    const known = list.open.find((database) => database.path === wanted);
    // A host that was started anew has not opened it yet. What is on the page stays, and goes on when it has.
    const isReturning =
      !this.#hasLookedBack && list.recent.some(({ path, exists }) => path === wanted && exists);
    // The page is told of an opened database by the call's answer, which may come before the list names it.
    const isKept = this.#state.work !== undefined || isReturning;
    const kept = isKept ? this.#state.current : undefined;
    this.#set({ list, current: known ?? kept });
    if (this.#hasLookedBack) return;
    this.#hasLookedBack = true;
    if (known === undefined && this.#state.work === undefined) this.#lookBack(list, wanted);
  }

  /** Comes back to the database of last time, also when the host was started anew and has not opened it yet. */
  #lookBack(list: DatabaseList, wanted: unknown): void {
    const recent = list.recent.find((entry) => entry.path === wanted && entry.exists);
    const [first] = list.open;
    if (first !== undefined) this.#choose(first);
    else if (recent !== undefined) {
      const params = { path: recent.path };
      void this.#do('open', params.path, `Opening ${recent.name}`, 'return', async () => {
        this.#choose(await this.#client.call('databases.open', params));
      });
    }
  }

  async #do(
    act: DatabaseFailure['act'],
    path: string,
    label: string,
    reason: DatabaseWork['reason'],
    work: () => Promise<void>,
  ): Promise<boolean> {
    this.#set({ work: { label, reason }, failure: undefined });
    try {
      await work();
      this.#set({ work: undefined });
      return true;
    } catch (error) {
      this.#set({ work: undefined, failure: { act, path, error } });
      return false;
    }
  }

  #set(change: Partial<DatabaseSessionState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

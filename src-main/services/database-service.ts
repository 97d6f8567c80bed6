import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  type DatabaseId,
  type DatabaseInfo,
  type DatabaseList,
  type HistoryKept,
  WireError,
} from '#contract';
import { Aurora, AuroraError, type AuroraOptions, type Database } from '#engine';
import type { Clock } from './clock.ts';
import { expandPath, isDatabaseThere, resolveDatabasePath } from './database-path.ts';
import { serviceLimits } from './limits.ts';
import { RecentDatabases } from './recent-databases.ts';
import { ensureSampleDatabase } from './sample-database.ts';
import { toConnectionInfo } from './to-wire.ts';

/*
 * The open databases of a host. They belong to the service, not to a page: a page that reloads or goes away leaves
 * them open, and two pages that open one path get one database. Opening and closing of one path never overlap.
 */

export interface DatabaseServiceOptions {
  readonly dataFolder: string;
  readonly homeFolder: string;
  readonly sampleFolder: string;
  readonly clock: Clock;
  /** How long databases keep what was changed; asked when one is opened. A day without it. */
  readonly historyKept?: () => Promise<HistoryKept>;
  readonly log: (line: string) => void;
}

const mebibyte = 1024 * 1024;
const dayMs = 24 * 60 * 60 * 1_000;

/** Whichever is reached first ends what is kept. */
const logKept = {
  day: { changeLogRetentionMs: dayMs, changeLogBytesMax: 256 * mebibyte },
  week: { changeLogRetentionMs: 7 * dayMs, changeLogBytesMax: 1_024 * mebibyte },
  month: { changeLogRetentionMs: 30 * dayMs, changeLogBytesMax: 4_096 * mebibyte },
} as const satisfies Readonly<Record<HistoryKept, AuroraOptions>>;

export interface OpenDatabaseOptions {
  readonly create?: boolean;
  readonly readOnly?: boolean;
}

interface OpenEntry {
  readonly info: Omit<DatabaseInfo, 'connection'>;
  readonly database: Database;
}

export class DatabaseService {
  readonly #options: DatabaseServiceOptions;
  readonly #recent: RecentDatabases;
  readonly #open = new Map<DatabaseId, OpenEntry>();
  readonly #changeListeners = new Set<() => void>();
  readonly #openListeners = new Set<(id: DatabaseId, database: Database) => Promise<void>>();
  readonly #closeListeners = new Set<(database: DatabaseId) => Promise<void>>();
  readonly #shutdown = new AbortController();
  /** Opens and closes run one after the other, so that a path is never opened while it is being closed. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: DatabaseServiceOptions) {
    this.#options = options;
    this.#recent = new RecentDatabases(options.dataFolder, options.log);
  }

  async list(): Promise<DatabaseList> {
    const recent = await this.#recent.list().catch((error: unknown) => {
      this.#options.log(`The recent databases cannot be listed. ${String(error)}`);
      return [];
    });
    return {
      open: [...this.#open.values()].map(toInfo),
      recent: await Promise.all(
        recent.map(async (entry) => ({ ...entry, exists: await isDatabaseThere(entry.path) })),
      ),
    };
  }

  /** Opens the database at a path, or gives the one that is open there. */
  open(path: string, options: OpenDatabaseOptions = {}): Promise<DatabaseInfo> {
    return this.#inTurn(() => this.#openNow(path, options));
  }

  openSample(): Promise<DatabaseInfo> {
    return this.#inTurn(async () => {
      const { sampleFolder, clock } = this.#options;
      const path = this.#samplePath();
      const { signal } = this.#shutdown;
      await ensureSampleDatabase({ path, sampleFolder, signal, now: () => clock.now() });
      return await this.#openNow(path, {});
    });
  }

  close(id: DatabaseId): Promise<void> {
    return this.#inTurn(() => this.#closeNow(id));
  }

  async forget(path: string): Promise<void> {
    await this.#recent.forget(path);
    this.#changed();
  }

  /** @throws WireError `DatabaseNotOpen`. */
  get(id: DatabaseId): Database {
    return this.#entry(id).database;
  }

  /** @throws WireError `DatabaseNotOpen`. */
  infoOf(id: DatabaseId): DatabaseInfo {
    return toInfo(this.#entry(id));
  }

  #entry(id: DatabaseId): OpenEntry {
    const entry = this.#open.get(id);
    if (entry !== undefined) return entry;
    throw new WireError({
      code: 'DatabaseNotOpen',
      message: 'The database is not open any more.',
      hint: 'Open it again.',
      details: { database: id },
    });
  }

  /** Calls the listener after the list of open or recent databases changed. Gives the function that removes it. */
  onDidChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** Calls the listener when a database was opened, before anybody uses it, and waits for what it gives. */
  onDidOpen(listener: (id: DatabaseId, database: Database) => Promise<void>): void {
    this.#openListeners.add(listener);
  }

  /** Calls the listener before a database closes, and waits for what it gives. Gives the function that removes it. */
  onWillClose(listener: (database: DatabaseId) => Promise<void>): () => void {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  /** Closes everything; a build of the sample that is under way is cancelled. */
  closeAll(): Promise<void> {
    this.#shutdown.abort();
    return this.#inTurn(async () => {
      for (const id of [...this.#open.keys()]) await this.#closeNow(id);
    });
  }

  #inTurn<Value>(action: () => Promise<Value>): Promise<Value> {
    const result = this.#turn.then(action);
    // The next turn comes whatever became of this one; its own caller hears of its failure.
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #openNow(typed: string, options: OpenDatabaseOptions): Promise<DatabaseInfo> {
    const { homeFolder, clock, log } = this.#options;
    const { create = false, readOnly = false } = options;
    const known = this.#find(expandPath(typed, homeFolder));
    const { path } = known ?? (await resolveDatabasePath(typed, { homeFolder, create }));
    const open = known ?? this.#find(path);
    if (open !== undefined) return reuse(open, readOnly);
    if (this.#open.size >= serviceLimits.databasesOpenMax) throw tooManyOpen();
    this.#shutdown.signal.throwIfAborted();
    const kept = await this.#options.historyKept?.().catch((error: unknown) => {
      log(`${path} keeps its history for a day. ${String(error)}`);
      return undefined;
    });
    const database = await Aurora.open({
      ...{ dbPath: path, create, readOnly, recordMetrics: true },
      ...logKept[kept ?? 'day'],
    });
    const info = {
      database: randomUUID(),
      name: database.name,
      path,
      readOnly: database.readOnly,
      isSample: path === this.#samplePath(),
    };
    const entry: OpenEntry = { info, database };
    this.#open.set(info.database, entry);
    for (const listener of [...this.#openListeners]) await listener(info.database, database);
    // Ends with the database. Pages hear of a lost owner, and of who took its place, by the list.
    database.onDidChangeConnection(() => this.#changed());
    // The database is open, whether or not it can be remembered.
    await this.#recent
      .add({ name: info.name, path, openedAt: clock.now() })
      .catch((error: unknown) =>
        log(`${path} is not among the recent databases. ${String(error)}`),
      );
    this.#changed();
    return toInfo(entry);
  }

  async #closeNow(id: DatabaseId): Promise<void> {
    const entry = this.#open.get(id);
    if (entry === undefined) return;
    this.#open.delete(id);
    for (const listener of [...this.#closeListeners]) await listener(id);
    await entry.database.close();
    this.#changed();
  }

  #find(path: string): DatabaseInfo | undefined {
    for (const entry of this.#open.values()) if (entry.info.path === path) return toInfo(entry);
    return undefined;
  }

  #samplePath(): string {
    return join(this.#options.dataFolder, 'sample.db');
  }

  #changed(): void {
    for (const listener of [...this.#changeListeners]) listener();
  }
}

function toInfo({ info, database }: OpenEntry): DatabaseInfo {
  return { ...info, connection: toConnectionInfo(database.connection) };
}

/** A database that is open serves whoever opens it again; read-only cannot become writable under those who use it. */
function reuse(open: DatabaseInfo, readOnly: boolean): DatabaseInfo {
  if (readOnly || !open.readOnly) return open;
  throw new AuroraError('ReadOnly', `${open.path} is open already, and read-only.`, {
    details: { path: open.path },
    hint: 'Close it first, then open it for writing.',
  });
}

function tooManyOpen(): AuroraError {
  const most = serviceLimits.databasesOpenMax;
  return new AuroraError('LimitExceeded', `${most} databases are open, and no more fit.`, {
    hint: 'Close one of them first.',
  });
}

/*
 * Audit logs of the open databases. Whether one is kept is a setting of this person on this host, by the path of the
 * database, and off unless told: it costs a line for every operation, and statements are in it with all that was written
 * into them. A log belongs to whoever opens a database with one, and all who have it open in the same process are in it;
 * so keeping one is a second opening beside the database's own, which comes and goes without disturbing anybody.
 */
import type { AuditInfo, DatabaseId, TopicSink, WireErrorShape } from '#contract';
import { Aurora, type Database } from '#engine';
import type { Clock } from './clock.ts';
import type { DatabaseService } from './database-service.ts';
import { serviceLimits } from './limits.ts';
import type { SettingsService } from './settings-service.ts';

export interface AuditServiceOptions {
  readonly databases: DatabaseService;
  readonly settings: SettingsService;
  readonly clock: Clock;
  readonly toWireError: (error: unknown) => WireErrorShape;
}

interface Keeping {
  readonly database: Database;
  readonly listeners: Set<() => void>;
  wanted: string | null;
  kept: { readonly file: string; readonly opening: Database } | undefined;
  error: WireErrorShape | null;
  /** Settles, never rejects, after what was begun last. */
  turn: Promise<void>;
}

export class AuditService {
  readonly #options: AuditServiceOptions;
  readonly #keepings = new Map<DatabaseId, Keeping>();

  constructor(options: AuditServiceOptions) {
    this.#options = options;
    options.databases.onDidOpen((id, database) => this.#begin(id, database));
    options.databases.onWillClose((id) => this.#end(id));
  }

  /**
   * Keeps a log in a file from now on, or none; returns once it is so, and when it was remembered.
   * @throws WireError `DatabaseNotOpen`, and AuroraError `InvalidOption` for a file that cannot be
   */
  async keep(id: DatabaseId, file: string | null): Promise<void> {
    const { databases, settings } = this.#options;
    const database = databases.get(id);
    const keeping = this.#keepings.get(id);
    if (keeping === undefined) return;
    const before = keeping.wanted;
    keeping.wanted = file;
    const failure = await this.#settle(keeping);
    if (failure !== undefined) {
      keeping.wanted = before;
      await this.#settle(keeping);
      throw failure;
    }
    await settings.set(settingOf(database), file);
  }

  /** Emits the state of the log now, after a change, and as entries come. */
  watch(id: DatabaseId, sink: TopicSink<'audit'>): () => void {
    const { databases, clock } = this.#options;
    databases.get(id);
    const keeping = this.#keepings.get(id);
    let shown = '';
    let isStopped = false;
    let cancelTimer: (() => void) | undefined;
    const emit = async () => {
      if (keeping === undefined) return;
      try {
        const info = await infoOf(keeping);
        const text = JSON.stringify(info);
        if (isStopped || text === shown) return;
        shown = text;
        sink.emit(info);
      } catch (error) {
        // While nobody owns the database, what was shown stays.
        if (!isStopped && keeping.database.connection.state !== 'lost') sink.end(error);
      }
    };
    const tick = async () => {
      await emit();
      if (!isStopped) cancelTimer = clock.after(serviceLimits.auditEventMs, () => void tick());
    };
    const change = () => void emit();
    keeping?.listeners.add(change);
    const removeCloseListener = databases.onWillClose(async (closing) => {
      if (closing !== id) return;
      stop();
      sink.end();
    });
    const stop = () => {
      isStopped = true;
      cancelTimer?.();
      keeping?.listeners.delete(change);
      removeCloseListener();
    };
    void tick();
    return stop;
  }

  async #begin(id: DatabaseId, database: Database): Promise<void> {
    const keeping: Keeping = {
      database,
      listeners: new Set(),
      wanted: null,
      kept: undefined,
      error: null,
      turn: Promise.resolve(),
    };
    this.#keepings.set(id, keeping);
    // A guest that takes its owner's place begins to keep what it is told to.
    database.onDidChangeConnection(({ state }) => {
      if (state === 'owner') void this.#settle(keeping);
    });
    try {
      const value = await this.#options.settings.value(settingOf(database));
      keeping.wanted = typeof value === 'string' ? value : null;
    } catch (error) {
      // The database is open, whether or not the setting can be read.
      keeping.error = this.#options.toWireError(error);
      return;
    }
    await this.#settle(keeping);
  }

  async #end(id: DatabaseId): Promise<void> {
    const keeping = this.#keepings.get(id);
    if (keeping === undefined) return;
    this.#keepings.delete(id);
    keeping.wanted = null;
    await this.#settle(keeping);
  }

  /** Opens or closes what is wanted. Never rejects: gives what went wrong, which shows in the state too. */
  #settle(keeping: Keeping): Promise<unknown> {
    const settled = keeping.turn
      .then(() => settle(keeping))
      .then(
        () => {
          keeping.error = null;
          return undefined;
        },
        (error: unknown) => {
          keeping.error = this.#options.toWireError(error);
          return error;
        },
      );
    keeping.turn = settled.then(() => {
      for (const listener of [...keeping.listeners]) listener();
    });
    return settled;
  }
}

async function settle(keeping: Keeping): Promise<void> {
  const { wanted, kept, database } = keeping;
  if (kept !== undefined && kept.file !== wanted) {
    keeping.kept = undefined;
    await kept.opening.close();
  }
  if (wanted === null || keeping.kept !== undefined) return;
  if (database.connection.state !== 'owner') return;
  const { path: dbPath, readOnly } = database;
  const opening = await Aurora.open({ dbPath, readOnly, create: false, auditLogPath: wanted });
  keeping.kept = { file: wanted, opening };
}

async function infoOf({ database, wanted, error }: Keeping): Promise<AuditInfo> {
  const { audit } = await database.stats();
  const { state, ownerPid } = database.connection;
  return {
    file: audit?.path ?? null,
    entryCount: audit === null ? 0 : audit.writtenCount + audit.waitingCount + audit.droppedCount,
    droppedCount: audit?.droppedCount ?? 0,
    failure: audit?.failure ?? null,
    wanted,
    error,
    ownerPid: state === 'guest' ? (ownerPid ?? null) : null,
  };
}

function settingOf({ path }: Database): string {
  return `audit:${path}`;
}

import { type FSWatcher, watch } from 'node:fs';
import type { MigrationFolder, MigrationsInfo, TopicParams, TopicSink } from '#contract';
import { AuroraError, type Database, type RewriteProgress } from '#engine';
import type { Clock } from './clock.ts';
import type { DatabaseService } from './database-service.ts';
import { serviceLimits } from './limits.ts';
import { readMigrationFolder } from './migration-folder.ts';
import { recordedVersions } from './migration-service.ts';

export interface MigrationWatchServices {
  readonly databases: DatabaseService;
  readonly clock: Clock;
}

/**
 * Emits the versions of a database, what is being applied, and the files of a folder: now, when the schema changes, when
 * the folder does, and in short intervals while something is being applied. Ends when the database closes.
 */
export function watchMigrations(
  { databases, clock }: MigrationWatchServices,
  { database: id, folder }: TopicParams<'migrations'>,
  sink: TopicSink<'migrations'>,
): () => void {
  const database = databases.get(id);
  let shown = '';
  let isReading = false;
  let isStale = false;
  let hasEnded = false;
  let cancelTimer: (() => void) | undefined;

  const undoing = new Set<string>();
  const read = async () => {
    isStale = true;
    if (isReading) return;
    isReading = true;
    cancelTimer?.();
    let isRunning = false;
    try {
      while (isStale && !hasEnded) {
        isStale = false;
        const info = await migrationsInfo(database, undoing, () => files.read());
        isRunning = info.running.length > 0;
        const text = JSON.stringify(info);
        if (text !== shown && !hasEnded) sink.emit(info);
        shown = text;
      }
    } catch (error) {
      // While nobody owns the database, what was shown stays; the next owner is asked again.
      const isLost = error instanceof AuroraError && error.code === 'OwnerLost';
      if (!isLost) sink.end(error);
    } finally {
      isReading = false;
    }
    if (hasEnded) return;
    const pauseMs = isRunning ? serviceLimits.migrationProgressMs : serviceLimits.migrationLookMs;
    cancelTimer = clock.after(pauseMs, () => void read());
  };
  const files = new FollowedFolder(database, folder, () => void read());
  const removeCommitListener = database.onDidCommit(({ schemaChanged }) => {
    if (!schemaChanged) return;
    files.forget();
    void read();
  });
  const removeCloseListener = databases.onWillClose(async (closing) => {
    if (closing === id) sink.end();
  });
  void read();
  return () => {
    hasEnded = true;
    cancelTimer?.();
    files.close();
    removeCommitListener();
    removeCloseListener();
  };
}

async function migrationsInfo(
  database: Database,
  undoing: Set<string>,
  readFolder: () => Promise<MigrationFolder | null>,
): Promise<MigrationsInfo> {
  const [recorded, running] = await Promise.all([
    recordedVersions(database, undefined),
    database.migrations.running(),
  ]);
  const applied = new Set(recorded.applied.map(({ version }) => version));
  return {
    ...recorded,
    running: underWay(running, applied, undoing),
    folder: await readFolder(),
  };
}

/**
 * What can still be held or cancelled. What is applied and what is running are asked at once, so that what has just ended
 * may be among them still: applied, or undone. `undoing` keeps the names that were seen while they were being undone.
 */
export function underWay(
  running: readonly RewriteProgress[],
  applied: ReadonlySet<string>,
  undoing: Set<string>,
): MigrationsInfo['running'] {
  const names = new Set(running.map(({ name }) => name));
  for (const name of undoing) if (!names.has(name)) undoing.delete(name);
  for (const { name, documentsDone, documentsTotal } of running) {
    if (applied.has(name) && documentsDone < documentsTotal) undoing.add(name);
  }
  return running
    .filter(({ name }) => name !== '' && applied.has(name) === undoing.has(name))
    .map(({ name, ...progress }) => ({ version: name, ...progress }));
}

/**
 * A folder, read again when something in it has changed. One that cannot be watched, because it is not there or the system
 * does not, is read each time.
 */
class FollowedFolder {
  readonly #database: Database;
  readonly #path: string | undefined;
  #watcher: FSWatcher | undefined;
  #known: Promise<MigrationFolder> | undefined;

  constructor(database: Database, path: string | undefined, onChange: () => void) {
    this.#database = database;
    this.#path = path;
    if (path === undefined) return;
    try {
      const watcher = watch(path, { persistent: false }, () => {
        this.forget();
        onChange();
      });
      watcher.on('error', () => this.close());
      this.#watcher = watcher;
    } catch {
      // What is wrong with it is told when it is read.
      this.#watcher = undefined;
    }
  }

  async read(): Promise<MigrationFolder | null> {
    if (this.#path === undefined) return null;
    const reading = this.#known ?? readMigrationFolder(this.#database, this.#path);
    if (this.#watcher !== undefined) this.#known = reading;
    const folder = await reading;
    // What cannot be read or understood now may be so without a change of the folder itself.
    if (folder.problem !== null) this.forget();
    return folder;
  }

  /** The files, or what they stand beside, are not what they were. */
  forget(): void {
    this.#known = undefined;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.forget();
  }
}

import { type FSWatcher, watch } from 'node:fs';
import type { MigrationsInfo, TopicParams, TopicSink } from '#contract';
import { AuroraError, type Database } from '#engine';
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

  const read = async () => {
    isStale = true;
    if (isReading) return;
    isReading = true;
    cancelTimer?.();
    let isRunning = false;
    try {
      while (isStale && !hasEnded) {
        isStale = false;
        const info = await migrationsInfo(database, folder);
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
  const files = watchFolder(folder, () => void read());
  const removeCommitListener = database.onDidCommit(({ schemaChanged }) => {
    if (schemaChanged) void read();
  });
  const removeCloseListener = databases.onWillClose(async (closing) => {
    if (closing === id) sink.end();
  });
  void read();
  return () => {
    hasEnded = true;
    cancelTimer?.();
    files?.close();
    removeCommitListener();
    removeCloseListener();
  };
}

async function migrationsInfo(
  database: Database,
  folder: string | undefined,
): Promise<MigrationsInfo> {
  const [recorded, running] = await Promise.all([
    recordedVersions(database, undefined),
    database.migrations.running(),
  ]);
  return {
    ...recorded,
    running: running
      .filter(({ name }) => name !== '')
      .map(({ name, ...progress }) => ({ version: name, ...progress })),
    folder: folder === undefined ? null : await readMigrationFolder(database, folder),
  };
}

/** A folder that cannot be watched, because it is not there or the system does not, is looked at in intervals only. */
function watchFolder(folder: string | undefined, onChange: () => void): FSWatcher | undefined {
  if (folder === undefined) return undefined;
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    // It is read every few seconds anyway, and what is wrong with it is told then.
    return undefined;
  }
}

/*
 * A database is one folder: `data.mdb` with everything in it, `aurora.lock` while a process has it open. This opens
 * the folder as a store, and gives both up again when the store is closed.
 */
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { AuroraError } from '../errors.ts';
import { noteClose } from './close-record.ts';
import { syncPath } from './disk.ts';
import { writeFormat } from './format.ts';
import { openUpgraded } from './format-upgrade.ts';
import type { KvStore } from './kv-store.ts';
import { openLmdbStore } from './lmdb-store.ts';
import { makeFolders } from './make-folders.ts';
import { openMemoryStore } from './memory-store.ts';
import { type OwnerLock, takeOwnerLock } from './owner-lock.ts';
import { isSpoolName, removeSpools } from './spool-space.ts';
import { folderFailure } from './storage-failure.ts';

/** The file that makes a folder a database. */
export const dataFile = 'data.mdb';
const logFolderName = 'wal';

export interface DatabaseFolderOptions {
  readonly path: string;
  /** Makes the database when there is none; otherwise that is `DatabaseNotFound`. */
  readonly create: boolean;
  readonly readOnly: boolean;
  readonly newId: () => string;
  readonly clock?: Clock;
  /** Gets the lock as soon as it is taken. Who is given guests to serve announces where, or that there are none. */
  readonly onOwned?: (lock: OwnerLock) => void;
}

/** Where the log of a database is. */
export function logFolderPath(path: string): string {
  return join(path, logFolderName);
}

/** The one spelling of a database's path, by which a process recognises that it has it open already. */
export function canonicalDatabasePath(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  const parent = dirname(absolute);
  return existsSync(parent) ? join(realpathSync(parent), absolute.slice(parent.length)) : absolute;
}

/** True when a folder holds a database. */
function isDatabaseFolder(path: string): boolean {
  return existsSync(join(path, dataFile));
}

/**
 * Opens a database folder and owns it until the store is closed. One of an older format is raised, and its file kept.
 * @throws AuroraError `DatabaseNotFound`, `DatabaseLocked`, `DatabaseCorrupt`, `FormatTooNew`, `InvalidOption`, `StorageFailure`, `DiskFull`
 */
export async function openDatabaseFolder(options: DatabaseFolderOptions): Promise<KvStore> {
  const path = canonicalDatabasePath(options.path);
  const clock = options.clock ?? systemClock;
  if (!isDatabaseFolder(path)) {
    assertNoLog(path);
    prepareFolder(path, options);
  }
  const lock = takeOwnerLock(path, options.newId(), { willServe: options.onOwned !== undefined });
  options.onOwned?.(lock);
  try {
    if (!options.readOnly) removeSpools(path);
    const dataPath = join(path, dataFile);
    const store = await openUpgraded(dataPath, () =>
      openLmdbStore({
        path: dataPath,
        readOnly: options.readOnly,
        initialize: (writer) => writeFormat(writer, options.newId()),
      }),
    );
    return withEnd(
      store,
      () => lock.release(),
      () => clock.now(),
    );
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Opens a new database that lives in memory. */
export function openDatabaseInMemory(newId: () => string): KvStore {
  const store = openMemoryStore();
  store.transact((writer) => writeFormat(writer, newId()), 0);
  return store;
}

function prepareFolder(path: string, options: DatabaseFolderOptions): void {
  if (!options.create || options.readOnly) {
    throw new AuroraError('DatabaseNotFound', `There is no database at ${path}.`, {
      details: { path },
      hint: 'Check the path, or create the database first.',
    });
  }
  if (!existsSync(path)) {
    makeFolder(path);
    return;
  }
  if (!statSync(path).isDirectory()) {
    throw new AuroraError('InvalidOption', `${path} is a file; a database is a folder.`, {
      details: { path },
    });
  }
  const strangers = readdirSync(path).filter((name) => !isOurs(name));
  if (strangers.length > 0) {
    throw new AuroraError('InvalidOption', `${path} is not empty and holds no database.`, {
      details: { path, found: strangers.slice(0, 5) },
      hint: 'Choose an empty or new folder.',
    });
  }
}

/** A log is begun in a database that has its file: where only the log is, the file was lost, and a new one would hide it. */
function assertNoLog(path: string): void {
  const log = logFolderPath(path);
  if (!existsSync(log) || readdirSync(log).length === 0) return;
  throw new AuroraError(
    'DatabaseCorrupt',
    `${path} has the log of a database, but its file ${dataFile} is missing.`,
    {
      details: { path },
      hint: `Put ${dataFile} back, or restore a backup to another folder. To begin anew, choose another folder as well.`,
    },
  );
}

function makeFolder(path: string): void {
  try {
    const highest = makeFolders(path);
    if (highest !== undefined) syncNames(path, highest);
  } catch (error) {
    throw folderFailure(path, error);
  }
}

/** However well its files are synced, a power cut takes a new folder whose own name is not on disk. */
function syncNames(lowest: string, highest: string): void {
  let parent = dirname(lowest);
  while (parent.length >= highest.length) {
    syncPath(parent);
    parent = dirname(parent);
  }
  syncPath(parent);
}

/** Files that a crash while the database was made may leave. */
function isOurs(name: string): boolean {
  return (
    name === logFolderName ||
    name.startsWith(dataFile) ||
    name.startsWith('aurora.lock') ||
    name.startsWith('lock-') ||
    name === 'aurora.sock' ||
    isSpoolName(name)
  );
}

function withEnd(store: KvStore, end: () => void, now: () => number): KvStore {
  return {
    snapshot: () => store.snapshot(),
    live: () => store.live(),
    transact: (action, bytesExpected) => store.transact(action, bytesExpected),
    queue: (bytesExpected) => store.queue(bytesExpected),
    get hasQueue() {
      return store.hasQueue;
    },
    idle: () => store.idle(),
    flushed: () => store.flushed(),
    readOnly: store.readOnly,
    get failure() {
      return store.failure;
    },
    roomBytes: () => store.roomBytes(),
    sizeBytes: () => store.sizeBytes(),
    stats: () => store.stats(),
    copyTo: (path, options) => store.copyTo(path, options),
    compact: (options) => store.compact(options),
    close: async ({ isLeftAsItIs = false } = {}) => {
      // Whatever goes wrong, nobody is kept from opening the folder again.
      try {
        if (!isLeftAsItIs) noteClose(store, now());
      } finally {
        await store.close().finally(end);
      }
    },
  };
}

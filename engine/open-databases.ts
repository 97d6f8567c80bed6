/*
 * Which databases this process has open. A second open of a folder shares the first one's pipeline, and the last
 * close closes it; so a library and its host can both open what they need.
 */

import { assert } from './base/assert.ts';
import { type Clock, systemClock } from './base/clock.ts';
import { ColumnCache } from './cache/column-cache.ts';
import { RowCache } from './cache/row-cache.ts';
import { AuroraError } from './errors.ts';
import { type QueryMemory, queryMemory } from './exec/query-memory.ts';
import { JobQueue } from './jobs/job-queue.ts';
import { limits } from './limits.ts';
import { LiveHub } from './live/live-hub.ts';
import { IdleCompaction } from './maintenance/idle-compaction.ts';
import type { DurabilityMode, ResolvedOptions } from './options.ts';
import { chooseColdMode } from './storage/cold-mode.ts';
import {
  canonicalDatabasePath,
  logFolderPath,
  openDatabaseFolder,
  openDatabaseInMemory,
} from './storage/database-folder.ts';
import type { KvStore } from './storage/kv-store.ts';
import type { OwnerLock } from './storage/owner-lock.ts';
import { SpoolSpace } from './storage/spool-space.ts';
import { CommitPipeline } from './transactions/commit-pipeline.ts';
import type { Durability } from './transactions/durability.ts';
import { openLogFolder } from './wal/log-folder.ts';

const mebibyte = 1024 * 1024;
const minuteMs = 60_000;

/** An open store, held by one database object. */
export interface StoreHold {
  /** Absolute path of the folder; `:memory:` for one in memory. */
  readonly path: string;
  readonly pipeline: CommitPipeline;
  /** Why no other process can be a guest; `undefined` where guests are served, and for a database in memory. */
  readonly guestsRefused: string | undefined;
  readonly spoolSpace: SpoolSpace;
  readonly live: LiveHub;
  /** Compacts by itself; `undefined` where that is not wanted or cannot be. */
  readonly idleCompaction: IdleCompaction | undefined;
  readonly jobs: JobQueue;
  /** Lets go; the last holder's call resolves when everything is closed. */
  release(): Promise<void>;
}

interface OpenStore {
  readonly readOnly: boolean;
  readonly mode: DurabilityMode;
  readonly opening: Promise<OpenedStore>;
  holderCount: number;
}

interface OpenedStore {
  readonly pipeline: CommitPipeline;
  readonly idleCompaction: IdleCompaction | undefined;
  readonly jobs: JobQueue;
  readonly spoolSpace: SpoolSpace;
  readonly live: LiveHub;
  readonly guests: { readonly close: () => Promise<void> } | undefined;
  readonly guestsRefused: string | undefined;
}

/** An open folder, for whoever serves it to other processes. */
interface OwnedFolder {
  readonly path: string;
  readonly pipeline: CommitPipeline;
  readonly idleCompaction: IdleCompaction | undefined;
  readonly jobs: JobQueue;
  readonly spoolSpace: SpoolSpace;
  readonly live: LiveHub;
  readonly readOnly: boolean;
  readonly clock: Clock;
  readonly newId: () => string;
  /** What the queries of guests may take, as those of whoever opened it first. */
  readonly memory: QueryMemory;
  /** Names the taking of the folder's lock. */
  readonly token: string;
  /** Makes the folder's lock again when somebody has deleted it; to be called now and then. */
  readonly keepLock: () => void;
  /** Where a process that died had served guests. */
  readonly staleAddress: string | undefined;
}

/** Begins to serve guests; gives where, and how to end it. */
export type ServeGuests = (
  owned: OwnedFolder,
) => Promise<{ readonly address: string; readonly close: () => Promise<void> }>;

export class OpenDatabases {
  readonly #serveGuests: ServeGuests | undefined;
  readonly #assertUnserved: (path: string) => Promise<void>;
  readonly #stores = new Map<string, OpenStore>();
  /** Folders whose last holder has let go, until they are closed. */
  readonly #closing = new Map<string, Promise<void>>();

  /** Without a way to serve guests, folders are locked to everybody else. */
  constructor(
    serveGuests?: ServeGuests,
    /** Throws when somebody serves guests of a folder, whatever its lock says. */
    assertUnserved: (path: string) => Promise<void> = async () => undefined,
  ) {
    this.#serveGuests = serveGuests;
    this.#assertUnserved = assertUnserved;
  }

  /**
   * @throws AuroraError `DatabaseNotFound`, `DatabaseLocked`, `FormatTooNew`, `DatabaseCorrupt`, `StorageFailure`,
   * and `InvalidOption` when the folder is open read-only in this process and is now asked for writing
   */
  async hold(
    options: ResolvedOptions,
    newId: () => string,
    askedMode?: DurabilityMode,
  ): Promise<StoreHold> {
    if (options.store === 'memory') {
      const pipeline = await openPipeline(openDatabaseInMemory(newId), options, undefined);
      const spoolSpace = new SpoolSpace({ folder: undefined });
      const { clock = systemClock } = options;
      const jobs = jobQueueOf(pipeline, options, newId);
      const live = new LiveHub({ pipeline, spoolSpace, clock, newId });
      return {
        path: ':memory:',
        pipeline,
        jobs,
        spoolSpace,
        live,
        idleCompaction: undefined,
        guestsRefused: undefined,
        release: async () => {
          await live.close();
          await jobs.close();
          await pipeline.close();
        },
      };
    }
    assert(options.dbPath !== undefined, 'a database on disk has a path');
    const path = canonicalDatabasePath(options.dbPath);
    for (let closing = this.#closing.get(path); closing; closing = this.#closing.get(path)) {
      await closing;
    }
    const store = this.#present(path, options, askedMode) ?? this.#open(path, options, newId);
    store.holderCount += 1;
    try {
      const opened = await store.opening;
      return { path, ...opened, release: () => this.#release(path, store) };
    } catch (error) {
      if (this.#stores.get(path) === store) this.#stores.delete(path);
      throw error;
    }
  }

  #present(
    path: string,
    options: ResolvedOptions,
    askedMode: DurabilityMode | undefined,
  ): OpenStore | undefined {
    const present = this.#stores.get(path);
    if (present !== undefined && askedMode !== undefined && askedMode !== present.mode) {
      throw new AuroraError(
        'InvalidOption',
        `"${path}" is open in this process with durability mode "${present.mode}", which its writes have whoever makes them.`,
        {
          hint: 'Close it first, or leave durabilityMode out.',
          details: { option: 'durabilityMode', value: askedMode, allowed: present.mode },
        },
      );
    }
    if (present?.readOnly === true && !options.readOnly) {
      throw new AuroraError('InvalidOption', `"${path}" is open read-only in this process.`, {
        hint: 'Close it first, or open it with readOnly.',
        details: { option: 'readOnly', value: false, allowed: true },
      });
    }
    return present;
  }

  #open(path: string, options: ResolvedOptions, newId: () => string): OpenStore {
    const { readOnly, durabilityMode: mode } = options;
    const opening = this.#openFolder(path, options, newId);
    const store: OpenStore = { readOnly, mode, opening, holderCount: 0 };
    this.#stores.set(path, store);
    return store;
  }

  async #openFolder(
    path: string,
    options: ResolvedOptions,
    newId: () => string,
  ): Promise<OpenedStore> {
    const { create, readOnly, clock = systemClock } = options;
    const spoolSpace = new SpoolSpace({ folder: readOnly ? undefined : path });
    const serveGuests = this.#serveGuests;
    if (serveGuests === undefined) {
      const kv = await openDatabaseFolder({ path, create, readOnly, newId, clock });
      const pipeline = await openPipeline(kv, options, path);
      const live = new LiveHub({ pipeline, spoolSpace, clock, newId });
      const jobs = jobQueueOf(pipeline, options, newId);
      const idleCompaction = startIdleCompaction(pipeline, options);
      const guestsRefused = 'Nobody serves them.';
      const guests = undefined;
      return { pipeline, jobs, idleCompaction, spoolSpace, live, guests, guestsRefused };
    }
    await this.#assertUnserved(path);
    let lock: OwnerLock | undefined;
    const onOwned = (taken: OwnerLock): void => {
      lock = taken;
    };
    const kv = await openDatabaseFolder({ path, create, readOnly, newId, clock, onOwned });
    const pipeline = await openPipeline(kv, options, path);
    const live = new LiveHub({ pipeline, spoolSpace, clock, newId });
    const idleCompaction = startIdleCompaction(pipeline, options);
    const jobs = jobQueueOf(pipeline, options, newId);
    const opened = { pipeline, jobs, idleCompaction, spoolSpace, live };
    assert(lock !== undefined, 'an open folder has its lock');
    const { token } = lock.owner;
    const keepLock = (): void => lock?.keep();
    const staleAddress = lock.predecessor?.socket ?? undefined;
    const memory = queryMemory(options.queryMemoryMb, options.resultMemoryMb);
    const owned = {
      ...opened,
      path,
      readOnly,
      clock,
      newId,
      memory,
      token,
      keepLock,
      staleAddress,
    };
    try {
      return { ...opened, ...(await beginToServe(serveGuests, owned, lock)) };
    } catch (error) {
      await closeStore({ ...opened, guests: undefined });
      throw error;
    }
  }

  async #release(path: string, store: OpenStore): Promise<void> {
    store.holderCount -= 1;
    assert(store.holderCount >= 0, 'a database is closed once by each holder');
    if (store.holderCount > 0) return;
    this.#stores.delete(path);
    const closing = store.opening.then(closeStore);
    this.#closing.set(path, closing);
    try {
      await closing;
    } finally {
      this.#closing.delete(path);
    }
  }
}

/** @throws AuroraError `StorageFailure` when the lock cannot say any more where guests are served, or that they are not */
async function beginToServe(
  serveGuests: ServeGuests,
  owned: OwnedFolder,
  lock: OwnerLock,
): Promise<Pick<OpenedStore, 'guests' | 'guestsRefused'>> {
  let guests: Awaited<ReturnType<ServeGuests>> | undefined;
  try {
    guests = await serveGuests(owned);
    lock.announce(guests.address);
    return { guests, guestsRefused: undefined };
  } catch (error) {
    // Not every file system has sockets. The database is there all the same, and says that it has no guests.
    await guests?.close();
    lock.announce(undefined);
    const guestsRefused = error instanceof Error ? error.message : String(error);
    return { guests: undefined, guestsRefused };
  }
}

async function closeStore(
  store: Pick<OpenedStore, 'pipeline' | 'live' | 'jobs' | 'idleCompaction' | 'guests'>,
): Promise<void> {
  await store.guests?.close();
  await store.live.close();
  await store.jobs.close();
  await store.idleCompaction?.close();
  await store.pipeline.close();
}

function jobQueueOf(
  pipeline: CommitPipeline,
  { clock = systemClock }: ResolvedOptions,
  newId: () => string,
): JobQueue {
  return new JobQueue({ pipeline, clock, newId, random: Math.random });
}

async function openPipeline(
  store: KvStore,
  options: ResolvedOptions,
  path: string | undefined,
): Promise<CommitPipeline> {
  const { clock = systemClock, hotCacheSizeMb, evictionPolicy, coldCacheCapacityMb } = options;
  const bytesMax = hotCacheSizeMb * mebibyte;
  const cache = bytesMax === 0 ? undefined : new RowCache({ bytesMax, policy: evictionPolicy });
  const columnBytesMax = coldCacheCapacityMb * mebibyte;
  const columnCache =
    columnBytesMax === 0 ? undefined : new ColumnCache({ bytesMax: columnBytesMax });
  try {
    chooseColdMode(store, options.coldMode);
    return await CommitPipeline.open(store, {
      clock,
      durability: durabilityOf(options, path),
      cache,
      columnCache,
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

function startIdleCompaction(
  pipeline: CommitPipeline,
  { autoCompact, compactIntervalMins, clock = systemClock }: ResolvedOptions,
): IdleCompaction | undefined {
  if (!autoCompact || pipeline.readOnly) return undefined;
  return new IdleCompaction({ pipeline, clock, intervalMs: compactIntervalMins * minuteMs });
}

function durabilityOf(options: ResolvedOptions, path: string | undefined): Durability {
  const { durabilityMode: mode, enableWal, enableWriteBuffering, writeBufferSize } = options;
  // Without a log the store gets a whole buffer in one transaction, which holds the event loop.
  const changesMax = enableWal
    ? writeBufferSize
    : Math.min(writeBufferSize, limits.unloggedBufferChangesMax);
  return {
    mode,
    logFolder: path === undefined ? undefined : openLogFolder(logFolderPath(path)),
    log: enableWal
      ? {
          segmentBytes: options.walSegmentBytes,
          syncIntervalMs: options.walSyncIntervalMs,
          retainedBytesMax: options.changeLogBytesMax,
          retentionMs: options.changeLogRetentionMs,
        }
      : undefined,
    buffer: enableWriteBuffering
      ? { changesMax, flushIntervalMs: options.writeBufferFlushIntervalMs }
      : undefined,
    checkpointIntervalMs: options.checkpointIntervalMs,
  };
}

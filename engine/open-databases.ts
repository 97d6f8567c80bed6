/*
 * Which databases this process has open. A second open of a folder shares the first one's pipeline, and the last
 * close closes it; so a library and its host can both open what they need.
 */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assert } from './base/assert.ts';
import { systemClock } from './base/clock.ts';
import { AuroraError } from './errors.ts';
import type { ResolvedOptions } from './options.ts';
import { lockDatabase } from './process-lock.ts';
import { writeFormat } from './storage/format.ts';
import type { KvWriter } from './storage/kv-store.ts';
import { openLmdbStore } from './storage/lmdb-store.ts';
import { openMemoryStore } from './storage/memory-store.ts';
import { CommitPipeline } from './transactions/commit-pipeline.ts';

/** An open store, held by one database object. */
export interface StoreHold {
  /** Absolute path of the folder; `:memory:` for one in memory. */
  readonly path: string;
  readonly pipeline: CommitPipeline;
  /** Lets go; the last holder's call resolves when everything is closed. */
  release(): Promise<void>;
}

interface OpenStore {
  readonly readOnly: boolean;
  readonly opening: Promise<{ readonly pipeline: CommitPipeline; close(): Promise<void> }>;
  holderCount: number;
}

export class OpenDatabases {
  readonly #stores = new Map<string, OpenStore>();
  /** Folders whose last holder has let go, until they are closed. */
  readonly #closing = new Map<string, Promise<void>>();

  /**
   * @throws AuroraError `DatabaseNotFound`, `DatabaseLocked`, `FormatTooNew`, `DatabaseCorrupt`, `StorageFailure`,
   * and `InvalidOption` when the folder is open read-only in this process and is now asked for writing
   */
  async hold(options: ResolvedOptions, newId: () => string): Promise<StoreHold> {
    if (options.store === 'memory') return holdMemory(options, newId);
    const path = prepareFolder(options);
    await this.#closing.get(path);
    const present = this.#stores.get(path);
    if (present?.readOnly === true && !options.readOnly) {
      throw new AuroraError('InvalidOption', `"${path}" is open read-only in this process.`, {
        hint: 'Close it first, or open it with readOnly.',
        details: { option: 'readOnly', value: false, allowed: true },
      });
    }
    const store = present ?? this.#open(path, options, newId);
    store.holderCount += 1;
    try {
      const { pipeline } = await store.opening;
      return { path, pipeline, release: () => this.#release(path, store) };
    } catch (error) {
      if (this.#stores.get(path) === store) this.#stores.delete(path);
      throw error;
    }
  }

  #open(path: string, options: ResolvedOptions, newId: () => string): OpenStore {
    const opening = openFolder(path, options, newId);
    const store: OpenStore = { readOnly: options.readOnly, opening, holderCount: 0 };
    this.#stores.set(path, store);
    return store;
  }

  async #release(path: string, store: OpenStore): Promise<void> {
    store.holderCount -= 1;
    assert(store.holderCount >= 0, 'a database is closed once by each holder');
    if (store.holderCount > 0) return;
    this.#stores.delete(path);
    const closing = store.opening.then(({ close }) => close());
    this.#closing.set(path, closing);
    try {
      await closing;
    } finally {
      this.#closing.delete(path);
    }
  }
}

/** The folder's one name, so that two spellings of a path are one database. */
function prepareFolder({ dbPath, create }: ResolvedOptions): string {
  assert(dbPath !== undefined, 'a database on disk has a path');
  const path = resolve(dbPath);
  if (!existsSync(join(path, 'data.mdb'))) {
    if (!create) {
      throw new AuroraError('DatabaseNotFound', `There is no database at "${path}".`, {
        hint: 'Check the path, or open it with create.',
        details: { path },
      });
    }
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw cannotMake(path, error);
    }
  }
  return realpathSync(path);
}

function cannotMake(path: string, cause: unknown): AuroraError {
  return new AuroraError('StorageFailure', `The folder "${path}" cannot be made.`, { cause });
}

async function openFolder(path: string, { readOnly, clock }: ResolvedOptions, newId: () => string) {
  const lock = lockDatabase(path);
  try {
    const store = await openLmdbStore({
      path: join(path, 'data.mdb'),
      readOnly,
      initialize: (writer: KvWriter) => writeFormat(writer, newId()),
    });
    const pipeline = await CommitPipeline.open(store, { clock: clock ?? systemClock }).catch(
      async (error: unknown) => {
        await store.close();
        throw error;
      },
    );
    return {
      pipeline,
      close: async () => {
        try {
          await pipeline.close();
        } finally {
          lock.dispose();
        }
      },
    };
  } catch (error) {
    lock.dispose();
    throw error;
  }
}

async function holdMemory({ clock }: ResolvedOptions, newId: () => string): Promise<StoreHold> {
  const store = openMemoryStore();
  store.transact((writer) => writeFormat(writer, newId()), 0);
  const pipeline = await CommitPipeline.open(store, { clock: clock ?? systemClock });
  return { path: ':memory:', pipeline, release: () => pipeline.close() };
}

/*
 * The key-value store on disk, and the only file that knows lmdb. What it relies on, and what it avoids:
 *
 * - Only `transactionSync` with a synchronous callback. lmdb's asynchronous transactions show uncommitted values and
 *   commit even when their callback throws. A synchronous commit has written and synced its pages before it returns
 *   (measured: one fdatasync each), so `flushed` has nothing left to wait for unless lmdb defers a sync.
 * - A new file is made aside, flushed and renamed, because lmdb's first pages are written without a sync.
 * - `safeRestore`: after a crash the last flushed state counts, whatever the boot id says.
 * - A full disk inside lmdb ends the process, so free space is checked before every transaction.
 * - After a failed commit lmdb never settles its promises: the store is poisoned and only reads from then on.
 * - Never asynchronous reads, never values of 16 MiB: both use memory that Electron refuses.
 */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { open, type RootDatabase, type Transaction } from 'lmdb';
import { compareBytes } from '../base/bytes.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { checkDataFile } from './data-file.ts';
import { freeBytesOf, reserveBytesOf, syncPath } from './disk.ts';
import type { KvEntry, KvRange, KvReader, KvSnapshot, KvStore, KvWriter } from './kv-store.ts';

export interface LmdbStoreOptions {
  /** The data file. Its folder exists. */
  readonly path: string;
  readonly readOnly: boolean;
  /** What a new file holds from the start; written before the file gets its name. */
  readonly initialize: (writer: KvWriter) => void;
  /** Free bytes of the disk; asks the operating system unless told. */
  readonly freeBytes?: () => number;
}

/** Opens the data file, and makes it first when there is none. @throws AuroraError `StorageFailure`, `DatabaseCorrupt`, `DatabaseNotFound`, `DiskFull` */
export async function openLmdbStore(options: LmdbStoreOptions): Promise<KvStore> {
  if (!existsSync(options.path)) {
    if (options.readOnly) {
      throw new AuroraError('DatabaseNotFound', `There is no data file ${options.path}.`);
    }
    await createFile(options);
  }
  checkDataFile(options.path);
  return new LmdbStore(options, openEnvironment(options.path, options.readOnly));
}

async function createFile(options: LmdbStoreOptions): Promise<void> {
  const aside = `${options.path}.new`;
  removeFiles(aside);
  const store = new LmdbStore({ ...options, path: aside }, openEnvironment(aside, false));
  store.transact(options.initialize, 0);
  await store.flushed();
  await store.close();
  syncPath(aside);
  renameSync(aside, options.path);
  removeFiles(aside);
  syncPath(dirname(options.path));
}

function openEnvironment(path: string, readOnly: boolean): RootDatabase<Buffer, Uint8Array> {
  try {
    const settings = {
      path,
      noSubdir: true,
      readOnly,
      keyEncoding: 'binary' as const,
      encoding: 'binary' as const,
      maxReaders: 1024,
      safeRestore: true,
      eventTurnBatching: false,
    };
    const environment = open<Buffer, Uint8Array>(settings);
    environment.readerCheck();
    return environment;
  } catch (error) {
    throw openFailure(path, error);
  }
}

class LmdbStore implements KvStore {
  readonly readOnly: boolean;
  readonly #path: string;
  readonly #environment: RootDatabase<Buffer, Uint8Array>;
  readonly #freeBytes: () => number;
  readonly #reserveBytes: number;
  readonly #snapshots = new Set<KvSnapshot>();
  #failure: AuroraError | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LmdbStoreOptions, environment: RootDatabase<Buffer, Uint8Array>) {
    this.#environment = environment;
    this.#path = options.path;
    this.readOnly = options.readOnly;
    this.#reserveBytes = reserveBytesOf(dirname(options.path));
    this.#freeBytes = options.freeBytes ?? (() => freeBytesOf(dirname(options.path)));
  }

  get failure(): AuroraError | undefined {
    return this.#failure;
  }

  snapshot(): KvSnapshot {
    this.#assertOpen();
    this.#environment.resetReadTxn();
    // biome-ignore lint/correctness/useHookAtTopLevel: lmdb's method only shares the prefix with React's hooks.
    const transaction = this.#environment.useReadTransaction();
    const reader = new LmdbReader(this.#environment, transaction);
    let isReleased = false;
    const snapshot: KvSnapshot = {
      get: (key) => reader.get(key),
      range: (range) => reader.range(range),
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.#snapshots.delete(snapshot);
        transaction.done();
      },
    };
    this.#snapshots.add(snapshot);
    return snapshot;
  }

  transact<T>(action: (writer: KvWriter) => T, bytesExpected: number): T {
    this.#assertOpen();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.readOnly) throw new AuroraError('ReadOnly', `${this.#path} was opened read-only.`);
    this.#assertSpace(bytesExpected);
    const writer = new LmdbWriter(this.#environment);
    let outcome: { readonly result: T } | undefined;
    let thrown: { readonly error: unknown } | undefined;
    try {
      this.#environment.transactionSync(() => {
        try {
          outcome = { result: action(writer) };
        } catch (error) {
          thrown = { error };
          throw error;
        }
      });
    } catch (error) {
      if (thrown !== undefined && thrown.error === error) throw error;
      throw this.#poison(error);
    }
    if (outcome === undefined) throw this.#poison(new Error('the transaction did not run'));
    return outcome.result;
  }

  async flushed(): Promise<void> {
    this.#assertOpen();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.readOnly) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer for ${limits.flushMsMax} ms`)),
        limits.flushMsMax,
      );
    });
    try {
      await Promise.race([this.#environment.flushed, late]);
    } catch (error) {
      throw this.#poison(error);
    } finally {
      clearTimeout(timer);
    }
  }

  roomBytes(): number {
    return this.#freeBytes() - this.#reserveBytes;
  }

  sizeBytes(): number {
    return statSync(this.#path).size;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const snapshot of [...this.#snapshots]) snapshot.release();
    // A poisoned environment never finishes closing; the process has to let it go.
    if (this.#failure !== undefined) return;
    await this.#environment.close();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) {
      throw new AuroraError('DatabaseClosed', 'The store was closed.');
    }
  }

  #assertSpace(bytesExpected: number): void {
    const free = this.#freeBytes();
    if (free - bytesExpected >= this.#reserveBytes) return;
    throw new AuroraError(
      'DiskFull',
      `Not enough free space to write to ${this.#path}: ${free} bytes are free.`,
      {
        details: {
          path: this.#path,
          freeBytes: free,
          neededBytes: bytesExpected + this.#reserveBytes,
        },
        hint: 'Free some space. This write changed nothing, and the database stays usable.',
      },
    );
  }

  #poison(error: unknown): AuroraError {
    this.#failure ??= new AuroraError(
      'StorageFailure',
      `A write to ${this.#path} failed: ${messageOf(error)}. The database only reads until it is opened again.`,
      {
        cause: error,
        details: { path: this.#path },
        hint: 'Check the disk, then open the database again.',
      },
    );
    return this.#failure;
  }
}

class LmdbReader implements KvReader {
  readonly #environment: RootDatabase<Buffer, Uint8Array>;
  readonly #options: { readonly transaction: Transaction } | undefined;

  constructor(environment: RootDatabase<Buffer, Uint8Array>, transaction: Transaction | undefined) {
    this.#environment = environment;
    this.#options = transaction === undefined ? undefined : { transaction };
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#environment.get(key, this.#options);
  }

  range(range: KvRange): readonly KvEntry[] {
    if (compareBytes(range.start, range.end) >= 0 || range.limit <= 0) return [];
    const common = { limit: range.limit, ...this.#options };
    const entries = this.#environment.getRange(
      range.reverse === true
        ? {
            start: range.end,
            end: range.start,
            reverse: true,
            exclusiveStart: true,
            inclusiveEnd: true,
            ...common,
          }
        : { start: range.start, end: range.end, ...common },
    );
    const found: KvEntry[] = [];
    let bytesLeft = range.bytesMax ?? Number.POSITIVE_INFINITY;
    for (const { key, value } of entries) {
      found.push({ key, value });
      bytesLeft -= value.length;
      if (bytesLeft <= 0) break;
    }
    return found;
  }
}

class LmdbWriter extends LmdbReader implements KvWriter {
  readonly #environment: RootDatabase<Buffer, Uint8Array>;

  constructor(environment: RootDatabase<Buffer, Uint8Array>) {
    super(environment, undefined);
    this.#environment = environment;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#environment.putSync(key, asBuffer(value));
  }

  remove(key: Uint8Array): void {
    this.#environment.removeSync(key);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function removeFiles(path: string): void {
  rmSync(path, { force: true });
  rmSync(`${path}-lock`, { force: true });
}

function openFailure(path: string, cause: unknown): AuroraError {
  return new AuroraError('StorageFailure', `Cannot open ${path}: ${messageOf(cause)}`, {
    cause,
    details: { path },
    hint: 'Check that the file is readable and not damaged.',
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

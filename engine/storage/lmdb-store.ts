/*
 * The key-value store on disk; only the files beside it that are called after lmdb know that. What it relies on, and what it
 * avoids:
 *
 * - Transactions are `transactionSync` with a synchronous callback. lmdb's asynchronous transactions show uncommitted values
 *   and commit even when their callback throws. A synchronous commit has written and synced its pages before it returns
 *   (measured: one fdatasync each), which holds the event loop for as long as the disk takes.
 * - What need not be atomic goes through lmdb's own writing thread instead (lmdb-queue.ts): it commits first and syncs
 *   behind, so `flushed` is what durability waits for.
 * - A new file is made aside, flushed and renamed, because lmdb's first pages are written without a sync.
 * - `safeRestore`: after a crash the last flushed state counts, whatever the boot id says.
 * - A full disk inside lmdb ends the process, so free space is checked before every transaction. So does a lack of file
 *   descriptors while a file is opened.
 * - After a failed commit lmdb never settles its promises: the store is poisoned and only reads from then on.
 * - The first transaction after a compaction must be a small one (lmdb-environment.ts).
 * - Never asynchronous reads, never values of 16 MiB: both use memory that Electron refuses.
 */
import { existsSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { assert } from '../base/assert.ts';
import { throwIfCancelled } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { ChangedKeys } from './changed-keys.ts';
import { compactAside, compactionPath, removeCompactionLeftovers } from './compaction.ts';
import { checkDataFile } from './data-file.ts';
import { assertFreeSpace, freeBytesOf, removeDataFiles, reserveBytesOf, syncPath } from './disk.ts';
import type {
  KvCompactOptions,
  KvCopyOptions,
  KvQueue,
  KvReader,
  KvSnapshot,
  KvStats,
  KvStore,
  KvWriter,
} from './kv-store.ts';
import { LmdbReader, LmdbWriter } from './lmdb-access.ts';
import { closeEnvironment, type OpenEnvironment, openEnvironment } from './lmdb-environment.ts';
import type { InstructionPool } from './lmdb-instructions.ts';
import { LmdbQueue } from './lmdb-queue.ts';
import { readLmdbStats } from './lmdb-stats.ts';
import { copyFailure, systemFailure, writeFailure } from './storage-failure.ts';
import { withinTime } from './time-box.ts';
import { ProgressRefused, watchCopy } from './watch-copy.ts';

export interface LmdbStoreOptions {
  /** The data file. Its folder exists. */
  readonly path: string;
  readonly readOnly: boolean;
  /** What a new file holds from the start; written before the file gets its name. */
  readonly initialize: (writer: KvWriter) => void;
  /** Free bytes of the disk; asks the operating system unless told. */
  readonly freeBytes?: () => number;
}

/** Opens the data file, and makes it first when there is none. @throws AuroraError `StorageFailure`, `DatabaseCorrupt`, `DatabaseNotFound`, `DiskFull`, `DependencyMismatch` */
export async function openLmdbStore(options: LmdbStoreOptions): Promise<KvStore> {
  if (!existsSync(options.path)) {
    if (options.readOnly) {
      throw new AuroraError('DatabaseNotFound', `There is no data file ${options.path}.`);
    }
    await createFile(options);
  }
  checkDataFile(options.path, options);
  if (!options.readOnly) removeCompactionLeftovers(options.path);
  return new LmdbStore(options, openEnvironment(options.path, options.readOnly));
}

async function createFile(options: LmdbStoreOptions): Promise<void> {
  const aside = `${options.path}.new`;
  removeDataFiles(aside);
  const store = new LmdbStore({ ...options, path: aside }, openEnvironment(aside, false));
  store.transact(options.initialize, 0);
  await store.flushed();
  await store.close();
  syncPath(aside);
  renameSync(aside, options.path);
  removeDataFiles(aside);
  syncPath(dirname(options.path));
}

class LmdbStore implements KvStore {
  readonly readOnly: boolean;
  readonly #path: string;
  readonly #freeBytes: () => number;
  readonly #reserveBytes: number;
  readonly #left = new Set<OpenEnvironment>();
  /** Copies and closings that go on in the background. */
  readonly #background = new Set<Promise<void>>();
  readonly #closingSignal = new AbortController();
  #environment: OpenEnvironment;
  #compactionCount = 0;
  /** Present while the store is being compacted. */
  #changed: ChangedKeys | undefined;
  #queue: LmdbQueue | undefined;
  /** What the last queues have left for the next ones. */
  readonly #sparePools: InstructionPool[] = [];
  #failure: AuroraError | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LmdbStoreOptions, environment: OpenEnvironment) {
    this.#environment = environment;
    this.#path = options.path;
    this.readOnly = options.readOnly;
    this.#reserveBytes = reserveBytesOf(dirname(options.path));
    this.#freeBytes = options.freeBytes ?? (() => freeBytesOf(dirname(options.path)));
  }

  get failure(): AuroraError | undefined {
    return this.#failure;
  }

  live(): KvReader {
    this.#assertOpen();
    return new LmdbReader(this.#environment, undefined);
  }

  snapshot(): KvSnapshot {
    this.#assertOpen();
    const environment = this.#environment;
    environment.root.resetReadTxn();
    // biome-ignore lint/correctness/useHookAtTopLevel: lmdb's method only shares the prefix with React's hooks.
    const transaction = environment.root.useReadTransaction();
    const reader = new LmdbReader(environment, transaction);
    let isReleased = false;
    const snapshot: KvSnapshot = {
      get: (key) => reader.get(key),
      peek: (key) => reader.peek(key),
      range: (range) => reader.range(range),
      visit: (range, visit) => reader.visit(range, visit),
      release: () => {
        if (isReleased) return;
        isReleased = true;
        environment.snapshots.delete(snapshot);
        transaction.done();
        if (this.#left.has(environment)) this.#closeLeft(environment);
      },
    };
    environment.snapshots.add(snapshot);
    return snapshot;
  }

  transact<T>(action: (writer: KvWriter) => T, bytesExpected: number): T {
    this.#assertOpen();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.readOnly) throw new AuroraError('ReadOnly', `${this.#path} was opened read-only.`);
    assert(this.#queue === undefined, 'no transaction runs beside a queue');
    this.#assertSpace(this.#path, bytesExpected);
    const writer = new LmdbWriter(this.#environment, this.#changed);
    let outcome: { readonly result: T } | undefined;
    let thrown: { readonly error: unknown } | undefined;
    try {
      this.#environment.root.transactionSync(() => {
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

  queue(bytesExpected: number): KvQueue | undefined {
    this.#assertOpen();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.readOnly) throw new AuroraError('ReadOnly', `${this.#path} was opened read-only.`);
    // A compaction must know every key in the order in which it becomes visible.
    if (this.#changed !== undefined) return undefined;
    assert(this.#queue === undefined, 'one queue is open at a time');
    this.#assertSpace(this.#path, bytesExpected);
    const { root, thread, unfinished } = this.#environment;
    const queue = new LmdbQueue(thread, this.#sparePools, {
      fail: (error) => (isOfClosing(error) ? error : this.#poison(error)),
      didCommit: () => root.resetReadTxn(),
      didBegin: (finished) => {
        const ended = finished
          .catch((error: unknown) => {
            throw this.#poison(error);
          })
          .finally(() => unfinished.delete(ended));
        unfinished.add(ended);
        ended.catch(() => undefined);
      },
      end: () => {
        this.#queue = undefined;
      },
    });
    this.#queue = queue;
    return queue;
  }

  get hasQueue(): boolean {
    return this.#queue !== undefined;
  }

  async idle(): Promise<void> {
    while (this.#queue !== undefined) await this.#queue.ended;
  }

  async flushed(): Promise<void> {
    this.#assertOpen();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.readOnly) return;
    try {
      const { root, unfinished } = this.#environment;
      await withinTime(Promise.all([root.flushed, ...unfinished]), limits.flushMsMax);
    } catch (error) {
      throw this.#poison(error);
    }
  }

  roomBytes(): number {
    return this.#freeBytes() - this.#reserveBytes;
  }

  sizeBytes(): number {
    try {
      return statSync(this.#path).size;
    } catch (error) {
      throw systemFailure(`The file ${this.#path} cannot be reached`, this.#path, error);
    }
  }

  stats(): KvStats {
    this.#assertOpen();
    const { root } = this.#environment;
    root.resetReadTxn();
    const { usedBytes, entryCount } = readLmdbStats(root.getStats());
    return { sizeBytes: this.sizeBytes(), usedBytes, entryCount };
  }

  async copyTo(
    path: string,
    options: KvCopyOptions & { readonly onBegun?: (() => void) | undefined } = {},
  ): Promise<void> {
    this.#assertOpen();
    await this.#copy(path, { ...options, isCompact: false });
  }

  async compact(options: KvCompactOptions = {}): Promise<void> {
    this.#assertOpen();
    if (this.readOnly) throw new AuroraError('ReadOnly', `${this.#path} was opened read-only.`);
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#changed !== undefined) {
      throw new AuroraError('InvalidOption', 'The database is being compacted already.');
    }
    const work = this.#compact(options);
    this.#inBackground(work);
    await work;
  }

  /** Keys are noted from before the copy begins, so that none is missed whenever its state is chosen. */
  async #compact(options: KvCompactOptions): Promise<void> {
    const changed = new ChangedKeys();
    const signal = anySignal(this.#closingSignal.signal, options.signal);
    this.#compactionCount += 1;
    const path = compactionPath(this.#path, this.#compactionCount);
    // From here on no queue begins; the last one must end, since its keys are not noted.
    this.#changed = changed;
    try {
      if (this.#queue !== undefined) await this.idle();
      await compactAside<LmdbStore>({
        ...options,
        signal,
        source: this,
        sourcePath: this.#path,
        path,
        changed,
        copy: (copyOptions) => this.#copy(path, { ...copyOptions, isCompact: true }),
        open: () => {
          const copyOptions = { path, readOnly: false, initialize: () => undefined };
          return new LmdbStore(
            { ...copyOptions, freeBytes: this.#freeBytes },
            openEnvironment(path, false),
          );
        },
        adopt: (copy) => {
          const left = this.#environment;
          this.#environment = copy.#environment;
          this.#left.add(left);
          this.#closeLeft(left);
          try {
            syncPath(dirname(this.#path));
          } catch (error) {
            // A power cut could bring the old file back, without what is written from now on.
            throw this.#poison(error);
          }
        },
      });
    } finally {
      this.#changed = undefined;
    }
  }

  async #copy(
    path: string,
    options: KvCopyOptions & { isCompact: boolean; onBegun?: (() => void) | undefined },
  ): Promise<void> {
    throwIfCancelled(options.signal);
    const bytesAll = options.isCompact ? this.stats().usedBytes : this.sizeBytes();
    this.#assertSpace(path, bytesAll);
    if (existsSync(path)) throw copyFailure(path, new Error('there is something already'));
    const copying = this.#environment.root.backup(path, options.isCompact);
    this.#inBackground(copying);
    try {
      await watchCopy(copying, { ...options, path, bytesAll });
    } catch (error) {
      // The thread that copies may not even have made its file yet.
      const remove = (): void => removeDataFiles(path);
      this.#inBackground(copying.then(remove, remove));
      if (error instanceof ProgressRefused) throw error.cause;
      throw error instanceof AuroraError ? error : copyFailure(path, error);
    }
  }

  #closeLeft(environment: OpenEnvironment): void {
    if (environment.snapshots.size > 0) return;
    this.#left.delete(environment);
    this.#inBackground(closeEnvironment(environment));
  }

  /** Whoever started it sees how it ends; closing waits for it. */
  #inBackground(work: Promise<void>): void {
    const ended = work.catch(() => undefined).then(() => undefined);
    this.#background.add(ended);
    void ended.then(() => this.#background.delete(ended));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const reason = new AuroraError('DatabaseClosed', 'The store was closed.');
    this.#closingSignal.abort(reason);
    this.#queue?.stop(reason);
    for (const { snapshots } of [this.#environment, ...this.#left]) {
      for (const snapshot of [...snapshots]) snapshot.release();
    }
    while (this.#background.size > 0) await Promise.all(this.#background);
    // A poisoned environment never finishes closing; the process has to let it go.
    if (this.#failure !== undefined) return;
    await closeEnvironment(this.#environment);
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) {
      throw new AuroraError('DatabaseClosed', 'The store was closed.');
    }
  }

  #assertSpace(path: string, neededBytes: number): void {
    const space = { freeBytes: this.#freeBytes(), reserveBytes: this.#reserveBytes };
    assertFreeSpace(path, neededBytes, space);
  }

  #poison(error: unknown): AuroraError {
    this.#failure ??= writeFailure(this.#path, error);
    return this.#failure;
  }
}

function isOfClosing(error: unknown): error is AuroraError {
  return error instanceof AuroraError && error.code === 'DatabaseClosed';
}

function anySignal(first: AbortSignal, second: AbortSignal | undefined): AbortSignal {
  return second === undefined ? first : AbortSignal.any([first, second]);
}

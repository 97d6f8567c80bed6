/*
 * The only place that changes data: validate → append to the log → publish → apply to the store. A commit becomes
 * visible, and resolves, when it is durable in the sense of the mode; the store gets it later, out of the write buffer.
 * First committer wins: a change whose document is no longer as it was read is refused with WriteConflict.
 *
 *   commit-loop.ts     the order of everything that changes; rounds that share one sync
 *   stage-commit.ts    validation, LSN, write buffer, log record: one uninterrupted turn
 *   pipeline-state.ts  what is visible: store + frozen buffer + active buffer
 *   buffer-flusher.ts  write buffer → store
 *   recovery.ts        log → write buffer, when the last process did not close
 */
import { requireFunction } from '../base/arguments.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { ColumnCache } from '../cache/column-cache.ts';
import type { ColumnReader } from '../cache/column-reader.ts';
import type { RowCache, RowCacheStats } from '../cache/row-cache.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { BufferFlusher } from './buffer-flusher.ts';
import { BufferRoom } from './buffer-room.ts';
import { ChangeLog } from './change-log.ts';
import { Checkpoints } from './checkpoint.ts';
import { type CommitCaller, promised } from './commit-caller.ts';
import type { CommitLog, DurabilityMode } from './commit-log.ts';
import { CommitLoop } from './commit-loop.ts';
import { type CommitOptions, prepareCommit, prepareSmallCommit } from './commit-task.ts';
import { type Durability, synchronousWithoutLog } from './durability.ts';
import type { StoredSnapshot } from './engine-snapshot.ts';
import type { IndexUses } from './index-uses.ts';
import { LeftoverDeletion } from './leftover-deletion.ts';
import { openPipelineState, type RecoveryReport } from './open-state.ts';
import type { PipelineState } from './pipeline-state.ts';
import { type PipelineStats, pipelineStats } from './pipeline-stats.ts';
import type { CommitEvent, PublishedCommit } from './pipeline-task.ts';
import { SchemaChanges } from './schema-changes.ts';
import type { CommitReport, DocumentChange, Snapshot } from './snapshot.ts';
import type { StateLookup } from './state-lookup.ts';
import { StoreMaintenance } from './store-maintenance.ts';

export interface CommitPipelineOptions {
  readonly clock?: Clock;
  /** What a commit waits for; `Synchronous` without a log unless told. */
  readonly durability?: Durability;
  /** Where decoded documents are kept. */
  readonly cache?: RowCache | undefined;
  /** Where fields are kept as vectors. */
  readonly columnCache?: ColumnCache | undefined;
  /** Memory for entries of new indexes that wait to be written; `limits.addedEntriesBytesMax` unless told. */
  readonly addedEntriesBytesMax?: number | undefined;
  /** Gets what a listener of commits throws; printed to standard error unless told. */
  readonly onListenerError?: (error: unknown) => void;
}

/** Applies all changes or none, as `CommitPipeline.commit`. */
export type CommitChanges = (
  changes: readonly DocumentChange[],
  options?: CommitOptions,
) => Promise<CommitReport>;

/** Reads and changes one store. It owns the store: closing the pipeline closes it. */
export class CommitPipeline {
  readonly #store: KvStore;
  readonly #clock: Clock;
  readonly #state: PipelineState;
  readonly #log: CommitLog | undefined;
  readonly #loop: CommitLoop;
  readonly #flusher: BufferFlusher;
  readonly #checkpoints: Checkpoints;
  readonly #preparing = new SerialQueue();
  /** Collections and indexes, made and dropped. */
  readonly schema: SchemaChanges;
  readonly #leftovers: LeftoverDeletion;
  readonly #closingSignal = new AbortController();
  readonly #commits: Emitter<PublishedCommit>;
  readonly #refusal: AuroraError | undefined;
  readonly #mode: DurabilityMode;
  readonly #cache: RowCache | undefined;
  readonly #columnCache: ColumnCache | undefined;
  /** What was found when the store was opened. */
  readonly recovery: RecoveryReport;
  /** Copies and compaction of the store. */
  readonly maintenance: StoreMaintenance;
  /** What was committed, read back. */
  readonly changeLog: ChangeLog;
  #closing: Promise<void> | undefined;
  #lastCommitMs: number;

  /**
   * Opens a store that holds a database, and takes up what an earlier process left unfinished: what its log holds and
   * its store does not becomes visible, indexes that were being built are dropped, keys of what was dropped are deleted
   * in the background.
   * @throws AuroraError `FormatTooNew`, `DatabaseCorrupt`, `StorageFailure`
   */
  static async open(store: KvStore, options: CommitPipelineOptions = {}): Promise<CommitPipeline> {
    const { clock = systemClock, durability = synchronousWithoutLog, cache, columnCache } = options;
    const opened = await openPipelineState(store, { clock, durability, cache, columnCache });
    const pipeline = new CommitPipeline(opened, { ...options, clock, durability });
    if (!pipeline.readOnly) await pipeline.schema.takeUpUnfinished();
    return pipeline;
  }

  private constructor(
    opened: Awaited<ReturnType<typeof openPipelineState>>,
    options: CommitPipelineOptions & { readonly clock: Clock; readonly durability: Durability },
  ) {
    const { store, state, log, refusal, recovery, completeCopy } = opened;
    const { clock, durability } = options;
    this.#store = store;
    this.#state = state;
    this.#log = log;
    this.#refusal = refusal;
    this.changeLog = new ChangeLog(state, log);
    this.recovery = recovery;
    this.#clock = clock;
    this.#lastCommitMs = clock.elapsed();
    this.#mode = durability.mode;
    this.#cache = options.cache;
    this.#columnCache = options.columnCache;
    this.#commits = new Emitter(
      options.onListenerError ?? ((error) => console.error('A commit listener failed:', error)),
    );
    const appliesAtOnce = durability.buffer === undefined;
    this.#flusher = new BufferFlusher({
      store,
      state,
      log,
      clock,
      flushesEach: durability.mode === 'Synchronous',
      atRest: (action) => this.#loop.atRest(action),
      isCommitting: () => this.#loop.isRunning,
      commitsEnded: () => this.#loop.ended(),
    });
    this.maintenance = new StoreMaintenance({
      store,
      flusher: this.#flusher,
      clock,
      completeCopy,
      assertOpen: () => this.#assertOpen(),
      assertWritable: () => this.#assertWritable(),
    });
    const room = new BufferRoom({ store, state, flusher: this.#flusher, durability });
    this.#loop = new CommitLoop({
      clock,
      store,
      state,
      log,
      appliesAtOnce,
      settle: () => this.#flusher.settle(() => undefined),
      applyPending: () => this.#flusher.applyPending(),
      room,
      emit: (commit) => {
        this.#lastCommitMs = clock.elapsed();
        this.#checkpoints.committed();
        if (this.#commits.hasListeners) this.#commits.emit(commit.published());
      },
    });
    this.#leftovers = new LeftoverDeletion(this.#loop, this.#closingSignal.signal);
    this.schema = new SchemaChanges({
      clock,
      onDidPublish: (listener) => this.onDidPublish(listener),
      loop: this.#loop,
      state,
      preparing: this.#preparing,
      leftovers: this.#leftovers,
      isClosed: () => this.isClosed,
      assertOpen: () => this.#assertOpen(),
      assertWritable: () => this.#assertWritable(),
      addedEntriesBytesMax: options.addedEntriesBytesMax,
    });
    this.#checkpoints = new Checkpoints({ store, state, log, flusher: this.#flusher, durability });
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** True when every write is refused: it was opened so, or storage has failed. */
  get readOnly(): boolean {
    return this.refusal !== undefined;
  }

  /** Why nothing can be written; `undefined` when it can. */
  get refusal(): AuroraError | undefined {
    return this.#refusal ?? this.#log?.failure ?? this.#store.failure;
  }

  /** The catalog as of the last published commit. */
  get catalog(): Catalog {
    return this.#state.published.catalog;
  }

  /** When the last commit became visible, or the store was opened, as the clock elapses: to know that spares listening. */
  get lastCommitMs(): number {
    return this.#lastCommitMs;
  }

  /** Bytes that the database takes on disk. */
  sizeBytes(): number {
    this.#assertOpen();
    return this.#store.sizeBytes();
  }

  /** What lies between the last commit and the store. O(open snapshots). @throws AuroraError `DatabaseClosed` */
  stats(): PipelineStats {
    this.#assertOpen();
    return pipelineStats({
      mode: this.#mode,
      state: this.#state,
      log: this.#log,
      cache: this.#cache,
      columnCache: this.#columnCache,
      clock: this.#clock,
    });
  }

  /** How often queries have read each index. */
  get indexUses(): IndexUses {
    return this.#state.indexUses;
  }

  /** Reads of documents that the cache answered, and those that it did not; `undefined` without a cache. */
  cacheStats(): RowCacheStats | undefined {
    return this.#cache?.stats();
  }

  /** Looks single documents up in the last published state, within this turn. @throws AuroraError `DatabaseClosed` */
  lookup(): StateLookup {
    this.#assertOpen();
    return this.#state.lookup;
  }

  /** Columns of the last published state, within this turn; absent without a cache. @throws AuroraError `DatabaseClosed` */
  columns(): ColumnReader | undefined {
    this.#assertOpen();
    return this.#state.columns;
  }

  /** The last published state. The caller must release it. @throws AuroraError `DatabaseClosed` */
  snapshot(): Snapshot {
    this.#assertOpen();
    return this.#state.snapshot();
  }

  /**
   * A state that may be scanned and holds everything that is published now. The caller must release it. Applies what
   * is buffered, in time slices.
   * @throws AuroraError `DatabaseClosed`, `StorageFailure`
   */
  async settledSnapshot(): Promise<Snapshot> {
    this.#assertOpen();
    return this.#flusher.settleForReading((settled) => this.#state.snapshot(settled));
  }

  /** The same with its stored bytes, for maintenance. The caller must release it. */
  async storedSnapshot(): Promise<StoredSnapshot> {
    this.#assertOpen();
    return this.#flusher.settleForReading((settled) => this.#state.storedSnapshot(settled));
  }

  /**
   * Applies all changes, or none. Resolves when they are durable in the sense of the mode, and visible; commits are
   * made in the order of the calls. Each existing document may be changed once. O(changes × indexes).
   * @throws AuroraError `WriteConflict`, `UniqueConstraintViolation`, `TransactionTooLarge`, `CollectionNotFound`,
   * `LimitExceeded`, `ReadOnly`, `DiskFull`, `StorageFailure`, `DatabaseClosed`, `Cancelled`
   */
  commit(changes: readonly DocumentChange[], options: CommitOptions = {}): Promise<CommitReport> {
    return promised((caller) => this.commitFor(caller, changes, options));
  }

  /** The same for a caller that is told. A commit that ends within the call gives its report instead, or throws. */
  commitFor(
    caller: CommitCaller,
    changes: readonly DocumentChange[],
    options: CommitOptions,
  ): CommitReport | undefined {
    this.#assertWritable();
    if (changes.length === 0) return this.#emptyReport();
    const isSmall = changes.length <= limits.smallCommitMax && this.#preparing.isIdle;
    const source = this.#source;
    if (isSmall) return this.#loop.commit(prepareSmallCommit(changes, source, options), caller);
    this.#commitPrepared(changes, options).then(caller.resolve, caller.reject);
    return undefined;
  }

  async #commitPrepared(
    changes: readonly DocumentChange[],
    options: CommitOptions,
  ): Promise<CommitReport> {
    const added = await this.#preparing.run(async () => {
      const task = await prepareCommit(changes, this.#source, options);
      // Wrapped, so that the next commit may prepare while this one is made durable.
      return { done: promised((caller) => this.#loop.commit(task, caller)) };
    });
    return added.done;
  }

  /**
   * Runs an operation before everything that waits to be committed, so that nothing it reads changes before it commits.
   * Its commits go through `commit`. For operations that lost against others again and again.
   */
  exclusively<Result>(operation: (commit: CommitChanges) => Promise<Result>): Promise<Result> {
    this.#assertWritable();
    return this.#loop.exclusively((commitNow) =>
      operation(async (changes, options = {}) => {
        this.#assertWritable();
        if (changes.length === 0) return this.#emptyReport();
        return commitNow(await prepareCommit(changes, this.#source, options));
      }),
    );
  }

  /** Calls a listener after each commit became visible, in commit order; the returned function ends it. */
  onDidCommit(listener: (event: CommitEvent) => void): () => void {
    requireFunction(listener, 'A listener');
    return this.#commits.on(({ event }) => listener(event));
  }

  /** The same with the documents that changed, which are the engine's. */
  onDidPublish(listener: (commit: PublishedCommit) => void): () => void {
    return this.#commits.on(listener);
  }

  /**
   * Applies what is buffered, brings the store to the disk, and lets go what the log need not keep.
   * @throws AuroraError `DiskFull`, `StorageFailure`, `DatabaseClosed`
   */
  checkpoint(): Promise<void> {
    this.#assertOpen();
    return this.#checkpoints.run();
  }

  /** Gets the log ready, whose files the first commit would wait for; what goes wrong with it is told by that commit. */
  async getReady(): Promise<void> {
    try {
      await this.#log?.getReady();
    } catch (error) {
      if (!(error instanceof AuroraError)) throw error;
    }
  }

  /** Resolves when all commits have ended that wait now. */
  passed(): Promise<void> {
    return this.#loop.passed();
  }

  /** Resolves when deleting in the background has ended. */
  async settled(): Promise<void> {
    await this.#leftovers.settled();
  }

  /**
   * Ends it: commits that were begun are finished, everything later gets `DatabaseClosed`, open snapshots end. What is
   * buffered goes into the store, so that the next opening reads no log. Idempotent; every call resolves when all is
   * closed.
   * @throws AuroraError `DiskFull`, `StorageFailure` without a log, when what was in memory is lost
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closingSignal.abort(new AuroraError('DatabaseClosed', 'The database was closed.'));
    await this.#preparing.drained();
    await this.#loop.drained();
    await this.settled();
    const owed = await this.#loop.finish();
    const failure = (await this.#checkpoints.close()) ?? owed;
    this.#commits.clear();
    this.#flusher.close();
    this.#state.close();
    await this.#log?.close(failure === undefined);
    await this.#store.close();
    // With a log the next opening brings it back.
    if (failure !== undefined && this.#log === undefined) throw failure;
  }

  get #source() {
    return { state: this.#state, clock: this.#clock };
  }

  #emptyReport(): CommitReport {
    const { sequence } = this.#state.published;
    return { sequence, insertedCount: 0, replacedCount: 0, deletedCount: 0 };
  }

  #assertOpen(): void {
    if (this.isClosed) throw new AuroraError('DatabaseClosed', 'The database was closed.');
  }

  #assertWritable(): void {
    this.#assertOpen();
    const { refusal } = this;
    if (refusal !== undefined) throw refusal;
  }
}

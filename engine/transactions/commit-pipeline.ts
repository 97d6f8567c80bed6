/*
 * The only place that changes data: validate → apply → publish. (The log will stand between the first two; until then
 * a commit is one transaction of the store.) Validation, application and the number of the commit come in one
 * uninterrupted turn inside the store's transaction; the commit becomes visible, and resolves, when that is on disk.
 * First committer wins: a change whose document is no longer as it was read is refused with WriteConflict.
 */
import type { CollectionDefinition, IndexDefinition } from '#engine/aql';
import { type Clock, systemClock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { TimeSlicer, throwIfCancelled } from '../base/scheduler.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { Catalog, IndexEntry } from '../catalog/catalog.ts';
import { readCatalog } from '../catalog/catalog-codec.ts';
import { checkDefinition } from '../catalog/check-definition.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { readFormat } from '../storage/format.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { buildIndexTask, deleteLeftoverTask, readLeftovers } from './background-tasks.ts';
import { CodecTable } from './codec-table.ts';
import { commitTask, readSequence } from './commit-task.ts';
import { EngineSnapshot, PublishedState, type StoredSnapshot } from './engine-snapshot.ts';
import { PipelineQueue } from './pipeline-queue.ts';
import type { CommitEvent, PendingState, PipelineTask } from './pipeline-task.ts';
import { prepareChanges } from './prepared-changes.ts';
import {
  addIndexTask,
  defineCollectionTask,
  dropCollectionTask,
  dropIndexTask,
  finishIndexTask,
} from './schema-tasks.ts';
import type { CommitReport, DocumentChange, Snapshot } from './snapshot.ts';

export interface CommitPipelineOptions {
  readonly clock?: Clock;
  /** Gets what a listener of commits throws; printed to standard error unless told. */
  readonly onListenerError?: (error: unknown) => void;
}

/** Reads and changes one store. It owns the store: closing the pipeline closes it. */
export class CommitPipeline {
  readonly #store: KvStore;
  readonly #clock: Clock;
  readonly #codecs = new CodecTable();
  readonly #queue: PipelineQueue;
  readonly #preparing = new SerialQueue();
  readonly #background = new Set<Promise<void>>();
  readonly #closingSignal = new AbortController();
  readonly #commits: Emitter<CommitEvent>;
  readonly #states = new Set<PublishedState>();
  #published: PublishedState;
  #current: Omit<PendingState, 'onApplied'>;
  #closing: Promise<void> | undefined;

  /**
   * Opens a store that holds a database, and takes up what an earlier process left unfinished: indexes that were being
   * built are dropped, keys of what was dropped are deleted in the background.
   * @throws AuroraError `FormatTooNew`, `DatabaseCorrupt`, `StorageFailure`
   */
  static async open(store: KvStore, options: CommitPipelineOptions = {}): Promise<CommitPipeline> {
    const pipeline = new CommitPipeline(store, options);
    if (!store.readOnly) await pipeline.#takeUpUnfinished();
    return pipeline;
  }

  private constructor(store: KvStore, options: CommitPipelineOptions) {
    this.#store = store;
    this.#clock = options.clock ?? systemClock;
    this.#commits = new Emitter(
      options.onListenerError ?? ((error) => console.error('A commit listener failed:', error)),
    );
    const kv = store.snapshot();
    try {
      readFormat(kv);
      const { catalog, nextStorageId } = readCatalog(kv);
      for (const collection of catalog.collections) this.#codecs.load(collection, kv);
      this.#current = { catalog, nextStorageId, sequence: readSequence(kv), codecs: this.#codecs };
      this.#published = new PublishedState(kv, this.#current.sequence, catalog, this.#codecs);
    } catch (error) {
      kv.release();
      throw error;
    }
    this.#states.add(this.#published);
    this.#queue = new PipelineQueue(store, {
      begin: () => ({ ...this.#current, onApplied: [] }),
      publish: (state) => this.#publish(state),
      emit: (event) => this.#commits.emit(event),
    });
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  get readOnly(): boolean {
    return this.#store.readOnly;
  }

  /** The catalog as of the last published commit. */
  get catalog(): Catalog {
    return this.#published.catalog;
  }

  /** Bytes that the database takes on disk. */
  sizeBytes(): number {
    this.#assertOpen();
    return this.#store.sizeBytes();
  }

  /** The last published state. The caller must release it. @throws AuroraError `DatabaseClosed` */
  snapshot(): Snapshot {
    this.#assertOpen();
    return new EngineSnapshot(this.#published);
  }

  /** The last published state with its stored bytes, for maintenance. The caller must release it. */
  storedSnapshot(): StoredSnapshot {
    this.#assertOpen();
    const state = this.#published;
    state.hold();
    const { sequence, catalog, codecs } = state;
    return {
      sequence,
      catalog,
      codecs,
      get kv() {
        return state.kv;
      },
      release: () => state.letGo(),
    };
  }

  /**
   * Applies all changes, or none. Resolves when they are on disk and visible; commits are applied in the order of the
   * calls. Each existing document may be changed once. O(changes × indexes).
   * @throws AuroraError `WriteConflict`, `UniqueConstraintViolation`, `TransactionTooLarge`, `CollectionNotFound`,
   * `LimitExceeded`, `ReadOnly`, `DiskFull`, `StorageFailure`, `DatabaseClosed`, `Cancelled`
   */
  async commit(
    changes: readonly DocumentChange[],
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<CommitReport> {
    this.#assertWritable();
    if (changes.length > limits.commitChangesMax) {
      throw new AuroraError(
        'TransactionTooLarge',
        `A commit would change ${changes.length} documents; at most ${limits.commitChangesMax} are allowed.`,
        {
          details: { changeCount: changes.length, changesMax: limits.commitChangesMax },
          hint: 'Split the work into several commits, for example by a narrower filter.',
        },
      );
    }
    if (changes.length === 0) return this.#emptyReport();
    const added = await this.#preparing.run(async () => {
      const slicer = new TimeSlicer(this.#clock, { signal: options.signal });
      const prepared = await prepareChanges(changes, this.#current, slicer);
      throwIfCancelled(options.signal);
      // Wrapped, so that the next commit may prepare while this one is applied.
      return { done: this.#queue.add(commitTask(prepared, changes.length)) };
    });
    return added.done;
  }

  /**
   * Makes a collection with its indexes. Resolves to false when it is there with the same definition (with
   * `ifNotExists`: with any).
   * @throws AuroraError `CollectionExists`, `InvalidName`, `DuplicateName`, `InvalidValue`, `InvalidOption`, `ReadOnly`
   */
  async defineCollection(
    definition: CollectionDefinition,
    options: { readonly ifNotExists?: boolean } = {},
  ): Promise<boolean> {
    this.#assertWritable();
    checkDefinition(definition);
    const { ifNotExists = false } = options;
    return this.#schemaChange(defineCollectionTask(definition, { ifNotExists }));
  }

  /**
   * Drops a collection with its documents and indexes; readers of earlier snapshots keep theirs. Resolves to false when
   * there was none. Its space is given back in the background.
   * @throws AuroraError `CollectionNotFound` without `ifExists`, `ReadOnly`
   */
  async dropCollection(
    name: string,
    options: { readonly ifExists?: boolean } = {},
  ): Promise<boolean> {
    this.#assertWritable();
    const { ifExists = false } = options;
    const leftovers = await this.#schemaChange(dropCollectionTask(name, { ifExists }));
    this.#deleteInBackground(leftovers);
    return leftovers.length > 0;
  }

  /**
   * Builds an index over the documents of a collection while others read and write. Resolves when queries may use it.
   * @throws AuroraError `UniqueConstraintViolation`, `CollectionNotFound`, `InvalidOption`, `Cancelled`,
   * `DatabaseClosed`; then there is no index
   */
  async createIndex(
    collection: string,
    definition: IndexDefinition,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<IndexEntry> {
    this.#assertWritable();
    const index = await this.#schemaChange(addIndexTask(collection, definition));
    if (index.state === 'live') return index;
    try {
      let fromRow: number | undefined = 0;
      while (fromRow !== undefined) {
        throwIfCancelled(options.signal);
        this.#assertOpen();
        fromRow = await this.#queue.add(buildIndexTask(index, fromRow));
      }
      return await this.#queue.add(finishIndexTask(index));
    } catch (error) {
      // When the database is closing, the unfinished index is dropped by the next open instead.
      if (!this.isClosed) this.#deleteInBackground(await this.#queue.add(dropIndexTask(index)));
      throw error;
    }
  }

  /** Drops an index by name. @throws AuroraError `CollectionNotFound`, `InvalidOption` */
  async dropIndex(collection: string, name: string): Promise<void> {
    this.#assertWritable();
    const entry = this.#current.catalog.collection(collection);
    const index = entry?.indexes.find((candidate) => candidate.name === name);
    if (index === undefined) {
      throw new AuroraError('InvalidOption', `"${collection}" has no index "${name}".`, {
        details: { collection, index: name },
      });
    }
    this.#deleteInBackground(await this.#schemaChange(dropIndexTask(index)));
  }

  /** Calls a listener after each commit became visible, in commit order; the returned function ends it. */
  onDidCommit(listener: (event: CommitEvent) => void): () => void {
    return this.#commits.on(listener);
  }

  /** Resolves when deleting in the background has ended. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background);
  }

  /**
   * Ends it: commits that were begun are finished, everything later gets `DatabaseClosed`, open snapshots end.
   * Idempotent; every call resolves when all is closed.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closingSignal.abort(new AuroraError('DatabaseClosed', 'The database was closed.'));
    await this.#preparing.drained();
    await this.#queue.drained();
    await this.settled();
    await this.#queue.drained();
    this.#commits.clear();
    for (const state of this.#states) state.close();
    this.#states.clear();
    await this.#store.close();
  }

  #publish(state: PendingState): void {
    const { catalog, nextStorageId, sequence, codecs } = state;
    this.#current = { catalog, nextStorageId, sequence, codecs };
    const previous = this.#published;
    this.#published = new PublishedState(this.#store.snapshot(), sequence, catalog, codecs);
    this.#states.add(this.#published);
    previous.letGo();
    for (const old of this.#states) if (old.isReleased) this.#states.delete(old);
  }

  /** Schema changes keep their place among the commits that were called before them. */
  async #schemaChange<Result>(task: PipelineTask<Result>): Promise<Result> {
    const added = await this.#preparing.run(async () => ({ done: this.#queue.add(task) }));
    return added.done;
  }

  async #takeUpUnfinished(): Promise<void> {
    const kv = this.#published.kv;
    const leftovers = [...readLeftovers(kv)];
    for (const { indexes } of this.#published.catalog.collections) {
      for (const index of indexes) {
        if (index.state === 'building')
          leftovers.push(...(await this.#queue.add(dropIndexTask(index))));
      }
    }
    this.#deleteInBackground(leftovers);
  }

  #deleteInBackground(storageIds: readonly number[]): void {
    if (storageIds.length === 0) return;
    const work = this.#deleteLeftovers(storageIds).catch((error: unknown) => {
      // They stay noted as leftovers, so the next open takes them up; writers see the store's failure themselves.
      if (!(error instanceof AuroraError)) throw error;
    });
    this.#background.add(work);
    void work.finally(() => this.#background.delete(work));
  }

  async #deleteLeftovers(storageIds: readonly number[]): Promise<void> {
    for (const storageId of storageIds) {
      let isDone = false;
      while (!isDone && !this.#closingSignal.signal.aborted) {
        isDone = await this.#queue.add(deleteLeftoverTask(storageId));
      }
    }
  }

  #emptyReport(): CommitReport {
    const { sequence } = this.#published;
    return { sequence, insertedCount: 0, replacedCount: 0, deletedCount: 0 };
  }

  #assertOpen(): void {
    if (this.isClosed) throw new AuroraError('DatabaseClosed', 'The database was closed.');
  }

  #assertWritable(): void {
    this.#assertOpen();
    if (this.#store.readOnly) {
      throw new AuroraError('ReadOnly', 'The database was opened read-only.', {
        hint: 'Open it without readOnly to change it.',
      });
    }
  }
}

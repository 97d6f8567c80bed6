/* Collections and indexes made and dropped: each is one change of the catalog in the order of the commits. */
import type { CollectionDefinition, IndexDefinition } from '#engine/aql';
import type { Clock } from '../base/clock.ts';
import { nextTurn } from '../base/scheduler.ts';
import type { SerialQueue } from '../base/serial-queue.ts';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { checkDefinition } from '../catalog/check-definition.ts';
import { AuroraError } from '../errors.ts';
import { readLeftovers } from './background-tasks.ts';
import {
  type CatalogRewrite,
  type RevisionTarget,
  reserveTask,
  takeIntoUseTask,
} from './catalog-rewrite.ts';
import { CollectionCopy } from './collection-copy.ts';
import type { CommitLoop } from './commit-loop.ts';
import { IndexAddition } from './index-addition.ts';
import { buildIndex } from './index-building.ts';
import type { LeftoverDeletion } from './leftover-deletion.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { PublishedCommit, SchemaTask } from './pipeline-task.ts';
import { type RunningRewrite, RunningRewrites } from './running-rewrites.ts';
import {
  addIndexTask,
  defineCollectionTask,
  dropCollectionTask,
  dropIndexTask,
} from './schema-tasks.ts';

interface SchemaChangesOptions {
  readonly clock: Clock;
  readonly loop: CommitLoop;
  readonly state: PipelineState;
  /** Where commits are prepared, so that a schema change comes after those that were called before it. */
  readonly preparing: SerialQueue;
  readonly leftovers: LeftoverDeletion;
  readonly onDidPublish: (listener: (commit: PublishedCommit) => void) => () => void;
  readonly isClosed: () => boolean;
  readonly assertOpen: () => void;
  readonly assertWritable: () => void;
  /** Memory for entries of new indexes that wait to be written; `limits.addedEntriesBytesMax` unless told. */
  readonly addedEntriesBytesMax?: number | undefined;
}

/** What a revision does with the documents of a collection, step by step. */
type DocumentsWork = CollectionCopy | IndexAddition;

export class SchemaChanges {
  /** Rewrites that are under way. */
  readonly running = new RunningRewrites();
  readonly #options: SchemaChangesOptions;

  constructor(options: SchemaChangesOptions) {
    this.#options = options;
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
    this.#options.assertWritable();
    checkDefinition(definition);
    const { ifNotExists = false } = options;
    return this.#schemaChange(defineCollectionTask(definition, { ifNotExists }));
  }

  /**
   * Drops a collection with its documents and indexes; readers of earlier snapshots keep theirs. Resolves to false when
   * there was none, or when it holds documents and may only go empty. Its space is given back in the background.
   * @throws AuroraError `CollectionNotFound` without `ifExists`, `ReadOnly`
   */
  async dropCollection(
    name: string,
    options: { readonly ifExists?: boolean; readonly ifEmpty?: boolean } = {},
  ): Promise<boolean> {
    this.#options.assertWritable();
    const { ifExists = false, ifEmpty = false } = options;
    const leftovers = await this.#schemaChange(dropCollectionTask(name, { ifExists, ifEmpty }));
    this.#options.leftovers.start(leftovers);
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
    this.#options.assertWritable();
    const index = await this.#schemaChange(addIndexTask(collection, definition));
    if (index.state === 'live') return index;
    try {
      const throwIfClosed = () => this.#options.assertOpen();
      return await buildIndex(this.#options.loop, index, { signal: options.signal, throwIfClosed });
    } catch (error) {
      // When the database is closing, the unfinished index is dropped by the next open instead.
      if (!this.#options.isClosed())
        this.#options.leftovers.start(await this.#options.loop.change(dropIndexTask(index)));
      throw error;
    }
  }

  /** Drops an index by name. @throws AuroraError `CollectionNotFound`, `InvalidOption` */
  async dropIndex(collection: string, name: string): Promise<void> {
    this.#options.assertWritable();
    const entry = this.#options.state.published.catalog.collection(collection);
    const index = entry?.indexes.find((candidate) => candidate.name === name);
    if (index === undefined) {
      throw new AuroraError('InvalidOption', `"${collection}" has no index "${name}".`, {
        details: { collection, index: name },
      });
    }
    this.#options.leftovers.start(await this.#schemaChange(dropIndexTask(index)));
  }

  /**
   * Changes several collections with their documents, all or nothing, while others read and write. Resolves when
   * everything is visible; documents that others write meanwhile are revised as well. What `revise` throws ends it.
   * @throws AuroraError `WriteConflict` when a collection is not as the rewrite has it, `UniqueConstraintViolation`,
   * `Cancelled`, `DatabaseClosed`; then nothing has changed
   */
  async rewrite(
    rewrite: CatalogRewrite,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    const { loop, leftovers, assertWritable, isClosed, onDidPublish } = this.#options;
    assertWritable();
    for (const { definition } of rewrite.revisions) checkDefinition(definition);
    for (const definition of rewrite.creates) checkDefinition(definition);
    const targets = await this.#schemaChange(reserveTask(rewrite));
    const copies = targets.flatMap((target) => this.#copyOf(target) ?? []);
    const endListening = onDidPublish((commit) => {
      for (const copy of copies) copy.note(commit);
    });
    const running = this.#begin(rewrite, copies, signal);
    const takeStep = (copy: DocumentsWork, work: CommitLoop['work']): Promise<boolean> => {
      running.throwIfCancelled();
      this.#options.assertOpen();
      return work(copy.step());
    };
    try {
      for (const copy of copies) {
        while (!copy.isNear) {
          await running.mayGoOn();
          await takeStep(copy, (task) => loop.work(task));
        }
      }
      await running.mayGoOn();
      // Writers wait for what they have changed during the last steps.
      const left = await loop.exclusively(async (_, { work, change }) => {
        for (const copy of copies) while (!(await takeStep(copy, work))) await nextTurn();
        return change(takeIntoUseTask(rewrite, targets));
      });
      for (const { revision, after } of targets) this.#carryUses(revision.before.indexes, after);
      leftovers.start(left);
    } catch (error) {
      const isCommitted = error instanceof AuroraError && error.details['isCommitted'] === true;
      // When the database is closing, the next open deletes them instead.
      if (!isClosed() && !isCommitted) {
        leftovers.start(targets.flatMap(({ newStorageIds }) => newStorageIds));
      }
      throw error;
    } finally {
      running.end();
      endListening();
    }
  }

  #begin(
    { name = '' }: CatalogRewrite,
    copies: readonly DocumentsWork[],
    signal: AbortSignal | undefined,
  ): RunningRewrite {
    const snapshot = this.#options.state.snapshot();
    const documentsTotal = copies.reduce((sum, copy) => sum + copy.documentsIn(snapshot), 0);
    snapshot.release();
    const documentsDone = () => copies.reduce((sum, copy) => sum + copy.documentsDone, 0);
    return this.running.begin({ name, documentsTotal, documentsDone, signal });
  }

  /** Indexes that are built anew under their name go on with how often they were read. */
  #carryUses(before: readonly IndexEntry[], { indexes }: CollectionEntry): void {
    for (const index of indexes) {
      const old = before.find(({ name }) => name === index.name);
      if (old !== undefined) this.#options.state.indexUses.carryOver(old, index);
    }
  }

  #copyOf({ revision, after, newStorageIds }: RevisionTarget): DocumentsWork | undefined {
    if (newStorageIds.length === 0) return undefined;
    const { clock, state, addedEntriesBytesMax } = this.#options;
    const { before, revise = (document) => document } = revision;
    if (after.storageId === before.storageId) {
      return new IndexAddition({ from: before, to: after, clock, bytesMax: addedEntriesBytesMax });
    }
    const { coldMode } = state.applyTarget;
    return new CollectionCopy({ from: before, to: after, revise, coldMode, clock });
  }

  /** Schema changes keep their place among the commits that were called before them. */
  async #schemaChange<Result>(task: SchemaTask<Result>): Promise<Result> {
    const added = await this.#options.preparing.run(async () => ({
      done: this.#options.loop.change(task),
    }));
    return added.done;
  }

  /** Drops indexes that an earlier process did not finish, and goes on with what it began to delete. */
  async takeUpUnfinished(): Promise<void> {
    const leftovers = [...readLeftovers(this.#options.state.published.base.reader)];
    for (const { indexes } of this.#options.state.published.catalog.collections) {
      for (const index of indexes) {
        if (index.state === 'building') {
          leftovers.push(...(await this.#options.loop.change(dropIndexTask(index))));
        }
      }
    }
    this.#options.leftovers.start(leftovers);
  }
}

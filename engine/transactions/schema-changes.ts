/* Collections and indexes made and dropped: each is one change of the catalog in the order of the commits. */
import type { CollectionDefinition, IndexDefinition } from '#engine/aql';
import type { SerialQueue } from '../base/serial-queue.ts';
import type { IndexEntry } from '../catalog/catalog.ts';
import { checkDefinition } from '../catalog/check-definition.ts';
import { AuroraError } from '../errors.ts';
import { readLeftovers } from './background-tasks.ts';
import type { CommitLoop } from './commit-loop.ts';
import { buildIndex } from './index-building.ts';
import type { LeftoverDeletion } from './leftover-deletion.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { SchemaTask } from './pipeline-task.ts';
import {
  addIndexTask,
  defineCollectionTask,
  dropCollectionTask,
  dropIndexTask,
} from './schema-tasks.ts';

interface SchemaChangesOptions {
  readonly loop: CommitLoop;
  readonly state: PipelineState;
  /** Where commits are prepared, so that a schema change comes after those that were called before it. */
  readonly preparing: SerialQueue;
  readonly leftovers: LeftoverDeletion;
  readonly isClosed: () => boolean;
  readonly assertOpen: () => void;
  readonly assertWritable: () => void;
}

export class SchemaChanges {
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
   * there was none. Its space is given back in the background.
   * @throws AuroraError `CollectionNotFound` without `ifExists`, `ReadOnly`
   */
  async dropCollection(
    name: string,
    options: { readonly ifExists?: boolean } = {},
  ): Promise<boolean> {
    this.#options.assertWritable();
    const { ifExists = false } = options;
    const leftovers = await this.#schemaChange(dropCollectionTask(name, { ifExists }));
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

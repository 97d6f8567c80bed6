/* What an import does with the documents that it has read: writes them, tries them, or takes them back. */
import type { CatalogShape, CollectionDefinition } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { formatUuid, writeUuid } from '../values/uuid.ts';
import type { ImportDocument, ImportOptions } from './import-report.ts';

/** What import needs of a database. */
export interface ImportTarget {
  catalog(): CatalogShape;
  defineCollections(definitions: readonly CollectionDefinition[]): Promise<unknown>;
  insertMany(
    collection: string,
    documents: readonly ImportDocument[],
    options: { readonly signal?: AbortSignal },
  ): Promise<readonly string[]>;
  /** Replaces the fields of what a field finds, or inserts; all documents, or none. */
  upsertMany(
    collection: string,
    documents: readonly ImportDocument[],
    options: { readonly on: string; readonly signal: AbortSignal | undefined },
  ): Promise<unknown>;
  /** Finds out whether documents could be inserted. */
  tryInsert(
    collection: string,
    documents: readonly ImportDocument[],
    options: { readonly signal: AbortSignal | undefined },
  ): Promise<unknown>;
  removeMany(collection: string, ids: readonly string[]): Promise<unknown>;
}

type WriteOptions = Pick<ImportOptions, 'signal' | 'upsertKey' | 'dryRun' | 'onCancel'>;

export class ImportWrites {
  readonly #target: ImportTarget;
  readonly #collection: string;
  readonly #options: WriteOptions;
  /** What was inserted, where it may have to go again. */
  readonly #insertedIds: Uint8Array[] = [];
  /** False in a trial for a collection that is not there: then nothing is to be written to. */
  isDefined = true;

  /** @throws AuroraError `InvalidOption` */
  constructor(target: ImportTarget, collection: string, options: WriteOptions) {
    this.#target = target;
    this.#collection = collection;
    this.#options = options;
    if (options.upsertKey !== undefined && options.onCancel === 'revert') {
      throw new AuroraError(
        'InvalidOption',
        'What an upsert replaces is not kept, so it cannot be reverted.',
        { hint: 'Leave upsertKey or onCancel out.' },
      );
    }
  }

  /** All documents in one commit, or none. */
  async write(documents: readonly ImportDocument[]): Promise<void> {
    const { signal, upsertKey, dryRun = false, onCancel } = this.#options;
    const collection = this.#collection;
    if (dryRun) {
      const isTried = this.isDefined && upsertKey === undefined;
      if (isTried) await this.#target.tryInsert(collection, documents, { signal });
      return;
    }
    if (upsertKey !== undefined) {
      await this.#target.upsertMany(collection, documents, { on: upsertKey, signal });
      return;
    }
    const given = signal === undefined ? {} : { signal };
    const ids = await this.#target.insertMany(collection, documents, given);
    if (onCancel === 'revert') this.#insertedIds.push(...ids.map(uuidBytes));
  }

  /** Deletes what was inserted. */
  async revert(): Promise<void> {
    const size = limits.importBatchMax;
    for (let start = 0; start < this.#insertedIds.length; start += size) {
      const ids = this.#insertedIds.slice(start, start + size).map((id) => formatUuid(id, 0));
      await this.#target.removeMany(this.#collection, ids);
    }
  }
}

function uuidBytes(id: string): Uint8Array {
  const bytes = new Uint8Array(16);
  writeUuid(id, bytes, 0);
  return bytes;
}

/* What an import does with the documents that it has read: writes them, tries them, or takes them back. */
import type { CatalogShape, CollectionDefinition } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { formatUuid, writeUuid } from '../values/uuid.ts';
import type { ImportDocument, ImportOptions } from './import-report.ts';
import { TriedValues } from './tried-values.ts';

/** What import needs of a database. */
export interface ImportTarget {
  catalog(): CatalogShape;
  defineCollections(definitions: readonly CollectionDefinition[]): Promise<unknown>;
  insertMany(
    collection: string,
    documents: readonly ImportDocument[],
    options: { readonly signal?: AbortSignal },
  ): Promise<readonly string[]>;
  /**
   * Replaces the fields of what a field finds, or inserts; all documents, or none. Gives how many were found. With
   * `trial`, which remembers the documents, it only finds that out.
   */
  upsertMany(
    collection: string,
    documents: readonly ImportDocument[],
    options: {
      readonly on: string;
      readonly trial: TriedValues | undefined;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<number>;
  /** Finds out whether documents could be inserted after those that were tried before. */
  tryInsert(
    collection: string,
    documents: readonly ImportDocument[],
    options: { readonly trial: TriedValues; readonly signal: AbortSignal | undefined },
  ): Promise<unknown>;
  /** Drops a collection that holds nothing. */
  dropEmpty(collection: string): Promise<unknown>;
  removeMany(collection: string, ids: readonly string[]): Promise<unknown>;
}

type WriteOptions = Pick<ImportOptions, 'signal' | 'upsertKey' | 'dryRun' | 'onCancel'>;

export class ImportWrites {
  readonly #target: ImportTarget;
  readonly #collection: string;
  readonly #options: WriteOptions;
  /** What was inserted, where it may have to go again: 16 bytes a document, an array for each commit. */
  readonly #insertedIds: Uint8Array[] = [];
  readonly #trial = new TriedValues();
  #hasDefined = false;
  #updatedCount = 0;
  /** False in a trial for a collection that is not there: then nothing is to be written to. */
  isDefined = true;

  /** @throws AuroraError `InvalidOption` */
  constructor(target: ImportTarget, collection: string, options: WriteOptions) {
    this.#target = target;
    this.#collection = collection;
    this.#options = options;
    if (options.upsertKey !== undefined && (options.onCancel ?? 'keep') !== 'keep') {
      throw new AuroraError(
        'InvalidOption',
        'What an upsert replaces is not kept, so it cannot be reverted.',
        { hint: 'Leave upsertKey or onCancel out.' },
      );
    }
  }

  /** Documents that an upsert has found. */
  get updatedCount(): number {
    return this.#updatedCount;
  }

  /** @throws AuroraError `InvalidOption` when documents cannot be found by the key */
  checkKey(definition: CollectionDefinition | undefined): void {
    const { upsertKey } = this.#options;
    if (upsertKey === undefined || upsertKey === 'id') return;
    const fields = definition?.fields ?? [];
    const unique = fields.filter((field) => field.unique).map(({ name }) => name);
    if (unique.includes(upsertKey)) return;
    const isThere = fields.some(({ name }) => name === upsertKey);
    const name = this.#collection;
    throw new AuroraError(
      'InvalidOption',
      isThere
        ? `"${upsertKey}" of "${name}" is not unique, so it may find several documents.`
        : `"${name}" has no field "${upsertKey}" to find documents by.`,
      {
        details: { collection: name, field: upsertKey },
        hint: `Upsert by ${['id', ...unique].join(' or ')}.`,
      },
    );
  }

  async define(definition: CollectionDefinition): Promise<void> {
    await this.#target.defineCollections([definition]);
    this.#hasDefined = true;
  }

  /** All documents in one commit, or none. */
  async write(documents: readonly ImportDocument[]): Promise<void> {
    const { signal, upsertKey, dryRun = false, onCancel } = this.#options;
    const collection = this.#collection;
    if (dryRun && !this.isDefined) return;
    if (upsertKey !== undefined) {
      const request = { on: upsertKey, trial: dryRun ? this.#trial : undefined, signal };
      this.#updatedCount += await this.#target.upsertMany(collection, documents, request);
    } else if (dryRun) {
      await this.#target.tryInsert(collection, documents, { trial: this.#trial, signal });
    } else {
      const given = signal === undefined ? {} : { signal };
      const ids = await this.#target.insertMany(collection, documents, given);
      if (onCancel !== undefined && onCancel !== 'keep') this.#insertedIds.push(packIds(ids));
    }
  }

  /** Deletes what was inserted, and the collection if it was made for it, where that is wanted; gives whether it was. */
  async revert(): Promise<boolean> {
    const { onCancel = 'keep', dryRun } = this.#options;
    if ((typeof onCancel === 'function' ? onCancel() : onCancel) === 'keep') return false;
    if (dryRun === true) return true;
    for (const bytes of this.#insertedIds) {
      await this.#target.removeMany(this.#collection, unpackIds(bytes));
    }
    if (this.#hasDefined) await this.#target.dropEmpty(this.#collection);
    return true;
  }
}

const idBytes = 16;

function packIds(ids: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(ids.length * idBytes);
  for (const [at, id] of ids.entries()) writeUuid(id, bytes, at * idBytes);
  return bytes;
}

function unpackIds(bytes: Uint8Array): readonly string[] {
  return Array.from({ length: bytes.length / idBytes }, (_, at) => formatUuid(bytes, at * idBytes));
}

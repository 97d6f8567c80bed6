/* A database as import and export see it, which know collections by name only. */
import type { JsonValue } from '#engine/aql';
import { checkedOptions, requireFunction } from './base/arguments.ts';
import { assert } from './base/assert.ts';
import type { DatabaseBackend, TransactionBackend } from './database-backend.ts';
import { AuroraError } from './errors.ts';
import type { JsonObject } from './exec/complete-documents.ts';
import { toJsonObject } from './fluent/json-input.ts';
import { limits } from './limits.ts';
import {
  type ExportOptions,
  type ExportReport,
  type ExportSource,
  exportDocuments,
  type WriteText,
} from './maintenance/export-documents.ts';
import type { ImportDocument } from './maintenance/import-report.ts';
import type { ImportTarget } from './maintenance/import-writes.ts';
import { hasUnique } from './maintenance/tried-values.ts';

export function importTarget(
  backend: Pick<
    DatabaseBackend,
    'catalog' | 'defineCollections' | 'dropEmptyCollection' | 'insert' | 'transaction' | 'remove'
  >,
): ImportTarget {
  const definitionOf = (collection: string) => {
    const found = backend.catalog().collections.find(({ name }) => name === collection);
    assert(found !== undefined, 'documents were written to a collection that is there');
    return found;
  };
  return {
    catalog: () => backend.catalog(),
    defineCollections: (definitions) => backend.defineCollections(definitions),
    // What import has read and converted is JSON, and nobody else's: it need not be copied.
    insertMany: (collection, documents, { signal }) =>
      backend.insert(collection, documents, signal, 'import'),
    upsertMany: async (collection, documents, { on, trial, signal }) => {
      let updatedCount = 0;
      await unlessTried(
        backend.transaction(
          async (transaction) => {
            const upserted = await upsertAll(transaction, { collection, documents, on, signal });
            updatedCount = upserted.updatedCount;
            if (trial === undefined) return;
            const written = await readBack(transaction, collection, upserted.ids, signal);
            const tried = written.map((document) => ({
              owner: JSON.stringify(document[on]),
              document,
            }));
            updatedCount += tried.filter(
              ({ owner, document }) =>
                upserted.inserted.has(String(document['id'])) && trial.isKnown(owner),
            ).length;
            trial.take(definitionOf(collection), tried, { mayComeAgain: true });
            throw new Tried();
          },
          { signal },
        ),
      );
      return updatedCount;
    },
    tryInsert: (collection, documents, { trial, signal }) =>
      unlessTried(
        backend.transaction(
          async (transaction) => {
            const ids = await transaction.insert(collection, documents.map(toJsonObject), signal);
            const definition = definitionOf(collection);
            if (
              hasUnique(definition) ||
              documents.some((document) => Object.hasOwn(document, 'id'))
            ) {
              const written = await readBack(transaction, collection, ids, signal);
              const tried = written.map((document) => ({
                owner: String(document['id']),
                document,
              }));
              trial.take(definition, tried, { mayComeAgain: false });
            }
            throw new Tried();
          },
          { signal },
        ),
      ),
    dropEmpty: (collection) => backend.dropEmptyCollection(collection),
    removeMany: async (collection, ids) => {
      const where = { id: { in: [...ids] } };
      const request = { collection, where, orderBy: [], signal: undefined };
      await backend.remove({ ...request, limit: undefined, offset: undefined });
    },
  };
}

/** Ends a transaction that was only to see whether it could be. */
class Tried extends Error {}

async function unlessTried(transaction: Promise<unknown>): Promise<void> {
  try {
    await transaction;
  } catch (error) {
    if (!(error instanceof Tried)) throw error;
  }
}

interface UpsertRequest {
  readonly collection: string;
  readonly documents: readonly ImportDocument[];
  readonly on: string;
  readonly signal: AbortSignal | undefined;
}

/** The documents that were written, as a transaction sees them. */
async function readBack(
  transaction: TransactionBackend,
  collection: string,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly JsonObject[]> {
  const request = { collection, where: { id: { in: [...ids] } }, orderBy: [], signal };
  const found = await transaction.select({ ...request, limit: undefined, offset: undefined });
  return found.map(objectOf);
}

/** Counts the documents that were found, those included that the same documents have inserted before. */
async function upsertAll(
  transaction: TransactionBackend,
  { collection, documents, on, signal }: UpsertRequest,
): Promise<{
  readonly updatedCount: number;
  readonly ids: readonly string[];
  readonly inserted: ReadonlySet<string>;
}> {
  const keys = documents
    .map((document) => document[on])
    .filter((key) => key !== null && key !== undefined);
  const request = { collection, where: { [on]: { in: keys } }, orderBy: [], signal };
  const found = await transaction.select({ ...request, limit: undefined, offset: undefined });
  const known = new Set(found.map((document) => String(objectOf(document)['id'])));
  const inserted = new Set<string>();
  const ids = new Set<string>();
  const text = `mutation($data: Any!) { upsert(collection: ${JSON.stringify(collection)}, data: $data, on: ${JSON.stringify(on)}) { id } }`;
  let updatedCount = 0;
  for (const document of documents) {
    const variables = { data: toJsonObject(document) };
    const { data } = await transaction.execute(text, {
      variables,
      operationName: undefined,
      signal,
    });
    const written = data['upsert'];
    for (const each of Array.isArray(written) ? written : [written]) {
      const id = String(objectOf(each)['id']);
      ids.add(id);
      if (known.has(id) || inserted.has(id)) updatedCount += 1;
      else inserted.add(id);
    }
  }
  return { updatedCount, ids: [...ids], inserted };
}

export async function exportFromBackend(
  backend: Pick<DatabaseBackend, 'catalog' | 'run' | 'transaction'>,
  collection: string,
  write: WriteText,
  options: ExportOptions,
): Promise<ExportReport> {
  requireFunction(write, 'What "exportFrom" hands text to');
  const { signal } = checkedOptions(options, 'exportFrom');
  return exportDocuments(exportSource(backend, signal), collection, write, options);
}

function exportSource(
  backend: Pick<DatabaseBackend, 'catalog' | 'run' | 'transaction'>,
  signal: AbortSignal | undefined,
): ExportSource {
  return {
    catalog: () => backend.catalog(),
    run: (text, variables) => backend.run(text, { variables, operationName: undefined, signal }),
    pages: (collection, where = {}, take) =>
      backend.transaction(
        async (transaction) => {
          for (let offset = 0; ; offset += limits.exportBatchMax) {
            const page = await transaction.select({
              collection,
              where,
              orderBy: [],
              limit: limits.exportBatchMax,
              offset,
              signal,
            });
            if (page.length === 0) return;
            await take(page.map(objectOf));
          }
        },
        { signal, timeoutMs: limits.transactionMsMax },
      ),
  };
}

function objectOf(document: unknown): JsonObject {
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) {
    // A document of the engine, in JSON form.
    return document as { readonly [key: string]: JsonValue };
  }
  throw new AuroraError('DatabaseCorrupt', 'A document is no object.');
}

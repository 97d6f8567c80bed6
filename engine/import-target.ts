/* A database as import and export see it, which know collections by name only. */
import type { JsonValue } from '#engine/aql';
import type { DatabaseBackend, TransactionBackend } from './database-backend.ts';
import { AuroraError } from './errors.ts';
import type { JsonObject } from './exec/run-mutation.ts';
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

export function importTarget(
  backend: Pick<
    DatabaseBackend,
    'catalog' | 'defineCollections' | 'insert' | 'transaction' | 'select' | 'remove' | 'execute'
  >,
): ImportTarget {
  return {
    catalog: () => backend.catalog(),
    defineCollections: (definitions) => backend.defineCollections(definitions),
    // What import has read and converted is JSON, and nobody else's: it need not be copied.
    insertMany: (collection, documents, { signal }) =>
      backend.insert(collection, documents, signal, 'import'),
    upsertMany: async (collection, documents, { on, isTrial, signal }) => {
      let updatedCount = 0;
      await unlessTried(
        backend.transaction(
          async (transaction) => {
            updatedCount = await upsertAll(transaction, { collection, documents, on, signal });
            if (isTrial) throw new Tried();
          },
          { signal },
        ),
      );
      return updatedCount;
    },
    tryInsert: (collection, documents, { signal }) =>
      unlessTried(
        backend.transaction(
          async (transaction) => {
            await transaction.insert(collection, documents.map(toJsonObject), signal);
            throw new Tried();
          },
          { signal },
        ),
      ),
    dropEmpty: async (collection) => {
      const request = { collection, where: {}, orderBy: [], signal: undefined };
      const [first] = await backend.select({ ...request, limit: 1, offset: undefined });
      if (first !== undefined) return;
      const text = `schema { drop collection ${collection} }`;
      await backend.execute(text, { variables: {}, operationName: undefined, signal: undefined });
    },
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

/** Gives how many documents were found, those included that the same documents have inserted before. */
async function upsertAll(
  transaction: TransactionBackend,
  { collection, documents, on, signal }: UpsertRequest,
): Promise<number> {
  const keys = documents
    .map((document) => document[on])
    .filter((key) => key !== null && key !== undefined);
  const request = { collection, where: { [on]: { in: keys } }, orderBy: [], signal };
  const found = await transaction.select({ ...request, limit: undefined, offset: undefined });
  const ids = new Set(found.map((document) => objectOf(document)['id']));
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
      const { id } = objectOf(each);
      if (ids.has(id)) updatedCount += 1;
      else ids.add(id);
    }
  }
  return updatedCount;
}

export function exportFromBackend(
  backend: Pick<DatabaseBackend, 'catalog' | 'run' | 'transaction'>,
  collection: string,
  write: WriteText,
  options: ExportOptions,
): Promise<ExportReport> {
  return exportDocuments(exportSource(backend, options.signal), collection, write, options);
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

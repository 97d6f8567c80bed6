/* The statements of a transaction where the data is in this process. */
import type { TextOptions, TransactionBackend } from './database-backend.ts';
import { executeStatements } from './exec/execute-text.ts';
import type { ExecutionResult } from './exec/execution-result.ts';
import { insertDocuments } from './exec/insert-documents.ts';
import { type PreparedTexts, statementsToRun } from './exec/prepared-text.ts';
import { readDocument } from './exec/read-document.ts';
import type { JsonObject } from './exec/run-mutation.ts';
import { refuseInTransaction, type TransactionRun } from './exec/transaction.ts';
import type { QueryRequest } from './fluent/query.ts';
import {
  countMatches,
  deleteMatches,
  selectDocuments,
  updateMatches,
} from './fluent/query-runner.ts';

export class LocalTransaction implements TransactionBackend {
  readonly #run: TransactionRun;
  readonly #prepared: PreparedTexts;

  constructor(run: TransactionRun, prepared: PreparedTexts) {
    this.#run = run;
    this.#prepared = prepared;
  }

  execute(text: string, options: TextOptions): Promise<ExecutionResult> {
    const { variables, operationName, signal } = options;
    return this.#run.run(signal, (environment) => {
      const prepared = this.#prepared.get(text, environment.snapshot().catalog.shape);
      const statements = statementsToRun(prepared, operationName);
      refuseInTransaction(statements);
      return executeStatements(environment, text, statements, variables, 'throw');
    });
  }

  insert(
    collection: string,
    documents: readonly JsonObject[],
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    return this.#run.run(signal, (environment) =>
      insertDocuments(environment, () => environment.snapshot().catalog, collection, documents),
    );
  }

  find(collection: string, id: string): Promise<unknown> {
    return this.#run.run(undefined, async (environment) =>
      readDocument(environment.snapshot(), collection, id),
    );
  }

  get(collection: string, id: string): unknown {
    return readDocument(this.#run.view, collection, id);
  }

  select(request: QueryRequest): Promise<readonly unknown[]> {
    return this.#run.run(request.signal, (environment) => selectDocuments(environment, request));
  }

  count(request: QueryRequest): Promise<number> {
    return this.#run.run(request.signal, (environment) => countMatches(environment, request));
  }

  update(request: QueryRequest, data: { readonly [field: string]: unknown }): Promise<number> {
    return this.#run.run(request.signal, (environment) =>
      updateMatches(environment, request, data),
    );
  }

  remove(request: QueryRequest): Promise<number> {
    return this.#run.run(request.signal, (environment) => deleteMatches(environment, request));
  }
}

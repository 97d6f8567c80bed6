/* The statements of a transaction where the data is in this process. */
import type { TextOptions, TransactionBackend } from './database-backend.ts';
import type { JsonObject } from './exec/complete-documents.ts';
import { describeText, resultRowCount } from './exec/describe-text.ts';
import type { ExecEnvironment } from './exec/environment.ts';
import { executeStatements } from './exec/execute-text.ts';
import type { ExecutionResult } from './exec/execution-result.ts';
import { insertDocuments } from './exec/insert-documents.ts';
import type {
  OperationDescription,
  OperationTracker,
  TrackedOperation,
} from './exec/operation-tracker.ts';
import { type PreparedTexts, statementsToRun } from './exec/prepared-text.ts';
import { withRowsMax } from './exec/query-memory.ts';
import { readDocument } from './exec/read-document.ts';
import { refuseInTransaction, type TransactionRun } from './exec/transaction.ts';
import type { QueryRequest } from './fluent/query.ts';
import {
  countMatches,
  deleteMatches,
  selectDocuments,
  updateMatches,
} from './fluent/query-runner.ts';
import type { DocumentChange } from './transactions/snapshot.ts';

interface LocalTransactionParts {
  readonly prepared: PreparedTexts;
  readonly tracker: OperationTracker;
  /** Its number, by which its statements are known to belong together. */
  readonly transaction: number;
}

export class LocalTransaction implements TransactionBackend {
  readonly #run: TransactionRun;
  readonly #parts: LocalTransactionParts;

  constructor(run: TransactionRun, parts: LocalTransactionParts) {
    this.#run = run;
    this.#parts = parts;
  }

  execute(text: string, options: TextOptions): Promise<ExecutionResult> {
    const { variables, operationName, rowsMax, signal } = options;
    return this.#statement(
      { action: 'execute', text },
      signal,
      (environment, operation) => {
        const { shape } = environment.snapshot().catalog;
        const statements = statementsToRun(this.#parts.prepared.get(text, shape), operationName);
        operation.describe(describeText(statements));
        refuseInTransaction(statements);
        const bounded = withRowsMax(environment, rowsMax);
        return executeStatements(bounded, text, statements, variables, 'throw');
      },
      resultRowCount,
    );
  }

  insert(
    collection: string,
    documents: readonly JsonObject[],
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    return this.#statement({ action: 'insert', collection }, signal, (environment) =>
      insertDocuments(environment, () => environment.snapshot().catalog, collection, documents),
    );
  }

  find(collection: string, id: string): Promise<unknown> {
    return this.#statement(
      { action: 'get', collection, documentId: id },
      undefined,
      async (environment) => readDocument(environment.snapshot(), collection, id),
      presence,
    );
  }

  get(collection: string, id: string): unknown {
    const { tracker, transaction } = this.#parts;
    return tracker.trackNow(
      { action: 'get', collection, documentId: id, transaction },
      () => readDocument(this.#run.view, collection, id),
      presence,
    );
  }

  select(request: QueryRequest): Promise<readonly unknown[]> {
    const { collection, signal } = request;
    return this.#statement(
      { action: 'select', collection },
      signal,
      (environment) => selectDocuments(environment, request),
      (documents) => documents.length,
    );
  }

  count(request: QueryRequest): Promise<number> {
    const { collection, signal } = request;
    return this.#statement({ action: 'count', collection }, signal, (environment) =>
      countMatches(environment, request),
    );
  }

  update(request: QueryRequest, data: { readonly [field: string]: unknown }): Promise<number> {
    const { collection, signal } = request;
    return this.#statement({ action: 'update', collection }, signal, (environment) =>
      updateMatches(environment, request, data),
    );
  }

  remove(request: QueryRequest): Promise<number> {
    const { collection, signal } = request;
    return this.#statement({ action: 'delete', collection }, signal, (environment) =>
      deleteMatches(environment, request),
    );
  }

  /** Adds changes that were made outside of any statement. */
  write(changes: readonly DocumentChange[]): Promise<void> {
    return this.#run.run(undefined, async (environment) => {
      await environment.commit(changes);
    });
  }

  #statement<Result>(
    description: OperationDescription,
    signal: AbortSignal | undefined,
    work: (environment: ExecEnvironment, operation: TrackedOperation) => Promise<Result>,
    rowsOf?: (result: Result) => number,
  ): Promise<Result> {
    const { tracker, transaction } = this.#parts;
    return tracker.track(
      { ...description, transaction },
      (operation) =>
        this.#run.run(signal, (environment) => work(operation.observe(environment), operation)),
      rowsOf,
    );
  }
}

function presence(document: unknown): number {
  return document === undefined ? 0 : 1;
}

/*
 * A database whose data is in this process. It owns none of it; it starts operations on the shared pipeline, knows
 * which are under way, and ends them when it closes.
 */
import type { CatalogShape, CollectionDefinition } from '#engine/aql';
import type { Clock } from './base/clock.ts';
import type { DatabaseBackend, TextOptions, TransactionBackend } from './database-backend.ts';
import type { CollectionInfo } from './database-types.ts';
import { executeStatements } from './exec/execute-text.ts';
import type { ExecutionResult } from './exec/execution-result.ts';
import { insertDocuments } from './exec/insert-documents.ts';
import { Operations } from './exec/operations.ts';
import { type PreparedText, PreparedTexts, statementsToRun } from './exec/prepared-text.ts';
import { readDocument } from './exec/read-document.ts';
import { type Run, StatementsRun } from './exec/run.ts';
import type { JsonObject } from './exec/run-mutation.ts';
import { runTransaction, startDeadline, type TransactionOptions } from './exec/transaction.ts';
import type { QueryRequest } from './fluent/query.ts';
import {
  countMatches,
  deleteMatches,
  selectDocuments,
  updateMatches,
} from './fluent/query-runner.ts';
import { LocalTransaction } from './local-transaction.ts';
import { type VerifyOptions, verifyDatabase } from './maintenance/verify.ts';
import type { VerifyReport } from './maintenance/verify-report.ts';
import type { StoreHold } from './open-databases.ts';
import type { CommitEvent } from './transactions/pipeline-task.ts';

interface LocalBackendParts {
  readonly hold: StoreHold;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Refuses every write, also when the pipeline itself may write for others. */
  readonly readOnly: boolean;
}

export class LocalBackend implements DatabaseBackend {
  readonly path: string;
  readonly #hold: StoreHold;
  readonly #prepared = new PreparedTexts();
  readonly #operations: Operations;
  readonly #runs = new Set<StatementsRun>();
  readonly #listeners = new Set<() => void>();

  constructor({ hold, clock, newId, readOnly }: LocalBackendParts) {
    this.path = hold.path;
    this.#hold = hold;
    this.#operations = new Operations({ pipeline: hold.pipeline, clock, newId, readOnly });
  }

  assertOpen(): void {
    this.#operations.assertOpen();
  }

  catalog(): CatalogShape {
    this.assertOpen();
    return this.#hold.pipeline.catalog.shape;
  }

  async collections(): Promise<readonly CollectionInfo[]> {
    this.assertOpen();
    const snapshot = this.#hold.pipeline.snapshot();
    try {
      return snapshot.catalog.collections.map((collection) => ({
        definition: collection.definition,
        documentCount: snapshot.documentCount(collection),
        indexes: collection.indexes.map(({ name, fields, unique, state }) => ({
          name,
          fields,
          unique,
          state,
        })),
      }));
    } finally {
      snapshot.release();
    }
  }

  onDidCommit(listener: (event: CommitEvent) => void): () => void {
    this.assertOpen();
    const end = this.#hold.pipeline.onDidCommit(listener);
    this.#listeners.add(end);
    return () => {
      this.#listeners.delete(end);
      end();
    };
  }

  prepareText(text: string): PreparedText {
    this.assertOpen();
    return this.#prepared.get(text, this.#hold.pipeline.catalog.shape);
  }

  execute(text: string, options: TextOptions): Promise<ExecutionResult> {
    const { variables, operationName, signal } = options;
    return this.#operations.run(signal, (environment) => {
      const statements = statementsToRun(this.prepareText(text), operationName);
      return executeStatements(environment, text, statements, variables);
    });
  }

  run(text: string, { variables, operationName, signal }: TextOptions): Run {
    const statements = statementsToRun(this.prepareText(text), operationName);
    const abort = new AbortController();
    const combined = this.#operations.combine(abort.signal, signal);
    const run = new StatementsRun({
      environment: this.#operations.environment(combined),
      statements,
      variables,
      abort,
      onEnd: () => this.#runs.delete(run),
    });
    this.#runs.add(run);
    return run;
  }

  defineCollections(definitions: readonly CollectionDefinition[]): Promise<void> {
    return this.#operations.run(undefined, async (environment) => {
      for (const definition of definitions) {
        await environment.defineCollection(definition, { ifNotExists: false });
      }
    });
  }

  insert(
    collection: string,
    documents: readonly JsonObject[],
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    return this.#operations.run(signal, (environment) =>
      insertDocuments(environment, () => this.#hold.pipeline.catalog, collection, documents),
    );
  }

  async transaction<Result>(
    callback: (transaction: TransactionBackend) => Promise<Result>,
    { signal, timeoutMs }: TransactionOptions,
  ): Promise<Result> {
    const deadline = startDeadline(timeoutMs);
    const signals = signal === undefined ? [deadline.signal] : [deadline.signal, signal];
    try {
      return await this.#operations.run(AbortSignal.any(signals), (environment) =>
        runTransaction(environment, deadline, (run) =>
          callback(new LocalTransaction(run, this.#prepared)),
        ),
      );
    } finally {
      deadline.end();
    }
  }

  async find(collection: string, id: string): Promise<unknown> {
    return this.get(collection, id);
  }

  get(collection: string, id: string): unknown {
    this.assertOpen();
    return readDocument(this.#hold.pipeline.snapshot(), collection, id);
  }

  select(request: QueryRequest): Promise<readonly unknown[]> {
    return this.#operations.run(request.signal, (environment) =>
      selectDocuments(environment, request),
    );
  }

  count(request: QueryRequest): Promise<number> {
    return this.#operations.run(request.signal, (environment) =>
      countMatches(environment, request),
    );
  }

  update(request: QueryRequest, data: { readonly [field: string]: unknown }): Promise<number> {
    return this.#operations.run(request.signal, (environment) =>
      updateMatches(environment, request, data),
    );
  }

  remove(request: QueryRequest): Promise<number> {
    return this.#operations.run(request.signal, (environment) =>
      deleteMatches(environment, request),
    );
  }

  verify(options: Omit<VerifyOptions, 'clock'>): Promise<VerifyReport> {
    return this.#operations.run(options.signal, ({ slicerOptions, clock }) =>
      verifyDatabase(this.#hold.pipeline, { ...options, ...slicerOptions, clock }),
    );
  }

  async close(): Promise<void> {
    const ended = this.#operations.close();
    for (const end of this.#listeners) end();
    await Promise.all([...this.#runs].map((run) => run.close()));
    await ended;
    this.#prepared.clear();
    await this.#hold.release();
  }
}

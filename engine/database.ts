/*
 * The engine put together: a database object is what programs and hosts hold. It owns no data; it starts operations
 * on the shared pipeline, knows which are under way, and ends them when it closes.
 */
import { randomFillSync } from 'node:crypto';
import { basename } from 'node:path';
import { type CatalogShape, type CollectionDefinition, parse } from '#engine/aql';
import { assert } from './base/assert.ts';
import { type Clock, systemClock } from './base/clock.ts';
import type {
  CheckResult,
  CollectionInfo,
  DatabaseSchema,
  ExecuteOptions,
  NewDocument,
  OperationOptions,
  PreparedStatement,
  UntypedSchema,
} from './database-types.ts';
import { executeStatements } from './exec/execute-text.ts';
import type { ExecutionResult } from './exec/execution-result.ts';
import { insertDocuments } from './exec/insert-documents.ts';
import { Operations } from './exec/operations.ts';
import { type PreparedText, PreparedTexts, statementsToRun } from './exec/prepared-text.ts';
import { readDocument } from './exec/read-document.ts';
import { type Run, StatementsRun } from './exec/run.ts';
import type { Collection } from './fluent/collection.ts';
import {
  type CollectionOptions,
  type CollectionSpec,
  type DocumentOf,
  type NewDocumentOf,
  toDefinition,
} from './fluent/collection-spec.ts';
import { toJsonObject } from './fluent/json-input.ts';
import { Query, type QueryHost } from './fluent/query.ts';
import {
  countMatches,
  deleteMatches,
  selectDocuments,
  updateMatches,
} from './fluent/query-runner.ts';
import { type ImportTarget, importDocuments } from './maintenance/import-documents.ts';
import type { ImportOptions, ImportReport, ImportSource } from './maintenance/import-report.ts';
import { type VerifyOptions, verifyDatabase } from './maintenance/verify.ts';
import type { VerifyReport } from './maintenance/verify-report.ts';
import { OpenDatabases, type StoreHold } from './open-databases.ts';
import { type AuroraOptions, resolveOptions } from './options.ts';
import type { CommitEvent } from './transactions/pipeline-task.ts';
import { createIdGenerator } from './values/uuid.ts';

interface DatabaseParts {
  readonly hold: StoreHold;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly readOnly: boolean;
}

/**
 * An open database. All its methods may be called at any time and in any number; writes are committed in the order
 * in which they were called. After `close` every call fails with `DatabaseClosed`.
 */
export class Database<Schema extends DatabaseSchema = UntypedSchema> {
  /** Absolute path of the folder; `:memory:` for a database in memory. */
  readonly path: string;
  /** The folder's name without `.db`. */
  readonly name: string;
  /** True when every write is refused with `ReadOnly`. */
  readonly readOnly: boolean;
  readonly #hold: StoreHold;
  readonly #prepared = new PreparedTexts();
  readonly #operations: Operations;
  readonly #runs = new Set<StatementsRun>();
  readonly #listeners = new Set<() => void>();
  readonly #queryHost: QueryHost;
  #closing: Promise<void> | undefined;

  /** Databases are opened by `Aurora.open`. */
  constructor({ hold, clock, newId, readOnly }: DatabaseParts) {
    this.path = hold.path;
    this.name = hold.path === ':memory:' ? 'memory' : basename(hold.path).replace(/\.db$/, '');
    this.readOnly = readOnly;
    this.#hold = hold;
    this.#operations = new Operations({ pipeline: hold.pipeline, clock, newId, readOnly });
    this.#queryHost = {
      select: (request) =>
        this.#operations.run(request.signal, (environment) =>
          selectDocuments(environment, request),
        ),
      count: (request) =>
        this.#operations.run(request.signal, (environment) => countMatches(environment, request)),
      update: (request, data) =>
        this.#operations.run(request.signal, (environment) =>
          updateMatches(environment, request, data),
        ),
      remove: (request) =>
        this.#operations.run(request.signal, (environment) => deleteMatches(environment, request)),
    };
  }

  /** True as soon as `close` was called. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** The schema as of the last commit. Plain data, never changed in place. */
  catalog(): CatalogShape {
    this.#operations.assertOpen();
    return this.#hold.pipeline.catalog.shape;
  }

  /** All collections with the number of their documents and their indexes, in the order of their definition. */
  collections(): readonly CollectionInfo[] {
    this.#operations.assertOpen();
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

  /**
   * Calls a listener after each commit became visible, in commit order; the returned function ends it. All listeners
   * end when the database closes.
   */
  onDidCommit(listener: (event: CommitEvent) => void): () => void {
    this.#operations.assertOpen();
    const end = this.#hold.pipeline.onDidCommit(listener);
    this.#listeners.add(end);
    return () => {
      this.#listeners.delete(end);
      end();
    };
  }

  /**
   * Runs an AQL text and gives its whole result. Several statements run in order and give a `batch`, which ends at
   * the first error. Use `run` for results that may be large.
   * @throws AuroraError for a text that is wrong, with all findings in `diagnostics`, before anything runs; and what
   * the only statement throws
   */
  execute(text: string, options: ExecuteOptions = {}): Promise<ExecutionResult> {
    const { variables = {}, operationName, signal } = options;
    return this.#operations.run(signal, (environment) => {
      const statements = statementsToRun(this.#prepareText(text), operationName);
      return executeStatements(environment, text, statements, toJsonObject(variables));
    });
  }

  /**
   * Resolves the names of a text once, to run it often.
   * @throws AuroraError for a text that is wrong, with all findings in `diagnostics`
   */
  prepare(text: string): PreparedStatement {
    this.#operations.assertOpen();
    statementsToRun(this.#prepareText(text), undefined);
    return {
      text,
      execute: (variables, options) => this.execute(text, { ...options, variables }),
    };
  }

  /** What is wrong with a text; nothing runs. */
  check(text: string): CheckResult {
    this.#operations.assertOpen();
    const { diagnostics } = this.#prepareText(text);
    return { statements: parse(text).statements, diagnostics };
  }

  /**
   * Runs a text as far as its results are pulled. The run must be closed, or pulled to its end.
   * @throws AuroraError for a text that is wrong, with all findings in `diagnostics`, before anything runs
   */
  run(text: string, options: ExecuteOptions = {}): Run {
    this.#operations.assertOpen();
    const { variables = {}, operationName, signal } = options;
    const statements = statementsToRun(this.#prepareText(text), operationName);
    const abort = new AbortController();
    const combined = this.#operations.combine(abort.signal, signal);
    const run = new StatementsRun({
      environment: this.#operations.environment(combined),
      statements,
      variables: toJsonObject(variables),
      abort,
      onEnd: () => this.#runs.delete(run),
    });
    this.#runs.add(run);
    return run;
  }

  /**
   * Defines a collection and gives it typed by its definition. Defining it again with the same definition changes
   * nothing. Resolves when the definition is durable.
   * @throws AuroraError `CollectionExists` when there is one with another definition, `InvalidName`, `ReadOnly`
   */
  async newCollection<const Spec extends CollectionSpec>(
    name: string,
    spec: Spec,
    options: CollectionOptions = {},
  ): Promise<Collection<DocumentOf<Spec>, NewDocumentOf<Spec>>> {
    await this.defineCollections([toDefinition(name, spec, options)]);
    return this.#collection<DocumentOf<Spec>, NewDocumentOf<Spec>>(name);
  }

  /** Defines collections in order, as a schema block does; those that exist with the same definition stay. */
  defineCollections(definitions: readonly CollectionDefinition[]): Promise<void> {
    return this.#operations.run(undefined, async (environment) => {
      for (const definition of definitions) {
        await environment.defineCollection(definition, { ifNotExists: false });
      }
    });
  }

  /** A query over one collection; nothing runs before its last call. */
  query<Name extends keyof Schema & string>(collection: Name): Query<Schema[Name]> {
    return this.#query<Schema[Name]>(collection);
  }

  /**
   * Inserts one document and gives its id, after the commit is durable.
   * @throws AuroraError `ValidationError`, `UniqueConstraintViolation`, `CollectionNotFound`, `ReadOnly`, `DiskFull`
   */
  insertInto<Name extends keyof Schema & string>(
    collection: Name,
    document: NewDocument<Schema[Name]>,
    options: OperationOptions = {},
  ): Promise<string> {
    return this.#insertOne(collection, document, options.signal);
  }

  /**
   * Inserts all documents in one commit, or none, and gives their ids in order.
   * @throws AuroraError as `insertInto`, and `TransactionTooLarge`
   */
  insertMany<Name extends keyof Schema & string>(
    collection: Name,
    documents: readonly NewDocument<Schema[Name]>[],
    options: OperationOptions = {},
  ): Promise<readonly string[]> {
    return this.#insert(collection, documents, options.signal);
  }

  /** Point read, at once; `undefined` when there is no such document. The document is the caller's. */
  get<Name extends keyof Schema & string>(collection: Name, id: string): Schema[Name] | undefined {
    // Documents of the collection have the type that its definition promises.
    return this.#get(collection, id) as Schema[Name] | undefined;
  }

  /** Point read that also works where the database is in another process. */
  async find<Name extends keyof Schema & string>(
    collection: Name,
    id: string,
  ): Promise<Schema[Name] | undefined> {
    return this.get(collection, id);
  }

  /**
   * Imports a file, text or stream; the collection is defined from the data when it does not exist.
   * @throws AuroraError `ImportFailed`, `Cancelled`; what was imported before stays
   */
  importInto(
    collection: string,
    source: ImportSource,
    options: ImportOptions = {},
  ): Promise<ImportReport> {
    this.#operations.assertOpen();
    return importDocuments(this.#untyped(), collection, source, options);
  }

  /**
   * Compares everything that is stored twice, as of the last commit: documents, ids, indexes, counts. Damage is
   * reported, not thrown. O(documents × indexes), in time slices.
   */
  verify(options: Omit<VerifyOptions, 'clock'> = {}): Promise<VerifyReport> {
    return this.#operations.run(options.signal, ({ slicerOptions, clock }) =>
      verifyDatabase(this.#hold.pipeline, { ...options, ...slicerOptions, clock }),
    );
  }

  /**
   * Ends everything: running queries are cancelled and get `DatabaseClosed`, writes that have begun to commit are
   * finished. Resolves when all is on disk and the folder is free. May be called again.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const ended = this.#operations.close();
    for (const end of this.#listeners) end();
    await Promise.all([...this.#runs].map((run) => run.close()));
    await ended;
    this.#prepared.clear();
    await this.#hold.release();
  }

  /** The same database for code that knows collections by name only. */
  #untyped(): ImportTarget {
    return {
      catalog: () => this.catalog(),
      defineCollections: (definitions) => this.defineCollections(definitions),
      insertMany: (name, documents, { signal }) => this.#insert(name, documents, signal),
    };
  }

  #prepareText(text: string): PreparedText {
    this.#operations.assertOpen();
    return this.#prepared.get(text, this.#hold.pipeline.catalog.shape);
  }

  #query<Doc>(collection: string): Query<Doc> {
    return new Query<Doc>(this.#queryHost, {
      collection,
      where: {},
      orderBy: [],
      limit: undefined,
      offset: undefined,
      signal: undefined,
    });
  }

  #collection<Doc, NewDoc>(name: string): Collection<Doc, NewDoc> {
    return {
      name,
      insert: (document) => this.#insertOne(name, document, undefined),
      insertMany: (documents) => this.#insert(name, documents, undefined),
      query: () => this.#query<Doc>(name),
      // Documents of the collection have the type that its definition promises.
      get: (id) => this.#get(name, id) as Doc | undefined,
    };
  }

  #get(collection: string, id: string): unknown {
    this.#operations.assertOpen();
    return readDocument(this.#hold.pipeline.snapshot(), collection, id);
  }

  async #insertOne(
    collection: string,
    document: unknown,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const [id] = await this.#insert(collection, [document], signal);
    assert(id !== undefined, 'one document in, one id out');
    return id;
  }

  #insert(
    collection: string,
    documents: readonly unknown[],
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    return this.#operations.run(signal, (environment) =>
      insertDocuments(
        environment,
        () => this.#hold.pipeline.catalog,
        collection,
        documents.map(toJsonObject),
      ),
    );
  }
}

const openDatabases = new OpenDatabases();

/** Where databases come from. */
export const Aurora = {
  /**
   * Opens a database: a folder, which is made when there is none. Opening a folder that this process has open already
   * shares it; every database object is closed by itself.
   * @throws AuroraError `InvalidOption`, `DatabaseNotFound`, `DatabaseLocked`, `FormatTooNew`, `DatabaseCorrupt`,
   * `StorageFailure`, `DiskFull`
   *
   * ```ts
   * const db = await Aurora.open('myapp.db');
   * ```
   */
  async open<Schema extends DatabaseSchema = UntypedSchema>(
    pathOrOptions: string | AuroraOptions,
  ): Promise<Database<Schema>> {
    const options = resolveOptions(pathOrOptions);
    const clock = options.clock ?? systemClock;
    const newId = createIdGenerator(clock, randomFillSync);
    const hold = await openDatabases.hold(options, newId);
    return new Database<Schema>({ hold, clock, newId, readOnly: options.readOnly });
  },
};

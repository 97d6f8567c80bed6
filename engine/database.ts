/*
 * The engine put together: a database object is what programs and hosts hold. It owns no data; it starts operations
 * on the shared pipeline, knows which are under way, and ends them when it closes.
 */
import { randomFillSync } from 'node:crypto';
import { basename } from 'node:path';
import {
  type CatalogShape,
  type CollectionDefinition,
  type Diagnostic,
  type JsonValue,
  type ParsedStatement,
  parse,
} from '#engine/aql';
import { type Clock, systemClock } from './base/clock.ts';
import { throwIfCancelled } from './base/scheduler.ts';
import type { IndexEntry } from './catalog/catalog.ts';
import { AuroraError } from './errors.ts';
import { compileDocument } from './exec/document-output.ts';
import { cancellationOf } from './exec/drain.ts';
import type { ExecEnvironment } from './exec/environment.ts';
import { executeStatements } from './exec/execute-text.ts';
import type { ExecutionResult } from './exec/execution-result.ts';
import { type PreparedText, PreparedTexts, statementsToRun } from './exec/prepared-text.ts';
import { findCollection } from './exec/query-statement.ts';
import { type Run, StatementsRun } from './exec/run.ts';
import { insertAll, retryConflicts } from './exec/run-mutation.ts';
import { WriteSet } from './exec/write-set.ts';
import type { Collection, UntypedDocument, UntypedNewDocument } from './fluent/collection.ts';
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
import { importDocuments } from './maintenance/import-documents.ts';
import type { ImportOptions, ImportReport, ImportSource } from './maintenance/import-report.ts';
import { OpenDatabases, type StoreHold } from './open-databases.ts';
import { type AuroraOptions, resolveOptions } from './options.ts';
import type { CommitEvent } from './transactions/pipeline-task.ts';
import { createIdGenerator } from './values/uuid.ts';

/** Document types by collection name, for databases whose collections are known to the compiler. */
export type DatabaseSchema = { readonly [collection: string]: { readonly id: string } };

/** The types of a database whose collections are not known to the compiler. */
export type UntypedSchema = { readonly [collection: string]: UntypedDocument };

/** What an insert takes for a document type: the id may be left out. */
export type NewDocument<Doc> = Doc extends UntypedDocument
  ? UntypedNewDocument
  : { [K in keyof Doc as K extends 'id' ? never : K]: Doc[K] } & { id?: string };

/** What every operation takes. */
export interface OperationOptions {
  /** Cancels the operation: it rejects with `Cancelled`, or `Timeout` for a signal of `AbortSignal.timeout`. */
  readonly signal?: AbortSignal | undefined;
}

/** What running a text takes. */
export interface ExecuteOptions extends OperationOptions {
  readonly variables?: Readonly<Record<string, JsonValue | undefined>> | undefined;
  /** Runs only the operation of this name. */
  readonly operationName?: string | undefined;
}

/** A text whose names are resolved; it is resolved again when the schema changes. */
export interface PreparedStatement {
  readonly text: string;
  execute(
    variables?: Readonly<Record<string, JsonValue | undefined>>,
    options?: Omit<ExecuteOptions, 'variables'>,
  ): Promise<ExecutionResult>;
}

/** What `check` finds. */
export interface CheckResult {
  readonly statements: readonly ParsedStatement[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A collection as `collections()` lists it. */
export interface CollectionInfo {
  readonly definition: CollectionDefinition;
  readonly documentCount: number;
  readonly indexes: readonly Pick<IndexEntry, 'name' | 'fields' | 'unique' | 'state'>[];
}

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
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #prepared = new PreparedTexts();
  readonly #closingSignal = new AbortController();
  readonly #operations = new Set<Promise<unknown>>();
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
    this.#clock = clock;
    this.#newId = newId;
    this.#queryHost = {
      select: (request) =>
        this.#operate(request.signal, (environment) => selectDocuments(environment, request)),
      count: (request) =>
        this.#operate(request.signal, (environment) => countMatches(environment, request)),
      update: (request, data) =>
        this.#operate(request.signal, (environment) => updateMatches(environment, request, data)),
      remove: (request) =>
        this.#operate(request.signal, (environment) => deleteMatches(environment, request)),
    };
  }

  /** True as soon as `close` was called. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** The schema as of the last commit. Plain data, never changed in place. */
  catalog(): CatalogShape {
    this.#assertOpen();
    return this.#hold.pipeline.catalog.shape;
  }

  /** All collections with the number of their documents and their indexes, in the order of their definition. */
  collections(): readonly CollectionInfo[] {
    this.#assertOpen();
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
    this.#assertOpen();
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
    return this.#operate(signal, (environment) => {
      const statements = statementsToRun(this.#prepareText(text), operationName);
      return executeStatements(environment, text, statements, variables);
    });
  }

  /**
   * Resolves the names of a text once, to run it often.
   * @throws AuroraError for a text that is wrong, with all findings in `diagnostics`
   */
  prepare(text: string): PreparedStatement {
    this.#assertOpen();
    statementsToRun(this.#prepareText(text), undefined);
    return {
      text,
      execute: (variables, options) => this.execute(text, { ...options, variables }),
    };
  }

  /** What is wrong with a text; nothing runs. */
  check(text: string): CheckResult {
    this.#assertOpen();
    const { diagnostics } = this.#prepareText(text);
    return { statements: parse(text).statements, diagnostics };
  }

  /**
   * Runs a text as far as its results are pulled. The run must be closed, or pulled to its end.
   * @throws AuroraError for a text that is wrong, with all findings in `diagnostics`, before anything runs
   */
  run(text: string, options: ExecuteOptions = {}): Run {
    this.#assertOpen();
    const { variables = {}, operationName, signal } = options;
    const statements = statementsToRun(this.#prepareText(text), operationName);
    const abort = new AbortController();
    const signals = [abort.signal, this.#closingSignal.signal];
    const combined = AbortSignal.any(signal === undefined ? signals : [...signals, signal]);
    const run = new StatementsRun({
      environment: this.#environment(combined),
      statements,
      variables,
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
    return this.#operate(undefined, async (environment) => {
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
  async insertInto<Name extends keyof Schema & string>(
    collection: Name,
    document: NewDocument<Schema[Name]>,
    options: OperationOptions = {},
  ): Promise<string> {
    const [id] = await this.#insert(collection, [document], options.signal);
    if (id === undefined) throw new Error('Broken invariant: one document in, one id out');
    return id;
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
    this.#assertOpen();
    const target = {
      catalog: () => this.catalog(),
      defineCollections: (definitions: readonly CollectionDefinition[]) =>
        this.defineCollections(definitions),
      insertMany: (name: string, documents: readonly unknown[], how: OperationOptions) =>
        this.#insert(name, documents, how.signal),
    };
    return importDocuments(target, collection, source, options);
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
    this.#closingSignal.abort(new AuroraError('DatabaseClosed', 'The database was closed.'));
    for (const end of this.#listeners) end();
    this.#listeners.clear();
    await Promise.all([...this.#runs].map((run) => run.close()));
    await Promise.allSettled(this.#operations);
    this.#prepared.clear();
    await this.#hold.release();
  }

  #prepareText(text: string): PreparedText {
    this.#assertOpen();
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
      insert: async (document) => {
        const [id] = await this.#insert(name, [document], undefined);
        if (id === undefined) throw new Error('Broken invariant: one document in, one id out');
        return id;
      },
      insertMany: (documents) => this.#insert(name, documents, undefined),
      query: () => this.#query<Doc>(name),
      // Documents of the collection have the type that its definition promises.
      get: (id) => this.#get(name, id) as Doc | undefined,
    };
  }

  #get(collection: string, id: string): unknown {
    this.#assertOpen();
    const snapshot = this.#hold.pipeline.snapshot();
    try {
      const entry = findCollection(snapshot, collection, { start: 0, end: 0 });
      const row = snapshot.rowOf(entry, id);
      const document = row === undefined ? undefined : snapshot.read(entry, row);
      return document === undefined ? undefined : compileDocument(entry.definition)(document);
    } finally {
      snapshot.release();
    }
  }

  #insert(
    collection: string,
    documents: readonly unknown[],
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    return this.#operate(signal, async (environment) => {
      const inputs = documents.map(toJsonObject);
      return retryConflicts(async () => {
        const { catalog } = this.#hold.pipeline;
        const entry = catalog.collection(collection);
        if (entry === undefined) {
          throw new AuroraError('CollectionNotFound', `There is no collection "${collection}".`, {
            details: { collection },
          });
        }
        const writes = new WriteSet();
        const inserted = await insertAll({ environment, writes }, entry, inputs);
        await environment.commit(writes.changes());
        return inserted.map(({ id }) => id);
      });
    });
  }

  async #operate<Result>(
    signal: AbortSignal | undefined,
    work: (environment: ExecEnvironment) => Promise<Result>,
  ): Promise<Result> {
    this.#assertOpen();
    const closing = this.#closingSignal.signal;
    const combined = signal === undefined ? closing : AbortSignal.any([closing, signal]);
    try {
      throwIfCancelled(combined);
      const operation = work(this.#environment(combined));
      this.#operations.add(operation);
      try {
        return await operation;
      } finally {
        this.#operations.delete(operation);
      }
    } catch (error) {
      throw cancellationOf(error);
    }
  }

  #environment(signal: AbortSignal): ExecEnvironment {
    const { pipeline } = this.#hold;
    return {
      clock: this.#clock,
      slicerOptions: { signal },
      newId: this.#newId,
      snapshot: () => pipeline.snapshot(),
      commit: async (changes) => {
        this.#assertWritable();
        return pipeline.commit(changes, { signal });
      },
      defineCollection: async (definition, options) => {
        this.#assertWritable();
        return pipeline.defineCollection(definition, options);
      },
      dropCollection: async (name, options) => {
        this.#assertWritable();
        return pipeline.dropCollection(name, options);
      },
    };
  }

  #assertOpen(): void {
    if (this.isClosed) throw new AuroraError('DatabaseClosed', 'The database was closed.');
  }

  #assertWritable(): void {
    if (!this.readOnly) return;
    throw new AuroraError('ReadOnly', `The database "${this.name}" was opened read-only.`, {
      hint: 'Open it without readOnly to change it.',
    });
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

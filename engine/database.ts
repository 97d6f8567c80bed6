/*
 * The engine put together: a database object is what programs and hosts hold. It gives the public API its types and
 * its forms; everything it does is done by the backend it stands over.
 */
import { basename } from 'node:path';
import { type CatalogShape, type CollectionDefinition, parse } from '#engine/aql';
import { checkedOptions, requireFunction } from './base/arguments.ts';
import { assert } from './base/assert.ts';
import { checkedDefinitions } from './catalog/definition-shape.ts';
import type { DatabaseBackend } from './database-backend.ts';
import type { DatabaseConnection } from './database-connection.ts';
import { DatabaseMigrations } from './database-migrations.ts';
import type {
  CheckResult,
  CollectionInfo,
  DatabaseSchema,
  ExecuteOptions,
  NewDocument,
  OperationOptions,
  PreparedStatement,
  RunTextOptions,
  UntypedSchema,
} from './database-types.ts';
import type { DocumentHistory } from './editing/document-history.ts';
import type { InverseMutation } from './editing/inverse-mutation.ts';
import type { PreviewOptions, PreviewReport } from './editing/preview-report.ts';
import type { ExplainOptions, Explanation } from './exec/explanation.ts';
import { statementsToRun } from './exec/prepared-text.ts';
import type { Run } from './exec/run-part.ts';
import type { TransactionOptions } from './exec/transaction.ts';
import type { Collection } from './fluent/collection.ts';
import {
  type CollectionOptions,
  type CollectionSpec,
  type DocumentOf,
  type NewDocumentOf,
  toDefinition,
} from './fluent/collection-spec.ts';
import type { Query } from './fluent/query.ts';
import {
  type DatabaseResult,
  type FeedOptions,
  followQuery,
  followSubscription,
  type ListenOptions,
  type LiveQueryOptions,
  listenTo,
  type StreamOptions,
  subscriptionResult,
} from './follow-options.ts';
import { exportFromBackend, importTarget } from './import-target.ts';
import { Workers } from './jobs/workers.ts';
import type { ChangeEvent } from './live/change-event.ts';
import type { EventStream } from './live/event-stream.ts';
import type { LiveEvent, SubscriptionEvent } from './live/live-event.ts';
import type { DatabaseStats } from './maintenance/database-stats.ts';
import type { ExportOptions, ExportReport, WriteText } from './maintenance/export-documents.ts';
import { importDocuments } from './maintenance/import-documents.ts';
import type { ImportOptions, ImportReport, ImportSource } from './maintenance/import-report.ts';
import type {
  BackupReport,
  CompactReport,
  MaintenanceOptions,
} from './maintenance/maintenance-report.ts';
import type { DatabaseMetrics } from './maintenance/metrics-recorder.ts';
import type { VerifyRequest } from './maintenance/verify.ts';
import type { VerifyReport } from './maintenance/verify-report.ts';
import type { MigrationPlan } from './migrations/plan-migrations.ts';
import { PreparedTemplates } from './prepared-templates.ts';
import { Transaction, textOptions } from './transaction.ts';
import type { ChangePosition } from './transactions/change-log.ts';
import type { CommitEvent } from './transactions/pipeline-task.ts';
import { insertAll, insertOne, queryOver, typedCollection } from './typed-collection.ts';

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
  /** Workers on the jobs of this database; `close` stops them. */
  readonly workers: Workers;
  /** Applied versions of migrations. */
  readonly migrations: DatabaseMigrations;
  readonly #templates = new PreparedTemplates<PreparedStatement>();
  readonly #backend: DatabaseBackend;
  #closing: Promise<void> | undefined;

  /** Databases are opened by `Aurora.open` (aurora.ts). */
  constructor(parts: { readonly backend: DatabaseBackend; readonly readOnly: boolean }) {
    const { backend, readOnly } = parts;
    const { path, jobs } = backend;
    this.path = path;
    this.name = path === ':memory:' ? 'memory' : basename(path).replace(/\.db$/, '');
    this.readOnly = readOnly;
    this.workers = new Workers(async () => ({ path, jobs, close: async () => undefined }));
    this.migrations = new DatabaseMigrations(backend.editing);
    this.#backend = backend;
  }

  /**
   * Where the data is: in this process (`owner`), in another one (`guest`), or nowhere at this moment (`lost`), because
   * the owner is gone or does not answer; then this process takes its place, or becomes the guest of who did.
   */
  get connection(): DatabaseConnection {
    return this.#backend.connection();
  }

  /** Calls a listener after `connection` changed; the returned function ends it. */
  onDidChangeConnection(listener: (connection: DatabaseConnection) => void): () => void {
    return this.#backend.onDidChangeConnection(listener);
  }

  /** True as soon as `close` was called. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** The schema as of the last commit. Plain data, never changed in place. */
  catalog(): CatalogShape {
    return this.#backend.catalog();
  }

  /** All collections with the number of their documents and their indexes, in the order of their definition. */
  collections(): Promise<readonly CollectionInfo[]> {
    return this.#backend.collections();
  }

  /**
   * Calls a listener after each commit became visible, in commit order; the returned function ends it. All listeners
   * end when the database closes.
   */
  onDidCommit(listener: (event: CommitEvent) => void): () => void {
    return this.#backend.onDidCommit(listener);
  }

  /**
   * Runs an AQL text and gives its whole result. Several statements run in order and give a `batch`, which ends at
   * the first error. Use `run` for results that may be large. A subscription gives its events, as `stream`.
   * @throws AuroraError for a text that is wrong, with all findings in `diagnostics`, before anything runs; and what
   * the only statement throws
   */
  async execute(text: string, options: ExecuteOptions = {}): Promise<DatabaseResult> {
    const checked = textOptions(options);
    return subscriptionResult(this.#backend, text, options) ?? this.#backend.execute(text, checked);
  }

  /**
   * Resolves the names of a text once, to run it often.
   * @throws AuroraError for a text that is wrong, with all findings in `diagnostics`
   */
  prepare(text: string): PreparedStatement {
    statementsToRun(this.#backend.prepareText(text), undefined);
    return {
      text,
      execute: (variables, options) => this.execute(text, { ...options, variables }),
    };
  }

  /**
   * Prepares a text once for each place where it stands: the fastest way to run it again. Values go in as variables.
   * @throws AuroraError for a text that is wrong, with all findings in `diagnostics`
   */
  aql(template: TemplateStringsArray, ...values: readonly never[]): PreparedStatement {
    assert(values.length === 0, 'Values go into a text of AQL as variables.');
    return this.#templates.of(template, (text) => this.prepare(text));
  }

  /** What is wrong with a text; nothing runs. */
  check(text: string): CheckResult {
    const { diagnostics } = this.#backend.prepareText(text);
    return { statements: parse(text).statements, diagnostics };
  }

  /**
   * Runs a text as far as its results are pulled. The run must be closed, or pulled to its end.
   * @throws AuroraError for a text that is wrong, with all findings in `diagnostics`, before anything runs
   */
  run(text: string, options: RunTextOptions = {}): Run {
    this.#backend.assertOpen();
    return this.#backend.run(text, { ...textOptions(options), origins: options.origins });
  }

  /**
   * Defines a collection, unless it is there with the same definition, and gives it typed. Durable when it resolves.
   * @throws AuroraError `CollectionExists` when there is one with another definition, `InvalidName`, `ReadOnly`
   */
  async newCollection<const Spec extends CollectionSpec>(
    name: string,
    spec: Spec,
    options: CollectionOptions = {},
  ): Promise<Collection<DocumentOf<Spec>, NewDocumentOf<Spec>>> {
    await this.defineCollections([toDefinition(name, spec, options)]);
    return typedCollection<DocumentOf<Spec>, NewDocumentOf<Spec>>(this.#backend, name);
  }

  /** Defines collections in order, as a schema block does; those that exist with the same definition stay. */
  async defineCollections(definitions: readonly CollectionDefinition[]): Promise<void> {
    return this.#backend.defineCollections(checkedDefinitions(definitions));
  }

  /** A query over one collection; nothing runs before its last call. */
  query<Name extends keyof Schema & string>(collection: Name): Query<Schema[Name]> {
    return queryOver<Schema[Name]>(this.#backend, collection);
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
    return insertOne(this.#backend, collection, document, options);
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
    return insertAll(this.#backend, collection, documents, options);
  }

  /**
   * Point read, at once; `undefined` when there is no such document. The document is the caller's.
   * @throws AuroraError `OwnerOnly` where another process owns the database: use `find` there
   */
  get<Name extends keyof Schema & string>(collection: Name, id: string): Schema[Name] | undefined {
    // Documents of the collection have the type that its definition promises.
    return this.#backend.get(collection, id) as Schema[Name] | undefined;
  }

  /** Point read that also works where the database is in another process. */
  async find<Name extends keyof Schema & string>(
    collection: Name,
    id: string,
  ): Promise<Schema[Name] | undefined> {
    // As in `get`.
    return (await this.#backend.find(collection, id)) as Schema[Name] | undefined;
  }

  /**
   * Runs a callback whose statements are one commit: they read one snapshot and their own writes, and nothing of them
   * stays when the callback throws or the commit is refused. Gives the callback's value after the commit is durable. It is
   * not run again where another one has changed its documents meanwhile. Await every call inside the callback.
   * @throws what the callback throws; AuroraError `WriteConflict`, `UniqueConstraintViolation`, `TransactionEnded`,
   * `TransactionTooLarge`, `Timeout`, `Cancelled`, `ReadOnly`, `DiskFull`
   */
  async transaction<Result>(
    callback: (tx: Transaction<Schema>) => Promise<Result> | Result,
    options: TransactionOptions = {},
  ): Promise<Result> {
    requireFunction(callback, 'What a transaction runs');
    return this.#backend.transaction(
      async (transaction) => callback(new Transaction<Schema>(transaction)),
      checkedOptions(options, 'transaction'),
    );
  }

  /**
   * The changes of a collection, in commit order, after each commit is durable in the sense of the mode. A consumer
   * that is too slow gets `Lagged` in place of what it missed; with `after` a feed goes on where another one ended.
   * @throws AuroraError `CollectionNotFound`, and what a wrong filter throws; at a guest when events are pulled
   */
  listen<Name extends keyof Schema & string>(
    collection: Name,
    options: ListenOptions<Schema[Name]> = {},
  ): EventStream<ChangeEvent<Schema[Name]>> {
    return listenTo(this.#backend, collection, options);
  }

  /** The changes of all collections, as `listen`. */
  listenAll(options: FeedOptions = {}): EventStream<ChangeEvent<Schema[keyof Schema & string]>> {
    return listenTo(this.#backend, null, options);
  }

  /**
   * The result of a query, and then what changes it: a snapshot, then deltas, each as of a commit. Applying them in
   * order gives what running the query at that commit gives.
   * @throws AuroraError for a text that is wrong or no query; at a guest when events are pulled
   */
  live(text: string, options: LiveQueryOptions = {}): EventStream<LiveEvent> {
    return followQuery(this.#backend, text, options);
  }

  /** The events of a `subscription`. @throws AuroraError as `live` */
  stream(text: string, options: StreamOptions = {}): EventStream<SubscriptionEvent> {
    return followSubscription(this.#backend, text, options);
  }

  /** The place behind the last commit that is visible, for feeds that are to go on from here. */
  position(): Promise<ChangePosition> {
    return this.#backend.position();
  }

  /** Imports a file, text or stream, also into a new collection. @throws AuroraError `ImportFailed`, `Cancelled` */
  importInto(
    collection: string,
    source: ImportSource,
    options: ImportOptions = {},
  ): Promise<ImportReport> {
    this.#backend.assertOpen();
    return importDocuments(importTarget(this.#backend), collection, source, options);
  }

  /** Hands the documents of a collection out as text, piece by piece, all of one moment. @throws AuroraError `Cancelled` */
  exportFrom(
    collection: string,
    write: WriteText,
    options: ExportOptions = {},
  ): Promise<ExportReport> {
    return exportFromBackend(this.#backend, collection, write, options);
  }

  /** Compares all that is stored twice, as of the last commit; damage is reported, not thrown. O(documents × indexes). */
  async verify(options: VerifyRequest = {}): Promise<VerifyReport> {
    return this.#backend.verify(checkedOptions(options, 'verify'));
  }

  /** How queries would be run; with `analyze`, how they were. @throws AuroraError `NotExecutable` for writes */
  async explain(text: string, options: ExplainOptions = {}): Promise<Explanation> {
    return this.#backend.editing.explain(text, checkedOptions(options, 'explain'));
  }

  /** What pending versions of migrate blocks would do now; leaves nothing behind. O(documents). @throws AuroraError */
  async planMigration(text: string, options: OperationOptions = {}): Promise<MigrationPlan> {
    return this.#backend.editing.planMigration(text, checkedOptions(options, 'planMigration'));
  }

  /**
   * What running a text would do to the documents as they are now: exact counts, samples before and after, and the
   * error that it would end with. Nothing is written, logged or published, and no writer waits. O(documents read).
   * @throws AuroraError for a wrong text, `InvalidOption` for mutations beside definitions, `Cancelled`
   */
  async preview(text: string, options: PreviewOptions = {}): Promise<PreviewReport> {
    return this.#backend.editing.preview(text, checkedOptions(options, 'preview'));
  }

  /** What commits have made of a document, the newest first, as far as the log reaches (`changeLogRetentionMs`). */
  async historyOf(
    collection: string,
    id: string,
    options: OperationOptions & { readonly limit?: number } = {},
  ): Promise<DocumentHistory> {
    const { limit = 100, signal } = checkedOptions(options, 'historyOf');
    return this.#backend.editing.history({ collection, id, limit }, { signal });
  }

  /** The mutation that takes a commit back, or why there is none: later writes. @throws AuroraError `ChangeLogGap` */
  async inverseOf(at: ChangePosition, options: OperationOptions = {}): Promise<InverseMutation> {
    return this.#backend.editing.inverse(at, checkedOptions(options, 'inverseOf'));
  }

  /**
   * Copies the database as of now to an empty or new folder, while others read and write, opens the copy and verifies it.
   * @throws AuroraError `InvalidOption`, `DiskFull`, `StorageFailure`, `Cancelled`; then there is no backup
   */
  async backup(target: string, options: MaintenanceOptions = {}): Promise<BackupReport> {
    return this.#backend.backup(target, checkedOptions(options, 'backup'));
  }

  /**
   * Gives free space of the file back to the disk, while others read and write. Needs room for all data once more.
   * @throws AuroraError as `backup`, and `ReadOnly`, `DatabaseCorrupt`, `LimitExceeded`; then nothing has changed
   */
  async compact(options: MaintenanceOptions = {}): Promise<CompactReport> {
    return this.#backend.compact(checkedOptions(options, 'compact'));
  }

  /** Figures of the database at this moment: sizes, counts, readers. Cheap. */
  stats(): Promise<DatabaseStats> {
    return this.#backend.stats();
  }

  /** What was measured over time, also by earlier processes, where the owner has the option `recordMetrics`. */
  metrics(): Promise<DatabaseMetrics> {
    return this.#backend.metrics();
  }

  /**
   * Ends everything: running queries are cancelled and get `DatabaseClosed`, writes that have begun to commit are
   * finished. Resolves when all is on disk and the folder is free. May be called again.
   */
  close(): Promise<void> {
    this.#closing ??= this.workers.close().then(() => this.#backend.close());
    return this.#closing;
  }
}

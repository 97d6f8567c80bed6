/*
 * A database whose data is in this process. It owns none of it; it starts operations on the shared pipeline, knows
 * which are under way, and ends them when it closes.
 */

import type { CatalogShape, CollectionDefinition } from '#engine/aql';
import { auditedOperations } from './audited-operations.ts';
import { Emitter } from './base/emitter.ts';
import { collectionInfos } from './collection-infos.ts';
import type { DatabaseBackend, TextOptions } from './database-backend.ts';
import type { DatabaseConnection } from './database-connection.ts';
import type { CollectionInfo } from './database-types.ts';
import type { EditingDoor } from './editing/editing-door.ts';
import type { JsonObject } from './exec/complete-documents.ts';
import { DirectQueries } from './exec/direct/direct-queries.ts';
import type { ExecEnvironment } from './exec/environment.ts';
import type { ExecutionResult } from './exec/execution-result.ts';
import { insertDocuments } from './exec/insert-documents.ts';
import type {
  OperationDescription,
  OperationTracker,
  TrackedOperation,
} from './exec/operation-tracker.ts';
import { Operations, type OperationsOptions } from './exec/operations.ts';
import type { PreparedText } from './exec/prepared-text.ts';
import type { Run } from './exec/run-part.ts';
import { runTransaction, startDeadline, type TransactionOptions } from './exec/transaction.ts';
import type { QueryRequest } from './fluent/query.ts';
import { countMatches, selectDocuments } from './fluent/query-runner.ts';
import type { JobDoor } from './jobs/job-door.ts';
import { jobMutations } from './jobs/job-rules.ts';
import type { EventStream } from './live/event-stream.ts';
import type { FollowRequest } from './live/follow-request.ts';
import { LiveSession } from './live/live-session.ts';
import { localEditing } from './local-editing.ts';
import { localJobs } from './local-jobs.ts';
import { LocalMaintenance } from './local-maintenance.ts';
import { LocalPointWrites } from './local-point-writes.ts';
import { LocalPoints } from './local-points.ts';
import { LocalTexts } from './local-texts.ts';
import { LocalTransaction } from './local-transaction.ts';
import type { AuditLog } from './maintenance/audit-log.ts';
import type { DatabaseStats } from './maintenance/database-stats.ts';
import type {
  BackupReport,
  CompactReport,
  MaintenanceOptions,
} from './maintenance/maintenance-report.ts';
import type { DatabaseMetrics, MetricsRecorder } from './maintenance/metrics-recorder.ts';
import type { SlowStatements } from './maintenance/slow-statements.ts';
import type { VerifyRequest } from './maintenance/verify.ts';
import type { VerifyReport } from './maintenance/verify-report.ts';
import { migrationRunner } from './migrations/run-migrations.ts';
import type { StoreHold } from './open-databases.ts';
import type { ChangePosition } from './transactions/change-log.ts';
import type { CommitEvent } from './transactions/pipeline-task.ts';
import { onlyOf } from './typed-collection.ts';

interface LocalBackendParts
  extends Pick<OperationsOptions, 'clock' | 'planner' | 'memory' | 'newId'> {
  readonly hold: Omit<StoreHold, 'guestsRefused'>;
  /** The person whose process this is; migrations record it. */
  readonly user?: string;
  /** Refuses every write, also when the pipeline itself may write for others. */
  readonly readOnly: boolean;
  /** The log that the database has at the moment, if any. */
  readonly auditLog: () => AuditLog | undefined;
  /** What measures the database at the moment, if anything does. */
  readonly metrics?: () => MetricsRecorder | undefined;
  readonly slow?: SlowStatements | undefined;
  /** For whom this works, as the audit log names it; the form of the call unless told. */
  readonly source?: string;
}

export class LocalBackend implements DatabaseBackend {
  readonly path: string;
  readonly jobs: JobDoor;
  readonly editing: EditingDoor;
  readonly #hold: LocalBackendParts['hold'];
  readonly #texts: LocalTexts;
  readonly #points: LocalPoints;
  readonly #pointWrites: LocalPointWrites;
  readonly #maintenance: LocalMaintenance;
  readonly #operations: Operations;
  readonly #tracker: OperationTracker;
  readonly #listeners = new Set<() => void>();
  readonly #live: LiveSession;
  readonly #connections = new Emitter<DatabaseConnection>((error) =>
    console.error('A listener of the connection failed:', error),
  );
  #isClosed = false;

  constructor(given: LocalBackendParts) {
    const { hold, clock, planner, newId, readOnly, auditLog, source } = given;
    const { metrics = () => undefined, slow } = given;
    this.path = hold.path;
    this.#hold = hold;
    const { pipeline, spoolSpace } = hold;
    const live = new LiveSession(hold.live, async (name, signal) =>
      name === '_audit' ? auditLog()?.records(signal) : this.#maintenance.figures(name, signal),
    );
    this.#live = live;
    this.#operations = new Operations({
      pipeline,
      spoolSpace,
      clock,
      planner,
      memory: given.memory,
      newId,
      user: given.user ?? '',
      jobs: jobMutations,
      migrations: migrationRunner,
      engineDocuments: (name, signal) => live.engineDocuments(name, signal),
      readOnly,
    });
    this.#tracker = auditedOperations(clock, { auditLog, metrics, slow }, source);
    this.#texts = new LocalTexts({
      operations: this.#operations,
      tracker: this.#tracker,
      catalog: () => this.catalog(),
      direct: new DirectQueries({ clock, planner }),
      source: () => ({
        lookup: pipeline.lookup(),
        catalog: pipeline.catalog,
        columns: pipeline.columns(),
      }),
    });
    this.#points = new LocalPoints(pipeline, this.#tracker);
    this.#pointWrites = new LocalPointWrites({
      pipeline,
      clock,
      newId,
      mayWrite: () => !this.#isClosed && !readOnly && !this.#tracker.isObserved,
    });
    this.#maintenance = new LocalMaintenance({
      hold,
      clock,
      auditLog,
      metrics,
      slow,
      readOnly,
      assertWritable: () => this.#operations.assertWritable(),
      run: (description, signal, work) => this.#run(description, signal, work),
    });
    const parts = { pipeline, operations: this.#operations, tracker: this.#tracker };
    this.jobs = localJobs(hold.jobs, this, parts);
    this.editing = localEditing((text) => this.prepareText(text), parts);
    this.#note('open');
  }

  connection(): DatabaseConnection {
    return this.#isClosed
      ? { state: 'closed', ownerPid: undefined }
      : { state: 'owner', ownerPid: process.pid };
  }

  onDidChangeConnection(listener: (connection: DatabaseConnection) => void): () => void {
    return this.#connections.on(listener);
  }

  assertOpen(): void {
    // To ask a signal whether it is aborted takes longer than to find a document.
    if (this.#isClosed) this.#operations.assertOpen();
  }

  catalog(): CatalogShape {
    this.assertOpen();
    return this.#hold.pipeline.catalog.shape;
  }

  sequence(): number {
    return this.#hold.pipeline.lookup().sequence;
  }

  async collections(): Promise<readonly CollectionInfo[]> {
    this.assertOpen();
    return collectionInfos(this.#hold.pipeline);
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

  async position(): Promise<ChangePosition> {
    this.assertOpen();
    return this.#hold.pipeline.changeLog.position;
  }

  follow(request: FollowRequest): EventStream<unknown> {
    this.assertOpen();
    return this.#live.follow(request);
  }

  prepareText(text: string): PreparedText {
    this.assertOpen();
    return this.#texts.prepare(text);
  }

  execute(text: string, options: TextOptions): Promise<ExecutionResult> {
    return this.#texts.execute(text, options);
  }

  run(text: string, options: TextOptions): Run {
    return this.#texts.run(text, options);
  }

  defineCollections(definitions: readonly CollectionDefinition[]): Promise<void> {
    return this.#run({ action: 'schema' }, undefined, async (environment, operation) => {
      for (const definition of definitions) {
        operation.describe({ collection: definition.name });
        await environment.defineCollection(definition, { ifNotExists: false });
      }
    });
  }

  dropEmptyCollection(name: string): Promise<void> {
    return this.#run({ action: 'schema' }, undefined, async (environment, operation) => {
      operation.describe({ collection: name });
      await environment.dropCollection(name, { ifExists: true, ifEmpty: true });
    });
  }

  insert(
    collection: string,
    documents: readonly JsonObject[],
    signal: AbortSignal | undefined,
    source?: 'import',
  ): Promise<readonly string[]> {
    const only = documents.length > 1 || signal !== undefined ? undefined : documents[0];
    const inserted = only && this.insertOne(collection, only, source);
    return inserted?.then((id) => [id]) ?? this.#insertAll(collection, documents, signal, source);
  }

  insertOne(collection: string, document: JsonObject, source?: 'import') {
    const again = () => this.#insertAll(collection, [document], undefined, source).then(onlyOf);
    return this.#pointWrites.insert(collection, document, again);
  }

  #insertAll(
    collection: string,
    documents: readonly JsonObject[],
    signal: AbortSignal | undefined,
    source: 'import' | undefined,
  ): Promise<readonly string[]> {
    const description = { action: 'insert', collection, source } as const;
    return this.#run(description, signal, async (environment, operation) => {
      const catalog = () => this.#hold.pipeline.catalog;
      const ids = await insertDocuments(environment, catalog, collection, documents);
      const [only] = ids;
      if (only !== undefined && ids.length === 1) operation.describe({ documentId: only });
      return ids;
    });
  }

  async transaction<Result>(
    callback: (transaction: LocalTransaction) => Promise<Result>,
    { signal, timeoutMs }: TransactionOptions,
  ): Promise<Result> {
    const deadline = startDeadline(timeoutMs);
    const signals = signal === undefined ? [deadline.signal] : [deadline.signal, signal];
    const transaction = this.#tracker.nextTransaction();
    try {
      return await this.#run(
        { action: 'transaction', transaction },
        AbortSignal.any(signals),
        (environment) =>
          runTransaction(environment, deadline, (run) =>
            callback(
              new LocalTransaction(run, {
                prepared: this.#texts.prepared,
                tracker: this.#tracker,
                transaction,
              }),
            ),
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
    return this.#points.get(collection, id);
  }

  findNow(request: QueryRequest): unknown {
    return this.#isClosed ? undefined : this.#points.findNow(request);
  }

  select(request: QueryRequest): Promise<readonly unknown[]> {
    const { collection, signal } = request;
    const found = this.#isClosed ? undefined : this.#points.select(request);
    if (found !== undefined) return Promise.resolve(found);
    return this.#run(
      { action: 'select', collection },
      signal,
      (environment) => selectDocuments(environment, request),
      (documents) => documents.length,
    );
  }

  count(request: QueryRequest): Promise<number> {
    const { collection, signal } = request;
    return this.#run({ action: 'count', collection }, signal, (environment) =>
      countMatches(environment, request),
    );
  }

  update(request: QueryRequest, data: { readonly [field: string]: unknown }): Promise<number> {
    const again = () =>
      this.#change('update', request, (environment) =>
        this.#points.update(environment, request, data),
      );
    return this.#pointWrites.update(request, data, again) ?? again();
  }

  remove(request: QueryRequest): Promise<number> {
    const again = () =>
      this.#change('delete', request, (environment) => this.#points.remove(environment, request));
    return this.#pointWrites.remove(request, again) ?? again();
  }

  verify(options: VerifyRequest): Promise<VerifyReport> {
    return this.#maintenance.verify(options);
  }

  backup(target: string, options: MaintenanceOptions): Promise<BackupReport> {
    return this.#maintenance.backup(target, options);
  }

  compact(options: MaintenanceOptions): Promise<CompactReport> {
    return this.#maintenance.compact(options);
  }

  async stats(): Promise<DatabaseStats> {
    this.assertOpen();
    return this.#maintenance.stats();
  }

  async metrics(): Promise<DatabaseMetrics> {
    this.assertOpen();
    return this.#maintenance.metrics();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#connections.emit(this.connection());
    this.#connections.clear();
    const ended = this.#operations.close();
    for (const end of this.#listeners) end();
    this.#live.close();
    await this.#texts.closeRuns();
    await ended;
    // Writes that began within their calls.
    await this.#hold.pipeline.passed();
    this.#texts.prepared.clear();
    this.#note('close');
    await this.#hold.release();
  }

  #change(
    action: 'update' | 'delete',
    { collection, signal }: QueryRequest,
    work: (environment: ExecEnvironment) => Promise<number>,
  ): Promise<number> {
    return this.#run({ action, collection }, signal, work);
  }

  /** Runs an operation, and lets the audit log know how it ended. */
  #run<Result>(
    description: OperationDescription,
    signal: AbortSignal | undefined,
    work: (environment: ExecEnvironment, operation: TrackedOperation) => Promise<Result>,
    rowsOf?: (result: Result) => number,
  ): Promise<Result> {
    return this.#tracker.track(
      description,
      (operation) =>
        this.#operations.run(signal, (environment) =>
          work(operation.observe(environment), operation),
        ),
      rowsOf,
    );
  }

  #note(action: 'open' | 'close'): void {
    this.#tracker.trackNow({ action }, () => undefined);
  }
}

/*
 * A database whose data is in another process. It keeps a copy of the schema, which follows the owner's commits; all
 * else is asked of the owner, so that every query sees every commit that was acknowledged before it began.
 */
import { resolve } from 'node:path';
import type { CatalogShape, CollectionDefinition } from '#engine/aql';
import { throwIfCancelled } from '../base/scheduler.ts';
import type { DatabaseBackend, TextOptions, TransactionBackend } from '../database-backend.ts';
import type { DatabaseConnection } from '../database-connection.ts';
import type { CollectionInfo } from '../database-types.ts';
import { AuroraError } from '../errors.ts';
import type { JsonObject } from '../exec/complete-documents.ts';
import { cancellationOf } from '../exec/drain.ts';
import type { ExecutionResult } from '../exec/execution-result.ts';
import { type PreparedText, PreparedTexts } from '../exec/prepared-text.ts';
import type { Run } from '../exec/run-part.ts';
import type { TransactionOptions } from '../exec/transaction.ts';
import type { QueryRequest } from '../fluent/query.ts';
import type { JobDoor } from '../jobs/job-door.ts';
import type { FollowRequest } from '../live/follow-request.ts';
import type { DatabaseStats } from '../maintenance/database-stats.ts';
import type {
  BackupReport,
  CompactReport,
  MaintenanceOptions,
} from '../maintenance/maintenance-report.ts';
import type { DatabaseMetrics } from '../maintenance/metrics-recorder.ts';
import type { VerifyRequest } from '../maintenance/verify.ts';
import type { VerifyReport } from '../maintenance/verify-report.ts';
import type { ChangePosition } from '../transactions/change-log.ts';
import type { CommitEvent } from '../transactions/pipeline-task.ts';
import { FollowedSchema } from './followed-schema.ts';
import type { WireTask } from './guest-protocol.ts';
import { type OwnerConnection, ownerLost } from './owner-connection.ts';
import { remoteEditing } from './remote-editing.ts';
import { RemoteRun } from './remote-run.ts';
import { RemoteStatements, type RemoteStatementsParts, wireText } from './remote-statements.ts';
import { RemoteStream } from './remote-stream.ts';
import { runRemoteTransaction } from './remote-transaction.ts';
import { WriteSender } from './write-sender.ts';

export interface RemoteBackendOptions {
  readonly path: string;
  readonly connection: OwnerConnection;
  /** Refuses every write here as well. */
  readonly readOnly: boolean;
}

export class RemoteBackend implements DatabaseBackend {
  readonly path: string;
  readonly jobs: JobDoor = {
    enqueue: (requests, signal) =>
      this.#write(signal, async () => {
        const { ids } = await this.#writes.inOrder(() =>
          this.#connection.call('jobs.enqueue', { requests }, { isWrite: true }),
        );
        return ids;
      }),
    command: (command) =>
      this.#write(undefined, () =>
        this.#writes.inOrder(() =>
          this.#connection.call('jobs.command', command, { isWrite: true }),
        ),
      ),
    transact: () => Promise.reject(workersRunElsewhere(this.#connection.pid)),
    counts: () =>
      this.#operate(undefined, (signal) => this.#connection.call('jobs.counts', {}, { signal })),
    queue: () => {
      throw workersRunElsewhere(this.#connection.pid);
    },
  };
  readonly editing = remoteEditing((task, options) => this.#task(task, options));
  readonly #connection: OwnerConnection;
  readonly #readOnly: boolean;
  readonly #prepared = new PreparedTexts();
  readonly #schema: FollowedSchema;
  readonly #writes: WriteSender;
  readonly #parts: RemoteStatementsParts;
  readonly #statements: RemoteStatements;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #runs = new Set<Run>();
  readonly #streams = new Set<RemoteStream>();

  /** Resolves when the schema is here. @throws AuroraError `OwnerLost` */
  static async open(options: RemoteBackendOptions): Promise<RemoteBackend> {
    const backend = new RemoteBackend(options);
    const release = options.connection.holdOpen();
    try {
      await backend.#schema.follow();
    } finally {
      release();
    }
    return backend;
  }

  private constructor({ path, connection, readOnly }: RemoteBackendOptions) {
    this.path = path;
    this.#connection = connection;
    this.#readOnly = readOnly;
    this.#schema = new FollowedSchema(connection);
    this.#writes = new WriteSender(connection);
    const mayWrite = (text: string) => this.#mayWrite(text);
    this.#parts = { connection, schema: this.#schema, writes: this.#writes, mayWrite };
    this.#statements = new RemoteStatements(this.#parts);
    connection.onLost(() => this.#closing.abort(ownerLost(connection.pid, false, undefined)));
  }

  connection(): DatabaseConnection {
    const state = this.#closing.signal.aborted ? 'closed' : 'guest';
    return { state, ownerPid: this.#connection.pid };
  }

  /** What becomes of it is decided by whoever opened it. */
  onDidChangeConnection(): () => void {
    return () => undefined;
  }

  /** @throws AuroraError `DatabaseClosed`, `OwnerLost` */
  assertOpen(): void {
    this.#closing.signal.throwIfAborted();
  }

  catalog(): CatalogShape {
    this.assertOpen();
    return this.#schema.catalog;
  }

  sequence(): number {
    this.assertOpen();
    return this.#schema.sequence;
  }

  collections(): Promise<readonly CollectionInfo[]> {
    return this.#operate(undefined, (signal) =>
      this.#connection.call('collections.list', {}, { signal }),
    );
  }

  onDidCommit(listener: (event: CommitEvent) => void): () => void {
    this.assertOpen();
    return this.#schema.onDidCommit(listener);
  }

  position(): Promise<ChangePosition> {
    return this.#operate(undefined, (signal) =>
      this.#connection.call('database.position', {}, { signal }),
    );
  }

  follow(request: FollowRequest): RemoteStream {
    this.assertOpen();
    const stream = new RemoteStream({
      connection: this.#connection,
      request,
      receive: (start) => this.#statements.receive(start, this.#closing.signal),
      onEnd: () => this.#streams.delete(stream),
    });
    this.#streams.add(stream);
    return stream;
  }

  prepareText(text: string): PreparedText {
    this.assertOpen();
    return this.#prepared.get(text, this.#schema.catalog);
  }

  execute(text: string, options: TextOptions): Promise<ExecutionResult> {
    return this.#operate(options.signal, (signal) =>
      this.#statements.execute(text, { ...options, signal }),
    );
  }

  run(text: string, options: TextOptions): Run {
    this.assertOpen();
    const { signal } = options;
    const run: Run = new RemoteRun({
      connection: this.#connection,
      text: wireText(text, options),
      mayWrite: this.#mayWrite(text),
      signal: this.#combine(signal),
      keepUp: (schemaVersion) => this.#schema.keepUp(schemaVersion),
      onEnd: () => this.#runs.delete(run),
    });
    this.#runs.add(run);
    return run;
  }

  defineCollections(definitions: readonly CollectionDefinition[]): Promise<void> {
    return this.#write(undefined, async () => {
      const { schemaVersion } = await this.#writes.inOrder(() =>
        this.#connection.call('collections.define', { definitions }, { isWrite: true }),
      );
      await this.#schema.keepUp(schemaVersion);
    });
  }

  dropEmptyCollection(name: string): Promise<void> {
    return this.#write(undefined, async () => {
      const { schemaVersion } = await this.#writes.inOrder(() =>
        this.#connection.call('collections.dropEmpty', { collection: name }, { isWrite: true }),
      );
      await this.#schema.keepUp(schemaVersion);
    });
  }

  insert(
    collection: string,
    documents: readonly JsonObject[],
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    return this.#write(signal, (combined) =>
      this.#statements.insert(collection, documents, combined),
    );
  }

  transaction<Result>(
    callback: (transaction: TransactionBackend) => Promise<Result>,
    options: TransactionOptions,
  ): Promise<Result> {
    return this.#operate(options.signal, (signal) => {
      const { timeoutMs } = options;
      return runRemoteTransaction(this.#parts, callback, { signal, timeoutMs });
    });
  }

  find(collection: string, id: string): Promise<unknown> {
    return this.#operate(undefined, () => this.#statements.find(collection, id));
  }

  get(): never {
    this.assertOpen();
    return this.#statements.get();
  }

  select(request: QueryRequest): Promise<readonly unknown[]> {
    return this.#operate(request.signal, (signal) =>
      this.#statements.select({ ...request, signal }),
    );
  }

  count(request: QueryRequest): Promise<number> {
    return this.#operate(request.signal, (signal) =>
      this.#statements.count({ ...request, signal }),
    );
  }

  update(request: QueryRequest, data: { readonly [field: string]: unknown }): Promise<number> {
    return this.#write(request.signal, (signal) =>
      this.#statements.update({ ...request, signal }, data),
    );
  }

  remove(request: QueryRequest): Promise<number> {
    return this.#write(request.signal, (signal) => this.#statements.remove({ ...request, signal }));
  }

  verify(options: VerifyRequest): Promise<VerifyReport> {
    return this.#task({ kind: 'verify' }, options);
  }

  backup(target: string, options: MaintenanceOptions): Promise<BackupReport> {
    // The owner may stand in another folder than this process.
    return this.#task({ kind: 'backup', target: resolve(target) }, options);
  }

  compact(options: MaintenanceOptions): Promise<CompactReport> {
    return this.#write(options.signal, () => this.#task({ kind: 'compact' }, options));
  }

  async stats(): Promise<DatabaseStats> {
    const stats = await this.#operate(undefined, (signal) =>
      this.#connection.call('database.stats', {}, { signal }),
    );
    return { ...stats, mode: 'guest' };
  }

  metrics(): Promise<DatabaseMetrics> {
    return this.#operate(undefined, (signal) =>
      this.#connection.call('database.metrics', {}, { signal }),
    );
  }

  async close(): Promise<void> {
    this.#closing.abort(closed());
    this.#schema.end();
    await Promise.allSettled(this.#running);
    await Promise.allSettled([...this.#runs].map((run) => run.close()));
    for (const stream of [...this.#streams]) stream.close();
    this.#prepared.clear();
    this.#connection.close();
  }

  #mayWrite(text: string): boolean {
    const { statements, diagnostics } = this.prepareText(text);
    return (
      diagnostics.some(({ severity }) => severity === 'error') ||
      statements.some(({ kind }) => kind !== 'query')
    );
  }

  /** Runs long work at the owner. Progress and report have the form that the task gives them there. */
  #task<Progress, Report>(
    task: WireTask,
    options: {
      readonly signal?: AbortSignal | undefined;
      readonly onProgress?: ((progress: Progress) => void) | undefined;
    },
  ): Promise<Report> {
    return this.#operate(options.signal, (signal) => {
      const release = this.#connection.holdOpen();
      return new Promise<Report>((succeed, fail) => {
        const end = this.#connection.subscribe(
          'task',
          task,
          (event) => {
            if (event.kind === 'report') succeed(event.report as Report);
            else options.onProgress?.(event.progress as Progress);
          },
          (error) => fail(error ?? new AuroraError('OwnerFailed', 'The owner ended it early.')),
        );
        signal.addEventListener('abort', () => {
          end();
          fail(new AuroraError('Cancelled', 'It was cancelled.', { cause: signal.reason }));
        });
      }).finally(release);
    });
  }

  #write<Result>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return this.#operate(signal, (combined) => {
      if (this.#readOnly) throw readOnly('The database was opened read-only.');
      if (this.#connection.isReadOnly) {
        throw readOnly(`Process ${this.#connection.pid}, which owns it, opened it read-only.`);
      }
      return work(combined);
    });
  }

  async #operate<Result>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    this.assertOpen();
    const combined = this.#combine(signal);
    try {
      throwIfCancelled(combined);
      const operation = work(combined);
      this.#running.add(operation);
      try {
        return await operation;
      } finally {
        this.#running.delete(operation);
      }
    } catch (error) {
      throw cancellationOf(error);
    }
  }

  #combine(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined
      ? this.#closing.signal
      : AbortSignal.any([this.#closing.signal, signal]);
  }
}

function workersRunElsewhere(ownerPid: number): AuroraError {
  return new AuroraError('OwnerOnly', 'Workers run in the process that owns the database.', {
    hint: 'Jobs can be enqueued here; start the workers in the process that opened it first.',
    details: { ownerPid },
  });
}

function readOnly(message: string): AuroraError {
  return new AuroraError('ReadOnly', message, { hint: 'Open it without readOnly to change it.' });
}

function closed(): AuroraError {
  return new AuroraError('DatabaseClosed', 'The database was closed.');
}

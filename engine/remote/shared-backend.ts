/*
 * A database that several processes may open. One of them owns the data; the others are its guests. This decides which
 * of the two this process is, and decides again when the owner is lost:
 *
 *            ┌──────── lock taken ───────▸ owner
 *   settling ┤                                                 owner lost
 *     ▲      └── lock held, attached ────▸ guest ──────────────────┐
 *     └──────────────────── lost ◂─────────────────────────────────┘
 *
 * Taking the lock is atomic, so of several guests that lost their owner one succeeds it and the others become its
 * guests. Calls that were under way are rejected with `OwnerLost`; nothing is tried again behind the caller's back.
 * Calls that come while the owner is lost have not begun and wait, within a bound.
 */

import type { CatalogShape, CollectionDefinition } from '#engine/aql';
import { Emitter } from '../base/emitter.ts';
import type { DatabaseBackend, TextOptions, TransactionBackend } from '../database-backend.ts';
import type { DatabaseConnection } from '../database-connection.ts';
import type { CollectionInfo } from '../database-types.ts';
import type { EditingDoor } from '../editing/editing-door.ts';
import { AuroraError } from '../errors.ts';
import type { JsonObject } from '../exec/complete-documents.ts';
import type { ExecutionResult } from '../exec/execution-result.ts';
import { type PreparedText, PreparedTexts } from '../exec/prepared-text.ts';
import type { Run } from '../exec/run-part.ts';
import type { TransactionOptions } from '../exec/transaction.ts';
import type { QueryRequest } from '../fluent/query.ts';
import type { JobDoor } from '../jobs/job-door.ts';
import type { EventStream } from '../live/event-stream.ts';
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
import { wholeChange } from './followed-schema.ts';
import { LastingStream } from './lasting-stream.ts';
import { LateRun } from './late-run.ts';
import { ownerLost } from './owner-connection.ts';
import { type Settled, type SettlingOptions, settle } from './settling.ts';
import { waitFor } from './wait-for.ts';

type State =
  | { readonly kind: 'settled'; readonly settled: Settled }
  | { readonly kind: 'lost'; readonly reason: string; readonly settling: Promise<void> }
  /** Nobody can take over any more: the folder is gone, or its files are damaged. */
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'closed' };

export class SharedBackend implements DatabaseBackend {
  readonly path: string;
  readonly jobs: JobDoor = {
    enqueue: (requests, signal) =>
      this.#with(signal, (backend) => backend.jobs.enqueue(requests, signal)),
    command: (command) => this.#with(undefined, (backend) => backend.jobs.command(command)),
    transact: (work, signal) =>
      this.#with(signal, (backend) => backend.jobs.transact(work, signal)),
    counts: () => this.#with(undefined, (backend) => backend.jobs.counts()),
    queue: () => {
      this.assertOpen();
      return this.#last.backend.jobs.queue();
    },
  };
  readonly editing: EditingDoor = {
    rollBackMigration: (options) =>
      this.#with(options.signal, ({ editing }) => editing.rollBackMigration(options)),
    migrationStatus: (text, options) =>
      this.#with(options.signal, ({ editing }) => editing.migrationStatus(text, options)),
    schemaAt: (version, options) =>
      this.#with(options.signal, ({ editing }) => editing.schemaAt(version, options)),
    runningMigrations: (order) =>
      this.#with(undefined, ({ editing }) => editing.runningMigrations(order)),
    planMigration: (text, options) =>
      this.#with(options.signal, ({ editing }) => editing.planMigration(text, options)),
    explain: (text, options) =>
      this.#with(options.signal, ({ editing }) => editing.explain(text, options)),
    preview: (text, options) =>
      this.#with(options.signal, ({ editing }) => editing.preview(text, options)),
    history: (request, options) =>
      this.#with(options.signal, ({ editing }) => editing.history(request, options)),
    inverse: (position, options) =>
      this.#with(options.signal, ({ editing }) => editing.inverse(position, options)),
  };
  readonly #options: SettlingOptions;
  readonly #closing = new AbortController();
  readonly #prepared = new PreparedTexts();
  readonly #streams = new Set<LastingStream>();
  readonly #commits: Emitter<CommitEvent>;
  readonly #connections: Emitter<DatabaseConnection>;
  #state: State;
  /** The backend that answers, or answered last: its copy of the schema serves while the owner is lost. */
  #last: Settled;
  #catalog: CatalogShape;
  #sequence: number;

  /** Opens as owner or as guest. @throws AuroraError `DatabaseLocked` when neither is possible in time, and what opening throws */
  static async open(options: SettlingOptions): Promise<SharedBackend> {
    const deadline = performance.now() + options.waitMsMax;
    const settled = await settle(options, { deadline });
    return new SharedBackend(options, settled);
  }

  private constructor(options: SettlingOptions, settled: Settled) {
    this.path = options.path;
    this.#options = options;
    this.#commits = new Emitter((error) => console.error('A commit listener failed:', error));
    this.#connections = new Emitter((error) =>
      console.error('A listener of the connection failed:', error),
    );
    this.#last = settled;
    this.#catalog = settled.backend.catalog();
    this.#sequence = settled.backend.sequence();
    this.#state = { kind: 'settled', settled };
    this.#listen(settled);
  }

  connection(): DatabaseConnection {
    const ownerPid = this.#last.ownerPid;
    switch (this.#state.kind) {
      case 'closed':
        return { state: 'closed', ownerPid: undefined };
      case 'failed':
        return { state: 'lost', ownerPid, reason: messageOf(this.#state.error) };
      case 'lost':
        return { state: 'lost', ownerPid, reason: this.#state.reason };
      case 'settled': {
        const { role, note } = this.#state.settled;
        return { state: role, ownerPid, ...(note === undefined ? {} : { reason: note }) };
      }
    }
  }

  onDidChangeConnection(listener: (connection: DatabaseConnection) => void): () => void {
    return this.#connections.on(listener);
  }

  assertOpen(): void {
    if (this.#state.kind === 'closed') throw closed();
  }

  catalog(): CatalogShape {
    this.assertOpen();
    return this.#state.kind === 'settled' ? this.#last.backend.catalog() : this.#catalog;
  }

  sequence(): number {
    this.assertOpen();
    return this.#state.kind === 'settled' ? this.#last.backend.sequence() : this.#sequence;
  }

  collections(): Promise<readonly CollectionInfo[]> {
    return this.#with(undefined, (backend) => backend.collections());
  }

  onDidCommit(listener: (event: CommitEvent) => void): () => void {
    this.assertOpen();
    if (this.#state.kind === 'settled' && this.#state.settled.role === 'owner') {
      return this.#state.settled.backend.onDidCommit(listener);
    }
    return this.#commits.on(listener);
  }

  position(): Promise<ChangePosition> {
    return this.#with(undefined, (backend) => backend.position());
  }

  follow(request: FollowRequest): EventStream<unknown> {
    this.assertOpen();
    if (this.#state.kind === 'settled' && this.#state.settled.role === 'owner') {
      return this.#state.settled.backend.follow(request);
    }
    const stream = new LastingStream(request, {
      backend: () => this.#with(undefined, async (backend) => backend),
      isOpen: () => !this.#closing.signal.aborted,
      onEnd: () => this.#streams.delete(stream),
    });
    this.#streams.add(stream);
    return stream;
  }

  prepareText(text: string): PreparedText {
    this.assertOpen();
    return this.#prepared.get(text, this.catalog());
  }

  execute(text: string, options: TextOptions): Promise<ExecutionResult> {
    return this.#with(options.signal, (backend) => backend.execute(text, options));
  }

  run(text: string, options: TextOptions): Run {
    this.assertOpen();
    if (this.#state.kind === 'settled') return this.#state.settled.backend.run(text, options);
    return new LateRun(() =>
      this.#with(options.signal, async (backend) => backend.run(text, options)),
    );
  }

  defineCollections(definitions: readonly CollectionDefinition[]): Promise<void> {
    return this.#with(undefined, (backend) => backend.defineCollections(definitions));
  }

  dropEmptyCollection(name: string): Promise<void> {
    return this.#with(undefined, (backend) => backend.dropEmptyCollection(name));
  }

  insert(
    collection: string,
    documents: readonly JsonObject[],
    signal: AbortSignal | undefined,
    source?: 'import',
  ): Promise<readonly string[]> {
    return this.#with(signal, (backend) => backend.insert(collection, documents, signal, source));
  }

  insertOne(collection: string, document: JsonObject): Promise<string> | undefined {
    if (this.#state.kind !== 'settled') return undefined;
    return this.#state.settled.backend.insertOne?.(collection, document);
  }

  transaction<Result>(
    callback: (transaction: TransactionBackend) => Promise<Result>,
    options: TransactionOptions,
  ): Promise<Result> {
    return this.#with(options.signal, (backend) => backend.transaction(callback, options));
  }

  find(collection: string, id: string): Promise<unknown> {
    return this.#with(undefined, (backend) => backend.find(collection, id));
  }

  get(collection: string, id: string): unknown {
    this.assertOpen();
    if (this.#state.kind !== 'settled') throw ownerLost(this.#last.ownerPid, false, undefined);
    return this.#last.backend.get(collection, id);
  }

  findNow(request: QueryRequest): unknown {
    return this.#state.kind === 'settled'
      ? this.#state.settled.backend.findNow?.(request)
      : undefined;
  }

  select(request: QueryRequest): Promise<readonly unknown[]> {
    return this.#with(request.signal, (backend) => backend.select(request));
  }

  count(request: QueryRequest): Promise<number> {
    return this.#with(request.signal, (backend) => backend.count(request));
  }

  update(request: QueryRequest, data: { readonly [field: string]: unknown }): Promise<number> {
    return this.#with(request.signal, (backend) => backend.update(request, data));
  }

  remove(request: QueryRequest): Promise<number> {
    return this.#with(request.signal, (backend) => backend.remove(request));
  }

  verify(options: VerifyRequest): Promise<VerifyReport> {
    return this.#with(options.signal, (backend) => backend.verify(options));
  }

  backup(target: string, options: MaintenanceOptions): Promise<BackupReport> {
    return this.#with(options.signal, (backend) => backend.backup(target, options));
  }

  compact(options: MaintenanceOptions): Promise<CompactReport> {
    return this.#with(options.signal, (backend) => backend.compact(options));
  }

  stats(): Promise<DatabaseStats> {
    return this.#with(undefined, (backend) => backend.stats());
  }

  metrics(): Promise<DatabaseMetrics> {
    return this.#with(undefined, (backend) => backend.metrics());
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    this.#closing.abort(closed());
    this.#commits.clear();
    this.#connections.emit(this.connection());
    this.#connections.clear();
    this.#prepared.clear();
    for (const stream of [...this.#streams]) stream.close();
    if (state.kind === 'settled') await state.settled.backend.close();
    // A takeover that is under way is given up, or closed as soon as it is there.
    else if (state.kind === 'lost') await state.settling;
  }

  /** Where the operation is done: at once when that is known, else when it is. */
  #with<Result>(
    signal: AbortSignal | undefined,
    work: (backend: DatabaseBackend) => Promise<Result>,
  ): Promise<Result> {
    if (this.#state.kind === 'settled') return work(this.#state.settled.backend);
    return this.#settledBackend(signal).then(work);
  }

  async #settledBackend(signal: AbortSignal | undefined): Promise<DatabaseBackend> {
    const deadline = performance.now() + this.#options.waitMsMax;
    for (;;) {
      const state = this.#state;
      switch (state.kind) {
        case 'settled':
          return state.settled.backend;
        case 'closed':
          throw closed();
        case 'failed':
          throw state.error;
        case 'lost': {
          const leftMs = deadline - performance.now();
          if (leftMs <= 0) throw ownerLost(this.#last.ownerPid, false, new Error(state.reason));
          await waitFor(state.settling, { signal, timeoutMs: leftMs });
        }
      }
    }
  }

  #listen(settled: Settled): void {
    // An owner is never lost, and makes events only where somebody listens: here those from when it was a guest.
    if (settled.role === 'guest' || this.#commits.hasListeners) {
      settled.backend.onDidCommit((event) => {
        this.#sequence = event.sequence;
        this.#catalog = settled.backend.catalog();
        this.#commits.emit(event);
      });
    }
    settled.onLost((reason) => this.#lose(settled, reason));
  }

  #lose(settled: Settled, reason: string): void {
    if (this.#state.kind !== 'settled' || this.#state.settled !== settled) return;
    const settling = this.#settleAgain(settled);
    this.#state = { kind: 'lost', reason, settling };
    this.#connections.emit(this.connection());
  }

  /** Never rejects: what goes wrong becomes the state. */
  async #settleAgain(lost: Settled): Promise<void> {
    // Its calls are rejected by the loss; what is left is to end them.
    await lost.backend.close().catch(() => undefined);
    try {
      const settled = await settle(
        { ...this.#options, create: false },
        { signal: this.#closing.signal },
      );
      if (this.#closing.signal.aborted) await settled.backend.close();
      else this.#succeed(settled);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#state = { kind: 'failed', error };
      this.#connections.emit(this.connection());
    }
  }

  /** Listeners did not hear of what was committed in between; they are told that anything may have changed. */
  #succeed(settled: Settled): void {
    const before = this.#catalog;
    this.#last = settled;
    this.#catalog = settled.backend.catalog();
    this.#sequence = settled.backend.sequence();
    this.#state = { kind: 'settled', settled };
    this.#listen(settled);
    this.#connections.emit(this.connection());
    this.#commits.emit(wholeChange(this.#sequence, before, this.#catalog));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function closed(): AuroraError {
  return new AuroraError('DatabaseClosed', 'The database was closed.');
}

/*
 * What a database object needs of whatever holds the data: the smallest set of operations from which its public API is
 * built. Arguments and results are plain data that could cross to another process; signals and callbacks stay beside
 * them. What is not asynchronous works with a copy of the schema: it may be as old as the last commit that
 * was heard of. The one exception is `get`, which exists only where the data is in this process.
 */

import type { CatalogShape, CollectionDefinition } from '#engine/aql';
import type { DatabaseConnection } from './database-connection.ts';
import type { CollectionInfo } from './database-types.ts';
import type { EditingDoor } from './editing/editing-door.ts';
import type { JsonObject } from './exec/complete-documents.ts';
import type { ExecutionResult } from './exec/execution-result.ts';
import type { GivenVariables, PreparedText } from './exec/prepared-text.ts';
import type { Run } from './exec/run-part.ts';
import type { TransactionOptions } from './exec/transaction.ts';
import type { QueryHost } from './fluent/query.ts';
import type { JobDoor } from './jobs/job-door.ts';
import type { EventStream } from './live/event-stream.ts';
import type { FollowRequest } from './live/follow-request.ts';
import type { DatabaseStats } from './maintenance/database-stats.ts';
import type {
  BackupReport,
  CompactReport,
  MaintenanceOptions,
} from './maintenance/maintenance-report.ts';
import type { DatabaseMetrics } from './maintenance/metrics-recorder.ts';
import type { VerifyRequest } from './maintenance/verify.ts';
import type { VerifyReport } from './maintenance/verify-report.ts';
import type { ChangePosition } from './transactions/change-log.ts';
import type { CommitEvent } from './transactions/pipeline-task.ts';

/** How a text is run. */
export interface TextOptions {
  readonly variables: GivenVariables;
  readonly operationName: string | undefined;
  /** What a query may give, for each root. */
  readonly rowsMax?: number | undefined;
  /** Of a run: tells with the results where their values come from. */
  readonly origins?: boolean | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The statements of one transaction, for as long as its callback runs. */
export interface TransactionBackend extends QueryHost {
  /** Runs queries and mutations; several statements reject at the first error. */
  execute(text: string, options: TextOptions): Promise<ExecutionResult>;
  /** As of a backend. */
  insert(
    collection: string,
    documents: readonly JsonObject[],
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]>;
  /** Point read; the document is the caller's. */
  find(collection: string, id: string): Promise<unknown>;
  /** Point read, at once, where the data is in this process. */
  get(collection: string, id: string): unknown;
}

export interface DatabaseBackend extends QueryHost {
  /** Absolute path of the folder; `:memory:` for a database in memory. */
  readonly path: string;
  readonly jobs: JobDoor;
  readonly editing: EditingDoor;
  /** Where the data is at this moment. */
  connection(): DatabaseConnection;
  /** Calls a listener after that changed; the returned function ends it. */
  onDidChangeConnection(listener: (connection: DatabaseConnection) => void): () => void;
  /** @throws AuroraError `DatabaseClosed` */
  assertOpen(): void;
  /** The schema as of the last commit. Plain data, never changed in place. */
  catalog(): CatalogShape;
  /** The commit that `catalog` and queries show at least; grows by one with each commit. */
  sequence(): number;
  collections(): Promise<readonly CollectionInfo[]>;
  /** Calls a listener after each commit became visible, in commit order; the returned function ends it. */
  onDidCommit(listener: (event: CommitEvent) => void): () => void;
  /**
   * Follows changes, documents or queries; the kind of the request decides the type of the events.
   * @throws AuroraError `CollectionNotFound`, and what a wrong filter or text throws
   */
  follow(request: FollowRequest): EventStream<unknown>;
  /** Behind the last commit that is visible: where a feed can go on from. */
  position(): Promise<ChangePosition>;
  /** Parses a text and binds it to the schema. Never throws for what is wrong in the text. */
  prepareText(text: string): PreparedText;
  execute(text: string, options: TextOptions): Promise<ExecutionResult>;
  /** @throws AuroraError for a text that is wrong, with all findings in `diagnostics`, before anything runs */
  run(text: string, options: TextOptions): Run;
  /** Defines collections in order; those that exist with the same definition stay. */
  defineCollections(definitions: readonly CollectionDefinition[]): Promise<void>;
  /** Drops a collection unless it holds documents. */
  dropEmptyCollection(name: string): Promise<void>;
  /**
   * Inserts all documents in one commit, or none, and gives their ids in order. The documents are the engine's from then on.
   * `source`: what it is a part of.
   */
  insert(
    collection: string,
    documents: readonly JsonObject[],
    signal: AbortSignal | undefined,
    source?: 'import',
  ): Promise<readonly string[]>;
  /**
   * Inserts one document, which is the engine's from then on, and gives its id, where that is begun within the call; else
   * `undefined`, with nothing done.
   */
  insertOne?(collection: string, document: JsonObject): Promise<string> | undefined;
  /** Runs a callback whose statements are committed together, or not at all when it throws. */
  transaction<Result>(
    callback: (transaction: TransactionBackend) => Promise<Result>,
    options: TransactionOptions,
  ): Promise<Result>;
  /** Point read; the document is the caller's. */
  find(collection: string, id: string): Promise<unknown>;
  /** Point read, at once. */
  get(collection: string, id: string): unknown;
  verify(options: VerifyRequest): Promise<VerifyReport>;
  backup(target: string, options: MaintenanceOptions): Promise<BackupReport>;
  compact(options: MaintenanceOptions): Promise<CompactReport>;
  stats(): Promise<DatabaseStats>;
  metrics(): Promise<DatabaseMetrics>;
  /** Cancels what reads, finishes commits that have begun, and lets go. Called once. */
  close(): Promise<void>;
}

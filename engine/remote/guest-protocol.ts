/*
 * What a guest may ask of the process that owns a database. It travels in the envelope of the contract (call, cancel,
 * subscribe, unsubscribe) over the socket in the database's folder.
 *
 *   guest                                          owner
 *     hello ─────────────────────────────────────▸
 *     ◂───────────────────────────────── welcome
 *     call database.attach { token, readOnly } ──▸   the token of the lock that the guest read
 *     subscribe commits ─────────────────────────▸
 *     ◂────────── event { sequence, catalog }        the present state, then one event for each commit
 *     call … ────────────────────────────────────▸   anything below
 *
 * Nothing but attach is answered before attach. What a guest opened (cursors, staged documents) belongs to its
 * connection and ends with it; writes that have begun to commit are finished all the same.
 */
import type { CatalogShape, CollectionDefinition, JsonValue } from '#engine/aql';
import type { CollectionInfo } from '../database-types.ts';
import type { HistoryRequest } from '../editing/document-history.ts';
import type { TrialIndexRequest } from '../exec/explanation.ts';
import type { JobRequest } from '../exec/job-mutations.ts';
import type { RunProgress } from '../exec/run-part.ts';
import type { QueryRequest } from '../fluent/query.ts';
import type { JobCommand, JobOutcome } from '../jobs/job-commands.ts';
import type { JobCounts } from '../jobs/job-index.ts';
import type { FollowRequest } from '../live/follow-request.ts';
import type { DatabaseStats } from '../maintenance/database-stats.ts';
import type { DatabaseMetrics } from '../maintenance/metrics-recorder.ts';
import type { ChangePosition } from '../transactions/change-log.ts';
import type { CommitEvent } from '../transactions/pipeline-task.ts';
import type { RewriteOrder } from '../transactions/running-rewrites.ts';
import type { ValuePart } from './value-parts.ts';
import type { WirePart } from './wire-run.ts';

/** Grows when a method changes incompatibly. An owner refuses guests that speak another one. */
export const guestProtocolVersion = 1;

type None = Readonly<Record<string, never>>;

/** Statements of a transaction name it. */
interface InTransaction {
  readonly transaction?: number;
}

/** A query of one collection, without the signal, which does not cross. */
export type WireRequest = Omit<QueryRequest, 'signal' | 'limit' | 'offset' | 'ifVersion'> & {
  readonly ifVersion?: string;
  readonly limit?: number;
  readonly offset?: number;
} & InTransaction;

/** A value that is too large for one message comes in parts; `cursor` is there while there are more. */
export interface WireValueStart {
  readonly value: JsonValue;
  readonly parts: readonly ValuePart[];
  readonly cursor?: number;
}

/** Whatever may have changed the schema says which version it is now, so that the guest's copy keeps up. */
interface SchemaVersion {
  readonly schemaVersion: number;
}

export interface WireText {
  readonly text: string;
  readonly variables: { readonly [name: string]: JsonValue };
  readonly operationName?: string;
  readonly rowsMax?: number;
  readonly origins?: boolean;
}

type JsonObject = { readonly [field: string]: JsonValue };

export interface GuestMethods {
  'database.attach': {
    readonly params: { readonly token: string; readonly readOnly: boolean; readonly pid: number };
    readonly result: { readonly pid: number; readonly isReadOnly: boolean };
  };
  'owner.ping': { readonly params: None; readonly result: None };

  'catalog.get': { readonly params: None; readonly result: CatalogShape };
  'collections.list': { readonly params: None; readonly result: readonly CollectionInfo[] };
  'database.position': { readonly params: None; readonly result: ChangePosition };
  'database.stats': { readonly params: None; readonly result: DatabaseStats };
  'database.metrics': { readonly params: None; readonly result: DatabaseMetrics };
  'collections.define': {
    readonly params: { readonly definitions: readonly CollectionDefinition[] };
    readonly result: SchemaVersion;
  };
  /** Drops a collection unless it holds documents. */
  'collections.dropEmpty': {
    readonly params: { readonly collection: string };
    readonly result: SchemaVersion;
  };

  'documents.find': {
    readonly params: { readonly collection: string; readonly id: string } & InTransaction;
    readonly result: { readonly document?: unknown };
  };
  'documents.select': { readonly params: WireRequest; readonly result: WireValueStart };
  'documents.count': { readonly params: WireRequest; readonly result: { readonly count: number } };
  'documents.update': {
    readonly params: { readonly request: WireRequest; readonly data: JsonObject };
    readonly result: { readonly count: number };
  };
  'documents.remove': { readonly params: WireRequest; readonly result: { readonly count: number } };
  /** Sends documents ahead for an insert of more than one message; `staging` is a number of the guest's choice. */
  'documents.stage': {
    readonly params: { readonly staging: number; readonly documents: readonly JsonObject[] };
    readonly result: None;
  };
  /** Forgets what was sent ahead. */
  'documents.unstage': { readonly params: { readonly staging: number }; readonly result: None };
  /** Inserts what was staged and the given documents, in this order and in one commit. */
  'documents.insert': {
    readonly params: {
      readonly collection: string;
      readonly staging?: number;
      readonly documents: readonly JsonObject[];
    } & InTransaction;
    readonly result: { readonly ids: readonly string[] };
  };

  'jobs.enqueue': {
    readonly params: { readonly requests: readonly JobRequest[] };
    readonly result: { readonly ids: readonly string[] };
  };
  'jobs.command': { readonly params: JobCommand; readonly result: JobOutcome };
  'jobs.counts': { readonly params: None; readonly result: JobCounts };

  'text.execute': {
    readonly params: WireText & InTransaction;
    readonly result: WireValueStart & SchemaVersion;
  };
  'value.next': {
    readonly params: { readonly cursor: number };
    readonly result: { readonly parts: readonly ValuePart[]; readonly done: boolean };
  };
  'value.close': { readonly params: { readonly cursor: number }; readonly result: None };

  /** A transaction has a deadline, and ends with its guest's connection. */
  'transaction.begin': {
    readonly params: { readonly timeoutMs?: number };
    readonly result: { readonly transaction: number };
  };
  'transaction.commit': {
    readonly params: { readonly transaction: number };
    readonly result: None;
  };
  'transaction.rollback': {
    readonly params: { readonly transaction: number };
    readonly result: None;
  };

  /** Parses and binds. All findings of a wrong text come in one error, before anything runs. */
  'run.open': { readonly params: WireText; readonly result: { readonly cursor: number } };
  'run.next': {
    readonly params: { readonly cursor: number; readonly rowsMax: number };
    readonly result: SchemaVersion & {
      readonly parts: readonly WirePart[];
      readonly done: boolean;
      readonly progress?: RunProgress;
    };
  };
  /** Cancels what is under way; the next pull tells. */
  'run.cancel': { readonly params: { readonly cursor: number }; readonly result: None };
  'run.close': { readonly params: { readonly cursor: number }; readonly result: None };

  /** Follows something; `position` is where the owner stands. It ends with the guest's connection. */
  'stream.open': {
    readonly params: { readonly request: FollowRequest };
    readonly result: { readonly stream: number; readonly position: ChangePosition };
  };
  /** Waits for events: `{ events }`, or `{ event }` for one that is large. */
  'stream.next': {
    readonly params: { readonly stream: number };
    readonly result: WireValueStart & { readonly done: boolean };
  };
  'stream.close': { readonly params: { readonly stream: number }; readonly result: None };
}

/** A commit as its owner saw it; the catalog comes along when it changed, and at first. */
export interface WireCommit {
  readonly event: CommitEvent;
  readonly catalog?: CatalogShape;
}

/** Long work on the whole database. Paths are absolute: the owner may stand in another folder. */
export type WireTask =
  | { readonly kind: 'verify' }
  | { readonly kind: 'backup'; readonly target: string }
  | { readonly kind: 'compact' }
  | { readonly kind: 'plan' | 'migrationStatus'; readonly text: string }
  | { readonly kind: 'schemaAt'; readonly version: string }
  | { readonly kind: 'migrations'; readonly order?: RewriteOrder }
  | { readonly kind: 'history'; readonly request: HistoryRequest }
  | { readonly kind: 'inverse'; readonly position: ChangePosition }
  | { readonly kind: 'rollBack'; readonly isTrial: boolean; readonly version?: string }
  | {
      readonly kind: 'explain';
      readonly text: string;
      readonly options: WireExplainOptions;
    }
  | {
      readonly kind: 'preview';
      readonly text: string;
      readonly options: WirePreviewOptions;
    };

interface WireExplainOptions {
  readonly variables: { readonly [name: string]: JsonValue };
  readonly operationName?: string;
  readonly analyze: boolean;
  readonly tryIndex?: TrialIndexRequest;
}

interface WirePreviewOptions {
  readonly variables: { readonly [name: string]: JsonValue };
  readonly operationName?: string;
  readonly samplesMax?: number;
}

/** Progress and report have the form that the task gives them. */
type WireTaskEvent =
  | { readonly kind: 'progress'; readonly progress: unknown }
  | { readonly kind: 'report'; readonly report: unknown };

export interface GuestTopics {
  /** Every commit in order, the present state first (as an event that names no collection). */
  commits: { readonly params: None; readonly event: WireCommit };
  /** Begins a task; it ends with its report, or is cancelled by unsubscribing. */
  task: { readonly params: WireTask; readonly event: WireTaskEvent };
}

import type { JsonValue, Span } from '#engine/aql';
import type { ErrorCode } from '../errors.ts';
import type { MigrationOutcome } from './migration-runner.ts';

/** Facts about how a statement ran. */
export interface ResultExtensions {
  readonly kind: ExecutionResult['kind'];
  /** Time inside the engine. */
  readonly elapsedMs: number;
  /** Documents and index entries that were read. */
  readonly rowsRead: number;
  /** Names of the physical plans, one for each root. */
  readonly plan: readonly string[];
}

/** Results by alias or field name, as GraphQL shapes them. The receiver owns them and may change them. */
export type ResultData = { [key: string]: JsonValue };

/** A document of a single-root result. Fields that are not set are absent from `data`. */
export interface ResultDocument {
  readonly id: string;
  readonly data: ResultData;
}

/** An error in the form of a GraphQL response. */
export interface ResultError {
  readonly message: string;
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly extensions: {
    readonly code: ErrorCode;
    readonly hint?: string;
    /** The place in UTF-16 units of the text. */
    readonly span?: Span;
  };
}

interface ResultBase {
  readonly data: ResultData;
  readonly errors?: readonly ResultError[];
  readonly extensions: ResultExtensions;
}

/** What a query gives: a list of documents for each root. */
export interface QueryResult extends ResultBase {
  readonly kind: 'query';
  /** The documents of the root when there is exactly one. */
  readonly documents?: readonly ResultDocument[];
}

/** What a mutation gives: the documents it changed, for each field. */
export interface MutationResult extends ResultBase {
  readonly kind: 'mutation';
  /** The documents of the field when there is exactly one. */
  readonly documents?: readonly ResultDocument[];
  /** Documents and jobs that its fields found and wrote; one that two of them wrote counts twice. */
  readonly documentCount: number;
  /** The commit that it became; absent when it changed nothing, and inside a transaction. */
  readonly lsn?: number;
}

/** What a schema block gives. */
export interface SchemaResult extends ResultBase {
  readonly kind: 'schema';
  /** One sentence for each change, in order. */
  readonly messages: readonly string[];
}

/** What a migrate block gives. */
export interface MigrationResult extends ResultBase, MigrationOutcome {
  readonly kind: 'migration';
}

/** What a text of several statements gives: one result for each that ran, in order. */
export interface BatchResult extends ResultBase {
  readonly kind: 'batch';
  readonly results: readonly StatementResult[];
}

/** The result of one statement. */
export type StatementResult = QueryResult | MutationResult | SchemaResult | MigrationResult;

/** What `execute` gives, told apart by `kind`. */
export type ExecutionResult = StatementResult | BatchResult;

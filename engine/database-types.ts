/* What the methods of a database take and give. */
import type { CollectionDefinition, Diagnostic, JsonValue, ParsedStatement } from '#engine/aql';
import type { IndexEntry } from './catalog/catalog.ts';
import type { UntypedDocument, UntypedNewDocument } from './fluent/collection.ts';
import type { DatabaseResult } from './follow-options.ts';
import type { ChangePosition } from './transactions/change-log.ts';

/** Document types by collection name, for databases whose collections are known to the compiler. */
export type DatabaseSchema = { readonly [collection: string]: { readonly id: string } };

/** The types of a database whose collections are not known to the compiler. */
export type UntypedSchema = { readonly [collection: string]: UntypedDocument };

/** What an insert takes for a document type: the id may be left out. Where any field may be, any is taken. */
export type NewDocument<Doc> = string extends keyof Doc
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
  /**
   * A query whose result has more rows is ended with `LimitExceeded`; at least 1, for each root, whose edges and groups count
   * together. What mutations give of their documents is not counted, nor are events, and `run` gives as many rows as are pulled.
   */
  readonly rowsMax?: number | undefined;
  /** A subscription goes on behind this place, out of the log; else with the next commit. */
  readonly after?: ChangePosition | undefined;
}

/** What running a text for its results part by part takes. */
export interface RunTextOptions extends ExecuteOptions {
  /** Tells with each column and row from which documents and fields its values come. */
  readonly origins?: boolean | undefined;
}

/** A text whose names are resolved; it is resolved again when the schema changes. */
export interface PreparedStatement {
  readonly text: string;
  execute(
    variables?: Readonly<Record<string, JsonValue | undefined>>,
    options?: Omit<ExecuteOptions, 'variables'>,
  ): Promise<DatabaseResult>;
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
  readonly indexes: readonly Pick<IndexEntry, 'name' | 'fields' | 'unique' | 'text' | 'state'>[];
}

/* What a run gives, part by part. */
import type { Span } from '#engine/aql';
import type { AuroraError } from '../errors.ts';
import type { ColumnRows, RunColumn } from './column-batch.ts';

/** Announces one result: a root of a query, a field of a mutation, a schema block. */
export interface RunHead {
  readonly kind: 'head';
  /** Number of the result inside the run, from 0. */
  readonly result: number;
  readonly statementKind: 'query' | 'mutation' | 'schema';
  /** Alias or name of the root; `schema` for a schema block. */
  readonly title: string;
  readonly collection?: string;
  readonly columns: readonly RunColumn[];
  /** The place of the statement in the text. */
  readonly span: Span;
  readonly plan?: string;
}

export interface RunRows extends ColumnRows {
  readonly kind: 'rows';
  readonly result: number;
}

export interface RunSummary {
  readonly kind: 'summary';
  readonly result: number;
  /** Rows in the result, or documents changed. */
  readonly rowCount: number;
  readonly rowsRead: number;
  /** Time inside the engine, without waiting for the consumer. */
  readonly elapsedMs: number;
  readonly message?: string;
  /** True when the result was cut; the engine itself never cuts. */
  readonly truncated: boolean;
}

/** The last part of a run that failed. Statements before it are done, those after it do not run. */
export interface RunFailure {
  readonly kind: 'failed';
  readonly error: AuroraError;
  /** The statement, or the place inside it, that failed. */
  readonly span?: Span;
}

export type RunPart = RunHead | RunRows | RunSummary | RunFailure;

/** How far a long reading is, as far as that can be told before its end. */
export interface RunProgress {
  readonly readCount: number;
  /** Documents and index entries that will have been read, as planned. */
  readonly expectedCount: number;
}

/** What a pull gives. */
export interface RunPull {
  readonly parts: readonly RunPart[];
  readonly done: boolean;
  /** There while a root of a query is being read. */
  readonly progress?: RunProgress;
}

/** What `db.run` gives: results to be pulled. */
export interface Run {
  /**
   * Runs on until `rowsMax` rows or about 50 ms of work are there, and gives what there is. Calls may overlap; they
   * are answered in order. Never rejects for what goes wrong in the text: that is a `failed` part.
   */
  next(rowsMax: number): Promise<RunPull>;
  /** Ends the run wherever it is and releases what it holds; may be called again. */
  close(): Promise<void>;
}

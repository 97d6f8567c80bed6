/* What a handler is, gets and may throw. */
import type { JsonValue } from '#engine/aql';
import type { ResultData } from '../exec/execution-result.ts';
import type { Transaction } from '../transaction.ts';

/** What a job is about. */
export type JobPayload = { readonly [field: string]: JsonValue };

/** A job as its handler sees it. */
export interface RunningJob {
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  /** A copy of what it was enqueued with. */
  readonly payload: JobPayload;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly maxRetries: number;
  readonly enqueuedAt: Date;
  /** Ids of the jobs that it has waited for. */
  readonly children: readonly string[];
}

/** What a handler may use while it runs. */
export interface JobContext {
  /** Aborted when the job is cancelled, runs out of time, or its worker stops; its reason says which. */
  readonly signal: AbortSignal;
  /** The same for every attempt of a job, so that what is done outside the database can be done once. */
  readonly idempotencyKey: string;
  /** Notes how far it is: from 0 to 1, with a word on what it is doing. Written a few times a second at most. */
  progress(fraction: number, note?: string): void;
  /**
   * Completes the job in one commit with what a transaction writes: either both are there, or neither. The value that
   * the work gives is the job's result. At most once in an attempt, as the last thing that a handler does.
   * @throws what the work throws, and what `db.transaction` does; then the job is not completed
   */
  complete(work: (tx: Transaction) => Promise<unknown>): Promise<void>;
  /** Keeps a line with the attempt. */
  log(message: string): void;
}

/** Does the work of a job type. What it gives is kept as the job's result, when it is a JSON value. */
export type JobHandler = (job: RunningJob, context: JobContext) => unknown;

/** A text of AQL with its variables, as a module of handlers sends it. */
export interface HandlerStatement {
  readonly text: string;
  readonly variables?: { readonly [name: string]: JsonValue };
}

/** What a handler that is a module of a folder may use. */
export interface ModuleJobContext extends Omit<JobContext, 'complete'> {
  /** The folder of the database. */
  readonly databasePath: string;
  /** Runs queries and mutations in a transaction of their own, and gives their data. @throws an error with its `code` */
  execute(text: string, variables?: HandlerStatement['variables']): Promise<ResultData>;
  /** Completes the job in one commit with what the statements write; gives the data of the last one. */
  complete(statements: readonly HandlerStatement[], result?: JsonValue): Promise<ResultData | null>;
}

/** The function that such a module exports as `handler`. */
export type ModuleHandler = (job: RunningJob, context: ModuleJobContext) => unknown;

export interface HandlerOptions {
  /** How many jobs of the type may run at a time, in this worker system; as many as it runs at all unless told. */
  readonly concurrency?: number;
  /** How long an attempt may take when its job does not say, in milliseconds; no bound unless told. */
  readonly timeoutMs?: number;
  /** Delay before the first retry, in milliseconds; 5,000 unless told. */
  readonly backoffMs?: number;
  /** The longest delay before a retry, in milliseconds; an hour unless told. */
  readonly backoffMsMax?: number;
  /** Share of the delay that is left to chance, from 0 to 1; 0.2 unless told. */
  readonly jitter?: number;
}

/** What a handler throws to say what is to be done about its failure. Any other error is tried again. */
export class JobFailure extends Error {
  /** False: the job goes to the dead letters at once. */
  readonly retryable: boolean;
  /** When to try again, in place of the backoff. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: {
      readonly retryable?: boolean;
      readonly retryAfterMs?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'JobFailure';
    this.retryable = options.retryable ?? true;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The result of a handler as it is kept: what JSON has no form for is left out. */
export function resultOf(value: unknown): JsonValue {
  if (value === undefined) return null;
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? null : JSON.parse(text);
}

/*
 * What mutations need to know of jobs. The rules are those of the job queue, in a layer above; here is only where
 * their documents are written, so that a job is enqueued with the data it is about.
 */
import type { JsonValue } from '#engine/aql';
import type { StoredDocument } from '../values/stored-value.ts';

/** A job to enqueue, in JSON form. */
export interface JobRequest {
  readonly jobType: string;
  readonly payload?: JsonValue | undefined;
  readonly priority?: string | undefined;
  /** Further attempts after the first. */
  readonly maxRetries?: number | undefined;
  /** Not before this moment: RFC 3339 text. */
  readonly runAt?: string | undefined;
  readonly delayMs?: number | undefined;
  /** While a job of the type with this key is there, no other is enqueued; what gives it is told by `uniqueUntil`. */
  readonly uniqueKey?: string | undefined;
  /** Until it has started, has ended (unless told), or for `uniquePeriodMs` from now. */
  readonly uniqueUntil?: 'Started' | 'Finished' | 'Period' | undefined;
  readonly uniquePeriodMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly queue?: string | undefined;
  readonly backoffMs?: number | undefined;
  /** Jobs that are enqueued with it, and that it waits for. */
  readonly children?: readonly JobRequest[] | undefined;
}

export interface JobContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly newId: () => string;
}

/** A new job, with the document that takes its unique key. */
export interface NewJob {
  readonly job: StoredDocument;
  readonly key: StoredDocument | undefined;
}

/** A document of `_job_keys` that goes if it is that job's. */
export interface FreedKey {
  readonly id: string;
  readonly jobId: string;
}

/** What changes with a job: its own document, the run that has ended, and what it gives free. */
export interface JobChange {
  readonly job: StoredDocument;
  readonly run?: StoredDocument | undefined;
  /** The unique key that it gives free, if it has it still. */
  readonly freedKey?: FreedKey | undefined;
  /** Id of the job that waits for one child less. */
  readonly parentId?: string | undefined;
}

export interface JobMutations {
  /** @throws AuroraError `InvalidValue` */
  create(request: JobRequest, context: JobContext): NewJob;
  /** True when a key may be taken over, because its time is over. */
  isKeyFree(key: StoredDocument, now: number): boolean;
  /** `undefined` when the job has ended. */
  cancel(job: StoredDocument, context: JobContext): JobChange | undefined;
  /** `undefined` when the job runs or is completed. */
  retry(job: StoredDocument, context: JobContext): JobChange | undefined;
  /** The parent of a job that has ended, with one child less to wait for. */
  childEnded(parent: StoredDocument, endedCount: number): StoredDocument;
}

/*
 * A job and a run of one as they are stored, in `_jobs` and `_job_runs`. Every document has every field, null where
 * there is nothing, so that all of them share one record structure.
 *
 *                        ┌────────────── retry ───────────────┐
 *              claim     ▼     done                           │
 *   Pending ─────────▶ Running ────▶ Completed                │
 *     ▲  ▲               │ │ │                                │
 *     │  └── released ───┘ │ └── failed, attempts left ──▶ Failed (ready again at run_at)
 *     │                    └──── failed for good ────────▶ DeadLetter
 *     └──────────────── retry, requeue ◀──────────────────────┘         any that has not ended ──▶ Cancelled
 */
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';

export const jobStatuses = [
  'Pending',
  'Running',
  'Completed',
  'Failed',
  'DeadLetter',
  'Cancelled',
] as const;

/** `Failed`: it will be tried again at `run_at`. */
export type JobStatus = (typeof jobStatuses)[number];

export const jobPriorities = ['LOW', 'NORMAL', 'HIGH', 'CRITICAL'] as const;

type StoredPriority = (typeof jobPriorities)[number];

/** A document of `_jobs`. Times are milliseconds since 1970. */
export type JobRecord = StoredDocument & {
  readonly job_type: string;
  readonly queue: string;
  readonly status: JobStatus;
  readonly priority: StoredPriority;
  readonly payload: StoredValue;
  /** Attempts that have begun, and that were not handed back. */
  readonly attempts: number;
  /** Further attempts after the first. */
  readonly max_retries: number;
  /** Attempts that ended with their process. */
  readonly crashes: number;
  readonly run_at: number;
  readonly created_at: number;
  /** When the last attempt began. */
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly timeout_ms: number | null;
  readonly backoff_ms: number | null;
  readonly unique_key: string | null;
  /** Until when the unique key is taken: `Started`, `Finished` or `Period`. */
  readonly unique_until: string | null;
  readonly worker: string | null;
  readonly lease_until: number | null;
  readonly progress: number | null;
  readonly progress_note: string | null;
  readonly result: StoredValue;
  readonly error: string | null;
  readonly error_stack: string | null;
  readonly parent_id: string | null;
  /** Children that have not ended; it waits for them. */
  readonly open_children: number;
  /** Ids of the jobs that it waits for, or has waited for. */
  readonly children: readonly StoredValue[] | null;
  readonly schedule: string | null;
};

/** How an attempt ended. `Released`: handed back, and not counted; `Lost`: its process ended or was not heard of. */
export type RunStatus = 'Completed' | 'Failed' | 'TimedOut' | 'Cancelled' | 'Released' | 'Lost';

/** A document of `_job_runs`: one attempt that has ended. */
export type RunRecord = StoredDocument & {
  readonly job_id: string;
  readonly job_type: string;
  readonly queue: string;
  readonly attempt: number;
  readonly status: RunStatus;
  readonly started_at: number;
  readonly finished_at: number;
  readonly elapsed_ms: number;
  readonly worker: string | null;
  readonly error: string | null;
  readonly error_stack: string | null;
  readonly logs: readonly StoredValue[] | null;
};

/** A document of `_jobs` with its type; `undefined` for one that this version cannot have written. */
export function readJob(document: StoredDocument): JobRecord | undefined {
  const isJob =
    typeof document['job_type'] === 'string' &&
    typeof document['queue'] === 'string' &&
    typeof document['attempts'] === 'number' &&
    typeof document['run_at'] === 'number' &&
    isOneOf(jobStatuses, document['status']) &&
    isOneOf(jobPriorities, document['priority']);
  // The fields it is told apart by are there; the others were written beside them.
  return isJob ? (document as JobRecord) : undefined;
}

export function isOneOf<Word extends string>(
  words: readonly Word[],
  value: unknown,
): value is Word {
  return words.some((word) => word === value);
}

/** True when it waits to be claimed, now or later. */
export function isWaiting({ status }: Pick<JobRecord, 'status'>): boolean {
  return status === 'Pending' || status === 'Failed';
}

/** True when nothing happens to it any more by itself. */
export function hasEnded({ status }: Pick<JobRecord, 'status'>): boolean {
  return status === 'Completed' || status === 'DeadLetter' || status === 'Cancelled';
}

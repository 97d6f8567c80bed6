import type { JobRequest } from '../exec/job-mutations.ts';
import type { Transaction } from '../transaction.ts';
import type { DocumentChange } from '../transactions/snapshot.ts';
import type { JobCommand, JobOutcome } from './job-commands.ts';
import type { JobCounts } from './job-index.ts';
import type { JobQueue } from './job-queue.ts';

/** What a database object can do with jobs, wherever its data is. */
export interface JobDoor {
  /**
   * Adds jobs, all or none, and gives their ids in order; for a unique key that is taken, the id of the job that has
   * it. Resolves when they are durable.
   * @throws AuroraError `InvalidValue`, `LimitExceeded`, `ReadOnly`, and what a commit throws
   */
  enqueue(
    requests: readonly JobRequest[],
    signal?: AbortSignal | undefined,
  ): Promise<readonly string[]>;
  /** Does something with a job, queue or schedule. Resolves when it is durable. @throws AuroraError as told there */
  command(command: JobCommand): Promise<JobOutcome>;
  /** Runs a transaction whose commit holds further changes, which the work gives. @throws as `db.transaction` */
  transact(
    work: (tx: Transaction) => Promise<readonly DocumentChange[]>,
    signal: AbortSignal,
  ): Promise<void>;
  /** How many jobs there are in each state. */
  counts(): Promise<JobCounts>;
  /** The queue itself, for workers. @throws AuroraError `OwnerOnly` where another process owns the database, `ReadOnly` */
  queue(): JobQueue;
}

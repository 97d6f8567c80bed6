/* Workers with a store of their own, or on a database that is open already. */
import { Aurora } from './aurora.ts';
import type { Database } from './database.ts';
import { AuroraError } from './errors.ts';
import type { WorkerOptions } from './jobs/worker-options.ts';
import { type JobSource, Workers } from './jobs/workers.ts';

/** Where the jobs are, and how they are worked on. */
export interface WorkerConfig extends WorkerOptions {
  /** The folder of a database that is opened when it is needed and closed by `stop`. */
  readonly storagePath?: string | undefined;
  /** A database that is open; in place of `storagePath`. */
  readonly database?: Pick<Database, 'workers'> | undefined;
}

/**
 * A durable queue of jobs and what works on it.
 *
 * ```ts
 * const workers = new WorkerSystem({ storagePath: 'workers.db', concurrency: 4 });
 * workers.registerHandler('send_email', async (job, { signal }) => { await send(job.payload['to'], { signal }); });
 * await workers.start();
 * await workers.enqueue(new Job('send_email').addField('to', 'alice@example.com'));
 * await workers.stop();
 * ```
 */
export class WorkerSystem extends Workers {
  /** Opens nothing yet. @throws AuroraError `InvalidOption` */
  constructor({ storagePath, database, ...options }: WorkerConfig = {}) {
    if ((storagePath === undefined) === (database === undefined)) {
      throw new AuroraError('InvalidOption', 'A worker system needs a storagePath or a database.', {
        details: { option: 'storagePath', value: storagePath },
        hint: 'Give one of the two.',
      });
    }
    super(async (): Promise<JobSource> => {
      if (database !== undefined) return database.workers.source();
      const own = await Aurora.open(storagePath ?? '');
      return { ...(await own.workers.source()), close: () => own.close() };
    }, options);
  }
}

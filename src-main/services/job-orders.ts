import type { JobOrder } from '#contract';
import { AuroraError, type Database, Job, type JobPriority } from '#engine';
import { fieldsOf } from './result-fields.ts';

/* What an order comes to in the engine: mutations of AQL where there are some, else what its workers offer. */

export type BulkOrder = Extract<JobOrder, { readonly filter: unknown }>;
type SingleOrder = Exclude<JobOrder, BulkOrder | { readonly kind: 'undo' }>;

export function isBulk(order: JobOrder): order is BulkOrder {
  return 'filter' in order;
}

/** What a token of an order is made for. */
export function orderText(order: JobOrder): string {
  return `jobs ${JSON.stringify(order)}`;
}

/** Acts on jobs in a commit of its own, and gives how many were in a state for it; the others are left out. */
export function orderStep(
  { workers }: Database,
  order: BulkOrder,
  ids: readonly string[],
  options: { readonly undoName?: string } = {},
): Promise<number> {
  switch (order.kind) {
    case 'cancel':
      return workers.cancelMany(ids, options);
    case 'retry':
      return workers.retryMany(ids, options);
    case 'delete':
      return workers.delete(ids, options);
    case 'setPriority':
      return workers.setPriority(ids, priorityOf(order.priority), options);
  }
}

/** Gives the id of a job that was enqueued. */
export async function carryOut(
  database: Database,
  order: SingleOrder,
  signal: AbortSignal,
): Promise<string | null> {
  const { workers } = database;
  switch (order.kind) {
    case 'requeue':
      await workers.retry(order.id, { payload: order.payload });
      return null;
    case 'enqueue':
      return workers.enqueue(jobOf(order));
    case 'setQueue': {
      const { queue, isPaused, concurrency } = order;
      if (isPaused !== undefined) {
        await (isPaused ? workers.pauseQueue(queue) : workers.resumeQueue(queue));
      }
      if (concurrency !== undefined) await workers.limitQueue(queue, { concurrency });
      return null;
    }
    case 'setSchedule': {
      const { name, cron, timeZone, type, payload } = order;
      const job = new Job(type).withPayload(payload);
      await workers.schedule(name, job, { cron, timeZone });
      return null;
    }
    case 'pauseSchedule':
      await workers.pauseSchedule(order.name, order.isPaused);
      return null;
    case 'deleteSchedule':
      await workers.unschedule(order.name);
      return null;
    case 'runSchedule':
      return runSchedule(database, order.name, signal);
  }
}

async function runSchedule(
  database: Database,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { data } = await database.execute(
    'query($name: String!) { _job_schedules(where: { name: { eq: $name } }) { job } }',
    { variables: { name }, signal },
  );
  const rows = data['_job_schedules'];
  const job = fieldsOf(fieldsOf(Array.isArray(rows) ? rows[0] : undefined)['job']);
  if (typeof job['jobType'] !== 'string') {
    throw new AuroraError('JobNotFound', `There is no schedule "${name}".`, { details: { name } });
  }
  const { jobs } = await database.workers.source();
  // It was checked as a request when the schedule was made, and is checked again when the job is.
  const [id] = await jobs.enqueue([{ ...job, jobType: job['jobType'] }], signal);
  return id ?? null;
}

function jobOf(order: Extract<JobOrder, { kind: 'enqueue' }>): Job {
  let job = new Job(order.type).withPayload(order.payload);
  if (order.priority !== undefined) job = job.withPriority(priorityOf(order.priority));
  if (order.queue !== undefined) job = job.inQueue(order.queue);
  if (order.delayMs !== undefined) job = job.withDelay(order.delayMs);
  if (order.maxRetries !== undefined) job = job.withMaxRetries(order.maxRetries);
  if (order.uniqueKey !== undefined) job = job.withUniqueKey(order.uniqueKey);
  return job;
}

const priorities = { LOW: 'Low', NORMAL: 'Normal', HIGH: 'High', CRITICAL: 'Critical' } as const;

function priorityOf(name: keyof typeof priorities): JobPriority {
  return priorities[name];
}

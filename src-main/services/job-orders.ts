import type { JobOrder } from '#contract';
import { AuroraError, type Database, Job, type JobPriority } from '#engine';
import { countJobs, type JobSearch } from './job-search.ts';
import { fieldsOf } from './result-fields.ts';

/* What an order comes to in the engine: mutations of AQL where there are some, else what its workers offer. */

export type BulkOrder = Extract<JobOrder, { readonly filter: unknown }>;
type SingleOrder = Exclude<JobOrder, BulkOrder>;

export function isBulk(order: JobOrder): order is BulkOrder {
  return 'filter' in order;
}

/** What a token of an order is made for. */
export function orderText(order: JobOrder): string {
  return `jobs ${JSON.stringify(order)}`;
}

/**
 * Acts on jobs, in commits of their own, and gives how many were in a state for it; the others are left out. Of deleted
 * jobs and priorities that is counted beside the act, so that what others do meanwhile may be counted too.
 */
export async function orderStep(
  search: JobSearch,
  order: BulkOrder,
  ids: readonly string[],
): Promise<number> {
  const { database, signal } = search;
  const { workers } = database;
  switch (order.kind) {
    case 'cancel':
    case 'retry': {
      const text = `mutation($ids: [Uuid!]!) { ${order.kind}Job(where: { id: { in: $ids } }) { id } }`;
      const { data } = await database.execute(text, { variables: { ids }, signal });
      const changed = data[`${order.kind}Job`];
      return Array.isArray(changed) ? changed.length : 0;
    }
    case 'delete': {
      const before = await countJobs(search, { ids });
      await workers.delete(ids);
      return before - (await countJobs(search, { ids }));
    }
    case 'setPriority': {
      const waiting = await countJobs(search, { ids, states: ['Pending', 'Failed'] });
      await workers.setPriority(ids, priorityOf(order.priority));
      return waiting;
    }
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

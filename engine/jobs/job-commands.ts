/* What can be done with jobs, queues and schedules from outside, as plain data that may come from another process. */
import type { JsonValue } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { toStored } from '../catalog/stored-form.ts';
import { AuroraError } from '../errors.ts';
import type { JobRequest } from '../exec/job-mutations.ts';
import { limits } from '../limits.ts';
import { uuidOfName } from '../values/name-uuid.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import type { JobAct } from './job-batches.ts';
import type { JobQueue } from './job-queue.ts';
import { isOneOf } from './job-record.ts';
import { createJob, isJobName } from './new-job.ts';
import {
  type MisfirePolicy,
  misfirePolicies,
  nextRun,
  type OverlapPolicy,
  overlapPolicies,
  readSchedule,
} from './schedule.ts';

/** A schedule to make, in place of the one of its name. */
export interface ScheduleRequest {
  readonly name: string;
  /** Five or six fields, as cron has them. */
  readonly cron: string;
  /** IANA name, such as `Europe/Rome`; UTC unless told. */
  readonly timeZone?: string | undefined;
  /** `RunOnce` unless told. */
  readonly misfire?: MisfirePolicy | undefined;
  /** `Skip` unless told. */
  readonly overlap?: OverlapPolicy | undefined;
  readonly job: JobRequest;
}

/** What is left out stays as it is; null takes a limit away. */
export interface QueueChange {
  readonly paused?: boolean | undefined;
  readonly concurrency?: number | null | undefined;
  readonly rate?: { readonly count: number; readonly periodMs: number } | null | undefined;
}

export type JobCommand =
  | { readonly kind: 'cancel'; readonly id: string }
  | { readonly kind: 'retry'; readonly id: string; readonly payload?: JsonValue | undefined }
  /** Acts on those jobs that are in a state for it; of those that run, only cancelling concerns them. */
  | {
      readonly kind: 'act';
      readonly act: JobAct;
      readonly ids: readonly string[];
      /** What is changed is kept under this name for a while, so that it can be undone. */
      readonly undoName?: string | undefined;
    }
  /** Takes back what was done under a name, or lets it be forgotten. */
  | { readonly kind: 'undo'; readonly undoName: string }
  | { readonly kind: 'forget'; readonly undoName: string }
  | ({ readonly kind: 'setQueue'; readonly queue: string } & QueueChange)
  | ({ readonly kind: 'setSchedule' } & ScheduleRequest)
  | { readonly kind: 'pauseSchedule'; readonly name: string; readonly paused: boolean }
  | { readonly kind: 'deleteSchedule'; readonly name: string };

/** What came of a command. */
export interface JobOutcome {
  /** Jobs, queues or schedules that it concerned. */
  readonly changedCount: number;
}

/** Resolves when it is durable. @throws AuroraError `JobNotFound`, `JobStateConflict`, `InvalidValue` */
export async function runJobCommand(queue: JobQueue, command: JobCommand): Promise<JobOutcome> {
  switch (command.kind) {
    case 'act':
      return { changedCount: await queue.act(command.act, command.ids, command.undoName) };
    case 'undo':
      return { changedCount: await queue.undo(command.undoName) };
    default:
      await changeOne(queue, command);
      return { changedCount: 1 };
  }
}

async function changeOne(
  queue: JobQueue,
  command: Exclude<JobCommand, { kind: 'act' | 'undo' }>,
): Promise<void> {
  switch (command.kind) {
    case 'forget':
      queue.forget(command.undoName);
      return;
    case 'cancel':
      await queue.cancel(command.id);
      return;
    case 'retry':
      await queue.retry(command.id, payloadOf(command.payload));
      return;
    case 'setQueue':
      checkName('queue', command.queue);
      return queue.store.upsert('_job_queues', uuidOfName(command.queue), (before) =>
        queueDocument(command, before),
      );
    case 'setSchedule': {
      const document = scheduleDocument(command, queue.clock.now());
      return queue.store.upsert('_job_schedules', uuidOfName(command.name), (before) => ({
        ...document,
        ...(before === undefined
          ? { last_run_at: null, last_job_id: null }
          : keptOf(before, document)),
      }));
    }
    case 'pauseSchedule':
      return queue.store.upsert('_job_schedules', uuidOfName(command.name), (before) => {
        const schedule = before && readSchedule(before);
        if (schedule === undefined) throw noSchedule(command.name);
        const { cron, time_zone: zone } = schedule;
        return {
          ...schedule,
          paused: command.paused,
          next_run_at: nextRun(cron, zone, queue.clock.now()),
        };
      });
    case 'deleteSchedule':
      return queue.store.upsert('_job_schedules', uuidOfName(command.name), (before) => {
        if (before === undefined) throw noSchedule(command.name);
        return undefined;
      });
    default:
      return unreachable(command);
  }
}

function payloadOf(payload: JsonValue | undefined): StoredValue | undefined {
  if (payload === undefined) return undefined;
  const converted = toStored({ kind: 'scalar', name: 'Object' }, payload);
  if (converted.kind === 'stored' && converted.value !== null) return converted.value;
  throw new AuroraError('InvalidValue', 'The payload of a job is an object.', {
    details: { option: 'payload' },
  });
}

function queueDocument(
  { queue, paused, concurrency, rate }: Extract<JobCommand, { kind: 'setQueue' }>,
  before: StoredDocument | undefined,
): StoredDocument {
  const isRate =
    rate === undefined || rate === null || ('count' in Object(rate) && 'periodMs' in Object(rate));
  if (!isRate) throw notAllowed('rate', rate, 'an object with count and periodMs');
  for (const [option, value] of [
    ['concurrency', concurrency],
    ['rate.count', rate?.count],
    ['rate.periodMs', rate?.periodMs],
  ] as const) {
    const isAllowed =
      value === undefined || value === null || (Number.isSafeInteger(value) && value > 0);
    if (!isAllowed) throw notAllowed(option, value, 'a whole number above 0');
  }
  const kept = (field: string): StoredValue => before?.[field] ?? null;
  return {
    id: uuidOfName(queue),
    name: queue,
    paused: paused ?? before?.['paused'] === true,
    concurrency: concurrency === undefined ? kept('concurrency') : concurrency,
    rate_count: rate === undefined ? kept('rate_count') : (rate?.count ?? null),
    rate_period_ms: rate === undefined ? kept('rate_period_ms') : (rate?.periodMs ?? null),
  };
}

/**
 * What a schedule keeps when it is made again, as programs do whenever they start: that it is paused, and while its
 * times are the same also the next one, so that runs which were missed meanwhile are made up for.
 */
function keptOf(before: StoredDocument, document: StoredDocument): Omit<StoredDocument, 'id'> {
  const isSameTime = ['cron', 'time_zone'].every((field) => before[field] === document[field]);
  const kept = ['paused', 'last_run_at', 'last_job_id', ...(isSameTime ? ['next_run_at'] : [])];
  return Object.fromEntries(kept.map((field) => [field, before[field] ?? null]));
}

function scheduleDocument(
  { name, cron, timeZone = 'UTC', misfire = 'RunOnce', overlap = 'Skip', job }: ScheduleRequest,
  now: number,
): StoredDocument {
  checkName('name', name);
  checkWord('misfire', misfire, misfirePolicies);
  checkWord('overlap', overlap, overlapPolicies);
  // Made once to see whether it can be made.
  createJob(job, { now, newId: () => uuidOfName(name) });
  const stored = toStored({ kind: 'scalar', name: 'Any' }, JSON.parse(JSON.stringify(job)));
  if (stored.kind === 'refused') {
    throw new AuroraError(
      'InvalidValue',
      `The job of a schedule cannot be stored: ${stored.problem}.`,
    );
  }
  return {
    id: uuidOfName(name),
    name,
    cron,
    time_zone: timeZone,
    paused: false,
    misfire,
    overlap,
    job: stored.value,
    next_run_at: nextRun(cron, timeZone, now),
  };
}

function noSchedule(name: string): AuroraError {
  return new AuroraError('JobNotFound', `There is no schedule "${name}".`, { details: { name } });
}

function checkName(option: string, value: unknown): void {
  if (!isJobName(value)) {
    throw notAllowed(option, value, `a text of 1 to ${limits.jobNameLengthMax} characters`);
  }
}

function checkWord(option: string, value: unknown, words: readonly string[]): void {
  if (!isOneOf(words, value)) throw notAllowed(option, value, `one of ${words.join(', ')}`);
}

function notAllowed(option: string, value: unknown, allowed: string): AuroraError {
  const shown = JSON.stringify(value) ?? String(value);
  return new AuroraError('InvalidValue', `"${option}" is ${shown}; it must be ${allowed}.`, {
    details: { option, value },
  });
}

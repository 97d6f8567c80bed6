/* From what was asked for to the documents of a new job. */
import { toStored } from '../catalog/stored-form.ts';
import { AuroraError } from '../errors.ts';
import type { JobContext, JobRequest, NewJob } from '../exec/job-mutations.ts';
import { limits } from '../limits.ts';
import { uuidOfName } from '../values/name-uuid.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { isOneOf, type JobRecord, jobPriorities } from './job-record.ts';

const defaultQueue = 'default';
const defaultMaxRetries = 3;

/** Where a job stands among others, which its caller does not say. */
export interface JobPlace {
  readonly parentId?: string;
  readonly children?: readonly string[];
  readonly openChildren?: number;
  readonly schedule?: string;
}

/** @throws AuroraError `InvalidValue` */
export function createJob(
  request: JobRequest,
  { now, newId }: JobContext,
  place: JobPlace = {},
): NewJob & { readonly job: JobRecord } {
  const { priority = 'NORMAL', uniqueKey, delayMs = 0 } = request;
  const jobType = lineOf('jobType', request.jobType);
  const storedPriority = String(priority).toUpperCase();
  if (!isOneOf(jobPriorities, storedPriority)) {
    throw invalid('priority', priority, `one of ${jobPriorities.join(', ')}`);
  }
  const runAt =
    request.runAt === undefined ? now + wait('delayMs', delayMs) : moment(request.runAt);
  const job: JobRecord = {
    id: newId(),
    job_type: jobType,
    queue: lineOf('queue', request.queue ?? defaultQueue),
    status: 'Pending',
    priority: storedPriority,
    payload: payloadOf(request),
    attempts: 0,
    max_retries: whole('maxRetries', request.maxRetries ?? defaultMaxRetries, limits.jobRetriesMax),
    crashes: 0,
    run_at: runAt,
    created_at: now,
    started_at: null,
    finished_at: null,
    timeout_ms: request.timeoutMs === undefined ? null : wait('timeoutMs', request.timeoutMs, 1),
    backoff_ms: request.backoffMs === undefined ? null : wait('backoffMs', request.backoffMs),
    unique_key: uniqueKey === undefined ? null : name('uniqueKey', uniqueKey),
    unique_until: uniqueKey === undefined ? null : untilOf(request),
    worker: null,
    lease_until: null,
    progress: null,
    progress_note: null,
    result: null,
    error: null,
    error_stack: null,
    parent_id: place.parentId ?? null,
    children: place.children ?? null,
    open_children: place.openChildren ?? 0,
    schedule: place.schedule ?? null,
  };
  return { job, key: keyOf(job, request, now) };
}

/** The id of the document that says a unique key is taken: one for each type and key. */
export function keyIdOf({ job_type, unique_key }: JobRecord): string {
  return uuidOfName(`${job_type}\n${unique_key ?? ''}`);
}

/** True for what a type, a queue, a schedule or a unique key may be called. */
export function isJobName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= limits.jobNameLengthMax;
}

/** Any other word would keep the key for ever. */
function untilOf({ uniqueUntil = 'Finished' }: JobRequest): string {
  const words = ['Started', 'Finished', 'Period'];
  if (isOneOf(words, uniqueUntil)) return uniqueUntil;
  throw invalid('uniqueUntil', uniqueUntil, `one of ${words.join(', ')}`);
}

function keyOf(job: JobRecord, request: JobRequest, now: number): StoredDocument | undefined {
  if (job.unique_key === null) return undefined;
  const isForPeriod = job.unique_until === 'Period';
  const periodMs = isForPeriod ? wait('uniquePeriodMs', request.uniquePeriodMs ?? 0, 1) : undefined;
  return {
    id: keyIdOf(job),
    key: job.unique_key,
    job_id: job.id,
    expires_at: periodMs === undefined ? null : now + periodMs,
  };
}

function payloadOf({ payload }: JobRequest): StoredValue {
  if (payload === undefined || payload === null) return {};
  if (typeof payload !== 'object' || Array.isArray(payload)) {
    throw invalid('payload', payload, 'an object');
  }
  const converted = toStored({ kind: 'scalar', name: 'Any' }, payload);
  if (converted.kind === 'stored') return converted.value;
  const path = ['payload', ...converted.path].join('.');
  throw new AuroraError('InvalidValue', `"${path}" cannot be stored: ${converted.problem}.`, {
    details: { option: 'payload', path: converted.path },
  });
}

function name(option: string, value: unknown): string {
  if (isJobName(value)) return value;
  throw invalid(option, value, `a text of 1 to ${limits.jobNameLengthMax} characters`);
}

/** A name in one line: queues and types are told apart by a line break between them. */
function lineOf(option: string, value: unknown): string {
  const text = name(option, value);
  if (!text.includes('\n')) return text;
  throw invalid(option, value, 'a text of one line');
}

function whole(option: string, value: unknown, max: number, min = 0): number {
  const isWhole = Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
  if (isWhole) return Number(value);
  throw invalid(option, value, `a whole number from ${min} to ${max}`);
}

function wait(option: string, value: unknown, min = 0): number {
  return whole(option, value, limits.jobDelayMsMax, min);
}

function moment(value: string): number {
  const converted = toStored({ kind: 'scalar', name: 'DateTime' }, value);
  if (converted.kind === 'stored' && typeof converted.value === 'number') return converted.value;
  throw invalid('runAt', value, 'an RFC 3339 date and time');
}

function invalid(option: string, value: unknown, allowed: string): AuroraError {
  const shown = JSON.stringify(value) ?? typeof value;
  return new AuroraError(
    'InvalidValue',
    `"${option}" of a job is ${shown}; it must be ${allowed}.`,
    {
      details: { option, value },
    },
  );
}

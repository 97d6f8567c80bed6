import { type JobFilter, type JobRow, jobStates } from '#contract';
import type { Database, JsonValue } from '#engine';
import type { PayloadTerm } from './job-payload-entries.ts';
import { type JobQuery, jobQuery, payloadTermOf, wordsOf } from './job-query.ts';
import { serviceLimits } from './limits.ts';
import { type Fields, fieldsOf, timeOf } from './result-fields.ts';

/** Finds jobs by a value of their payload; `undefined` when it does not know. */
interface PayloadFinder {
  find(term: PayloadTerm, signal: AbortSignal): Promise<readonly string[] | undefined>;
}

export interface JobSearch {
  readonly database: Database;
  readonly payloads: PayloadFinder;
  readonly signal: AbortSignal;
}

/** A part of what a filter finds: all that it finds by itself, or of some jobs those that it lets pass. */
interface JobScope {
  readonly filter: JobFilter;
  /** The newest first. */
  readonly ids?: readonly string[];
}

/** The jobs that a filter finds, the newest first. */
export async function findJobs(
  search: JobSearch,
  filter: JobFilter,
  { limit, before }: { readonly limit: number; readonly before?: string | undefined },
): Promise<{ readonly jobs: readonly JobRow[]; readonly hasMore: boolean }> {
  const found: JobRow[] = [];
  for (const scope of await scopesOf(search, filter)) {
    found.push(...(await newestOf(search, scope, { limit: limit + 1, before })));
  }
  found.sort((one, other) => (one.id < other.id ? 1 : -1));
  return { jobs: found.slice(0, limit), hasMore: found.length > limit };
}

export async function countJobs(search: JobSearch, filter: JobFilter): Promise<number> {
  let count = 0;
  for (const scope of await scopesOf(search, filter)) {
    for (const ids of stepsOf(scope)) {
      const query = jobQuery(scope.filter, { selection: 'aggregate { count }', ids });
      const { data } = await run(search, query);
      const totals = fieldsOf(fieldsOf(data)['_jobs'])['aggregate'];
      count += Number(fieldsOf(totals)['count']);
    }
  }
  return count;
}

/** Ids of the jobs that a filter finds, in batches. */
export async function* jobIds(
  search: JobSearch,
  filter: JobFilter,
): AsyncGenerator<readonly string[]> {
  for (const scope of await scopesOf(search, filter)) yield* idsOf(search, scope);
}

async function scopesOf(search: JobSearch, filter: JobFilter): Promise<readonly JobScope[]> {
  const { payloads, signal } = search;
  const term = payloadTermOf(filter);
  if (term !== undefined) {
    const ids = await payloads.find(term, signal);
    const isWorth = ids !== undefined && ids.length <= serviceLimits.jobPayloadFoundMax;
    return [isWorth ? { filter, ids } : { filter }];
  }
  const words = wordsOf(filter);
  if (words === undefined) return [{ filter }];
  const numberOrWords = Number.isFinite(Number(words)) ? [words, Number(words)] : [words];
  const withValue = new Set<string>();
  for (const value of numberOrWords) {
    for (const id of (await payloads.find({ value }, signal)) ?? []) withValue.add(id);
  }
  const ids = [...withValue].sort((one, other) => (one < other ? 1 : -1));
  // Those that have the words elsewhere as well belong to the first part.
  for await (const step of idsOf(search, { filter, ids })) {
    for (const id of step) withValue.delete(id);
  }
  // Counting what has the words fills the columns that say it, which finding the newest few does not wait for.
  await run(search, jobQuery(filter, { selection: 'aggregate { count }' }));
  const { text: _words, ...others } = filter;
  return [{ filter }, { filter: others, ids: ids.filter((id) => withValue.has(id)) }];
}

async function newestOf(
  search: JobSearch,
  scope: JobScope,
  { limit, before }: { readonly limit: number; readonly before: string | undefined },
): Promise<readonly JobRow[]> {
  const found: JobRow[] = [];
  const older = scope.ids?.filter((id) => before === undefined || id < before);
  const paged = older === undefined ? scope : { ...scope, ids: older };
  for (const ids of stepsOf(paged)) {
    const rest = `orderBy: { id: DESC } limit: ${limit - found.length}`;
    const query = jobQuery({ ...scope.filter, before }, { rest, selection: rowFields, ids });
    found.push(...rowsOf(await run(search, query)).map(toRow));
    if (found.length >= limit) break;
  }
  return found;
}

async function* idsOf(
  { database, signal }: JobSearch,
  scope: JobScope,
): AsyncGenerator<readonly string[]> {
  for (const ids of stepsOf(scope)) {
    const { text, variables } = jobQuery(scope.filter, { selection: 'id', ids });
    const pulled = database.run(text, { variables, signal });
    try {
      for (let isDone = false; !isDone; ) {
        const { parts, done } = await pulled.next(serviceLimits.pullRowsMax);
        for (const part of parts) {
          if (part.kind === 'failed') throw part.error;
          if (part.kind === 'rows') yield (part.columns[0] ?? []).map(String);
        }
        isDone = done;
      }
    } finally {
      await pulled.close();
    }
  }
}

/** The ids of a part in steps of one query each; one step without ids where any job may be found. */
function* stepsOf({ ids }: JobScope): Generator<readonly string[] | undefined> {
  if (ids === undefined) {
    yield undefined;
    return;
  }
  for (let from = 0; from < ids.length; from += serviceLimits.jobsFoundMax) {
    yield ids.slice(from, from + serviceLimits.jobsFoundMax);
  }
}

function run({ database, signal }: JobSearch, { text, variables }: JobQuery) {
  return database.execute(text, { variables, signal });
}

export const rowFields =
  'id job_type queue status priority attempts max_retries progress progress_note payload error created_at run_at started_at finished_at';

export function toRow(job: Fields): JobRow {
  const text = (field: string) => (typeof job[field] === 'string' ? job[field] : null);
  const state = jobStates.find((each) => each === job['status']);
  return {
    id: String(job['id']),
    type: String(job['job_type']),
    queue: String(job['queue']),
    state: state ?? 'Pending',
    priority: priorityOf(job['priority']),
    attempts: Number(job['attempts']),
    attemptsMax: Number(job['max_retries']) + 1,
    progress: typeof job['progress'] === 'number' ? job['progress'] : null,
    progressNote: text('progress_note'),
    payload: job['payload'] ?? null,
    error: text('error'),
    createdAt: timeOf(job['created_at']) ?? 0,
    runAt: timeOf(job['run_at']) ?? 0,
    startedAt: timeOf(job['started_at']),
    finishedAt: timeOf(job['finished_at']),
  };
}

function priorityOf(value: JsonValue | undefined): JobRow['priority'] {
  return value === 'LOW' || value === 'HIGH' || value === 'CRITICAL' ? value : 'NORMAL';
}

export function rowsOf({ data }: { readonly data: object }): readonly Fields[] {
  const rows = fieldsOf(data)['_jobs'];
  return Array.isArray(rows) ? rows.map(fieldsOf) : [];
}

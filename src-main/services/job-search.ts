import { type JobErrorGroup, type JobFilter, type JobRow, jobStates, WireError } from '#contract';
import type { Database, JsonValue } from '#engine';
import { parse } from '#engine/aql';
import { serviceLimits } from './limits.ts';

/*
 * Finds jobs by AQL. What a person types becomes part of a query's text, so it must not become anything else: the text
 * that comes of it is parsed, and refused unless it is one query with the one root that was meant.
 */

/** A query over the jobs that a filter finds. */
interface JobQuery {
  readonly text: string;
  readonly variables: { readonly filter: JsonValue };
}

export type Fields = { readonly [field: string]: JsonValue };

/** @throws WireError `InvalidParams` when what was typed is no filter */
function jobQuery(filter: JobFilter, rest: string, selection: string): JobQuery {
  const typed = filter.text?.trim() ?? '';
  const isAql = typed.includes(':');
  const written = isAql ? asObject(typed) : '{}';
  const text = `query Jobs($filter: Object) { _jobs(where: { and: [${written}, $filter] } ${rest}) { ${selection} } }`;
  if (isAql) refuseOthers(text);
  const conditions = conditionsOf(filter);
  if (!isAql && typed !== '') conditions.push(anywhere(typed));
  return { text, variables: { filter: { and: conditions } } };
}

/** The jobs that a filter finds, the newest first; one more than the limit tells that there are more. */
export async function findJobs(
  database: Database,
  filter: JobFilter,
  { limit, before }: { readonly limit: number; readonly before?: string | undefined },
  signal: AbortSignal,
): Promise<{ readonly jobs: readonly JobRow[]; readonly hasMore: boolean }> {
  const paged = before === undefined ? filter : { ...filter, before };
  const { text, variables } = jobQuery(
    paged,
    `orderBy: { id: DESC } limit: ${limit + 1}`,
    rowFields,
  );
  const found = rowsOf(await database.execute(text, { variables, signal }));
  return { jobs: found.slice(0, limit).map(toRow), hasMore: found.length > limit };
}

export async function countJobs(
  database: Database,
  filter: JobFilter,
  signal: AbortSignal,
): Promise<number> {
  const { text, variables } = jobQuery(filter, '', 'aggregate { count }');
  const { data } = await database.execute(text, { variables, signal });
  const totals = fieldsOf(fieldsOf(data)['_jobs'])['aggregate'];
  return Number(fieldsOf(totals)['count']);
}

/** Ids of the jobs that a filter finds, in batches. */
export async function* jobIds(
  database: Database,
  filter: JobFilter,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const run = database.run(...asRun(jobQuery(filter, '', 'id'), signal));
  try {
    for (let isDone = false; !isDone; ) {
      const { parts, done } = await run.next(serviceLimits.pullRowsMax);
      for (const part of parts) {
        if (part.kind === 'failed') throw part.error;
        if (part.kind === 'rows') yield (part.columns[0] ?? []).map(String);
      }
      isDone = done;
    }
  } finally {
    await run.close();
  }
}

/** Groups the errors of jobs that failed, by what they have in common. */
export async function groupErrors(
  database: Database,
  signal: AbortSignal,
): Promise<{ readonly groups: readonly JobErrorGroup[]; readonly isPartial: boolean }> {
  const most = serviceLimits.jobErrorsMax;
  const { text, variables } = jobQuery(
    { states: ['Failed', 'DeadLetter'] },
    `limit: ${most + 1}`,
    'job_type status error error_stack started_at',
  );
  const rows = rowsOf(await database.execute(text, { variables, signal }));
  const groups = new Map<string, JobErrorGroup>();
  for (const row of rows.slice(0, most)) {
    const message = String(row['error'] ?? '');
    const type = String(row['job_type']);
    const pattern = patternOf(message);
    const key = `${type} ${pattern}`;
    const before = groups.get(key);
    const at = timeOf(row['started_at']) ?? 0;
    const isLatest = before === undefined || at >= before.lastAt;
    groups.set(key, {
      pattern,
      type,
      message: isLatest ? message : before.message,
      place: isLatest ? placeOf(row['error_stack']) : before.place,
      count: (before?.count ?? 0) + 1,
      deadCount: (before?.deadCount ?? 0) + (row['status'] === 'DeadLetter' ? 1 : 0),
      lastAt: Math.max(at, before?.lastAt ?? 0),
    });
  }
  const ordered = [...groups.values()].sort((left, right) => right.count - left.count);
  return { groups: ordered, isPartial: rows.length > most };
}

export const rowFields =
  'id job_type queue status priority attempts max_retries progress progress_note payload error created_at run_at started_at finished_at';

function conditionsOf(filter: JobFilter & { readonly before?: string }): Fields[] {
  const { states, type, queue, error, ids, before } = filter;
  return [
    ...(states === undefined ? [] : [{ status: { in: states } }]),
    ...(type === undefined ? [] : [{ job_type: { eq: type } }]),
    ...(queue === undefined ? [] : [{ queue: { eq: queue } }]),
    ...(error === undefined ? [] : [{ error: { matches: error } }]),
    ...(ids === undefined ? [] : [{ id: { in: ids } }]),
    ...(before === undefined ? [] : [{ id: { lt: before } }]),
  ];
}

/** Plain words: whatever of a job a person would know it by. */
function anywhere(words: string): Fields {
  const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(words);
  return {
    or: [
      ...['job_type', 'queue', 'error', 'unique_key'].map((field) => ({
        [field]: { icontains: words },
      })),
      ...(isId ? [{ id: { eq: words.toLowerCase() } }] : []),
    ],
  };
}

function asObject(typed: string): string {
  return typed.startsWith('{') ? typed : `{ ${typed} }`;
}

function refuseOthers(text: string): void {
  const { document, diagnostics } = parse(text);
  const [first, ...others] = document.definitions;
  const node = first?.node;
  const selections = node?.kind === 'operation' ? node.selectionSet.selections : [];
  const [root] = selections;
  const isMeant =
    others.length === 0 &&
    first?.isBroken === false &&
    node?.kind === 'operation' &&
    node.operation === 'query' &&
    selections.length === 1 &&
    root?.kind === 'field' &&
    root.name.value === '_jobs';
  if (isMeant) return;
  const finding = diagnostics[0]?.message;
  throw new WireError({
    code: 'InvalidParams',
    message: `This is no filter of jobs.${finding === undefined ? '' : ` ${finding}`}`,
    hint: 'Write words, or a filter such as status: { eq: "Failed" }, payload: { to: { eq: "a@b.c" } }',
  });
}

/** What messages have in common that differ in numbers, ids and quoted words alone, as a regular expression. */
function patternOf(message: string): string {
  const shown = message.slice(0, 300);
  const parts = shown.split(
    /("[^"\n]*"|'[^'\n]*'|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b0x[0-9a-f]+\b|\d+(?:\.\d+)?)/i,
  );
  const pattern = parts
    .map((part, at) => (at % 2 === 1 ? '[^\\n]*' : part.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')))
    .join('');
  return shown.length < message.length ? `^${pattern}` : `^${pattern}$`;
}

/** The first line of a stack that is not the engine's own. */
function placeOf(stack: JsonValue | undefined): string | null {
  if (typeof stack !== 'string') return null;
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const own = frames.find((line) => !/engine[\\/]jobs|node:internal/.test(line));
  return own?.trim().replace(/^at /, '') ?? null;
}

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

function asRun({ text, variables }: JobQuery, signal: AbortSignal): Parameters<Database['run']> {
  return [text, { variables, signal }];
}

function rowsOf({ data }: { readonly data: object }): readonly Fields[] {
  const rows = fieldsOf(data)['_jobs'];
  return Array.isArray(rows) ? rows.map(fieldsOf) : [];
}

export function fieldsOf(value: unknown): Fields {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  // Results of queries are plain JSON objects.
  return isObject ? (value as Fields) : {};
}

/** Milliseconds of a DateTime of a result. */
export function timeOf(value: JsonValue | undefined): number | null {
  return typeof value === 'string' ? Date.parse(value) : null;
}

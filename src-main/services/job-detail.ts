import type { JobDetail, JobRunInfo } from '#contract';
import type { Database, JsonValue } from '#engine';
import { rowFields, toRow } from './job-search.ts';
import { serviceLimits } from './limits.ts';
import { type Fields, fieldsOf, timeOf } from './result-fields.ts';

/* One job with all that belongs to it, in one read. */

const text = `query Job($id: Uuid!, $children: [Uuid!]!) {
  _jobs(where: { id: { eq: $id } }) {
    ${rowFields} result error_stack worker timeout_ms unique_key schedule parent_id children
  }
  children: _jobs(where: { id: { in: $children } } limit: ${serviceLimits.jobsFoundMax}) { ${rowFields} }
  _job_runs(where: { job_id: { eq: $id } } orderBy: { id: ASC } limit: ${serviceLimits.jobsFoundMax}) {
    id attempt status started_at finished_at elapsed_ms error error_stack logs
  }
}`;

/** Null when there is no such job. */
export async function getJob(
  database: Database,
  id: string,
  signal: AbortSignal,
): Promise<JobDetail | null> {
  // Children never change: the first read may name them, the second reads all at one moment.
  const known = await childrenOf(database, id, signal);
  if (known === null) return null;
  const { data } = await database.execute(text, { variables: { id, children: known }, signal });
  const [job] = listOf(data['_jobs']);
  if (job === undefined) return null;
  const string = (field: string) => (typeof job[field] === 'string' ? job[field] : null);
  const timeout = job['timeout_ms'];
  return {
    row: toRow(job),
    result: job['result'] ?? null,
    errorStack: string('error_stack'),
    worker: string('worker'),
    timeoutMs: typeof timeout === 'number' ? timeout : null,
    uniqueKey: string('unique_key'),
    schedule: string('schedule'),
    parentId: string('parent_id'),
    children: listOf(data['children']).map(toRow),
    runs: listOf(data['_job_runs']).map(toRun),
  };
}

async function childrenOf(
  database: Database,
  id: string,
  signal: AbortSignal,
): Promise<readonly JsonValue[] | null> {
  const { data } = await database.execute(
    'query Children($id: Uuid!) { _jobs(where: { id: { eq: $id } }) { children } }',
    { variables: { id }, signal },
  );
  const [job] = listOf(data['_jobs']);
  const children = job?.['children'];
  if (job === undefined) return null;
  return Array.isArray(children) ? children : [];
}

function toRun(run: Fields): JobRunInfo {
  const string = (field: string) => (typeof run[field] === 'string' ? run[field] : null);
  const logs = run['logs'];
  return {
    id: String(run['id']),
    attempt: Number(run['attempt']),
    status: String(run['status']),
    startedAt: timeOf(run['started_at']) ?? 0,
    finishedAt: timeOf(run['finished_at']) ?? 0,
    elapsedMs: Number(run['elapsed_ms']),
    error: string('error'),
    errorStack: string('error_stack'),
    logs: Array.isArray(logs)
      ? logs.map((line) => {
          const { at, text: said } = fieldsOf(line);
          return { at: Number(at), text: String(said) };
        })
      : [],
  };
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

import type { JobDetail, JobRunInfo } from '#contract';
import type { Database } from '#engine';
import { familyOf } from './job-family.ts';
import { rowFields, toRow } from './job-search.ts';
import { serviceLimits } from './limits.ts';
import { type Fields, fieldsOf, timeOf } from './result-fields.ts';

/* One job with all that belongs to it. */

const text = `query Job($id: Uuid!) {
  _jobs(where: { id: { eq: $id } }) {
    ${rowFields} result error_stack worker timeout_ms unique_key schedule parent_id children open_children
  }
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
  const { data } = await database.execute(text, { variables: { id }, signal });
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
    openChildren: Number(job['open_children'] ?? 0),
    family: await familyOf(database, job, signal),
    runs: listOf(data['_job_runs']).map(toRun),
  };
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

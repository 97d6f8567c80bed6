/* `aurora jobs …`: what can be done with the jobs of a database, also while another process works on them. */
import { Aurora, type Database, Job, type JobPriority, type JsonValue } from '#engine';
import { countText } from './count-text.ts';
import type { Terminal } from './terminal.ts';
import { formatTable } from './text-table.ts';
import { UsageError } from './usage-error.ts';

export interface JsonOption {
  readonly json?: boolean;
}

export interface ListOptions extends JsonOption {
  readonly type?: string;
  readonly status?: string;
  readonly queue?: string;
  /** A filter of AQL on `_jobs`. */
  readonly where?: string;
  readonly limit: number;
}

export interface EnqueueOptions extends JsonOption {
  readonly priority?: JobPriority;
  readonly queue?: string;
  readonly delay?: number;
  readonly maxRetries?: number;
  readonly uniqueKey?: string;
}

type Fields = { readonly [field: string]: JsonValue };

const listed = 'id job_type status priority queue attempts max_retries run_at created_at error';
const shown = `${listed} payload result progress progress_note started_at finished_at crashes worker unique_key
  timeout_ms backoff_ms error_stack parent_id children open_children schedule`;

export async function runJobList(
  terminal: Terminal,
  database: string,
  { type, status, queue, where, limit, json }: ListOptions,
): Promise<number> {
  const conditions = [
    ...(type === undefined ? [] : [`{ job_type: { eq: ${JSON.stringify(type)} } }`]),
    ...(status === undefined ? [] : [`{ status: { eq: ${JSON.stringify(status)} } }`]),
    ...(queue === undefined ? [] : [`{ queue: { eq: ${JSON.stringify(queue)} } }`]),
    ...(where === undefined ? [] : [where]),
  ];
  return withDatabase(database, async (db) => {
    const text = `query { _jobs(where: { and: [${conditions.join(', ')}] }, orderBy: { created_at: DESC }, limit: ${limit}) { ${listed} } }`;
    const jobs = rowsOf(await db.execute(text, { signal: terminal.signal }), '_jobs');
    if (json === true) {
      await terminal.write(`${JSON.stringify(jobs)}\n`);
      return 0;
    }
    const columns = ['id', 'type', 'status', 'priority', 'queue', 'attempts', 'run at', 'error'];
    await terminal.write(
      formatTable(
        columns.map((title) => ({ title, isRightAligned: false })),
        jobs.map((job) => [
          ...['id', 'job_type', 'status', 'priority', 'queue'].map((field) => textOf(job[field])),
          `${textOf(job['attempts'])}/${Number(job['max_retries']) + 1}`,
          textOf(job['run_at']),
          textOf(job['error']),
        ]),
      ),
    );
    return 0;
  });
}

export async function runJobShow(
  terminal: Terminal,
  database: string,
  id: string,
  { json }: JsonOption,
): Promise<number> {
  return withDatabase(database, async (db) => {
    const text = `query($id: Uuid!) {
      _jobs(where: { id: { eq: $id } }) { ${shown} }
      _job_runs(where: { job_id: { eq: $id } }) { attempt status started_at elapsed_ms worker error error_stack logs }
    }`;
    const result = await db.execute(text, { variables: { id }, signal: terminal.signal });
    const [job] = rowsOf(result, '_jobs');
    const runs = rowsOf(result, '_job_runs');
    if (job === undefined) {
      terminal.writeError(`error: There is no job ${id}.\n`);
      return 1;
    }
    if (json === true) {
      await terminal.write(`${JSON.stringify({ job, runs })}\n`);
      return 0;
    }
    const lines = Object.entries(job).filter(([, value]) => value !== null);
    await terminal.write(
      lines.map(([field, value]) => `${field.padEnd(14)} ${textOf(value)}\n`).join(''),
    );
    for (const run of runs) await terminal.write(describeRun(run));
    return 0;
  });
}

/** `what` is done with one job, or with all that a filter of AQL finds. */
export async function runJobAction(
  terminal: Terminal,
  database: string,
  what: 'cancel' | 'retry',
  { id, where, json }: { readonly id?: string; readonly where?: string } & JsonOption,
): Promise<number> {
  if ((id === undefined) === (where === undefined)) {
    throw new UsageError('Give the id of a job, or --where with a filter for many.');
  }
  return withDatabase(database, async (db) => {
    const target = where === undefined ? `id: ${JSON.stringify(id)}` : `where: ${where}`;
    const result = await db.execute(`mutation { jobs: ${what}Job(${target}) { id status } }`);
    const value = result.data['jobs'];
    const jobs = Array.isArray(value) ? value : [value];
    const done = what === 'cancel' ? 'cancelled' : 'made ready again';
    await terminal.write(
      json === true ? `${JSON.stringify(jobs)}\n` : `${countText(jobs.length, 'job')} ${done}.\n`,
    );
    return 0;
  });
}

export async function runJobEnqueue(
  terminal: Terminal,
  database: string,
  { type, payload }: { readonly type: string; readonly payload: string | undefined },
  options: EnqueueOptions,
): Promise<number> {
  const job = new Job(type).withPayload(parsePayload(payload));
  if (options.priority !== undefined) job.withPriority(options.priority);
  if (options.queue !== undefined) job.inQueue(options.queue);
  if (options.delay !== undefined) job.withDelay(options.delay * 1_000);
  if (options.maxRetries !== undefined) job.withMaxRetries(options.maxRetries);
  if (options.uniqueKey !== undefined) job.withUniqueKey(options.uniqueKey);
  return withDatabase(database, async (db) => {
    const id = await db.workers.enqueue(job);
    await terminal.write(options.json === true ? `${JSON.stringify({ id })}\n` : `${id}\n`);
    return 0;
  });
}

export async function runJobStats(
  terminal: Terminal,
  database: string,
  { json }: JsonOption,
): Promise<number> {
  return withDatabase(database, async (db) => {
    const stats = await db.workers.stats();
    await terminal.write(
      json === true
        ? `${JSON.stringify(stats)}\n`
        : Object.entries(stats)
            .map(([state, count]) => `${state.padEnd(12)} ${count}\n`)
            .join(''),
    );
    return 0;
  });
}

export async function runQueuePause(
  terminal: Terminal,
  database: string,
  { queue, isPaused }: { readonly queue: string; readonly isPaused: boolean },
  { json }: JsonOption,
): Promise<number> {
  return withDatabase(database, async (db) => {
    await (isPaused ? db.workers.pauseQueue(queue) : db.workers.resumeQueue(queue));
    await terminal.write(
      json === true
        ? `${JSON.stringify({ queue, paused: isPaused })}\n`
        : `Queue "${queue}" is ${isPaused ? 'paused' : 'resumed'}.\n`,
    );
    return 0;
  });
}

async function withDatabase(
  path: string,
  work: (db: Database) => Promise<number>,
): Promise<number> {
  const db = await Aurora.open({ dbPath: path, create: false });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

function rowsOf(
  { data }: { readonly data: { readonly [key: string]: JsonValue } },
  key: string,
): readonly Fields[] {
  const value = data[key];
  if (!Array.isArray(value)) return [];
  return value.filter(
    (row: JsonValue): row is Fields =>
      typeof row === 'object' && row !== null && !Array.isArray(row),
  );
}

function describeRun(run: Fields): string {
  const { attempt, status, started_at: startedAt, elapsed_ms: elapsedMs, error, logs } = run;
  const head = `\nattempt ${textOf(attempt)}: ${textOf(status)}, ${textOf(startedAt)}, ${textOf(elapsedMs)} ms\n`;
  const stack = run['error_stack'] ?? error;
  const what = stack === null || stack === undefined ? '' : `${indent(textOf(stack))}\n`;
  const lines = Array.isArray(logs) ? logs.map((line) => `  log ${JSON.stringify(line)}\n`) : [];
  return head + what + lines.join('');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

function textOf(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parsePayload(text: string | undefined): Fields {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notPayload(error instanceof Error ? error.message : String(error));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw notPayload('it is something else');
}

function notPayload(reason: string): UsageError {
  return new UsageError(`The payload must be a JSON object such as '{"to": "a@b.c"}': ${reason}.`);
}

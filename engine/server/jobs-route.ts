/* Jobs as resources: `/jobs`, `/jobs/stats`, `/jobs/:id` and what can be done with one. All of it is AQL's. */
import type { Database, JsonValue } from '#engine';
import { methodNotAllowed, requireFields } from './document-routes.ts';
import type { Exchange } from './exchange.ts';
import { HttpFailure } from './http-failure.ts';
import { listLimit, readListRequest } from './list-request.ts';

const listed = `id job_type queue status priority payload attempts max_retries run_at created_at started_at finished_at
  progress progress_note result error unique_key`;

/** Options of a job in the body of a request, with their types in AQL. */
const optionTypes: Readonly<Record<string, string>> = {
  priority: 'String',
  maxRetries: 'Int',
  runAt: 'DateTime',
  delayMs: 'Int',
  uniqueKey: 'String',
  timeoutMs: 'Int',
  queue: 'String',
  backoffMs: 'Int',
};

export async function answerJobs(
  db: Database,
  [id, act, ...rest]: readonly string[],
  exchange: Exchange,
): Promise<void> {
  if (rest.length > 0) throw new HttpFailure(404, 'NotFound', 'There is nothing here.');
  if (id === undefined) {
    if (exchange.method === 'POST') return enqueue(db, exchange);
    requireMethod(exchange, 'GET, HEAD, POST');
    return list(db, exchange);
  }
  if (act === undefined) {
    requireMethod(exchange, 'GET, HEAD');
    return id === 'stats' ? sendStats(db, exchange) : show(db, id, exchange);
  }
  if (act !== 'cancel' && act !== 'retry') {
    throw new HttpFailure(404, 'NotFound', 'A job can be cancelled (cancel) and retried (retry).');
  }
  if (exchange.method !== 'POST') throw methodNotAllowed('POST');
  exchange.grant.requireFor('_jobs', 'write');
  const text = `mutation($id: Uuid!) { job: ${act}Job(id: $id) { ${listed} } }`;
  return exchange.sendJson(200, await ask(db, text, { id }, 'job', exchange));
}

function requireMethod(exchange: Exchange, allowed: string): void {
  exchange.grant.requireFor('_jobs', 'read');
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw methodNotAllowed(allowed);
}

async function list(db: Database, exchange: Exchange): Promise<void> {
  const request = readListRequest(exchange.search);
  if (request.after !== undefined) {
    throw new HttpFailure(400, 'InvalidValue', 'Jobs are paged with "limit" and "offset".');
  }
  const orderBy =
    request.orderBy.length === 0 ? [{ field: 'created_at', direction: 'DESC' }] : request.orderBy;
  const text = `query($where: Object, $limit: Int, $offset: Int) {
    jobs: _jobs(where: $where, orderBy: ${JSON.stringify(orderBy)}, limit: $limit, offset: $offset) { ${listed} }
  }`;
  const { where, offset } = request;
  const variables = { where, limit: listLimit(request), offset: offset ?? 0 };
  const jobs = await ask(db, text, variables, 'jobs', exchange);
  return exchange.sendJson(200, { jobs });
}

async function show(db: Database, id: string, exchange: Exchange): Promise<void> {
  const text = `query($id: String) { jobs: _jobs(where: { id: { eq: $id } }) { ${listed} } }`;
  const jobs = await ask(db, text, { id }, 'jobs', exchange);
  const [job] = Array.isArray(jobs) ? jobs : [];
  if (job === undefined) throw new HttpFailure(404, 'JobNotFound', `There is no job "${id}".`);
  return exchange.sendJson(200, job);
}

async function sendStats(db: Database, exchange: Exchange): Promise<void> {
  return exchange.sendJson(200, await db.workers.stats());
}

async function enqueue(db: Database, exchange: Exchange): Promise<void> {
  exchange.grant.requireFor('_jobs', 'write');
  const { type, payload, ...options } = requireFields(await exchange.json());
  if (typeof type !== 'string') {
    throw new HttpFailure(400, 'InvalidValue', 'A job has a "type", which is a text.');
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(optionTypes, name));
  if (unknown !== undefined) {
    const known = ['type', 'payload', ...Object.keys(optionTypes)].join(', ');
    throw new HttpFailure(400, 'InvalidValue', `A job takes no "${unknown}"; it takes ${known}.`);
  }
  const given = Object.keys(options);
  const declared = given.map((name) => `, $${name}: ${optionTypes[name]}`).join('');
  const used = given.map((name) => `, ${name}: $${name}`).join('');
  const text = `mutation($type: String!, $payload: Any${declared}) {
    job: enqueueJob(jobType: $type, payload: $payload${used}) { ${listed} }
  }`;
  const job = await ask(db, text, { ...options, type, payload: payload ?? {} }, 'job', exchange);
  return exchange.sendJson(201, job);
}

async function ask(
  db: Database,
  text: string,
  variables: Readonly<Record<string, JsonValue>>,
  key: string,
  exchange: Exchange,
): Promise<JsonValue> {
  const { data } = await db.execute(text, { variables, signal: exchange.signal });
  return data[key] ?? null;
}

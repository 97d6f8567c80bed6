/* Batches, imports, jobs and migrations over HTTP beside the same in AQL; and who the audit log says has asked. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';
import { isObject } from './graphql-request.ts';

const seed = Number(process.env['SERVER_SEED'] ?? Date.now() % 2 ** 31);
const schema = `schema {
  define collection users { name: String! @unique  age: Int }
  define collection notes { text: String }
}`;

let folder: string;
let db: Database;
let twin: Database;
let server: DatabaseServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aurora-routes-'));
  db = await Aurora.open({
    dbPath: join(folder, 'served.db'),
    durabilityMode: 'None',
    auditLogPath: join(folder, 'audit.jsonl'),
  });
  twin = await Aurora.open(':memory:');
  for (const each of [db, twin]) await each.execute(schema);
  server = await createServer(db, {
    tokens: [{ token: 'writer-token', scope: 'write', name: 'the writer' }],
  });
});

afterEach(async () => {
  await server.close();
  await Promise.all([db.close(), twin.close()]);
  await rm(folder, { recursive: true });
});

async function send(method: string, path: string, body?: unknown, type = 'application/json') {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { Authorization: 'Bearer writer-token', 'Content-Type': type },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function content(of: Database): Promise<unknown> {
  const { data } = await of.execute(
    '{ users(orderBy: { id: ASC }) { id name age } notes(orderBy: { id: ASC }) { id text } }',
  );
  return data;
}

const anyId = fc
  .integer({ min: 1, max: 9 })
  .map((at) => `00000000-0000-7000-8000-00000000000${at}`);
const anyUser = fc.record({ id: anyId, name: fc.constantFrom('a', 'b', 'c', 'd'), age: fc.nat(9) });
const anyOperation = fc.oneof(
  anyUser.map((data) => ({ action: 'insert', collection: 'users', data })),
  fc.uniqueArray(anyId, { maxLength: 3 }).map((ids) => ({
    action: 'insert',
    collection: 'notes',
    data: ids.map((id) => ({ id, text: 't' })),
  })),
  fc.nat(9).map((gte) => ({
    action: 'update',
    collection: 'users',
    where: { age: { gte } },
    data: { age: { increment: 1 } },
  })),
  fc.nat(9).map((lt) => ({ action: 'delete', collection: 'users', where: { age: { lt } } })),
);

/** The same operation as a field of a mutation, its values as variables. */
function inAql({ action }: { readonly action: string }, at: number): string {
  const [data, where] = [`data: $data${at}`, `where: $where${at}`];
  switch (action) {
    case 'insert':
      return `o${at}: insertMany(collection: $COLLECTION${at}, ${data}) { id }`;
    case 'update':
      return `o${at}: update(collection: $COLLECTION${at}, ${data}, ${where}) { id }`;
    default:
      return `o${at}: deleteFrom(collection: $COLLECTION${at}, ${where}) { id }`;
  }
}

describe(`a batch (seed ${seed})`, () => {
  it('is one mutation of AQL: all of it or nothing', async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyOperation, { minLength: 1, maxLength: 6 }),
        async (operations) => {
          const fields = operations
            .map((each, at) => inAql(each, at).replace(`$COLLECTION${at}`, `"${each.collection}"`))
            .join(' ');
          const variables = Object.fromEntries(
            operations.flatMap((each, at) => [
              ...('data' in each
                ? [
                    [
                      `data${at}`,
                      each.action === 'insert' ? [each.data].flat() : each.data,
                    ] as const,
                  ]
                : []),
              ...('where' in each ? [[`where${at}`, each.where] as const] : []),
            ]),
          );
          const declared = Object.keys(variables).map((name) => `$${name}: Any`);
          const { status } = await send('POST', '/batch', { operations });
          seen.add(status);
          const done = await twin
            .execute(`mutation(${declared.join(', ')}) { ${fields} }`, { variables })
            .then(
              () => 200,
              (error: { code: string }) => error.code,
            );
          expect(status === 200).toBe(done === 200);
          expect(await content(db)).toEqual(await content(twin));
        },
      ),
      { seed, numRuns: 60 },
    );
    expect([...seen].sort()).toEqual([200, 409]);
  });

  it.each([
    [{}, 400],
    [{ operations: [1] }, 400],
    [{ operations: [{ action: 'drop', collection: 'users' }] }, 400],
    [{ operations: [{ action: 'delete', collection: 'users' }] }, 400],
    [{ operations: [{ action: 'insert', collection: 'users', data: {}, where: {} }] }, 400],
    [{ operations: [{ action: 'insert', collection: 'nobody', data: {} }] }, 404],
    [{ operations: [{ action: 'insert', collection: '_jobs', data: {} }] }, 404],
    [{ operations: Array.from({ length: 1_001 }, () => ({})) }, 413],
  ])('of %j is refused', async (body, status) => {
    expect((await send('POST', '/batch', body)).status).toBe(status);
  });
});

/** Whether the twin takes a line as a document of its own. */
async function isTaken(line: string): Promise<boolean> {
  const insert = 'mutation($data: Any) { insertInto(collection: "users", data: $data) { id } }';
  try {
    await twin.execute(insert, { variables: { data: JSON.parse(line) } });
    return true;
  } catch {
    return false;
  }
}

function lineOf({ line }: { readonly line: number }): number {
  return line;
}

describe('an import', () => {
  it('takes documents a line each, like an insert of all of them', async () => {
    const documents = Array.from({ length: 3_000 }, (_, at) => ({
      name: `user ${at}`,
      age: at % 90,
    }));
    const lines = documents.map((each) => JSON.stringify(each)).join('\n');
    const { status, body } = await send('POST', '/users', lines, 'application/x-ndjson');
    expect([status, body]).toMatchObject([200, { outcome: 'completed', importedCount: 3_000 }]);
    await twin.insertMany('users', documents);
    const names = '{ users(orderBy: { name: ASC }) { name age } }';
    expect((await db.execute(names)).data).toEqual((await twin.execute(names)).data);
  });

  it('takes each line that an insert of AQL would take', async () => {
    const anyLine = fc.oneof(
      anyUser.map((user) => JSON.stringify(user)),
      fc.constantFrom('{"name":1}', '{}', '{"name":"e","size":1}', '[1]', '{', 'null'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyLine, { maxLength: 12 }), async (lines) => {
        const type = 'application/x-ndjson';
        const { body } = await send('POST', '/users?onError=skip', lines.join('\n'), type);
        const refused: number[] = [];
        for (const [at, line] of lines.entries()) {
          if (!(await isTaken(line))) refused.push(at + 1);
        }
        expect([body.importedCount, body.rejections.map(lineOf)]).toEqual([
          lines.length - refused.length,
          refused,
        ]);
        expect(await content(db)).toEqual(await content(twin));
        for (const each of [db, twin]) await each.query('users').delete();
      }),
      { seed, numRuns: 40 },
    );
  });

  it('stops at a line that does not fit, or leaves it out, and says which', async () => {
    const lines = '{"name":"a"}\n{"name":1}\n{"name":"b"}\n';
    const stopped = await send('POST', '/users', lines, 'application/x-ndjson');
    expect(stopped).toMatchObject({
      status: 400,
      body: { outcome: 'stopped', rejections: [{ line: 2 }] },
    });
    await db.query('users').delete();
    const skipped = await send('POST', '/users?onError=skip', lines, 'application/x-ndjson');
    expect(skipped).toMatchObject({ status: 200, body: { importedCount: 2, rejectedCount: 1 } });
    expect((await send('POST', '/users?onError=x', lines, 'application/x-ndjson')).status).toBe(
      400,
    );
  });
});

const anyJob = fc.record(
  {
    type: fc.constantFrom('send', 'sweep'),
    payload: fc.constantFrom({}, { to: 'a@b.c' }),
    priority: fc.constantFrom('LOW', 'HIGH', 'SOON'),
    maxRetries: fc.constantFrom(0, 3, -1),
    queue: fc.constantFrom('mails', 'nights'),
    uniqueKey: fc.constantFrom('one', 'two'),
    runAt: fc.constantFrom('2100-01-01T00:00:00.000Z', 'soon'),
  },
  { requiredKeys: ['type'] },
);
const anyJobStep = fc.oneof(
  anyJob.map((job) => ({ kind: 'enqueue' as const, job })),
  fc.record({ kind: fc.constantFrom('cancel' as const, 'retry' as const), at: fc.nat(4) }),
);
type JobStep = typeof anyJobStep extends fc.Arbitrary<infer Step> ? Step : never;

const jobTypes: Readonly<Record<string, string>> = {
  type: 'String!',
  payload: 'Object',
  priority: 'String',
  maxRetries: 'Int',
  queue: 'String',
  uniqueKey: 'String',
  runAt: 'DateTime',
};

/** A step in AQL: the id of its job, or the code of what is wrong. */
async function stepInAql(step: JobStep, ids: readonly string[]): Promise<string> {
  const given = step.kind === 'enqueue' ? step.job : { id: ids[step.at] ?? '' };
  const type = (name: string) => (step.kind === 'enqueue' ? jobTypes[name] : 'Uuid!');
  const names = Object.keys(given);
  const declared = names.map((name) => `$${name}: ${type(name)}`).join(', ');
  const passed = names.map((name) => `${name === 'type' ? 'jobType' : name}: $${name}`).join(', ');
  const text = `mutation(${declared}) { job: ${step.kind}Job(${passed}) { id } }`;
  try {
    const { data } = await twin.execute(text, { variables: given });
    return isObject(data['job']) ? String(data['job']['id']) : 'nothing';
  } catch (error) {
    return error instanceof AuroraError ? error.code : String(error);
  }
}

async function stepOverHttp(step: JobStep, ids: readonly string[]): Promise<string> {
  const { body } =
    step.kind === 'enqueue'
      ? await send('POST', '/jobs', step.job)
      : await send('POST', `/jobs/${ids[step.at]}/${step.kind}`);
  return body.error?.code ?? body.id;
}

describe('jobs', () => {
  it('become what the same mutations of AQL make of them', async () => {
    const selection = 'job_type status priority queue max_retries payload unique_key attempts';
    const jobs = `{ _jobs(orderBy: { id: ASC }) { ${selection} } }`;
    await fc.assert(
      fc.asyncProperty(fc.array(anyJobStep, { maxLength: 8 }), async (steps) => {
        const ids: string[] = [];
        const inTwin: string[] = [];
        for (const step of steps) {
          if (step.kind !== 'enqueue' && ids[step.at] === undefined) continue;
          const given = await stepOverHttp(step, ids);
          const expected = await stepInAql(step, inTwin);
          if (given.includes('-') && expected.includes('-')) {
            if (!ids.includes(given)) ids.push(given);
            if (!inTwin.includes(expected)) inTwin.push(expected);
          } else {
            expect(given).toBe(expected);
          }
        }
        expect((await db.execute(jobs)).data).toEqual((await twin.execute(jobs)).data);
      }),
      { seed, numRuns: 40 },
    );
  });

  it('are enqueued, listed, cancelled and retried as in AQL', async () => {
    const job = {
      type: 'send',
      payload: { to: 'a@b.c' },
      priority: 'HIGH',
      maxRetries: 1,
      queue: 'mails',
    };
    const made = await send('POST', '/jobs', job);
    expect(made).toMatchObject({
      status: 201,
      body: { job_type: 'send', status: 'Pending', priority: 'HIGH', payload: { to: 'a@b.c' } },
    });
    const { id } = made.body;
    const inTwin = await twin.execute(
      'mutation { enqueueJob(jobType: "send", payload: { to: "a@b.c" }, priority: HIGH, maxRetries: 1, queue: "mails") { id } }',
    );
    expect(inTwin.data).toBeDefined();
    const selection = 'job_type status priority queue max_retries payload attempts';
    const jobs = `{ _jobs { ${selection} } }`;
    expect((await db.execute(jobs)).data).toEqual((await twin.execute(jobs)).data);
    expect((await send('GET', `/jobs/${id}`)).body).toMatchObject({ id, status: 'Pending' });
    const where = encodeURIComponent('{"status":{"eq":"Pending"}}');
    expect((await send('GET', `/jobs?where=${where}`)).body.jobs).toMatchObject([{ id }]);
    expect((await send('POST', `/jobs/${id}/cancel`)).body).toMatchObject({ status: 'Cancelled' });
    expect((await send('GET', `/jobs?where=${where}`)).body.jobs).toEqual([]);
    expect((await send('POST', `/jobs/${id}/cancel`)).status).toBe(409);
    expect((await send('POST', `/jobs/${id}/retry`)).body).toMatchObject({ status: 'Pending' });
    expect((await send('GET', '/jobs/stats')).body).toMatchObject({ pending: 1, cancelled: 0 });
    expect(await db.workers.stats()).toMatchObject({ pending: 1 });
  });

  it.each([
    ['POST', '/jobs', {}, 400],
    ['POST', '/jobs', { type: 'a', when: 1 }, 400],
    ['POST', '/jobs', { type: 'a', priority: 'SOON' }, 400],
    ['POST', '/jobs', { type: 'a', maxRetries: -1 }, 400],
    ['DELETE', '/jobs', undefined, 405],
    ['GET', '/jobs/00000000-0000-7000-8000-000000000001', undefined, 404],
    ['GET', '/jobs/x/y', undefined, 404],
    ['POST', '/jobs/00000000-0000-7000-8000-000000000001/retry', undefined, 404],
    ['GET', '/jobs?after=x', undefined, 400],
  ])('%s %s with %j is refused with its reason', async (method, path, body, status) => {
    const answer = await send(method, path, body);
    expect([answer.status, typeof answer.body.error.code]).toEqual([status, 'string']);
  });
});

describe('migrations', () => {
  it('that were applied are told in order', async () => {
    await db.execute('migrate { "v1.0.0": { alter collection notes { add size: Int } } }');
    const { body } = await send('GET', '/migrations');
    expect(body).toMatchObject({ versions: [{ version: 'v1.0.0', documents_changed: 0 }] });
  });

  it('are told as AQL tells them', async () => {
    const fields = 'version checksum applied_at elapsed_ms documents_changed';
    const versions = fc.uniqueArray(fc.nat(99), { minLength: 1, maxLength: 5 });
    let next = 1;
    await fc.assert(
      fc.asyncProperty(versions, async (sizes) => {
        for (const size of sizes) {
          const step = `alter collection notes { add size_${next}_${size}: Int }`;
          await db.execute(`migrate { "v${next}.0.0": { ${step} } }`);
          next += 1;
        }
        const { data } = await db.execute(
          `{ versions: _sys_migration(orderBy: { applied_at: ASC }) { ${fields} } }`,
        );
        expect((await send('GET', '/migrations')).body).toEqual(data);
        expect(data['versions']).toHaveLength(next - 1);
      }),
      { seed, numRuns: 5 },
    );
  });
});

describe('the audit log', () => {
  it('names the caller of what came over HTTP', async () => {
    await db.insertInto('notes', { text: 'own' });
    await send('POST', '/notes', { text: 'asked' });
    await send('POST', '/graphql', { query: '{ notes { text } }' });
    await server.close();
    await db.close();
    const lines = (await readFile(join(folder, 'audit.jsonl'), 'utf8')).trimEnd().split('\n');
    const told = lines
      .map((line) => JSON.parse(line))
      .map(({ action, caller }) => [action, caller]);
    expect(told).toContainEqual(['insert', undefined]);
    expect(told).toContainEqual(['insert', 'the writer']);
    expect(told).toContainEqual(['query', 'the writer']);
  });
});

/*
 * What a token is not for, it neither sees nor changes, whatever way it asks. Requests of every route are made of
 * pieces that do reach what is kept from the token: with a token for everything each of them shows it or changes it,
 * which is checked, or the test would prove nothing. SERVER_SEED says which requests are made.
 */
import { once } from 'node:events';
import fc from 'fast-check';
import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';

const seed = Number(process.env['SERVER_SEED'] ?? Date.now() % 2 ** 31);
const mark = 'kept-from-others';
const own = ['notes', 'loose'];
const id = '00000000-0000-7000-8000-000000000001';

let db: Database;
let server: DatabaseServer;

beforeEach(async () => {
  db = await Aurora.open(':memory:');
  await db.execute(`schema {
    define collection vault { text: String  note_id: Uuid @references(collection: "notes") }
    define collection notes { text: String  key_id: Uuid @references(collection: "vault") }
    define collection loose @open { key_id: Uuid @references(collection: "vault") }
  }`);
  await db.insertInto('notes', { id, text: 'open', key_id: id });
  await db.insertInto('loose', { id, key_id: id });
  await db.insertInto('vault', { id, text: mark, note_id: id });
  await db.execute(`mutation { enqueueJob(jobType: "${mark}") { id } }`);
  server = await createServer(db, {
    tokens: [
      { token: 'token-for-all', scope: 'admin' },
      { token: 'some-reader', scope: 'read', collections: own },
      { token: 'some-writer', scope: 'write', collections: own },
      { token: 'all-reader', scope: 'read' },
    ],
  });
});

afterEach(async () => {
  await server.close();
  await db.close();
});

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Selections and fields that show what is in the vault, or what there is at all. */
const showing = [
  '{ vault { text } }',
  '{ a: vault(where: { text: { startsWith: "kept" } }) { b: text } }',
  '{ vault { edges { node { text } } } }',
  '{ vault { groupBy(field: "text") { key count } } }',
  '{ vault { aggregate { max(field: "text") } } }',
  '{ vault(search: { query: "kept" }) { text } }',
  '{ notes { key { text } } }',
  '{ notes { id vault_by_note_id { text } } }',
  '{ notes { edges { node { key { text } } } } }',
  '{ notes { groupBy(field: "text") { nodes { key { text } } } } }',
  '{ loose { key { text } } }',
  '{ notes { x: lookup(collection: "vault", localField: "id", foreignField: "note_id") { text } } }',
  '{ notes { ...f } } fragment f on notes { key { text } }',
  '{ ...f } fragment f on Query { vault { text } }',
  '{ ... on Query { vault { text } } }',
  '{ _jobs { job_type } }',
  '{ _collections { name } }',
  '{ _fields { collection } }',
  '{ __schema { types { name } } }',
  '{ __type(name: "vault") { name } }',
  '{ __schema { collections { name } } }',
];
const changing = [
  `{ insertInto(collection: "vault", data: { text: "${mark} too" }) { text } }`,
  `{ insertMany(collection: "vault", data: [{ text: "${mark} too" }]) { text } }`,
  `{ update(collection: "vault", where: {}, data: { text: "${mark} changed" }) { text } }`,
  '{ deleteFrom(collection: "vault", where: {}) { text } }',
  `{ upsert(collection: "vault", where: { id: { eq: "${id}" } }, data: { text: "${mark} changed" }) { text } }`,
  `{ transaction { insertInto(collection: "vault", data: { text: "${mark} too" }) { text } } }`,
  '{ export(collection: "vault", format: NDJSON) }',
  `{ import(collection: "vault", data: [{ text: "${mark} too" }]) { text } }`,
  `{ enqueueJob(jobType: "${mark}") { job_type } }`,
  `{ cancelJob(where: { job_type: { eq: "${mark}" } }) { job_type } }`,
  `{ update(collection: "notes", where: {}, data: { text: "t" }) { key { text } } }`,
  `{ insertInto(collection: "notes", data: { key_id: "${id}" }) { key { text } } }`,
];
const texts = [
  ...showing.flatMap((text) => [`query Q ${text}`, `query Q @live ${text}`]),
  ...changing.map((text) => `mutation Q ${text}`),
];

const json = { 'Content-Type': 'application/json' };
const waysOf: readonly ((text: string) => Asked)[] = [
  (query) => ({ method: 'POST', path: '/graphql', body: JSON.stringify({ query }), headers: json }),
  (query) => ({
    method: 'POST',
    path: '/aql',
    body: JSON.stringify({ query: `${query} query R { __typename }`, operationName: 'Q' }),
    headers: json,
  }),
  (query) => ({
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify({ query }),
    headers: { ...json, Accept: 'text/event-stream' },
  }),
];
const byPost = (query: string): Asked => ({
  method: 'POST',
  path: '/graphql',
  body: JSON.stringify({ query }),
  headers: { ...json, Accept: 'application/graphql-response+json' },
});
const byGet = (query: string): Asked => ({
  method: 'GET',
  path: `/graphql?query=${encodeURIComponent(query)}`,
});

const inVault = (method: string, path: string, body?: unknown, type = json): Asked => ({
  method,
  path,
  ...(body === undefined
    ? {}
    : { body: typeof body === 'string' ? body : JSON.stringify(body), headers: type }),
});
const ndjson = { 'Content-Type': 'application/x-ndjson' };
const everything = `where=${encodeURIComponent('{}')}`;
const resources: readonly Asked[] = ['/vault', '/collections/vault/documents'].flatMap((path) => [
  inVault('GET', path),
  inVault('GET', `${path}?where=${encodeURIComponent('{"text":{"startsWith":"kept"}}')}&limit=1`),
  { ...inVault('GET', path), headers: { Accept: 'application/x-ndjson' } },
  inVault('GET', `${path}/${id}`),
  inVault('POST', path, { text: 'new' }),
  inVault('POST', path, [{ text: 'new' }]),
  inVault('POST', path, '{"text":"new"}\n', ndjson),
  inVault('PUT', `${path}/${id}`, { text: 'new' }),
  inVault('PATCH', `${path}/${id}`, { text: 'new' }),
  inVault('DELETE', `${path}/${id}`),
  inVault('PATCH', `${path}?${everything}`, { text: 'new' }),
  inVault('DELETE', `${path}?${everything}`),
]);
const others: readonly Asked[] = [
  inVault('GET', '/collections'),
  inVault('GET', '/collections/vault'),
  inVault('GET', '/openapi.json'),
  inVault('GET', '/metrics'),
  inVault('GET', '/jobs'),
  inVault('GET', '/jobs/stats'),
  inVault('POST', '/jobs', { type: 'new' }),
  inVault('POST', '/batch', {
    operations: [{ action: 'insert', collection: 'vault', data: { text: 'new' } }],
  }),
  inVault('POST', '/batch', {
    operations: [
      { action: 'insert', collection: 'notes', data: { text: 'new' } },
      { action: 'delete', collection: 'vault', where: {} },
    ],
  }),
];
/** Each text goes each way in the long run, else one of them. */
const isLong = process.env['SERVER_SLOW'] === 'all';
const allAsked: readonly Asked[] = [
  ...texts.flatMap((text, at) => {
    const ways = text.startsWith('query') ? [...waysOf, byGet] : waysOf;
    return ways.filter((_, way) => isLong || way === at % ways.length).map((way) => way(text));
  }),
  ...resources,
  ...others,
];

/** What an answer says; of one that goes on, the beginning. */
async function ask(asked: Asked, token: string): Promise<string> {
  const controller = new AbortController();
  const response = await fetch(`${server.url}${asked.path}`, {
    method: asked.method,
    headers: { ...asked.headers, Authorization: `Bearer ${token}` },
    signal: controller.signal,
    ...(asked.body === undefined ? {} : { body: asked.body }),
  });
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return `${response.status} ${await response.text()}`;
  }
  const first = await response.body?.getReader().read();
  controller.abort();
  return `${response.status} ${Buffer.from(first?.value ?? []).toString()}`;
}

/** What a token is kept from, as it is now. */
async function kept(): Promise<string> {
  const { data } = await db.execute('{ vault { id text note_id } _jobs { id status job_type } }');
  return JSON.stringify([data, db.catalog()]);
}

/** True for an answer that names the vault or what is in it, beyond what was sent. */
function tells(answer: string): boolean {
  const isRefusal = /^(4\d\d|200 \{"errors")/.test(answer);
  return !isRefusal && /vault|kept-from-others|pending/.test(answer);
}

describe(`tokens (seed ${seed})`, () => {
  it('that are for everything reach it in each of these ways', async () => {
    const without: Asked[] = [];
    for (const asked of allAsked) {
      const before = await kept();
      const answer = await ask(asked, 'token-for-all');
      if (!tells(answer) && before === (await kept())) without.push(asked);
      await db.query('vault').delete();
      await db.insertInto('vault', { id, text: mark, note_id: id });
      await db.execute(`mutation { enqueueJob(jobType: "${mark}") { id } }`);
    }
    expect(without).toEqual([]);
  });

  it.each(['some-reader', 'some-writer'])(
    'that are for some collections (%s) never do',
    async (token) => {
      const before = await kept();
      await fc.assert(
        fc.asyncProperty(fc.shuffledSubarray([...allAsked], { minLength: 1 }), async (several) => {
          const answers = await Promise.all(several.map((asked) => ask(asked, token)));
          expect(answers.filter((answer) => tells(answer) || answer.includes(mark))).toEqual([]);
          expect(await kept()).toBe(before);
        }),
        { seed, numRuns: isLong ? 20 : 2 },
      );
    },
  );

  it('that may read change nothing', async () => {
    const { lsn } = await db.position();
    for (const asked of allAsked) await ask(asked, 'all-reader');
    expect((await db.position()).lsn).toBe(lsn);
  });

  it('do what they are for', async () => {
    const answers = [
      byGet('{ notes { text } loose { id } }'),
      byGet('{ notes { __typename } }'),
      inVault('GET', '/notes'),
      inVault('GET', `/collections/loose/documents/${id}`),
      inVault('POST', '/notes', { text: 'mine' }),
      inVault('POST', '/batch', {
        operations: [{ action: 'update', collection: 'notes', where: {}, data: { text: 'mine' } }],
      }),
    ].map(async (asked) => (await ask(asked, 'some-writer')).slice(0, 3));
    expect(await Promise.all(answers)).toEqual(['200', '200', '200', '200', '201', '200']);
    expect(await ask(inVault('GET', '/collections'), 'some-reader')).toContain('"loose"');
    expect(await ask(inVault('GET', '/openapi.json'), 'some-reader')).toContain('"/notes"');
  });

  it('for some collections are told of a schema that has no others', async () => {
    const asked = (query: string, token: string) => ask(byPost(query), token);
    const schema = await asked(getIntrospectionQuery(), 'some-reader');
    expect(tells(schema)).toBe(false);
    const built = buildClientSchema(JSON.parse(schema.slice(4)).data);
    const fields = Object.keys(built.getQueryType()?.getFields() ?? {});
    // Those of the engine are the same in every schema.
    expect(fields.filter((name) => !name.startsWith('_')).sort()).toEqual(own.toSorted());
    expect(await asked('{ __type(name: "vault") { name } }', 'some-reader')).toContain(
      '{"__type":null}',
    );
    expect(await asked('{ __schema { types { name } } }', 'token-for-all')).toContain('"vault"');
    for (const text of [
      '{ __schema { types { name } } notes { text } }',
      'query A { __schema { types { name } } } query B { __schema { types { name } } }',
    ]) {
      expect(await asked(text, 'some-reader')).toMatch(/^403 /);
    }
  });

  it('for some collections get no more over a WebSocket', async () => {
    const socket = new WebSocket(
      `${server.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    );
    await once(socket, 'open');
    const received: string[] = [];
    socket.on('message', (data) => received.push(String(data)));
    socket.send('{"type":"connection_init","payload":{"Authorization":"Bearer some-writer"}}');
    const subscriptions = showing
      .filter((text) => /^\{ (a: )?vault[ (]|^\{ notes \{ key/.test(text))
      .map((text) => `subscription Q ${text}`);
    const before = await kept();
    for (const [at, query] of [...texts, ...subscriptions].entries()) {
      socket.send(JSON.stringify({ type: 'subscribe', id: `${at}`, payload: { query } }));
    }
    socket.send('{"type":"subscribe","id":"last","payload":{"query":"{ notes { text } }"}}');
    while (!received.some((text) => text.includes('"id":"last"'))) await once(socket, 'message');
    const answers = received.filter((text) => /"type":"next"/.test(text));
    const beyond = answers.filter((text) => !/"data":\{"__(schema|type)":/.test(text));
    expect(beyond).toEqual([expect.stringContaining('"id":"last"')]);
    expect(answers.filter((text) => tells(text))).toEqual([]);
    expect(received.filter((text) => text.includes(mark))).toEqual([]);
    expect(await kept()).toBe(before);
    socket.terminate();
  });

  it('for some collections are never for the schema, and not for what the engine keeps', async () => {
    for (const token of [
      { scope: 'admin', collections: ['notes'] },
      { scope: 'read', collections: ['_audit'] },
      { scope: 'read', collections: [] },
    ] as const) {
      await expect(
        createServer(db, { tokens: [{ token: 'long-enough', ...token }] }),
      ).rejects.toMatchObject({ code: 'InvalidOption' });
    }
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';

const seed = Number(process.env['SERVER_SEED'] ?? Date.now() % 2 ** 31);
const tokens = [
  { token: 'reader-token', scope: 'read' },
  { token: 'writer-token', scope: 'write' },
] as const;

let db: Database;
let server: DatabaseServer;

beforeAll(async () => {
  db = await Aurora.open(':memory:');
  await db.execute(`schema {
    define collection people { name: String! @unique  age: Int @indexed  tags: [String]  home: Object }
    define collection loose @open { label: String }
    define collection health { pulse: Int }
  }`);
  const people = Array.from({ length: 250 }, (_, number) => ({
    name: `person ${number}`,
    ...(number % 7 === 0 ? {} : { age: number % 40 }),
    tags: number % 3 === 0 ? ['a', 'b'] : ['c'],
  }));
  await db.insertMany('people', people);
  server = await createServer(db, { tokens });
});

afterAll(async () => {
  await server.close();
  await db.close();
});

interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function send(path: string, { method = 'GET', body, token = 'writer-token', headers }: Sent = {}) {
  return fetch(`${server.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const anyWhere = fc.oneof(
  fc.constant({}),
  fc.record({ age: fc.record({ gte: fc.integer({ min: 0, max: 45 }) }) }),
  fc.record({ tags: fc.record({ contains: fc.constantFrom('a', 'c', 'z') }) }),
  fc.record({ name: fc.record({ startsWith: fc.constantFrom('person 1', 'person "', 'x') }) }),
  fc.record({ or: fc.constant([{ age: { isNull: true } }, { age: { lt: 5 } }]) }),
);
const anyOrder = fc.constantFrom('', 'age', 'age:desc', 'name:desc', 'age:desc,name');
const fields = 'id name age tags home';

/** The same list in AQL. */
async function listInAql(where: object, orderBy: string, bounds: string): Promise<unknown> {
  const keys = orderBy === '' ? [] : orderBy.split(',').map((key) => key.split(':'));
  const order = keys.map(([field, way = 'asc']) => `{ ${field}: ${way.toUpperCase()} }`).join(' ');
  const text = `query($where: Object) { people(where: $where, orderBy: [${order}] ${bounds}) { ${fields} } }`;
  const { data } = await db.execute(text, {
    variables: { where: JSON.parse(JSON.stringify(where)) },
  });
  return data['people'];
}

/** AQL gives null where a document has no value. */
function withNulls(documents: readonly Record<string, unknown>[]): unknown {
  return documents.map((each) =>
    Object.fromEntries(fields.split(' ').map((field) => [field, each[field] ?? null])),
  );
}

describe(`lists of documents (seed ${seed})`, () => {
  const listed = fc.record({
    where: anyWhere,
    orderBy: anyOrder,
    limit: fc.integer({ min: 0, max: 300 }),
    offset: fc.integer({ min: 0, max: 260 }),
  });

  it('are what the same query of AQL gives, as JSON and as NDJSON', async () => {
    await fc.assert(
      fc.asyncProperty(listed, async ({ where, orderBy, limit, offset }) => {
        const search = new URLSearchParams({
          where: JSON.stringify(where),
          orderBy,
          limit: String(limit),
          offset: String(offset),
        });
        const expected = await listInAql(where, orderBy, `limit: ${limit} offset: ${offset}`);
        const json = await (await send(`/people?${search}`, { token: 'reader-token' })).json();
        expect(withNulls(json.documents)).toEqual(expected);
        const accept = { headers: { Accept: 'application/x-ndjson' } };
        const lines = (await (await send(`/people?${search}`, accept)).text()).split('\n');
        expect(lines.pop()).toBe('');
        expect(withNulls(lines.map((line) => JSON.parse(line)))).toEqual(expected);
      }),
      { seed, numRuns: 60 },
    );
  });

  it('go on behind the last document until there is none', async () => {
    await fc.assert(
      fc.asyncProperty(anyWhere, anyOrder, fc.integer({ min: 20, max: 90 }), async (...drawn) => {
        const [where, orderBy, limit] = drawn;
        const search = { where: JSON.stringify(where), orderBy, limit: String(limit) };
        const documents: Record<string, unknown>[] = [];
        for (let after: string | null = ''; after !== null; ) {
          const page: Record<string, string> = after === '' ? search : { ...search, after };
          const response = await send(`/people?${new URLSearchParams(page)}`);
          const body = await response.json();
          documents.push(...body.documents);
          after = body.next;
        }
        expect(withNulls(documents)).toEqual(await listInAql(where, orderBy, ''));
      }),
      { seed, numRuns: 15 },
    );
  });

  it('have everything that documents of an open collection hold', async () => {
    await db.insertInto('loose', { label: 'l', more: { deep: [1] } });
    const { documents } = await (await send('/loose')).json();
    expect(documents).toMatchObject([{ label: 'l', more: { deep: [1] } }]);
    const response = await send('/loose', { headers: { Accept: 'application/x-ndjson' } });
    expect(JSON.parse(await response.text())).toEqual(documents[0]);
  });

  it.each([
    ['/people?where=[]', 400, 'InvalidValue'],
    ['/people?where={', 400, 'InvalidValue'],
    ['/people?where={"nam":1}', 400, 'UnknownField'],
    ['/people?orderBy=nam', 400, 'UnknownField'],
    ['/people?orderBy=age:up', 400, 'InvalidValue'],
    ['/people?limit=-1', 400, 'InvalidValue'],
    ['/people?limit=99999999', 400, 'LimitExceeded'],
    ['/people?fitler={}', 400, 'InvalidValue'],
    ['/nobody', 404, 'CollectionNotFound'],
    ['/_audit', 404, 'CollectionNotFound'],
    ['/people/1/2', 404, 'NotFound'],
    ['/%ff', 400, 'InvalidValue'],
  ])('%s is refused with %i %s', async (path, status, code) => {
    const response = await send(path);
    expect([response.status, (await response.json()).error.code]).toEqual([status, code]);
  });
});

describe(`changes of documents (seed ${seed})`, () => {
  it('do what the same changes of AQL do', async () => {
    const twin = await Aurora.open(':memory:');
    await twin.execute('schema { define collection health { pulse: Int } }');
    const id = fc.constantFrom(
      '00000000-0000-7000-8000-000000000001',
      '00000000-0000-7000-8000-000000000002',
      '00000000-0000-7000-8000-000000000003',
    );
    const pulse = fc.integer({ min: 0, max: 9 });
    const change = fc.record({
      kind: fc.constantFrom('insert', 'put', 'patch', 'delete', 'updateMany', 'deleteMany'),
      id,
      pulse,
    });
    type Change = Readonly<{ kind: string; id: string; pulse: number }>;
    const path = '/collections/health/documents';
    const overHttp = async ({ kind, id, pulse }: Change): Promise<number> => {
      const where = encodeURIComponent(JSON.stringify({ pulse: { gte: pulse } }));
      const body = { pulse };
      const asked: Record<string, [string, Sent]> = {
        insert: [path, { method: 'POST', body: { id, pulse } }],
        put: [`${path}/${id}`, { method: 'PUT', body }],
        patch: [`${path}/${id}`, { method: 'PATCH', body: { pulse: { increment: pulse } } }],
        delete: [`${path}/${id}`, { method: 'DELETE' }],
        updateMany: [`${path}?where=${where}`, { method: 'PATCH', body: { pulse: 1 } }],
        deleteMany: [`${path}?where=${where}`, { method: 'DELETE' }],
      };
      const [to, sent] = asked[kind] ?? ['', {}];
      return (await send(to, sent)).status;
    };
    /** The variables of the same change in AQL, and the change. */
    const inAql: Readonly<Record<string, readonly [string, string]>> = {
      insert: ['$id $pulse', 'insertInto(collection: "health", data: { id: $id, pulse: $pulse })'],
      put: [
        '$id $pulse',
        'upsert(collection: "health", where: { id: $id }, data: { id: $id, pulse: $pulse })',
      ],
      patch: [
        '$id $pulse',
        'update(collection: "health", where: { id: $id }, data: { pulse: { increment: $pulse } })',
      ],
      delete: ['$id', 'deleteFrom(collection: "health", where: { id: $id })'],
      updateMany: [
        '$pulse',
        'update(collection: "health", where: { pulse: { gte: $pulse } }, data: { pulse: 1 })',
      ],
      deleteMany: ['$pulse', 'deleteFrom(collection: "health", where: { pulse: { gte: $pulse } })'],
    };
    const inTwin = async ({ kind, id, pulse }: Change): Promise<void> => {
      const [used = '', field = ''] = inAql[kind] ?? [];
      const declared = used.replace('$id', '$id: Uuid!').replace('$pulse', '$pulse: Int!');
      const text = `mutation(${declared}) { ${field} { id } }`;
      const variables = {
        ...(used.includes('$id') ? { id } : {}),
        ...(used.includes('$pulse') ? { pulse } : {}),
      };
      await twin.execute(text, { variables }).catch((error: { code: string }) => {
        expect(error.code).toBe('UniqueConstraintViolation');
      });
    };
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        await db.query('health').delete();
        await twin.query('health').delete();
        for (const each of changes) {
          const status = await overHttp(each);
          expect([200, 201, 204, 404, 409]).toContain(status);
          await inTwin(each);
          const documents = await db.query('health').collect();
          expect(documents).toEqual(await twin.query('health').collect());
        }
      }),
      { seed, numRuns: 25 },
    );
    await twin.close();
  });

  it('insert one or many, and say under which ids', async () => {
    const one = await send('/people', { method: 'POST', body: { name: 'zoe', tags: ['one'] } });
    const { id } = await one.json();
    expect([one.status, one.headers.get('location')]).toEqual([201, `/people/${id}`]);
    expect(await (await send(`/people/${id}`)).json()).toEqual(db.get('people', id));
    const body = [{ name: 'yan' }, { name: 'zoe' }];
    const many = await send('/people', { method: 'POST', body });
    expect([many.status, (await many.json()).error.code]).toEqual([
      409,
      'UniqueConstraintViolation',
    ]);
    await send(`/people/${id}`, { method: 'PUT', body: { name: 'zoe', home: { set: 1 } } });
    expect(db.get('people', id)).toEqual({ id, name: 'zoe', home: { set: 1 } });
    await send(`/people/${id}`, { method: 'DELETE' });
    expect((await send(`/people/${id}`)).status).toBe(404);
    expect(await db.query('people').count()).toBe(250);
  });

  it('keep what another client changed in between', async () => {
    const id = await db.insertInto('health', { pulse: 60 });
    const etag = (await send(`/collections/health/documents/${id}`)).headers.get('etag') ?? '';
    const path = `/collections/health/documents/${id}`;
    const patch = (pulse: number) =>
      send(path, { method: 'PATCH', body: { pulse }, headers: { 'If-Match': etag } });
    expect((await send(path, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    expect((await patch(61)).status).toBe(204);
    expect((await patch(62)).status).toBe(412);
    const put = { method: 'PUT', body: { pulse: 63 }, headers: { 'If-Match': etag } };
    expect((await send(path, put)).status).toBe(412);
    expect(db.get('health', id)).toMatchObject({ pulse: 61 });
  });

  it('need the scope for it, and a filter where they concern many', async () => {
    const token = 'reader-token';
    const id = db.get('people', 'x')?.id ?? '00000000-0000-7000-8000-000000000009';
    for (const path of ['/people', `/people/${id}`, '/collections/people/documents']) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const { status } = await send(path, { method, body: {}, token });
        expect([path, method, [403, 405].includes(status)]).toEqual([path, method, true]);
      }
    }
    expect((await send('/people', { method: 'DELETE' })).status).toBe(400);
    expect(await db.query('people').count()).toBe(250);
  });
});

describe('descriptions', () => {
  it('tell which collections there are, and of what', async () => {
    const { collections } = await (await send('/collections')).json();
    expect(collections).toContainEqual({ name: 'people', documentCount: 250 });
    const people = await (await send('/collections/people')).json();
    expect(people).toMatchObject({ name: 'people', open: false, documentCount: 250 });
    expect(people.fields.map(({ name }: { name: string }) => name)).toContain('tags');
    expect((await send('/collections/nobody')).status).toBe(404);
  });
});

import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';

const modern = 'application/graphql-response+json';
const tokens = [
  { token: 'reader-token', scope: 'read' },
  { token: 'writer-token', scope: 'write' },
  { token: 'admin-token', scope: 'admin' },
] as const;

let db: Database;
let server: DatabaseServer;

beforeAll(async () => {
  db = await Aurora.open(':memory:');
  await db.execute(`schema { define collection users {
    name: String! @unique  age: Int @indexed  team_id: Uuid @references(collection: "teams")
  } define collection teams { name: String! } }`);
  await db.insertMany('users', [
    { name: 'ann', age: 30 },
    { name: 'bob', age: 40 },
  ]);
  server = await createServer(db, { tokens, timeMsMax: 2_000, depthMax: 15 });
});

afterAll(async () => {
  await server.close();
  await db.close();
});

interface Asked {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

async function ask(asked: Asked, token = 'admin-token', accept: string = modern) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      Accept: accept,
    },
    body: JSON.stringify(asked),
  });
  return { status: response.status, body: await response.json() };
}

describe('the GraphQL route', () => {
  it('answers a query with its variables, and says how it ran', async () => {
    const query = 'query($min: Int!) { users(where: { age: { gt: $min } }) { name age } }';
    const { status, body } = await ask({ query, variables: { min: 35 } }, 'reader-token');
    expect(status).toBe(200);
    expect(body.data).toEqual({ users: [{ name: 'bob', age: 40 }] });
    expect(body.errors).toBeUndefined();
    expect(body.extensions).toMatchObject({
      kind: 'query',
      plan: [expect.stringContaining('users')],
    });
  });

  it('answers a GET, and refuses that it changes anything', async () => {
    const get = (query: string) =>
      fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { Authorization: 'Bearer admin-token' },
      });
    const read = await get('{ users(where: { name: "ann" }) { age } }');
    expect(await read.json()).toMatchObject({ data: { users: [{ age: 30 }] } });
    const written = await get(
      'mutation { insertInto(collection: "teams", data: { name: "t" }) { id } }',
    );
    expect([written.status, written.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await db.query('teams').count()).toBe(0);
  });

  it('runs the operation that is named', async () => {
    const query = 'query A { users(limit: 1) { name } } query B { users(limit: 1) { age } }';
    const { body } = await ask({ query, operationName: 'B' });
    expect(body.data).toEqual({ users: [{ age: 30 }] });
    const unknown = await ask({ query, operationName: 'C' });
    expect([unknown.status, unknown.body.errors[0].extensions.code]).toEqual([
      400,
      'UnknownOperation',
    ]);
  });

  it('tells all that is wrong with a text, each with its place, and gives no data', async () => {
    const { status, body } = await ask({ query: '{\n  users { nam agee }\n}' });
    expect(status).toBe(400);
    expect(body).not.toHaveProperty('data');
    expect(body.errors).toMatchObject([
      {
        locations: [{ line: 2, column: 11 }],
        extensions: { code: 'UnknownField', hint: expect.stringContaining('name') },
      },
      { locations: [{ line: 2, column: 15 }], extensions: { code: 'UnknownField' } },
    ]);
  });

  it('answers what fails while it runs as an error beside data', async () => {
    const query = 'mutation { insertInto(collection: "users", data: { name: "ann" }) { id } }';
    const { status, body } = await ask({ query }, 'writer-token');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'UniqueConstraintViolation' } }],
    });
  });

  it('gives a schema from which the reference implementation builds its own', async () => {
    const { body } = await ask({ query: getIntrospectionQuery() }, 'reader-token');
    const schema = buildClientSchema(body.data);
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toContain('users');
    await db.execute('schema { define collection later { a: Int } }');
    const { body: next } = await ask({ query: '{ __type(name: "Query") { fields { name } } }' });
    expect(next.data.__type.fields).toContainEqual({ name: 'later' });
  });

  it('holds every statement of a text to the scope of the token', async () => {
    const read = '{ users { name } }';
    const write = 'mutation { insertInto(collection: "teams", data: { name: "x" }) { id } }';
    const change = 'schema { define collection forbidden { a: Int } }';
    const statuses = async (token: string) =>
      Promise.all(
        [read, write, `${read} ${write}`, change, `${write} ${change}`].map(
          async (query) => (await ask({ query }, token)).status,
        ),
      );
    expect(await statuses('reader-token')).toEqual([200, 403, 403, 403, 403]);
    expect(await statuses('writer-token')).toEqual([200, 200, 200, 403, 403]);
    expect(db.catalog().collections.map(({ name }) => name)).not.toContain('forbidden');
    const named = await ask(
      {
        query: `query R ${read} mutation W { deleteFrom(collection: "teams", where: {}) { id } }`,
        operationName: 'R',
      },
      'reader-token',
    );
    expect(named.status).toBe(200);
    expect((await ask({ query: read }, 'no-such-token')).status).toBe(401);
  });

  it('tells of other callers to who may do everything, and to nobody else', async () => {
    const texts = [
      '{ _audit(limit: 1) { id } }',
      '{ harmless: _watchers { id } }',
      'query { ...f } fragment f on Query { _audit(limit: 1) { id } }',
      '{ users { lookup(collection: "_audit", localField: "name", foreignField: "id") { id } } }',
      '{ users { lookup(collection: "\\u005faudit", localField: "name", foreignField: "id") { id } } }',
      'query A { users { name } } query B { _audit(limit: 1) { id } }',
    ];
    const statuses = (token: string) =>
      Promise.all(
        texts.map(async (query) => (await ask({ query, operationName: 'A' }, token)).status),
      );
    expect(await statuses('reader-token')).toEqual(texts.map(() => 403));
    expect(await statuses('writer-token')).toEqual(texts.map(() => 403));
    const own = await ask({ query: '{ _jobs { id } _collections { name } }' }, 'reader-token');
    expect(own.status).toBe(200);
  });

  it('refuses what is too deep or too wide, fragments counted in their places', async () => {
    const deep = `{ users ${'{ team '.repeat(16)} { id } ${'}'.repeat(16)} }`;
    const levels = Array.from(
      { length: 12 },
      (_, level) => `fragment f${level} on users { ...f${level + 1} ...f${level + 1} }`,
    );
    const wide = `{ users { ...f0 } } ${levels.join(' ')} fragment f12 on users { name }`;
    for (const query of [deep, wide]) {
      const { status, body } = await ask({ query });
      expect([status, body.errors[0].extensions.code]).toEqual([400, 'LimitExceeded']);
    }
    expect((await ask({ query: `{ users { name } } #${' '.repeat(300_000)}` })).status).toBe(413);
  });
});

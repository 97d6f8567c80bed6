/* The OpenAPI document: valid, true to what the server does, and enough for a client that is made from it. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { OpenAPIClientAxios } from 'openapi-client-axios';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';

let db: Database;
let server: DatabaseServer;
const token = 'writer-token';

beforeAll(async () => {
  db = await Aurora.open(':memory:');
  await db.execute(`schema {
    define collection people {
      name: String! @unique  age: Int @indexed @validate(min: 0)  tags: [String]  home: Object
      born: DateTime  joined: DateTime! @default(now: true)  level: Int! = 1  friend_id: Uuid @references(collection: "people")
    }
    define collection loose @open { label: String }
    define collection health { pulse: Float! }
  }`);
  server = await createServer(db, { tokens: [{ token, scope: 'write' }] });
});

afterAll(async () => {
  await server.close();
  await db.close();
});

async function readDocument(from = server) {
  const response = await fetch(`${from.url}/openapi.json`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
  return response.json();
}

describe('the OpenAPI document', () => {
  it('is valid, and is only for who may read', async () => {
    const result = await new Validator().validate(await readDocument());
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect((await fetch(`${server.url}/openapi.json`)).status).toBe(401);
  });

  it('follows the schema, and leaves out what a server that is read only does not do', async () => {
    await db.execute('schema { define collection later { a: Int } }');
    expect(Object.keys((await readDocument()).paths)).toContain('/later/{id}');
    await db.execute('schema { drop collection later }');
    const { paths } = await readDocument();
    expect(Object.keys(paths).filter((path) => /later|_jobs/.test(path))).toEqual([]);
    // A collection that is called like a route of the server.
    expect(Object.keys(paths)).toContain('/collections/health/documents/{id}');
    const readOnly = await createServer(db, {
      tokens: [{ token, scope: 'write' }],
      readOnly: true,
    });
    const shown = (await readDocument(readOnly)).paths['/people'];
    await readOnly.close();
    expect(Object.keys(shown)).toEqual(['get']);
  });

  it('says of documents what the engine says', async () => {
    const document = await readDocument();
    const ajv = new Ajv2020({ strict: false })
      .addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
      .addFormat('date-time', /^\d{4}-\d\d-\d\dT/);
    ajv.addSchema(document, 'api');
    const isValid = (name: string, value: unknown) =>
      ajv.validate({ $ref: `api#/components/schemas/${name}` }, value);
    const inserts = [
      { name: 'a' },
      { name: 'b', age: null, tags: ['x'], home: { street: 'y' }, born: '2001-02-03T04:05:06Z' },
      { name: 'c', level: 3 },
      {},
      { name: 1 },
      { name: 'd', age: -1 },
      { name: 'e', age: 1.5 },
      { name: 'f', unknown: 1 },
      { name: 'g', level: null },
      { name: 'h', tags: 'x' },
      { name: 'i', born: 'yesterday' },
      { name: 'j', friend_id: 'nobody' },
    ];
    const told: unknown[] = [];
    const done: unknown[] = [];
    for (const insert of inserts) {
      told.push(isValid('people.new', insert));
      const response = await fetch(`${server.url}/people`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(insert),
      });
      done.push(response.status === 201);
    }
    expect(told).toEqual(done);
    expect(done.filter((isDone) => isDone === true)).toHaveLength(3);
    const documents = await db.query('people').collect();
    expect(documents.map((each) => isValid('people', each))).toEqual(documents.map(() => true));
    expect(isValid('loose.new', { anything: 1 })).toBe(true);
  });

  it('makes a client that works', async () => {
    const definition = await readDocument();
    const api = new OpenAPIClientAxios({
      definition,
      axiosConfigDefaults: { headers: { Authorization: `Bearer ${token}` } },
    });
    const client = await api.init();
    const call = (name: string, ...args: readonly unknown[]) => {
      const operation: unknown = Reflect.get(client, name);
      if (typeof operation !== 'function') throw new Error(`There is no operation "${name}"`);
      return operation.apply(client, args);
    };
    const inserted = await call('insert_health', null, [{ pulse: 60.5 }, { pulse: 80 }]);
    expect(inserted.status).toBe(201);
    const [id] = inserted.data.ids;
    await call('update_health', { id }, { pulse: { increment: 1 } });
    expect((await call('get_health', { id })).data).toEqual({ id, pulse: 61.5 });
    const where = JSON.stringify({ pulse: { gt: 70 } });
    const page = await call('list_health', { where, limit: 5, orderBy: 'pulse:desc' });
    expect(page.data).toMatchObject({ documents: [{ pulse: 80 }], next: null });
    await call('replace_health', { id }, { pulse: 1 });
    expect((await call('delete_many_health', { where })).data).toEqual({ count: 1 });
    expect((await call('delete_health', { id })).status).toBe(204);
    await expect(call('get_health', { id })).rejects.toMatchObject({
      response: { status: 404, data: { error: { code: 'NotFound' } } },
    });
    const graphql = await call('graphql', null, { query: '{ health { id } }' });
    expect(graphql.data.data).toEqual({ health: [] });
  });
});

describe('the reference page', () => {
  it('comes without a token, holds nothing of the database, and runs its own script only', async () => {
    const response = await fetch(`${server.url}/reference`);
    const html = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(html).not.toContain('people');
    expect(html).not.toMatch(/(src|href)=/);
    expect(response.headers.get('content-security-policy')).toMatch(/script-src 'sha256-[^']+'/);
    expect((await fetch(`${server.url}/reference`, { method: 'POST' })).status).toBe(405);
  });
});

/* Further unmodified tools against a running server: urql's client, and types made by graphql-codegen. */
import { codegen } from '@graphql-codegen/core';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import * as operationsPlugin from '@graphql-codegen/typescript-operations';
import { Client, cacheExchange, fetchExchange, gql } from '@urql/core';
import { buildClientSchema, getIntrospectionQuery, parse, printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';

let db: Database;
let server: DatabaseServer;
const authorization = { Authorization: 'Bearer writer-token' };

beforeAll(async () => {
  db = await Aurora.open(':memory:');
  await db.execute(`schema {
    define collection teams { name: String! }
    define collection users { name: String! @unique  age: Int  team_id: Uuid @references(collection: "teams") }
  }`);
  server = await createServer(db, { tokens: [{ token: 'writer-token', scope: 'write' }] });
});

afterAll(async () => {
  await server.close();
  await db.close();
});

describe('urql', () => {
  it.each([true, false])('writes, reads and understands errors (GET: %s)', async (isGet) => {
    const client = new Client({
      url: `${server.url}/graphql`,
      exchanges: [cacheExchange, fetchExchange],
      fetchOptions: { headers: authorization },
      preferGetMethod: isGet ? 'force' : false,
      requestPolicy: 'network-only',
    });
    const name = `user ${isGet}`;
    const insert = gql`
      mutation Insert($user: Any!) {
        insertInto(collection: "users", data: $user) { name }
      }
    `;
    const read = gql`
      query Read($name: String!) {
        users(where: { name: { eq: $name } }) { age }
      }
    `;
    const inserted = await client.mutation(insert, { user: { name, age: 30 } }).toPromise();
    expect([inserted.error, inserted.data]).toMatchObject([undefined, { insertInto: { name } }]);
    const found = await client.query(read, { name }).toPromise();
    expect([found.error, found.data]).toMatchObject([undefined, { users: [{ age: 30 }] }]);
    const refused = await client.mutation(insert, { user: { name } }).toPromise();
    expect(refused.error?.graphQLErrors).toMatchObject([
      { extensions: { code: 'UniqueConstraintViolation' } },
    ]);
    const wrong = await client.query('{ users { nmae } }', {}).toPromise();
    expect(wrong.error?.graphQLErrors).toMatchObject([{ extensions: { code: 'UnknownField' } }]);
  });
});

describe('graphql-codegen', () => {
  it('makes types from the introspection', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { ...authorization, 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: getIntrospectionQuery() }),
    });
    const { data } = await response.json();
    const document = parse(
      'query Adults($min: Int!) { users(where: { age: { gte: $min } }) { name team { name } } }',
    );
    const types = await codegen({
      schema: parse(printSchema(buildClientSchema(data))),
      documents: [{ location: 'adults.graphql', document }],
      config: {},
      filename: 'types.ts',
      plugins: [{ typescript: {} }, { operations: {} }],
      pluginMap: { typescript: typescriptPlugin, operations: operationsPlugin },
    });
    expect(types).toContain('export type AdultsQueryVariables');
    expect(types.replaceAll(/\s+/g, ' ')).toMatch(
      /export type AdultsQuery = \{.*users: Array<\{.*name: string, team.*name: string/,
    );
  });
});

/* An unmodified graphql-request against a running server. */
import { ClientError, GraphQLClient, gql } from 'graphql-request';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';

let db: Database;
let server: DatabaseServer;

beforeAll(async () => {
  db = await Aurora.open(':memory:');
  await db.execute('schema { define collection users { name: String! @unique  age: Int } }');
  server = await createServer(db, { tokens: [{ token: 'writer-token', scope: 'write' }] });
});

afterAll(async () => {
  await server.close();
  await db.close();
});

describe('graphql-request', () => {
  it('writes, reads with variables by POST and GET, and understands errors', async () => {
    const headers = { Authorization: 'Bearer writer-token' };
    const client = new GraphQLClient(`${server.url}/graphql`, { headers });
    const insert = gql`
      mutation Insert($user: Any!) {
        insertInto(collection: "users", data: $user) { name }
      }
    `;
    const user = { name: 'ann', age: 30 };
    expect(await client.request(insert, { user })).toEqual({ insertInto: { name: 'ann' } });
    const read = gql`
      query Read($name: String!) {
        users(where: { name: { eq: $name } }) { age }
      }
    `;
    expect(await client.request(read, { name: 'ann' })).toEqual({ users: [{ age: 30 }] });
    const byGet = new GraphQLClient(`${server.url}/graphql`, { headers, method: 'GET' });
    expect(await byGet.request(read, { name: 'ann' })).toEqual({ users: [{ age: 30 }] });
    const refused: unknown = await client.request(insert, { user }).catch((error) => error);
    expect(refused).toBeInstanceOf(ClientError);
    expect(refused).toMatchObject({
      response: { errors: [{ extensions: { code: 'UniqueConstraintViolation' } }] },
    });
  });
});

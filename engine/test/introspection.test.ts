/* What GraphQL's own tools make of the schema that introspection gives. */
import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  parse,
  validate,
  validateSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database, type RunPart } from '#engine';

let db: Database;

beforeAll(async () => {
  db = await Aurora.open({ store: 'memory' });
  await db.execute(`schema {
    define collection teams { name: String! }
    define collection users {
      username: String! @unique
      email: String @unique
      role: String
      age: Int @indexed
      balance: Float = 0
      active: Boolean
      tags: [String]
      address: Object
      extra: Any
      team_id: Uuid @references(collection: "teams")
      gone_id: Uuid @references(collection: "nowhere")
      born: DateTime
    }
    define collection orders { amount: Float status: String user_id: Uuid @references(collection: "users") }
  }`);
});

afterAll(() => db.close());

async function introspect() {
  const options = {
    inputValueDeprecation: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
  };
  const query = getIntrospectionQuery({ ...options, schemaDescription: true, oneOf: true });
  const { data } = await db.execute(query);
  return buildClientSchema(data as unknown as IntrospectionQuery);
}

const accepted = [
  'query { users(where: { age: { gt: 25 } }, orderBy: { age: DESC }, limit: 10) { username email age } }',
  'query { users(where: { and: [{ role: { eq: "admin" } }, { active: { eq: true } }, { age: { gte: 18 } }] }, orderBy: { age: DESC }, limit: 20, offset: 0) { username } }',
  'query { users(first: 10, after: "x", orderBy: { age: ASC }) { edges { cursor node { username age } } pageInfo { hasNextPage endCursor } } }',
  'query { orders { aggregate { count sum(field: "amount") avg(field: "amount") min(field: "amount") max(field: "amount") } } }',
  'query { users { groupBy(field: "role") { key count aggregate { avg(field: "age") } nodes { username age } } } }',
  'mutation { insertInto(collection: "users", data: { username: "alice", tags: ["rust"] }) { id } }',
  'mutation { update(collection: "users", data: { active: false }, where: { email: { eq: "a@b.c" } }) { id username } }',
  'mutation { deleteFrom(collection: "orders", where: { status: { eq: "cancelled" } }) { id } }',
  'mutation { enqueueJob(jobType: "send_email", payload: { to: "a@b.c" }, priority: HIGH, maxRetries: 3) { id } }',
  'fragment UserFields on users { id username email } query { users(where: { active: { eq: true } }) { ...UserFields } }',
  'subscription { orders(where: { status: { eq: "pending" } }) { id user_id amount } }',
  'query Q($min: Int = 18, $w: _Filter_users, $o: [_Order_users!], $show: Boolean!) { users(where: $w, orderBy: $o, limit: $min) { id team @include(if: $show) { name } __typename } }',
  '{ teams { users_by_team_id(where: { tags: { contains: "x", size: { gt: 1 } } }, limit: 2) { username } } _jobs { status } }',
  'query @live { users { totalCount } }',
];

describe('introspection', () => {
  it('gives a schema that graphql-js takes', async () => {
    const schema = await introspect();
    expect(validateSchema(schema)).toEqual([]);
    expect(Object.keys(schema.getTypeMap())).toEqual(
      expect.arrayContaining(['users', 'orders', '_jobs', '_Filter_users', 'Uuid', '__Type']),
    );
  });

  it('lets graphql-js accept what AQL accepts, and refuse what it refuses', async () => {
    const schema = await introspect();
    for (const text of accepted) {
      expect({ text, errors: validate(schema, parse(text)) }).toEqual({ text, errors: [] });
      expect({ text, findings: db.check(text).diagnostics }).toEqual({ text, findings: [] });
    }
    const refused = [
      '{ users { nmae } }',
      '{ users(where: { age: { gtt: 1 } }) { id } }',
      '{ users(limit: "x") { id } }',
      '{ films { id } }',
      'mutation { insrtInto(collection: "users", data: {}) { id } }',
    ];
    for (const text of refused) {
      expect({ text, refused: validate(schema, parse(text)).length > 0 }).toMatchObject({
        refused: true,
      });
      expect({ text, refused: db.check(text).diagnostics.length > 0 }).toMatchObject({
        refused: true,
      });
    }
  });

  it('answers __type, __typename and the collections', async () => {
    const { data } = await db.execute(
      `query T($name: String!) {
        it: __type(name: $name) { name kind fields { name type { kind ofType { name } } } __typename }
        no: __type(name: "films") { name }
        __typename
        __schema { collections { name fields { name type required indexed unique } } }
      }`,
      { variables: { name: 'teams' } },
    );
    expect(data).toMatchObject({
      it: { name: 'teams', kind: 'OBJECT', __typename: '__Type' },
      no: null,
      __typename: 'Query',
    });
    expect(JSON.stringify(data['it'])).toContain(
      '{"name":"name","type":{"kind":"NON_NULL","ofType":{"name":"String"}}}',
    );
    expect(data['__schema']).toMatchObject({
      collections: [
        {
          name: 'teams',
          fields: [
            { name: 'id', type: 'Uuid', required: true, indexed: true, unique: true },
            { name: 'name', type: 'String', required: true, indexed: false, unique: false },
          ],
        },
        { name: 'users' },
        { name: 'orders' },
      ],
    });
  });

  it('comes as a table to those who pull', async () => {
    const run = db.run('{ __schema { queryType { name } } __typename }');
    const parts: RunPart[] = [];
    for (let isDone = false; !isDone; ) {
      const pulled = await run.next(10);
      parts.push(...pulled.parts);
      isDone = pulled.done;
    }
    const rows = parts.flatMap((part) => (part.kind === 'rows' ? [part.columns] : []));
    expect(rows).toEqual([[[{ name: 'Query' }]], [['Query']]]);
  });

  it('stays within bounds where types go round in circles', async () => {
    const depth = 20;
    const down = 'inputFields { type { ofType { ofType { '.repeat(depth);
    const up = ' } } } }'.repeat(depth);
    const text = `{ __schema { types { ${down}name${up} } } }`;
    await expect(db.execute(text)).rejects.toMatchObject({ code: 'LimitExceeded' });
  });
});

import { describe, expect, it } from 'vitest';
import { bind, type CatalogShape, type JsonValue, parse } from '#engine/aql';
import { evaluateReferenceRoot, type ReferenceDocument } from './reference-evaluator.ts';

const schema = `schema {
  define collection teams { name: String }
  define collection users {
    name: String  age: Int  role: String  tags: [String]  born: DateTime
    team_id: Uuid @references(collection: "teams")
  }
}`;

const users: readonly ReferenceDocument[] = [
  {
    id: '1',
    name: 'ann',
    age: 30,
    role: 'admin',
    tags: ['x', 'y'],
    team_id: 't1',
    born: '2024-01-01T00:30:00.000Z',
  },
  {
    id: '2',
    name: 'bob',
    age: 20,
    role: 'guest',
    tags: ['x'],
    team_id: 't2',
    born: '2024-01-31T23:30:00.000Z',
  },
  { id: '3', name: 'cid', age: null, role: 'guest', tags: [], team_id: null, born: null },
];
const teams: readonly ReferenceDocument[] = [
  { id: 't1', name: 'red' },
  { id: 't2', name: 'blue' },
];

function evaluate(text: string): JsonValue {
  const defined = bind(parse(schema).document, { version: 0, collections: [] }).statements[0];
  const changes = defined?.kind === 'schema' ? defined.changes : [];
  const catalog: CatalogShape = {
    version: 1,
    collections: changes.flatMap((each) =>
      each.kind === 'defineCollection' ? [each.definition] : [],
    ),
  };
  const { statements, diagnostics } = bind(parse(text).document, catalog);
  expect(diagnostics).toEqual([]);
  const root = statements[0]?.kind === 'query' ? statements[0].roots[0] : undefined;
  if (root?.kind !== 'read') throw new Error('the text reads a collection');
  return evaluateReferenceRoot(
    root,
    new Map([
      ['users', users],
      ['teams', teams],
    ]),
  );
}

describe('the reference evaluator', () => {
  it('aggregates what the filter matches, whatever the limit says', () => {
    const text = `{ users(limit: 1) { totalCount aggregate {
      count ages: count(field: "age") sum(field: "age") avg(field: "age") min(field: "name") max(field: "age")
      roles: countDistinct(field: "role")
    } } }`;
    expect(evaluate(text)).toEqual({
      totalCount: 3,
      aggregate: { count: 3, ages: 2, sum: 50, avg: 25, min: 'ann', max: 30, roles: 2 },
    });
    expect(
      evaluate(
        '{ users(where: { age: 99 }) { aggregate { avg(field: "age") sum(field: "age") } } }',
      ),
    ).toEqual({ aggregate: { avg: null, sum: 0 } });
  });

  it('groups by value, by element and by interval in a time zone', () => {
    expect(
      evaluate(
        '{ users { groupBy(field: "role", orderBy: { count: DESC }, having: { count: { gt: 0 } }) { key count nodes(limit: 1) { name } } } }',
      ),
    ).toEqual({
      groupBy: [
        { key: 'guest', count: 2, nodes: [{ name: 'bob' }] },
        { key: 'admin', count: 1, nodes: [{ name: 'ann' }] },
      ],
    });
    expect(evaluate('{ users { groupBy(field: "tags") { key count } } }')).toEqual({
      groupBy: [
        { key: 'x', count: 2 },
        { key: 'y', count: 1 },
      ],
    });
    const months =
      '{ users(where: { born: { isNotNull: true } }) { groupBy(field: "born", interval: MONTH, timeZone: "America/New_York") { key } } }';
    expect(evaluate(months)).toEqual({
      groupBy: [{ key: '2023-12-01T05:00:00.000Z' }, { key: '2024-01-01T05:00:00.000Z' }],
    });
    expect(
      evaluate('{ users { groupBy(fields: ["role", "team_id"], limit: 1) { key } } }'),
    ).toEqual({ groupBy: [{ key: { role: 'admin', team_id: 't1' } }] });
  });

  it('pages both ways', () => {
    expect(
      evaluate(
        '{ users(first: 1, after: "1", orderBy: { name: ASC }) { edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage endCursor } } }',
      ),
    ).toEqual({
      edges: [{ cursor: '2', node: { name: 'bob' } }],
      pageInfo: { hasNextPage: true, hasPreviousPage: true, endCursor: '2' },
    });
    expect(
      evaluate('{ users(last: 2) { edges { cursor } pageInfo { hasNextPage startCursor } } }'),
    ).toEqual({
      edges: [{ cursor: '2' }, { cursor: '3' }],
      pageInfo: { hasNextPage: false, startCursor: '2' },
    });
  });

  it('joins and computes', () => {
    expect(
      evaluate(
        '{ users { name team { name } double: compute("age * 2") loud: compute("if(age > 25, upper(name), coalesce(role, name))") } }',
      ),
    ).toEqual([
      { name: 'ann', team: { name: 'red' }, double: 60, loud: 'ANN' },
      { name: 'bob', team: { name: 'blue' }, double: 40, loud: 'guest' },
      { name: 'cid', team: null, double: null, loud: 'guest' },
    ]);
    expect(
      evaluate(
        '{ teams { name users_by_team_id(where: { age: { gt: 20 } }) { name } same: lookup(collection: "users", localField: "id", foreignField: "team_id") { aggregate { count } } } }',
      ),
    ).toEqual([
      { name: 'red', users_by_team_id: [{ name: 'ann' }], same: { aggregate: { count: 1 } } },
      { name: 'blue', users_by_team_id: [], same: { aggregate: { count: 1 } } },
    ]);
  });
});

/* Totals, groups, pages, relations and exports: what they give, as one value and as tables, and by which plan. */
import { beforeEach, describe, expect, it } from 'vitest';
import { openPeople } from './people.ts';

const people = openPeople();
const { run, partsOf } = people;

it('a search without a word reads nothing', async () => {
  // It read the whole collection, to find none of its documents.
  const { data, extensions } = await people.db.execute(
    '{ users(search: { query: " " }) { name } }',
  );
  expect(data).toEqual({ users: [] });
  expect(extensions.rowsRead).toBe(0);
});

it('a number that is not set is not counted up, nor made null', async () => {
  const { documents } = await people.db
    .execute(
      'mutation { update(collection: "users", where: {}, data: { score: { increment: 1 }, age: { multiply: 2 } }) { id age score } }',
    )
    .then((result) => (result.kind === 'mutation' ? result : { documents: [] }));
  // An update wrote null where nothing was, and counted it as a change.
  expect(documents?.map(({ data: { id: _, ...fields } }) => fields)).toEqual([
    { age: 60 },
    { age: 40 },
  ]);
});

describe('groups of mutations and exports', () => {
  it('belong to the one commit, and see what came before them', async () => {
    const data = await run(`mutation {
      t: transaction {
        insertInto(collection: "users", data: { name: "cid", age: 1 }) { name }
        inner: transaction { deleteFrom(collection: "users", where: { name: "bob" }) { name } __typename }
      }
      export(collection: "users", where: { age: { gt: 0 } }, format: CSV)
      lines: export(collection: "users", where: { name: { ne: "ann" } }, format: NDJSON)
    }`);
    const users = await people.db.query('users').orderBy('name').collect();
    const [ann, cid] = users.map(({ id }) => String(id));
    expect(data).toEqual({
      t: {
        insertInto: { name: 'cid' },
        inner: { deleteFrom: [{ name: 'bob' }], __typename: 'Mutation' },
      },
      export: [
        'id,name,email,age,score,tags,address',
        `${ann},ann,a@b.c,30,,"[""x""]","{""city"":""Rome"",""zip"":1}"`,
        `${cid},cid,,1,,,`,
        '',
      ].join('\r\n'),
      lines: `${JSON.stringify({ id: cid, name: 'cid', age: 1 })}\n`,
    });
    const failing = run(`mutation {
      transaction { insertInto(collection: "users", data: { name: "dan" }) { id } }
      insertInto(collection: "users", data: { name: "eve", email: "a@b.c" }) { id }
    }`);
    await expect(failing).rejects.toMatchObject({ code: 'UniqueConstraintViolation' });
    expect(await run('mutation { export(collection: "users", where: { name: "dan" }) }')).toEqual({
      export: [],
    });
  });

  it('come as tables to who pulls them', async () => {
    const parts = await partsOf(
      'mutation { transaction { x: export(collection: "users", where: { name: "bob" }) } y: export(collection: "users", format: NDJSON, where: { age: 99 }) }',
    );
    const rows = parts.flatMap((part) => (part.kind === 'rows' ? [part.columns.slice(1, 4)] : []));
    expect(rows).toEqual([[['bob'], [null], [20]], []]);
  });
});

describe('pages', () => {
  it('give edges with their cursors, and say what comes before and after', async () => {
    const first = await run(
      '{ users(first: 1, orderBy: { name: ASC }) { totalCount edges { n: node { name } cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } }',
    );
    const cursor = expect.any(String);
    expect(first).toEqual({
      users: {
        totalCount: 2,
        edges: [{ n: { name: 'ann' }, cursor }],
        pageInfo: { hasNextPage: true, hasPreviousPage: false, endCursor: cursor },
      },
    });
    const parts = await partsOf(
      '{ users(last: 1) { pageInfo { hasPreviousPage startCursor } edges { node { name tags } } } }',
    );
    expect(parts.map((part) => (part.kind === 'rows' ? part.columns : part.kind))).toEqual([
      ...['head', [['bob'], [null]], 'summary'],
      ...['head', [[true], [cursor]], 'summary'],
    ]);
  });

  it('take limit and offset where no cursor arguments are given', async () => {
    expect(
      await run(
        '{ users(limit: 1, offset: 1) { edges { node { name } } pageInfo { hasNextPage hasPreviousPage } } }',
      ),
    ).toEqual({
      users: {
        edges: [{ node: { name: 'bob' } }],
        pageInfo: { hasNextPage: false, hasPreviousPage: true },
      },
    });
  });
});

describe('relations and lookups', () => {
  beforeEach(async () => {
    await people.db.execute(`schema {
      define collection orders { user_id: Uuid @indexed @references(collection: "users")  amount: Float  status: String }
    }`);
    const users = await people.db.query('users').collect();
    await people.db.insertMany(
      'orders',
      users.flatMap(({ id, age }) => [
        { user_id: id, amount: age, status: 'open' },
        { user_id: id, amount: 1, status: 'paid' },
      ]),
    );
  });

  it('give documents of the other side, both ways, and what is measured of them', async () => {
    const { data, extensions } = await people.db.execute(
      `{
      users(orderBy: { name: ASC }) {
        name
        orders_by_user_id(where: { amount: { gt: 1 } }) { amount user { name } }
        totals: orders_by_user_id { aggregate { sum(field: "amount") } }
        next: compute("concat(name, ' is ', age + 1)")
        paid: lookup(collection: "orders", localField: "id", foreignField: "user_id", where: { status: "paid" }, limit: 1) { status }
      }
      orders(where: { status: "paid", amount: { gt: 5 } }) { user { name } }
    }`.replaceAll("'", '\\"'),
    );
    const one = (name: string, age: number) => ({
      name,
      orders_by_user_id: [{ amount: age, user: { name } }],
      totals: { aggregate: { sum: age + 1 } },
      next: `${name} is ${age + 1}`,
      paid: [{ status: 'paid' }],
    });
    expect(data).toEqual({ users: [one('ann', 30), one('bob', 20)], orders: [] });
    expect(extensions.plan[0]).toBe(
      'FullScan(users) → Sort → Compute → IndexJoin(orders.user_id → IdJoin(users)) → IndexJoin(orders.user_id) → IndexJoin(orders.user_id) → Project',
    );
  });

  it('look up a batch in one pass, however many documents it has', async () => {
    await people.db.execute(
      'schema { define collection kinds { name: String @unique } define collection pets { kind: String } }',
    );
    await people.db.insertMany(
      'kinds',
      Array.from({ length: 100 }, (_, n) => ({ name: `k${n}` })),
    );
    await people.db.insertMany(
      'pets',
      Array.from({ length: 200 }, (_, n) => ({ kind: `k${n % 4}` })),
    );
    const text = (foreign: string) =>
      `{ pets(limit: 60) { k: lookup(collection: "${foreign}", localField: "kind", foreignField: "${foreign === 'kinds' ? 'name' : 'kind'}") { id } } }`;
    const indexed = await people.db.execute(text('kinds'));
    expect(indexed.extensions).toMatchObject({
      rowsRead: 60 + 4,
      plan: ['FullScan(pets) → Limit(60) → IndexJoin(kinds.name) → Project'],
    });
    const scanned = await people.db.execute(text('pets'));
    expect(scanned.extensions).toMatchObject({
      rowsRead: 60 + 200,
      plan: ['FullScan(pets) → Limit(60) → HashJoin(pets.kind) → Project'],
    });
  });

  it('are there after a write, in edges and in groups', async () => {
    const data = await run(`mutation {
      u: update(collection: "orders", where: { status: "paid" }, data: { status: "done" }) { status user { name } }
    }
    {
      orders(first: 1, where: { status: "done" }) { edges { node { user { name } } } }
      g: orders(where: { status: "done" }) { groupBy(field: "status") { nodes { user { age } } } }
    }`);
    expect(data).toEqual({
      u: [
        { status: 'done', user: { name: 'ann' } },
        { status: 'done', user: { name: 'bob' } },
      ],
      orders: { edges: [{ node: { user: { name: 'ann' } } }] },
      g: { groupBy: [{ nodes: [{ user: { age: 30 } }, { user: { age: 20 } }] }] },
    });
  });
});

describe('totals and groups', () => {
  it('are given in place of documents, and after writes', async () => {
    const data = await run(`{ users { totalCount aggregate { count a: avg(field: "age") } } }
      mutation {
        u: update(collection: "users", where: {}, data: { age: { increment: 1 } }) {
          totalCount aggregate { sum(field: "age") } groupBy(field: "tags") { key nodes { name age } }
        }
        d: deleteFrom(collection: "users", where: { name: "bob" }) { aggregate { count max(field: "age") } }
        i: insertMany(collection: "users", data: [{ name: "cid", age: 1 }]) { aggregate { count } }
      }`);
    expect(data).toEqual({
      users: { totalCount: 2, aggregate: { count: 2, a: 25 } },
      u: {
        totalCount: 2,
        aggregate: { sum: 52 },
        groupBy: [
          { key: null, nodes: [{ name: 'bob', age: 21 }] },
          { key: 'x', nodes: [{ name: 'ann', age: 31 }] },
        ],
      },
      d: { aggregate: { count: 1, max: 21 } },
      i: { aggregate: { count: 1 } },
    });
  });

  it('count without reading documents where counters or an index know', async () => {
    await people.db.execute(
      'schema { define collection pets { kind: String @indexed  age: Int } }',
    );
    await people.db.insertMany('pets', [{ kind: 'cat' }, { kind: 'dog' }, { kind: 'dog' }]);
    const { data, extensions } = await people.db.execute(`{
      all: pets { totalCount aggregate { count } }
      dogs: pets(where: { kind: "dog" }, limit: 1) { aggregate { count } }
      old: pets(where: { age: { gt: 1 } }) { totalCount aggregate { max(field: "age") } groupBy(fields: ["kind", "age"]) { key } }
    }`);
    expect(data).toEqual({
      all: { totalCount: 3, aggregate: { count: 3 } },
      dogs: { aggregate: { count: 2 } },
      old: { totalCount: 0, aggregate: { max: null }, groupBy: [] },
    });
    expect(extensions.plan).toEqual([
      'CollectionCount(pets)',
      'IndexRange(pets.kind) → Count',
      'FullScan(pets) → Filter → Aggregate + GroupBy(kind, age)',
    ]);
  });

  it('find extremes at the ends of indexes, behind the nulls', async () => {
    await people.db.execute(
      'schema { define collection pets { age: Int @indexed  at: DateTime @indexed  kind: String } }',
    );
    const ask = async (where = '') => {
      const { data, extensions } = await people.db.execute(
        `{ pets${where} { totalCount aggregate { min(field: "age") max(field: "age") first: min(field: "at") } } }`,
      );
      return [data['pets'], extensions.plan.join(), extensions.rowsRead];
    };
    const plan = 'CollectionCount(pets) + IndexEnd(pets.age, pets.at)';
    const none = { min: null, max: null, first: null };
    expect(await ask()).toEqual([{ totalCount: 0, aggregate: none }, plan, 0]);
    await people.db.insertMany('pets', [
      { age: 3, at: '2024-01-01T00:00:00Z' },
      { age: null },
      { age: -2, at: '2023-01-01T00:00:00+01:00' },
      {},
    ]);
    const ends = { min: -2, max: 3, first: '2022-12-31T23:00:00.000Z' };
    expect(await ask()).toEqual([{ totalCount: 4, aggregate: ends }, plan, 3]);
    expect((await ask('(where: { age: { gt: 0 } })'))[0]).toEqual({
      totalCount: 1,
      aggregate: { min: 3, max: 3, first: '2024-01-01T00:00:00.000Z' },
    });
  });

  it('come as tables to who pulls them', async () => {
    const parts = await partsOf(
      '{ users { totalCount aggregate { max(field: "age") } groupBy(field: "age", orderBy: { key: DESC }) { key count aggregate { min(field: "name") } nodes { name } } } }',
    );
    const shown = parts.map((part) => {
      if (part.kind === 'head') return [part.title, ...part.columns.map(({ name }) => name)];
      return part.kind === 'rows' ? part.columns : part.kind;
    });
    expect(shown).toEqual([
      ['users', 'totalCount', 'max'],
      [[2], [30]],
      'summary',
      ['users.groupBy', 'key', 'count', 'min', 'nodes'],
      [
        [30, 20],
        [1, 1],
        ['ann', 'bob'],
        [[{ name: 'ann' }], [{ name: 'bob' }]],
      ],
      'summary',
    ]);
  });

  it('say sums exactly or not at all', async () => {
    await people.db.execute('schema { define collection big { n: Int  x: Float } }');
    await people.db.insertMany('big', [
      { n: 2 ** 53 - 1, x: 0.1 },
      { n: 2 ** 53 - 1, x: 0.2 },
      { n: -1, x: -0.3 },
    ]);
    await expect(run('{ big { aggregate { sum(field: "n") } } }')).rejects.toMatchObject({
      code: 'InvalidValue',
      details: { sum: '18014398509481981' },
    });
    expect(
      await run('{ big(where: { n: { ne: -1 } }) { aggregate { avg(field: "n") } } }'),
    ).toEqual({
      big: { aggregate: { avg: 2 ** 53 - 1 } },
    });
    expect(await run('{ big { aggregate { sum(field: "x") } } }')).toEqual({
      big: { aggregate: { sum: 2.7755575615628914e-17 } },
    });
  });
});

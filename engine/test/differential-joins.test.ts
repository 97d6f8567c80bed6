/*
 * Relations both ways, lookups and computed fields against the reference evaluator: random documents, nested
 * selections, windows and totals on the other side, with and without indexes. A failure prints its seed.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, type Database, type JsonValue } from '#engine';
import type { ReferenceDocument } from '../testing/reference-evaluator.ts';
import { referenceAnswer } from '../testing/reference-query.ts';

type JsonObject = { readonly [key: string]: JsonValue };

const tally = { none: 0, some: 0, all: 0, joined: 0 };
const operators = new Set<string>();
afterAll(() => console.info(`joins: ${JSON.stringify(tally)}, ${[...operators].sort().join(' ')}`));

const names = ['teams', 'users', 'notes'] as const;
type Name = (typeof names)[number];

const ids = Array.from(
  { length: 12 },
  (_, at) => `018f0000-0000-7000-8000-0000000000${(at + 10).toString()}`,
);

const schema = (indexed: string) => `schema {
  define collection teams { name: String ${indexed}  code: Int ${indexed}  tags: [String] ${indexed}  at: DateTime ${indexed}  data: Any place: Object }
  define collection users { team_id: Uuid @references(collection: "teams") ${indexed}  s: String ${indexed}  n: Float  codes: [Int] ${indexed}  d: DateTime ${indexed}  y: Any }
  define collection notes { user_id: Uuid @references(collection: "users") ${indexed}  boss_id: Uuid @references(collection: "users")  s: String  n: Int ${indexed} }
}`;

const texts = fc.constantFrom('a', 'b', 'ab', 'é', '', '2020-01-01T00:00:00.000Z');
const integers = fc.constantFrom(-1, 0, 1, 2, 3);
const times = fc.constantFrom(
  '2020-01-01T00:00:00Z',
  '2020-01-01T01:00:00+01:00',
  '1969-12-31T00:00:00Z',
);
const anything: fc.Arbitrary<JsonValue> = fc.oneof(
  integers,
  texts,
  fc.constantFrom<JsonValue>([1, 'a'], ['a', null], { a: 1 }, true, 1577836800000),
);
const orNull = (value: fc.Arbitrary<JsonValue>) =>
  fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) });
const record = (fields: { [name: string]: fc.Arbitrary<JsonValue> }): fc.Arbitrary<JsonObject> =>
  fc
    .record(
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, orNull(value)])),
      { requiredKeys: [] },
    )
    .map((each) => JSON.parse(JSON.stringify(each)));

const documents: { readonly [name in Name]: fc.Arbitrary<JsonObject> } = {
  teams: record({
    name: texts,
    code: integers,
    tags: fc.array(texts, { maxLength: 3 }),
    at: times,
    data: anything,
    place: fc.record({ city: texts }),
  }),
  users: record({
    team_id: fc.constantFrom(...ids.slice(0, 6)),
    s: texts,
    n: fc.constantFrom(-1.5, 0, 0.5, 1, 2),
    codes: fc.array(integers, { maxLength: 3 }),
    d: times,
    y: anything,
  }),
  notes: record({
    user_id: fc.constantFrom(...ids.slice(0, 8)),
    boss_id: fc.constantFrom(...ids.slice(0, 8)),
    s: texts,
    n: integers,
  }),
};

const plain: { readonly [name in Name]: string } = {
  teams: 'id name',
  users: 'id s n',
  notes: 'id s',
};
const lookups: { readonly [name in Name]: readonly (readonly [string, Name, string])[] } = {
  teams: [
    ['name', 'users', 's'],
    ['code', 'users', 'codes'],
    ['code', 'users', 'n'],
    ['tags', 'users', 's'],
    ['tags', 'teams', 'tags'],
    ['at', 'users', 'd'],
    ['at', 'users', 'y'],
    ['data', 'users', 'd'],
    ['data', 'teams', 'data'],
    ['data', 'users', 'codes'],
    ['place.city', 'notes', 's'],
    ['id', 'users', 'team_id'],
  ],
  users: [
    ['team_id', 'teams', 'id'],
    ['s', 'teams', 'place.city'],
    ['codes', 'notes', 'n'],
    ['y', 'teams', 'data'],
    ['y', 'teams', 'tags'],
  ],
  notes: [['n', 'teams', 'code']],
};
const relations: { readonly [name in Name]: readonly (readonly [string, Name])[] } = {
  teams: [['users_by_team_id', 'users']],
  users: [
    ['team', 'teams'],
    ['notes_by_user_id', 'notes'],
    ['notes_by_boss_id', 'notes'],
  ],
  notes: [
    ['user', 'users'],
    ['boss', 'users'],
  ],
};
const expressions: { readonly [name in Name]: readonly string[] } = {
  teams: [
    'concat(name, ' + "'-'" + ', code)',
    'code / code',
    'upper(coalesce(name, ' + "'none'" + '))',
  ],
  users: ['n * 2 + 1', '-n', 'if(n > 0, s, null)', 'd == d', 'n / 0', '[n, s]', 'concat(d, s)'],
  notes: ['n - 1', 'if(s == ' + "'a'" + ', { k: n }, { k: 0 })', 'trim(lower(s))'],
};

const wheres: { readonly [name in Name]: readonly string[] } = {
  teams: ['{ code: { gte: 1 } }', '{ name: { ne: "a" } }', '{ tags: { contains: "a" } }'],
  users: ['{ n: { gt: 0 } }', '{ s: { isNull: true } }', '{ y: { ne: 1 } }'],
  notes: ['{ n: { in: [1, 2, null] } }', '{ s: { startsWith: "a" } }'],
};
const orders: { readonly [name in Name]: readonly string[] } = {
  teams: ['{ name: DESC }', '[{ code: ASC }, { name: DESC }]'],
  users: ['{ n: ASC }', '[{ s: DESC }, { id: DESC }]'],
  notes: ['{ n: DESC }', '{ s: ASC }'],
};

function args(name: Name, given: string): fc.Arbitrary<string> {
  return fc
    .record(
      {
        where: fc.constantFrom(...wheres[name]),
        orderBy: fc.constantFrom(...orders[name]),
        limit: fc.constantFrom('1', '2', '10'),
        offset: fc.constantFrom('0', '1'),
      },
      { requiredKeys: [] },
    )
    .map((each) => {
      const all = [given, ...Object.entries(each).map(([key, value]) => `${key}: ${value}`)];
      const text = all.filter((part) => part !== '').join(' ');
      return text === '' ? '' : `(${text})`;
    });
}

/** What documents of a collection show, with relations inside down to a depth. */
function selection(name: Name, depth: number): fc.Arbitrary<string> {
  const computed = fc
    .constantFrom(...expressions[name])
    .map((text) => `compute(${JSON.stringify(text.replaceAll("'", '"'))})`);
  const many = (other: Name) =>
    fc.oneof(
      { weight: 3, arbitrary: selection(other, depth - 1) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'totalCount aggregate { count max(field: "s") }'.replace(
            's"',
            other === 'teams' ? 'name"' : 's"',
          ),
          `groupBy(field: "${other === 'teams' ? 'tags' : 's'}") { key count nodes(limit: 2) { id } }`,
        ),
      },
    );
  const inner: fc.Arbitrary<string>[] = [computed];
  if (depth > 0) {
    for (const [field, other] of relations[name]) {
      const isOne = !field.includes('_by_');
      inner.push(
        isOne
          ? selection(other, depth - 1).map((body) => `${field} { ${body} }`)
          : fc
              .tuple(args(other, ''), many(other))
              .map(([given, body]) => `${field}${given} { ${body} }`),
      );
    }
    for (const [local, other, foreign] of lookups[name]) {
      const given = `collection: "${other}" localField: "${local}" foreignField: "${foreign}"`;
      inner.push(
        fc.tuple(args(other, given), many(other)).map(([all, body]) => `lookup${all} { ${body} }`),
      );
    }
  }
  return fc
    .array(fc.oneof(...inner), { minLength: depth > 0 ? 1 : 0, maxLength: 3 })
    .map((list) => [plain[name], ...list.map((each, at) => `f${at}: ${each}`)].join(' '));
}

const queries = fc
  .constantFrom(...names)
  .chain((name) =>
    fc
      .tuple(args(name, ''), selection(name, 2))
      .map(([given, body]) => ({ name, text: `{ r: ${name}${given} { ${body} } }` })),
  );

interface Case {
  readonly data: { readonly [name in Name]: readonly JsonObject[] };
  readonly queries: readonly { readonly name: Name; readonly text: string }[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  data: fc.record({
    teams: fc.array(documents.teams, { minLength: 4, maxLength: 8, size: 'max' }),
    users: fc.array(documents.users, { minLength: 4, maxLength: 12, size: 'max' }),
    notes: fc.array(documents.notes, { minLength: 4, maxLength: 12, size: 'max' }),
  }),
  queries: fc.array(queries, { minLength: 1, maxLength: 10, size: 'max' }),
});

async function open(indexed: string, data: Case['data']): Promise<Database> {
  const db = await Aurora.open({ store: 'memory' });
  await db.execute(schema(indexed));
  for (const name of names) {
    const list = data[name].map((document, at) => ({ ...document, id: ids[at] ?? '' }));
    await db.insertMany(name, list);
  }
  return db;
}

async function compare({ data, queries: list }: Case): Promise<void> {
  const databases = [await open('', data), await open('@indexed', data)];
  const [first] = databases;
  if (first === undefined) throw new Error('two databases are open');
  try {
    const all = new Map<string, readonly ReferenceDocument[]>();
    for (const name of names) {
      all.set(name, JSON.parse(JSON.stringify(await first.query(name).collect())));
    }
    for (const { name, text } of list) {
      const answer = referenceAnswer(text, first.catalog(), all);
      const wanted = JSON.parse(JSON.stringify(answer));
      const count = wanted.length;
      tally[count === 0 ? 'none' : count === all.get(name)?.length ? 'all' : 'some'] += 1;
      if (/"f\d":(\[\{|\{")/.test(JSON.stringify(wanted))) tally.joined += 1;
      for (const db of databases) {
        const { data: given, extensions } = await db.execute(text);
        const plan = extensions.plan.join();
        for (const [operator] of plan.matchAll(/[A-Z]\w+/g)) operators.add(operator);
        expect(given['r'], `${text}\n${plan}`).toEqual(wanted);
      }
    }
  } finally {
    for (const db of databases) await db.close();
  }
}

describe('relations, lookups and computed fields, and the reference evaluator', () => {
  it('agree', async () => {
    await fc.assert(fc.asyncProperty(cases, compare), {
      numRuns: 60,
      interruptAfterTimeLimit: 15_000,
    });
    expect([...operators]).toEqual(
      expect.arrayContaining(['IdJoin', 'IndexJoin', 'HashJoin', 'Compute']),
    );
  });
});

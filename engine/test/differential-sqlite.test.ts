/*
 * The second oracle: what SQL can say of totals, groups, joins and orders, SQLite says as well. Conditions are made as
 * pairs of a filter and its SQL; a failure prints its seed.
 */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database, type JsonValue } from '#engine';

type JsonObject = { readonly [key: string]: JsonValue };
interface Condition {
  readonly where: JsonObject;
  readonly sql: string;
}

const userCount = 600;
const tally = { none: 0, some: 0, all: 0 };
let db: Database;
let sqlite: DatabaseSync;

const pick = <Value>(list: readonly Value[], n: number): Value | null =>
  list[n % (list.length + 1)] ?? null;

beforeAll(async () => {
  db = await Aurora.open({ store: 'memory' });
  sqlite = new DatabaseSync(':memory:');
  await db.execute(`schema {
    define collection teams { name: String @indexed  level: Int }
    define collection users {
      team_id: Uuid @references(collection: "teams") @indexed
      role: String @indexed  city: String  age: Int @indexed  score: Float  active: Boolean
    }
  }`);
  sqlite.exec(
    'CREATE TABLE teams(id TEXT, name TEXT, level INT); CREATE TABLE users(id TEXT, team_id TEXT, role TEXT, city TEXT, age INT, score REAL, active INT)',
  );
  const insert = (table: string, values: readonly SQLInputValue[]) =>
    sqlite.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join()})`).run(...values);
  const teams = Array.from({ length: 9 }, (_, n) => ({
    name: `team ${n % 5}`,
    level: pick([1, 2, 3], n),
  }));
  const teamIds = await db.insertMany('teams', teams);
  for (const [at, { name, level }] of teams.entries())
    insert('teams', [teamIds[at] ?? '', name, level]);
  const users = Array.from({ length: userCount }, (_, n) => ({
    team_id: pick(teamIds, n * 7),
    role: pick(['admin', 'editor', 'Viewer', 'ß'], n * 3),
    city: pick(['Rome', 'Bern', 'Łódź', '東京', '😀', ''], n * 5 + (n >> 3)),
    age: pick([18, 20, 33, 47, -1, 2 ** 40], n * 11 + (n >> 2)),
    score: pick([0.25, 0.5, -3, 1024], n * 13 + (n >> 1)),
    active: pick([true, false], n + (n >> 4)),
  }));
  const ids = await db.insertMany('users', users);
  for (const [at, user] of users.entries()) {
    const { team_id, role, city, age, score, active } = user;
    insert('users', [
      ids[at] ?? '',
      team_id,
      role,
      city,
      age,
      score,
      active === null ? null : Number(active),
    ]);
  }
});

afterAll(async () => {
  console.info(`sqlite: ${JSON.stringify(tally)}`);
  await db.close();
  sqlite.close();
});

const literal = (value: JsonValue): string =>
  typeof value === 'string'
    ? `'${value}'`
    : typeof value === 'boolean'
      ? String(Number(value))
      : JSON.stringify(value);

const values: { readonly [field: string]: readonly JsonValue[] } = {
  role: ['admin', 'editor', 'Viewer', 'ß', null],
  city: ['Rome', 'Bern', 'Łódź', '東京', '', null],
  age: [18, 20, 33, 40, 0, 2 ** 40],
  score: [0.25, 0, 100],
  active: [true, false, null],
};

const comparison: fc.Arbitrary<Condition> = fc
  .constantFrom(...Object.keys(values))
  .chain((field) =>
    fc.record({
      field: fc.constant(field),
      value: fc.constantFrom(...(values[field] ?? [])),
      operator: fc.constantFrom(
        'eq',
        'ne',
        ...(field === 'active' ? [] : ['gt', 'gte', 'lt', 'lte']),
      ),
    }),
  )
  .map(({ field, value, operator }): Condition => {
    const signs: { [name: string]: string } = {
      eq: 'IS',
      ne: 'IS NOT',
      gt: '>',
      gte: '>=',
      lt: '<',
      lte: '<=',
    };
    return {
      where: { [field]: { [operator]: value } },
      sql: `coalesce(${field} ${signs[operator]} ${literal(value)}, 0)`,
    };
  });

const conditions: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((list) => ({
      where: { and: list.map(({ where }) => where) },
      sql: `(${list.map(({ sql }) => sql).join(' AND ')})`,
    })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((list) => ({
      where: { or: list.map(({ where }) => where) },
      sql: `(${list.map(({ sql }) => sql).join(' OR ')})`,
    })),
    tie('condition').map(({ where, sql }) => ({ where: { not: where }, sql: `NOT ${sql}` })),
  ),
})).condition;

const rows = (sql: string) =>
  sqlite
    .prepare(sql)
    .all()
    .map((row) => ({ ...row }));

async function ask(text: string, where: JsonObject) {
  return (await db.execute(`query($where: Object) { ${text} }`, { variables: { where } })).data[
    'r'
  ];
}

describe('SQLite agrees', () => {
  it('on totals, groups, joins and orders', async () => {
    await fc.assert(
      fc.asyncProperty(
        conditions,
        fc.constantFrom('role', 'city', 'age', 'active'),
        async ({ where, sql }, key) => {
          const totals =
            'count(*) c, count(age) a, sum(age) s, avg(score) m, min(city) lo, max(city) hi, count(DISTINCT age) d';
          const [wanted] = rows(`SELECT ${totals} FROM users WHERE ${sql}`);
          const count = Number(wanted?.['c']);
          tally[count === 0 ? 'none' : count === userCount ? 'all' : 'some'] += 1;
          const aggregate =
            'aggregate { c: count a: count(field: "age") s: sum(field: "age") m: avg(field: "score") lo: min(field: "city") hi: max(field: "city") d: countDistinct(field: "age") }';
          const given = await ask(`r: users(where: $where) { ${aggregate} }`, where);
          expect(given, sql).toEqual({ aggregate: { ...wanted, s: wanted?.['s'] ?? 0 } });

          const groups = rows(
            `SELECT ${key} k, count(*) c, sum(age) s, max(score) x FROM users WHERE ${sql} GROUP BY ${key} HAVING count(*) > 3 ORDER BY c DESC, ${key} ASC LIMIT 4`,
          ).map(({ k, c, s, x }) => ({
            key: key === 'active' && k !== null ? k === 1 : k,
            count: c,
            aggregate: { s: s ?? 0, x },
          }));
          const grouped = await ask(
            `r: users(where: $where) { groupBy(field: "${key}", having: { count: { gt: 3 } }, orderBy: { count: DESC }, limit: 4) { key count aggregate { s: sum(field: "age") x: max(field: "score") } } }`,
            where,
          );
          expect(grouped, sql).toEqual({ groupBy: groups });

          const joined = rows(
            `SELECT u.id id, t.name name FROM users u LEFT JOIN teams t ON t.id = u.team_id WHERE ${sql.replace(/\b(role|city|age|score|active)\b/g, 'u.$1')} ORDER BY u.age DESC, u.id LIMIT 20 OFFSET 3`,
          ).map(({ id, name }) => ({ id, team: name === null ? null : { name } }));
          const read = await ask(
            'r: users(where: $where, orderBy: { age: DESC }, limit: 20, offset: 3) { id team { name } }',
            where,
          );
          expect(read, sql).toEqual(joined);

          const perTeam = rows(
            `SELECT t.name name, (SELECT count(*) FROM users WHERE team_id = t.id AND ${sql}) c FROM teams t ORDER BY t.name DESC, t.id`,
          ).map(({ name, c }) => ({ name, u: { aggregate: { count: c } } }));
          const counted = await ask(
            'r: teams(orderBy: { name: DESC }) { name u: users_by_team_id(where: $where) { aggregate { count } } }',
            where,
          );
          expect(counted, sql).toEqual(perTeam);
        },
      ),
      { numRuns: 120, interruptAfterTimeLimit: 10_000 },
    );
  });
});

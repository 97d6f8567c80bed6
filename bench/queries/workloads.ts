/*
 * What is asked, in AQL and in SQL. Constants change from call to call, so that no result can be kept; all sides get the
 * same ones, and all answers are compared.
 */
import { personOf, roles } from './people.ts';

export type Values = readonly (string | number)[];

export interface QueryWorkload {
  readonly name: string;
  readonly title: string;
  /** Variables `$a`, `$b` … are the values in their order. */
  readonly aql: string;
  readonly sql: string;
  readonly values: (call: number) => Values;
  /** What of the result is compared, from the root of the AQL result and from the rows of SQL. */
  readonly answer: (root: unknown) => unknown;
  readonly rows: (rows: readonly Readonly<Record<string, unknown>>[]) => unknown;
  /** Beside whom, and how many times as fast it is to be. */
  readonly goals: readonly { readonly peer: string; readonly factor: number }[];
}

const cities = 200;
const count = (rows: readonly Readonly<Record<string, unknown>>[]): unknown =>
  Number(rows[0]?.['n']);
const totalCount = (root: unknown): unknown => at(root, 'totalCount');

/** Rounded, since the sides add up in different orders, and only one of them exactly. */
function rounded(value: unknown): number {
  return Number(Number(value).toPrecision(10));
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined,
    value,
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function groupBy(field: 'role' | 'city'): Omit<QueryWorkload, 'name' | 'title' | 'goals'> {
  return {
    aql: `query($a: Int) { people(where: { age: { gte: $a } }) { groupBy(field: "${field}") { key count aggregate { mean: avg(field: "age") } } } }`,
    sql: `SELECT ${field} AS key, count(*) AS n, avg(age) AS mean FROM people WHERE age >= ? GROUP BY ${field} ORDER BY ${field}`,
    values: (call) => [18 + (call % 5)],
    answer: (root) =>
      listOf(at(root, 'groupBy')).map((group) => [
        at(group, 'key'),
        at(group, 'count'),
        rounded(at(group, 'aggregate', 'mean')),
      ]),
    rows: (rows) => rows.map(({ key, n, mean }) => [key, Number(n), rounded(mean)]),
  };
}

const wholePerson = 'id name email city role age score active bio joined tags'.split(' ');

/** `tags` is text in SQL, and 0 or 1 is `active`. */
function pageOf(name: string, title: string, fields: readonly string[]): QueryWorkload {
  const cells = (row: unknown) =>
    fields.map((field) => {
      const value = at(row, field);
      if (field === 'active') return Boolean(value);
      // DuckDB reads fractions in texts less exactly.
      if (field === 'score') return rounded(value);
      return field === 'tags' && typeof value === 'string' ? JSON.parse(value) : value;
    });
  return {
    name,
    title,
    aql: `query($a: String) { people(first: 100, after: $a) { edges { node { ${fields.join(' ')} } } } }`,
    sql: `SELECT ${fields.join(', ')} FROM people WHERE id > ? ORDER BY id LIMIT 100`,
    values: (call) => [personOf((call * 997) % 90_000).id],
    answer: (root) => listOf(at(root, 'edges')).map((edge) => cells(at(edge, 'node'))),
    rows: (rows) => rows.map(cells),
    goals: [{ peer: 'better-sqlite3', factor: 3 }],
  };
}

export const queryWorkloads: readonly QueryWorkload[] = [
  {
    name: 'count-one',
    title: 'Count by one indexed field',
    aql: 'query($a: String) { people(where: { role: { eq: $a } }) { totalCount } }',
    sql: 'SELECT count(*) AS n FROM people WHERE role = ?',
    values: (call) => [roles[call % roles.length] ?? ''],
    answer: totalCount,
    rows: count,
    goals: [{ peer: 'better-sqlite3', factor: 100 }],
  },
  {
    name: 'count-two',
    title: 'Count by two fields',
    aql: 'query($a: String) { people(where: { city: { eq: $a }, active: { eq: true } }) { totalCount } }',
    sql: 'SELECT count(*) AS n FROM people WHERE city = ? AND active = 1',
    values: (call) => [`City ${call % cities}`],
    answer: totalCount,
    rows: count,
    goals: [{ peer: 'better-sqlite3 composite', factor: 3 }],
  },
  {
    name: 'totals',
    title: 'Sum, mean, least and most of a field',
    aql: 'query($a: Float) { people(where: { score: { gte: $a } }) { aggregate { s: sum(field: "score") m: avg(field: "score") l: min(field: "score") h: max(field: "score") } } }',
    sql: 'SELECT sum(score) AS s, avg(score) AS m, min(score) AS l, max(score) AS h FROM people WHERE score >= ?',
    values: (call) => [(call % 7) / 1_000],
    answer: (root) => ['s', 'm', 'l', 'h'].map((key) => rounded(at(root, 'aggregate', key))),
    rows: ([row]) => ['s', 'm', 'l', 'h'].map((key) => rounded(row?.[key])),
    goals: [{ peer: 'DuckDB', factor: 1 }],
  },
  {
    name: 'group-role',
    title: 'Group by 5 values, with count and mean',
    goals: [{ peer: 'DuckDB', factor: 2 }],
    ...groupBy('role'),
  },
  {
    name: 'group-city',
    title: 'Group by 200 values, with count and mean',
    goals: [{ peer: 'DuckDB', factor: 2 }],
    ...groupBy('city'),
  },
  {
    name: 'scan',
    title: 'Filter by a number and a substring, without an index',
    aql: 'query($a: Float, $b: String) { people(where: { score: { gt: $a }, bio: { contains: $b } }) { id } }',
    sql: "SELECT id FROM people WHERE score > ? AND bio LIKE '%' || ? || '%' ORDER BY id",
    values: (call) => [
      0.9 + (call % 5) / 1_000,
      `${(call % 36).toString(36)}z${(call % 7).toString(36)}`,
    ],
    answer: (root) => listOf(root).map((row) => at(row, 'id')),
    rows: (rows) => rows.map(({ id }) => id),
    goals: [
      { peer: 'better-sqlite3', factor: 2 },
      { peer: 'DuckDB', factor: 1 / 1.5 },
    ],
  },
  {
    name: 'three',
    title: 'Three conditions on fields with few values, ordered, 20 documents',
    aql: 'query($a: String, $b: Int) { people(where: { role: { eq: $a }, active: { eq: true }, age: { gte: $b } }, orderBy: { age: DESC }, limit: 20) { id name age } }',
    sql: 'SELECT id, name, age FROM people WHERE role = ? AND active = 1 AND age >= ? ORDER BY age DESC, id LIMIT 20',
    values: (call) => [roles[call % roles.length] ?? '', 20 + (call % 40)],
    answer: (root) => listOf(root).map((row) => [at(row, 'id'), at(row, 'name'), at(row, 'age')]),
    rows: (rows) => rows.map(({ id, name, age }) => [id, name, Number(age)]),
    goals: [{ peer: 'better-sqlite3 composite', factor: 5 }],
  },
  {
    name: 'range',
    title: 'Range of an indexed field, ordered, 10 documents',
    aql: 'query($a: Int) { people(where: { age: { gte: $a } }, orderBy: { age: ASC }, limit: 10) { id name age } }',
    sql: 'SELECT id, name, age FROM people WHERE age >= ? ORDER BY age, id LIMIT 10',
    values: (call) => [20 + (call % 40)],
    answer: (root) => listOf(root).map((row) => [at(row, 'id'), at(row, 'name'), at(row, 'age')]),
    rows: (rows) => rows.map(({ id, name, age }) => [id, name, Number(age)]),
    goals: [{ peer: 'better-sqlite3', factor: 10 }],
  },
  pageOf('page', 'Page of 100 whole documents behind a cursor', wholePerson),
  pageOf('page-short', 'Page of 100 documents behind a cursor, three fields', [
    'id',
    'name',
    'age',
  ]),
];

/*
 * Every AQL example of the description that the language comes from. The file stands beside the repository, in a
 * folder that a lone clone does not have; then the tests are skipped, and say so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Aurora, type Database, type JsonValue } from '#engine';
import { bind, type CatalogShape, format, parse } from '#engine/aql';
import { meaningOf } from '../aql/testdata/meaning.ts';
import { repositoryRoot } from './source-tree.ts';

interface Example {
  /** Where it begins: `line 170`. */
  readonly place: string;
  readonly text: string;
}

const file = join(dirname(repositoryRoot), 'shared/reference/aurora-db-0.5.2-readme.md');
const examples = existsSync(file) ? readExamples(readFileSync(file, 'utf8')) : [];

/** The blocks marked `graphql`, and the raw strings of Rust that hold AQL. */
function readExamples(markdown: string): Example[] {
  return [...markdown.matchAll(/^```(graphql|rust)\n([\s\S]*?)^```/gm)].flatMap((block) => {
    const [whole, language, content = ''] = block;
    const start = block.index + whole.indexOf(content);
    const texts =
      language === 'graphql'
        ? [{ at: 0, text: content }]
        : [...content.matchAll(/r#"([\s\S]*?)"#/g)].map((raw) => ({
            at: raw.index,
            text: raw[1] ?? '',
          }));
    return texts.map(({ at, text }) => {
      const line = markdown.slice(0, start + at).split('\n').length;
      return { place: `line ${line}`, text };
    });
  });
}

/** The collections that the examples take for granted. */
const implied = `schema {
  define collection users {
    name: String  username: String  email: String @unique  age: Int  active: Boolean
    role: String  tags: [String]
  }
  define collection orders {
    user_id: Uuid @references(collection: "users")  amount: Float  status: String
  }
}`;

/** The catalog that a schema block leaves behind in an empty database. */
function catalogOf(schema: string): CatalogShape {
  const { statements } = bind(parse(schema).document, { version: 0, collections: [] });
  const [statement] = statements;
  const changes = statement?.kind === 'schema' ? statement.changes : [];
  return {
    version: 1,
    collections: changes.flatMap((change) =>
      change.kind === 'defineCollection' ? [change.definition] : [],
    ),
  };
}

describe.skipIf(examples.length === 0)('examples of the description beside the repository', () => {
  it('finds them all', () => {
    expect(examples.length).toBeGreaterThanOrEqual(12);
  });

  it.each(examples)('parses and formats $place', ({ text }) => {
    const { diagnostics, statements } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(statements.length).toBeGreaterThan(0);
    const formatted = format(text);
    expect(meaningOf(formatted)).toBe(meaningOf(text));
    expect(format(formatted)).toBe(formatted);
  });

  it.each(examples)('binds $place', ({ text }) => {
    // An example that defines collections begins with none.
    const catalog = catalogOf(/^\s*schema\b/.test(text) ? '' : implied);
    const { statements, diagnostics } = bind(parse(text).document, catalog);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(statements.length).toBeGreaterThan(0);
  });

  it.each(examples.filter(({ text }) => isRunnable(text)))('runs $place', async ({ text }) => {
    const db = await Aurora.open({ store: 'memory' });
    try {
      const isSchema = /^\s*schema\b/.test(text);
      if (!isSchema) await db.execute(implied);
      if (!isSchema && !text.includes('insertInto')) await db.execute(content);
      const result = await db.execute(text.replace('<cursor-id>', await firstCursor(db, text)));
      expect(result.errors).toBeUndefined();
      expect(promised(text, result.data)).toEqual([]);
    } finally {
      await db.close();
    }
  });
});

const content = `mutation {
  insertMany(collection: "users", data: [
    { name: "Alice", username: "alice", email: "alice@example.com", age: 40, active: true, role: "admin", tags: ["a"] }
    { name: "Bob", username: "bob", email: "bob@internal.com", age: 30, active: true, role: "admin" }
    { name: "Eve", username: "eve", email: "eve@example.com", age: 17, active: false, role: "guest" }
  ])
  orders: insertMany(collection: "orders", data: [
    { amount: 10, status: "pending" } { amount: 2.5, status: "cancelled" }
  ])
}`;

/** What stands for the placeholder of an example. */
async function firstCursor(db: Database, text: string): Promise<string> {
  if (!text.includes('<cursor-id>')) return '';
  const { data } = await db.execute(
    '{ users(first: 1, orderBy: { age: ASC }) { pageInfo { endCursor } } }',
  );
  return /"endCursor":"([^"]+)"/.exec(JSON.stringify(data))?.[1] ?? '';
}

/** Subscriptions have tests of their own. */
function isRunnable(text: string): boolean {
  return !/^\s*subscription\b/.test(text);
}

/** What an example's own text promises and its result does not keep. */
function promised(text: string, data: { readonly [key: string]: JsonValue }): readonly string[] {
  const given = JSON.stringify(data);
  const rules: readonly (readonly [RegExp, RegExp])[] = [
    [/insertInto/, /^\{"insertInto":\{"id":"[0-9a-f-]{36}"\}\}$/],
    [/age: \{ gt: 25 \}/, /\[\{"name":"Alice".*"name":"Bob"/],
    [/gte: 18/, /\[\{"username":"alice".*\{"username":"bob"/],
    [/edges \{/, /"node":\{"username":"bob","age":30\}.*"hasNextPage":false,"endCursor":"\w+/],
    [/sum\(/, /"aggregate":\{"count":2,"sum":12.5,"avg":6.25,"min":2.5,"max":10\}/],
    [
      /groupBy/,
      /\{"key":"admin","count":2,"aggregate":\{"avg":35\},"nodes":\[\{"username":"alice","age":40\},/,
    ],
    [/deleteFrom/, /"update":\[\{"id":"[^"]+","username":"alice"\}\],"deleteFrom":\[\{"id"/],
    [/fragment/, /\{"id":"[^"]+","username":"alice","email":"alice@example.com"\}/],
  ];
  return rules.flatMap(([example, result]) =>
    example.test(text) && !result.test(given) ? [`${example} ${given}`] : [],
  );
}

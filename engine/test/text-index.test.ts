/*
 * Searches by text indexes give what searches without them give, scores and highlights included: one database has the
 * indexes, its twin has not, and both are told the same.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Aurora, type Database, type JsonValue } from '../index.ts';

const seed = Number(process.env['TEXT_INDEX_SEED'] ?? Date.now() % 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'aurora-text-'));
const opened: Database[] = [];

afterEach(async () => {
  for (const db of opened.splice(0)) await db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function memory(schema: string): Promise<Database> {
  const db = await Aurora.open({ store: 'memory' });
  opened.push(db);
  await db.execute(`schema { define collection articles ${schema} }`);
  return db;
}

const fields = '{ title: String  tags: [String]  body: Any  stars: Int @indexed }';
const directives = '@index(fields: ["title"], text: true) @index(fields: ["tags"], text: true)';

const words = [
  'sea',
  'see',
  'Sea',
  'Café',
  'cafe',
  '東京',
  'x',
  'red',
  'river',
  'a'.repeat(70),
  `b${'a'.repeat(69)}`,
  'a'.repeat(64),
  '—',
  '4.2',
];
const text = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...words) }, fc.string()), {
    maxLength: 9,
  })
  .map((parts) => parts.join(' '));
const title = fc.option(text, { freq: 5 });
const document = fc.record({
  title,
  tags: fc.option(fc.array(text, { maxLength: 3 }), { freq: 5 }),
  stars: fc.integer({ min: 0, max: 5 }),
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('insert' as const), document }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('update' as const), at: fc.nat(), title }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }) },
);

const search = fc.record({
  query: fc.array(fc.constantFrom(...words, 'nobody'), { minLength: 1, maxLength: 3 }),
  fields: fc.constantFrom(['title'], ['tags'], ['title', 'tags'], []),
  fuzzy: fc.boolean(),
  rest: fc.constantFrom(
    '',
    ', where: { stars: { gt: 2 } }',
    ', limit: 2, offset: 1',
    ', orderBy: { stars: ASC }',
  ),
});

interface Search {
  readonly query: readonly string[];
  readonly fields: readonly string[];
  readonly fuzzy: boolean;
  readonly rest: string;
}

function searchText({ query, fields: named, fuzzy, rest }: Search): string {
  const list = named.length === 0 ? '' : `, fields: ${JSON.stringify(named)}`;
  const given = `query: ${JSON.stringify(query.join(' '))}${list}, fuzzy: ${fuzzy}`;
  return `{ articles(search: { ${given} }${rest}) { id title _score _highlight } }`;
}

async function answer(db: Database, query: string): Promise<JsonValue> {
  return JSON.parse(JSON.stringify((await db.execute(query)).data));
}

describe(`a text index (seed ${seed})`, () => {
  it('finds, scores and marks as a search without it does, whatever is written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 4, maxLength: 30 }),
        fc.array(search, { minLength: 4, maxLength: 8 }),
        async (steps, searches) => {
          const indexed = await memory(`${directives} ${fields}`);
          const plain = await memory(fields);
          const ids: string[] = [];
          for (const each of steps) {
            if (each.kind === 'insert') {
              const id = await indexed.insertInto('articles', each.document);
              await plain.insertInto('articles', { ...each.document, id });
              ids.push(id);
              continue;
            }
            const id = ids[each.at % Math.max(1, ids.length)];
            if (id === undefined) continue;
            for (const db of [indexed, plain]) {
              const found = db.query('articles').filter((f) => f.eq('id', id));
              await (each.kind === 'delete' ? found.delete() : found.update({ title: each.title }));
            }
          }
          for (const each of searches) {
            const asked = searchText(each);
            expect(await answer(indexed, asked), asked).toEqual(await answer(plain, asked));
          }
          await indexed.close();
          await plain.close();
        },
      ),
      { numRuns: 60, seed },
    );
  });

  it('is used where all searched fields have one and few documents match, and says so', async () => {
    const db = await memory(`${directives} ${fields}`);
    const many = Array.from({ length: 200 }, (_, at) => ({
      title: `number ${at} of all`,
      stars: 1,
    }));
    await db.insertMany('articles', many);
    const planOf = async (asked: string) => JSON.stringify(await db.explain(asked));
    const asked = (query: string, rest = 'fields: ["title"]') =>
      `{ articles(search: { query: "${query}", ${rest} }) { id } }`;
    expect(await planOf(asked('7'))).toContain('Search(articles by text(title))');
    // Most documents have the word; a field has no index.
    expect(await planOf(asked('all'))).toContain('Search(articles)');
    expect(await planOf(asked('7', 'fields: ["title", "body"]'))).toContain('Search(articles)');
    const { roots } = await db.explain(asked('7'), { analyze: true });
    expect(JSON.stringify(roots)).toContain('"rowsRead":1,');
    const forgiving = asked('numbor', 'fields: ["title"], fuzzy: true, minScore: 0');
    const all = await db.explain(forgiving, { analyze: true });
    expect(JSON.stringify(all.roots)).toContain('"rowsRead":200,');
    await db.insertInto('articles', { title: 'a singular place', stars: 1 });
    const one = await db.explain(forgiving.replace('numbor', 'singulra'), { analyze: true });
    expect(JSON.stringify(one.roots)).toContain('"rowsRead":1,');
  });

  it('is seen in a transaction with what that has written', async () => {
    const db = await memory(`${directives} ${fields}`);
    const old = await db.insertInto('articles', { title: 'the sea', stars: 1 });
    await db.insertMany(
      'articles',
      Array.from({ length: 9 }, () => ({ title: 'land', stars: 1 })),
    );
    await db.transaction(async (tx) => {
      await tx
        .query('articles')
        .filter((f) => f.eq('id', old))
        .update({ title: 'a hill' });
      const id = await tx.insertInto('articles', { title: 'sea and sky', stars: 2 });
      const found = await tx.execute(
        '{ articles(search: { query: "sea", fields: ["title"] }) { id } }',
      );
      expect(found.data).toEqual({ articles: [{ id }] });
    });
  });

  it('is built over what is there, kept over a restart, sound, and dropped by a migration', async () => {
    const dbPath = join(folder, 'kept.db');
    const asked = '{ articles(search: { query: "sea", fields: ["title"] }) { title _score } }';
    const db = await Aurora.open(dbPath);
    opened.push(db);
    await db.execute(`schema { define collection articles ${fields} }`);
    const titles = Array.from({ length: 3_000 }, (_, at) =>
      at % 50 === 0 ? `the sea ${at}` : `hill ${at}`,
    );
    await db.insertMany(
      'articles',
      titles.map((each) => ({ title: each, stars: 1 })),
    );
    const before = await answer(db, asked);
    const add = 'migrate { "words": { alter collection articles { add index (title) text } } }';
    await db.execute(add);
    expect(await answer(db, asked)).toEqual(before);
    expect(JSON.stringify(await db.explain(asked))).toContain('by text(title)');
    expect(await answer(db, '{ _indexes(orderBy: { name: ASC }) { name text } }')).toEqual({
      _indexes: [
        { name: 'stars', text: false },
        { name: 'text(title)', text: true },
      ],
    });
    expect(await db.verify()).toMatchObject({ isSound: true });
    await db.close();
    const again = await Aurora.open(dbPath);
    opened.push(again);
    expect(await answer(again, asked)).toEqual(before);
    await again.execute(
      'migrate { "no words": { alter collection articles { drop index (title) text } } }',
    );
    expect(JSON.stringify(await again.explain(asked))).not.toContain('by text');
    expect(await answer(again, asked)).toEqual(before);
  });

  it.each([
    ['@index(fields: ["stars"], text: true)', 'a text index is of String or [String]'],
    ['@index(fields: ["title", "tags"], text: true)', 'of the words in one field'],
    ['@index(fields: ["title"], unique: true, text: true)', 'not unique'],
    ['@index(fields: ["title"], text: 1)', '"text" is true or false'],
  ])('is refused as %s', async (directive, message) => {
    await expect(memory(`${directive} ${fields}`)).rejects.toThrow(message);
  });
});

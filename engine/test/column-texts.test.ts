/*
 * A field of so many different texts that its column puts them together, beside the same documents read one by one: a
 * stored database, since memory has nothing to read a column from, and other documents before and after changes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';

const documentCount = 14_000;

/** Most are there once; of several scripts, some long, some short or empty, some missing. */
function textOf(n: number): string | null {
  if (n % 17 === 0) return null;
  if (n % 13 === 0) return `shared ${n % 39}`;
  if (n % 11 === 0) return n % 22 === 0 ? '' : `${n}`;
  if (n % 701 === 0) return `long ${n} `.repeat(3_000);
  if (n % 7 === 0) return `Größe ${n} – 統一碼 😀 ${n * 31}`;
  return `${(n * 7_919).toString(36)} writes about ${n} and more of the same`;
}

const idOf = (n: number): string => `0190a1b2-0000-7000-8000-${String(n).padStart(12, '0')}`;

const conditions = [
  ...[
    'contains: "統一碼 😀 217"',
    'contains: "s about 99"',
    'contains: "0"',
    'startsWith: "long 7"',
  ],
  ...['endsWith: "1"', 'matches: "^[a-z0-9]+ writes .*7[0-9]3 "', 'matches: "Größe 1.*9$"'],
  ...['eq: "shared 13"', 'eq: ""', 'eq: "not there"', 'in: ["shared 26", "33", "Größe 7"]'],
  ...['gt: "y"', 'lt: "1"', 'isNull: true', 'ne: "shared 0"', 'contains: "changed"'],
];
const questions = [
  ...conditions.flatMap((condition) => [
    `query { notes(where: { text: { ${condition} } }) { totalCount } }`,
    `query { notes(where: { text: { ${condition} } }, limit: 40) { n text } }`,
  ]),
  'query { notes(orderBy: { text: ASC }, limit: 60) { n text } }',
  'query { notes(orderBy: { text: DESC }, limit: 60, offset: 30) { n text } }',
  'query { notes { aggregate { c: count(field: "text") d: countDistinct(field: "text") a: min(field: "text") z: max(field: "text") } } }',
  'query { notes { groupBy(field: "text") { key count } } }',
  'query { notes { groupBy(field: "text", having: { count: { gt: 1 } }) { key count } } }',
  'query { notes { groupBy(fields: ["text", "part"], limit: 500) { key count aggregate { s: sum(field: "n") m: avg(field: "half") } } } }',
  'query { notes { groupBy(field: "part") { key count aggregate { d: countDistinct(field: "text") z: max(field: "text") } } } }',
];

async function opened(folder: string, isByColumn: boolean): Promise<Database> {
  const planner = isByColumn
    ? { columnRowsMin: 0 }
    : { disabledRules: ['column-totals', 'column-scan', 'column-count'] as const };
  const dbPath = join(folder, isByColumn ? 'columns.db' : 'documents.db');
  const db = await Aurora.open({ dbPath, planner });
  await db.newCollection('notes', {
    n: { type: 'Int' },
    half: { type: 'Float' },
    part: { type: 'Int' },
    text: { type: 'String', nullable: true },
  });
  const documents = Array.from({ length: documentCount }, (_, n) => ({
    id: idOf(n),
    n,
    half: n / 2,
    part: n % 5,
    text: textOf(n),
  }));
  for (let start = 0; start < documentCount; start += 7_000) {
    await db.insertMany('notes', documents.slice(start, start + 7_000));
  }
  return db;
}

async function change(db: Database, round: number): Promise<void> {
  await db.transaction(async (transaction) => {
    for (let n = round; n < documentCount; n += 97) {
      const one = transaction.query('notes').filter((f) => f.eq('id', idOf(n)));
      if (n % 3 === 0) await one.delete();
      else await one.update({ text: n % 3 === 1 ? `changed ${round} ${n}` : textOf(n + 1) });
    }
  });
}

it('answers by a column of many texts as by documents, before and after changes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aurora-texts-'));
  const [byColumn, byDocument] = [await opened(folder, true), await opened(folder, false)];
  const count = async (db: Database): Promise<number> => {
    const plans = await Promise.all(questions.map((text) => db.explain(text)));
    return plans.filter(({ roots }) => /Column/.test(JSON.stringify(roots))).length;
  };
  for (let round = 0; round < 3; round += 1) {
    for (const text of questions) {
      const [column, document] = [await byColumn.execute(text), await byDocument.execute(text)];
      expect(column.data, text).toEqual(document.data);
    }
    for (const db of [byColumn, byDocument]) await change(db, round);
  }
  expect(await count(byDocument)).toBe(0);
  expect(await count(byColumn)).toBeGreaterThan(questions.length / 2);
  await byColumn.close();
  await byDocument.close();
  await rm(folder, { recursive: true });
}, 60_000);

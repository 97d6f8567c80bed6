import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import type { ResultData } from '../exec/execution-result.ts';

let folder: string;
const open: Database[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-indexes-'));
});

afterEach(async () => {
  for (const db of open.splice(0)) await db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openAt(name: string): Promise<Database> {
  const db = await Aurora.open({ dbPath: join(folder, name), recordMetrics: true });
  open.push(db);
  return db;
}

async function filled(name: string, indexes: string): Promise<Database> {
  const db = await openAt(name);
  await db.execute(`schema {
    define collection people ${indexes} { name: String @unique city: String @indexed tags: [String] age: Int }
  }`);
  const people = Array.from({ length: 2_000 }, (_, at) => ({
    name: `person ${(at * 7919) % 2_000}`,
    city: `city ${at % 20}`,
    tags: [`tag ${at % 5}`, `tag ${at}`],
    age: at % 90,
  }));
  await db.insertMany('people', people);
  // What is buffered goes into the file with a scan.
  await db.execute('{ people { age } }');
  return db;
}

async function figures(db: Database, figure: string): Promise<ResultData> {
  const { data } = await db.execute(`{ _indexes { name figure: ${figure} } }`);
  const rows = data['_indexes'];
  return Object.fromEntries(
    (Array.isArray(rows) ? rows : []).map((row) => {
      const { name, figure: value } = { ...(typeof row === 'object' ? row : {}) } as ResultData;
      return [String(name), value ?? null];
    }),
  );
}

it('estimates the size of indexes within half and double of what they take in the file', async () => {
  const usedBytes = async (db: Database) => (await db.stats()).file?.usedBytes ?? 0;
  const withoutBytes = await usedBytes(await filled('without.db', ''));
  const db = await filled(
    'with.db',
    '@index(fields: ["age"]) @index(fields: ["city", "name"]) @index(fields: ["tags"])',
  );
  const real = (await usedBytes(db)) - withoutBytes;
  const sizes = await figures(db, 'bytes_estimated');
  const estimated = ['age', 'city,name', 'tags'].map((name) => Number(sizes[name]));
  expect(Math.min(...estimated)).toBeGreaterThan(2_000 * 4);
  const sum = estimated.reduce((total, bytes) => total + bytes, 0);
  expect(sum / real).toBeGreaterThan(0.5);
  expect(sum / real).toBeLessThan(2);
});

it('counts what queries read, not what writes look up, and goes on after a rewrite and a restart', async () => {
  const db = await filled('used.db', '');
  const uses = (of = db) => figures(of, 'use_count');
  expect(await uses()).toEqual({ name: 0, city: 0 });
  await db.execute('{ people(where: { city: { eq: "city 3" } }) { name } }');
  await db.execute('{ people(where: { city: { eq: "city 3" } }) { aggregate { count } } }');
  await db
    .query('people')
    .filter((f) => f.eq('name', 'person 1'))
    .collect();
  await db.execute('{ people(where: { name: { in: ["person 3", "person 4"] } }) { age } }');
  await db.insertInto('people', { name: 'new' });
  expect(await uses()).toEqual({ name: 2, city: 2 });
  await db.execute('migrate { "1": { alter collection people { rename age to years } } }');
  expect(await uses()).toEqual({ name: 2, city: 2 });
  await db.close();
  const again = await openAt('used.db');
  expect(await uses(again)).toEqual({ name: 2, city: 2 });
  await again.execute('{ people(orderBy: { name: ASC }, limit: 3) { name } }');
  expect(await uses(again)).toEqual({ name: 3, city: 2 });
});

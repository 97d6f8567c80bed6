/* What the engine tells of itself, read through the fluent API as through AQL. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';

const folder = mkdtempSync(join(tmpdir(), 'aurora-engine-collections-'));
let db: Database;

beforeAll(async () => {
  const auditLogPath = join(folder, 'audit.jsonl');
  db = await Aurora.open({ dbPath: join(folder, 'a.db'), auditLogPath });
  await db.newCollection('notes', { number: { type: 'Int', indexed: true } });
  for (const number of [1, 2, 3]) await db.insertInto('notes', { number });
});
afterAll(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each(['_audit', '_collections', '_fields', '_indexes', '_slow_queries', '_stats', '_jobs'])(
  '%s gives what AQL gives',
  async (collection) => {
    const { data } = await db.execute(`query { ${collection}(limit: 3) { id } }`);
    const documents = await db.query(collection).limit(3).collect();
    expect(documents.map(({ id }) => ({ id }))).toEqual(data[collection]);
  },
);

it('is filtered, ordered, counted and found by id', async () => {
  const inserts = () => db.query('_audit').filter((f) => f.eq('action', 'insert'));
  expect(await inserts().count()).toBe(3);
  const [last] = await inserts().orderBy('id', 'desc').limit(1).collect();
  const id = String(last?.['id']);
  const found = await db
    .query('_audit')
    .filter((f) => f.eq('id', id))
    .collect();
  expect(found).toEqual([last]);
});

it('cannot be changed', async () => {
  await expect(db.query('_audit').delete()).rejects.toMatchObject({ code: 'ReadOnlyCollection' });
});

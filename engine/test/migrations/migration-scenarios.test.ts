/*
 * Ten things that people do to a database, from files, as the command line does them: planned and tried, applied,
 * verified and undone. Afterwards every document and definition is what it was, and what others wrote in between is
 * there. SCENARIO_DOCUMENTS says over how many documents the backfill goes (`npm run test:long -- migration-scenarios`).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { runAurora } from '../../cli/remembering-terminal.ts';
import { fastFolder } from '../durability/fast-folder.ts';
import { type MigrationScenario, migrationScenarios } from './migration-scenarios.ts';

const backfillCount = Number(process.env['SCENARIO_DOCUMENTS'] ?? 2_000);

const firstId = '00000000-0000-0000-0000-000000000000';

let folder = '';
let database = '';
let files = '';
beforeEach(() => {
  folder = mkdtempSync(join(fastFolder(), 'aurora-scenario-'));
  database = join(folder, 'scenario.db');
  files = join(folder, 'files');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a migration from files is undone wholly', () => {
  for (const scenario of migrationScenarios(backfillCount)) {
    it(scenario.name, () => play(scenario), 60_000 + 3 * backfillCount);
  }
});

async function play({
  schema,
  documents,
  count,
  stages,
  newcomer,
  survives,
}: MigrationScenario): Promise<void> {
  await inside(async (db) => {
    await db.execute(schema);
    await db.execute('schema { define collection notes { text: String } }');
    const all = documents(count);
    for (let start = 0; start < all.length; start += 5_000) {
      await db.insertMany('people', all.slice(start, start + 5_000));
    }
  });
  const before = await inside(checksum);
  for (const stage of stages) {
    rmSync(files, { recursive: true, force: true });
    mkdirSync(files);
    for (const [name, text] of Object.entries(stage.files)) writeFileSync(join(files, name), text);
    const asItWas = await inside(checksum);
    const plan = await aurora('plan', database, files, '--json');
    expect(await inside(checksum)).toBe(asItWas);
    const up = await aurora('up', database, files, '--json');
    if (stage.complaint === undefined) {
      expect([plan.code, up.code, plan.errors + up.errors]).toEqual([0, 0, '']);
      expect(changedBy(up.output)).toEqual(changedBy(plan.output));
      continue;
    }
    expect([plan.code, up.code]).toEqual([1, 1]);
    expect((await aurora('plan', database, files)).output).toMatch(stage.complaint);
    expect(up.output + up.errors).toMatch(stage.failure ?? stage.complaint);
    expect(await inside(checksum)).toBe(asItWas);
  }
  const newcomerId = await inside(async (db) => {
    expect((await db.verify()).isSound).toBe(true);
    await db.insertInto('notes', { text: 'written in between' });
    return db.insertInto('people', newcomer);
  });
  expect(await inside(checksum)).not.toBe(before);
  const tried = await aurora('down', database, '--dry-run');
  expect(tried).toMatchObject({ code: 0, errors: '' });
  const down = await aurora('down', database, '--all');
  expect(down).toMatchObject({ code: 0, errors: '' });
  await inside(async (db) => {
    expect((await db.verify()).isSound).toBe(true);
    expect(db.catalog().migrations ?? []).toEqual([]);
    expect(db.get('people', newcomerId)).toEqual({ id: newcomerId, ...survives });
    expect(await db.query('notes').collect()).toMatchObject([{ text: 'written in between' }]);
    await db
      .query('people')
      .filter((f) => f.eq('id', newcomerId))
      .delete();
    await db
      .query('notes')
      .filter((f) => f.isNotNull('id'))
      .delete();
  });
  expect(await inside(checksum)).toBe(before);
}

/** How many documents a report says have changed, or would. A plan counts a document once for all its versions. */
function changedBy(output: string): unknown {
  const report: unknown = JSON.parse(output);
  const text = JSON.stringify(report);
  const counts = [...text.matchAll(/"documentsChanged":(\d+)/g)].map(([, count]) => Number(count));
  return Math.max(0, ...counts);
}

/** Of all definitions and all documents, in the order of their names and ids. */
async function checksum(db: Database): Promise<string> {
  const hash = createHash('sha256');
  const collections = db.catalog().collections.toSorted((a, b) => a.name.localeCompare(b.name));
  for (const definition of collections) {
    hash.update(JSON.stringify(definition));
    let last = firstId;
    for (;;) {
      const page = await db
        .query(definition.name)
        .filter((f) => f.gt('id', last))
        .orderBy('id')
        .limit(20_000)
        .collect();
      for (const document of page) hash.update(JSON.stringify(document));
      const end = page.at(-1)?.id;
      if (typeof end !== 'string') break;
      last = end;
    }
  }
  return hash.digest('hex');
}

async function inside<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
  const db = await Aurora.open(database);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

const aurora = (...words: readonly string[]) => runAurora(['migrate', ...words]);

/* What is kept of versions, and what can be done with one that is under way. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import { AuroraError } from '../errors.ts';
import { auditedAs } from '../exec/operation-caller.ts';

let folder = '';
let db: Database;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-migration-records-'));
  db = await Aurora.open(join(folder, 'records.db'));
  await db.execute('schema { define collection items { n: Int! name: String } }');
  const documents = Array.from({ length: 4_000 }, (_, n) => ({ n, name: `item ${n}` }));
  await db.insertMany('items', documents);
});
afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function recorded(): Promise<unknown> {
  const fields = 'version status text applied_by documents_changed error';
  const { data } = await db.execute(`{ _sys_migration(orderBy: { id: ASC }) { ${fields} } }`);
  return data['_sys_migration'];
}

const rename = 'migrate { "1": { alter collection items { rename name to title } } }';

describe('the record of a version', () => {
  it('says who applied it, and what it was', async () => {
    await db.execute(rename);
    await auditedAs('the deploy token', () =>
      db.execute('migrate { "2": { migrate data in items { set title = upper(title) } } }'),
    );
    expect(await recorded()).toMatchObject([
      {
        version: '1',
        status: 'applied',
        text: 'alter collection items {\n  rename name to title\n}',
        applied_by: userInfo().username,
        documents_changed: 4_000,
        error: null,
      },
      { version: '2', status: 'applied', applied_by: 'the deploy token' },
    ]);
  });

  it('says of one that could not be applied why, until it is', async () => {
    const failing = 'migrate { "1": { alter collection items { modify name: Int } } }';
    await expect(db.execute(failing)).rejects.toBeInstanceOf(AuroraError);
    await expect(db.execute(failing)).rejects.toMatchObject({ code: 'ValidationError' });
    expect(await recorded()).toMatchObject([
      { version: '1', status: 'failed', error: expect.stringContaining('4000 documents') },
    ]);
    await db.close();
    db = await Aurora.open(join(folder, 'records.db'));
    expect(await recorded()).toMatchObject([{ version: '1', status: 'failed' }]);
    await db.execute(rename);
    expect(await recorded()).toMatchObject([{ version: '1', status: 'applied' }]);
  });
});

describe('a version under way', () => {
  async function untilSteps(): Promise<number> {
    for (;;) {
      const [running] = await db.migrations.running();
      if (running !== undefined && running.documentsDone > 0) return running.documentsDone;
      await nextTurn();
    }
  }

  it('is held between two steps while others write, and goes on', async () => {
    const run = db.execute(rename);
    await untilSteps();
    await db.migrations.pause();
    await db
      .query('items')
      .filter((f) => f.eq('n', 17))
      .update({ name: 'written meanwhile' });
    const [held] = await db.migrations.running();
    expect(held).toMatchObject({ name: '1', documentsTotal: 4_000, isPaused: true });
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(await db.migrations.running()).toEqual([held]);
    expect(db.catalog().migrations).toBeUndefined();
    await db.migrations.resume();
    await run;
    expect(await db.migrations.running()).toEqual([]);
    const found = await db
      .query('items')
      .filter((f) => f.eq('n', 17))
      .collect();
    expect(found).toMatchObject([{ title: 'written meanwhile' }]);
    expect((await db.verify()).isSound).toBe(true);
  });

  it('is ended by anybody, also while it is held, and leaves nothing', async () => {
    const run = db.execute(rename);
    const ended = expect(run).rejects.toMatchObject({ code: 'Cancelled' });
    await untilSteps();
    await db.migrations.pause();
    await db.migrations.cancel();
    await ended;
    expect(await recorded()).toEqual([]);
    expect(await db.query('items').count()).toBe(4_000);
    expect((await db.verify()).isSound).toBe(true);
  });
});

it('tells how versions stand without a look at documents', async () => {
  await db.execute(rename);
  const text = 'migrate { "0": { alter collection items { add more: Int } } }';
  const status = await db.migrations.status(text);
  expect(status).toMatchObject({ versions: [{ version: '0', state: 'pending' }], missing: ['1'] });
});

it('tells what a plan makes of definitions, under which names', async () => {
  const { definitions } = await db.planMigration(`migrate {
    "1": { alter collection items { rename name to label } create collection more { a: Int } }
    "2": { alter collection items { rename label to title drop n } }
  }`);
  expect(definitions).toMatchObject([
    { before: { name: 'items' }, renames: [{ from: 'name', to: 'title' }] },
    { after: { name: 'more' }, renames: [] },
  ]);
});

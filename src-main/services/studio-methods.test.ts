import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Caller,
  environmentSetting,
  type HealthInfo,
  type Params,
  readRun,
  type SavedQueryList,
} from '#contract';
import { closeShopHost, openShopHost, type ShopHost } from '../testing/shop-host.ts';

/** What the studio asks of its host besides data, through the contract and with a real database. */

let shop: ShopHost;
let folder: string;
let caller: Caller;
let database: string;

beforeEach(async () => {
  shop = await openShopHost((line) => expect.unreachable(line));
  ({ folder, caller, database } = shop);
  await run({ text: 'schema { define collection orders { n: Int! status: String } }' });
  const data = Array.from({ length: 30 }, (_, n) => `{ n: ${n}, status: "s${n % 3}" }`).join(' ');
  await run({ text: `mutation { insertMany(collection: "orders", data: [${data}]) { id } }` });
});
afterEach(async () => {
  await closeShopHost(shop);
});

async function run(params: Omit<Params<'query.open'>, 'database'>): Promise<void> {
  for await (const part of readRun(caller, { database, ...params })) {
    if (part.kind === 'failed') throw new Error(part.error.message);
  }
}

const preview = (text: string, variables?: Params<'query.preview'>['variables']) =>
  caller.call('query.preview', {
    database,
    text,
    ...(variables === undefined ? {} : { variables }),
  });

describe('a preview of writes', () => {
  it('counts what each statement would touch, shows the first, and changes nothing', async () => {
    const text = `mutation ($status: String) {
      deleteFrom(collection: "orders", where: { status: { eq: $status } }) { id }
      insertInto(collection: "orders", data: { n: 1 }) { id }
      update(collection: "orders", where: {}, data: { status: "x" }) { id }
      upsert(collection: "orders", where: { n: 31 }, data: { n: 31 }) { id }
    } migrate { "v1": { migrate data in orders { set status = "y" where { n: { gte: 25 } } } } }
    schema { alter collection orders { drop status } drop collection orders }`;
    const { previews, omitted, confirmation } = await preview(text, { status: 's1' });
    expect([omitted, confirmation]).toEqual([0, 'click']);
    expect(
      previews.map(({ kind, count, isAtLeast, rows }) => [kind, count, isAtLeast, rows.rowCount]),
    ).toEqual([
      ['delete', 10, false, 5],
      ['update', 30, false, 5],
      ['upsert', 0, false, 0],
      ['migrateData', 5, false, 5],
      ['alterCollection', 30, false, 5],
      ['dropCollection', 30, false, 5],
    ]);
    expect(previews[0]?.columns.map(({ name }) => name)).toEqual(['id', 'n', 'status']);
    expect(previews[0]?.rows.columns[1]).toEqual([1, 4, 7, 10, 13]);
    const { collections } = await caller.call('catalog.get', { database });
    expect(collections[0]?.documentCount).toBe(30);
  });

  it('says why the documents could not be counted', async () => {
    const text = `mutation ($status: String!) {
      deleteFrom(collection: "orders", where: { status: { eq: $status } }) { id }
    }`;
    const { previews } = await preview(text);
    expect(previews[0]).toMatchObject({ kind: 'delete', error: { code: 'UndefinedVariable' } });
    expect(previews[0]?.count).toBeUndefined();
  });

  it('has nothing to say of a text that is wrong, or that writes nothing that is there', async () => {
    const wrong = 'mutation { deleteFrom(collection: "orders", where: { x: 1 }) { id } }';
    const harmless = 'mutation { insertInto(collection: "orders", data: { n: 1 }) { id } }';
    const nothing = { previews: [], omitted: 0, confirmation: 'none' };
    expect(await preview(wrong)).toEqual(nothing);
    expect(await preview(harmless)).toEqual({ ...nothing, token: expect.any(String) });
  });

  it('looks into those that touch what is there before those that add', async () => {
    const path = join(folder, 'shop.db');
    await caller.call('settings.set', { key: environmentSetting(path), value: 'production' });
    const inserts = Array.from(
      { length: 60 },
      (_, at) => `i${at}: insertInto(collection: "orders", data: { n: ${at} }) { id }`,
    ).join(' ');
    const { previews, omitted, confirmation } = await preview(
      `mutation { ${inserts} deleteFrom(collection: "orders", where: {}) { id } }`,
    );
    expect([previews.length, previews.at(-1)?.kind, omitted, confirmation]).toEqual([
      50,
      'delete',
      11,
      'typed',
    ]);
  });
});

describe('the history', () => {
  it('holds every run with its outcome and rows, those refused included', async () => {
    await run({
      text: 'query ($n: Int) { orders(where: { n: { lt: $n } }) { n } }',
      variables: { n: 4 },
    });
    await expect(run({ text: 'query { nothing { id } }' })).rejects.toThrow('nothing');
    const { entries } = await caller.call('history.list', { limit: 2 });
    expect(entries).toMatchObject([
      { outcome: 'failed', text: 'query { nothing { id } }', databaseName: 'shop' },
      { outcome: 'done', rowCount: 4, variables: { n: 4 } },
    ]);
  });

  it('moves on for those who watch it', async () => {
    const revisions: number[] = [];
    caller.subscribe('history', {}, ({ revision }) => revisions.push(revision));
    await run({ text: 'query { orders { n } }' });
    await vi.waitFor(() => expect(revisions.length).toBeGreaterThan(1));
    await caller.call('history.clear', {});
    expect(await caller.call('history.list', { limit: 5 })).toEqual({
      entries: [],
      hasMore: false,
    });
  });
});

it('samples of values come from the documents', async () => {
  const { samples } = await caller.call('catalog.samples', { database, collection: 'orders' });
  expect(samples['orders.status']).toEqual([
    { value: 's0', count: 10 },
    { value: 's1', count: 10 },
    { value: 's2', count: 10 },
  ]);
  expect(await caller.call('catalog.samples', { database, collection: 'none' })).toEqual({
    samples: {},
    distinctCounts: {},
    undeclared: [],
  });
});

it('fields that an open collection does not define are found in a sample of it', async () => {
  await run({ text: 'schema { define collection loose @open { name: String } }' });
  await run({
    text: 'mutation { insertMany(collection: "loose", data: [{ name: "a", extra: 1 }, { other: { x: 1 } }]) { id } }',
  });
  const { undeclared } = await caller.call('catalog.samples', { database, collection: 'loose' });
  expect(undeclared).toEqual(['extra', 'other']);
});

it('samples of jobs come from the latest of them', async () => {
  await run({
    text: 'mutation { enqueueJobs(jobType: "mail", payloads: [{ to: "a@b.c" }, { to: "a@b.c", urgent: true }]) { id } }',
  });
  const { samples } = await caller.call('catalog.samples', { database, collection: '_jobs' });
  expect(samples).toMatchObject({
    '_jobs.job_type': [{ value: 'mail', count: 2 }],
    'enqueueJob.mail.to': [{ value: 'a@b.c', count: 2 }],
    'enqueueJob.mail.urgent': [{ value: true, count: 1 }],
  });
});

it('saved queries are told to those who watch, whoever wrote them', async () => {
  const lists: SavedQueryList[] = [];
  caller.subscribe('savedQueries', { database }, (list) => lists.push(list));
  const paths = () => lists.at(-1)?.queries.map(({ path }) => path);
  await vi.waitFor(() => expect(paths()).toEqual([]));
  const path = 'reports/a.aql';
  await caller.call('savedQueries.save', { database, path, text: 'query { orders { n } }' });
  await vi.waitFor(() => expect(paths()).toEqual([path]), { timeout: 5000 });
  await writeFile(join(folder, 'shop.db.queries', 'reports', 'b.aql'), '# by hand');
  await vi.waitFor(() => expect(paths()).toEqual([path, 'reports/b.aql']), { timeout: 5000 });
  const { text } = await caller.call('savedQueries.read', { database, path: 'reports/b.aql' });
  expect(text).toBe('# by hand');
});

it('saved queries that say what they expect are tested', async () => {
  const testOf = async (text: string) => {
    await caller.call('savedQueries.save', { database, path: 'a.aql', text, overwrite: true });
    const test = await caller.call('savedQueries.test', { database, path: 'a.aql' });
    return [test.outcome, ...test.differences];
  };
  expect(await testOf('{ orders { n } }')).toEqual(['none']);
  expect(await testOf('# expect error UnknownField\n{ orders { no } }')).toEqual(['met']);
  expect(await testOf('# expect count 99\n{ orders { n } }')).toEqual([
    'unmet',
    expect.stringContaining('where 99 are expected'),
  ]);
  expect(
    await testOf('# expect count 1\nmutation { deleteFrom(collection: "orders") { count } }'),
  ).toEqual(['unmet', expect.stringContaining('only queries')]);
  await expect(
    caller.call('savedQueries.test', { database, path: 'missing.aql' }),
  ).rejects.toMatchObject({ code: 'FileNotFound' });
});

describe('the health of a database', () => {
  /** Starts a task and gives the first health that shows how it ended. */
  async function outcomeOf(task: Params<'maintenance.start'>['task']) {
    const known = (await healthWhere(() => true)).outcomes.length;
    await caller.call('maintenance.start', { database, task });
    const { outcomes, activity } = await healthWhere(
      (health) => health.activity === null && health.outcomes.length > known,
    );
    expect(activity).toBeNull();
    return outcomes[0];
  }

  function healthWhere(isWanted: (health: HealthInfo) => boolean): Promise<HealthInfo> {
    return new Promise((resolve, reject) => {
      const stop = caller.subscribe(
        'health',
        { database },
        (health) => {
          if (!isWanted(health)) return;
          stop();
          resolve(health);
        },
        (error) => reject(error ?? new Error('The topic ended.')),
      );
    });
  }

  it('tells its figures', async () => {
    const { figures, sizes, activity } = await healthWhere(() => true);
    expect(figures).toMatchObject({
      mode: 'owner',
      ownerPid: process.pid,
      documentCount: 30,
      collections: [{ name: 'orders', documentCount: 30 }],
      wasClosed: true,
    });
    expect([sizes[0]?.sizeBytes, activity]).toEqual([figures.file?.sizeBytes, null]);
  });

  it('verifies, backs up, compacts and restores, and tells what became of it', async () => {
    expect(await outcomeOf({ kind: 'verify' })).toMatchObject({
      kind: 'verify',
      documentCount: 30,
      problemCount: 0,
    });
    const target = join(folder, 'backup.db');
    expect(await outcomeOf({ kind: 'backup', target })).toMatchObject({
      kind: 'backup',
      path: target,
      problemCount: 0,
    });
    expect(await outcomeOf({ kind: 'compact' })).toMatchObject({ kind: 'compact' });
    const restored = join(folder, 'restored.db');
    expect(await outcomeOf({ kind: 'restore', backup: target, target: restored })).toMatchObject({
      kind: 'restore',
      path: restored,
      documentCount: 30,
      problemCount: 0,
    });
  });

  it('tells why a task failed, and does one at a time', async () => {
    expect(await outcomeOf({ kind: 'backup', target: folder })).toMatchObject({
      kind: 'failed',
      task: 'backup',
      error: { code: 'InvalidOption' },
    });
    await caller.call('maintenance.start', { database, task: { kind: 'compact' } });
    const second = caller.call('maintenance.start', { database, task: { kind: 'verify' } });
    await expect(second).rejects.toMatchObject({ code: 'InvalidOption' });
    await caller.call('maintenance.cancel', { database });
    const { outcomes } = await healthWhere((health) => health.activity === null);
    expect(outcomes[0]).toMatchObject({
      kind: 'failed',
      task: 'compact',
      error: { code: 'Cancelled' },
    });
  });
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Caller,
  environmentSetting,
  type JobFilter,
  type JobOrder,
  type JobsInfo,
} from '#contract';
import { Aurora, type Database, Job } from '#engine';
import { closeShopHost, openShopHost, type ShopHost } from '../testing/shop-host.ts';
import { groupErrors } from './job-errors.ts';
import { findJobs } from './job-search.ts';
import { prepareSampleJobs, sampleHandlers } from './sample-workers.ts';

/** The jobs of a database through the contract, as the page Jobs uses it. */

const patience = { timeout: 10_000 };

let shop: ShopHost;
let folder: string;
let caller: Caller;
let database: string;

beforeEach(async () => {
  shop = await openShopHost((line) => expect.unreachable(line), { sampleFolder: '.' });
  ({ folder, caller, database } = shop);
});
afterEach(async () => {
  await closeShopHost(shop);
});

function order(given: JobOrder) {
  return caller.call('jobs.order', { database, order: given });
}

async function enqueue(type: string, payload: Readonly<Record<string, number | string>> = {}) {
  const { id } = await order({ kind: 'enqueue', type, payload });
  return id ?? '';
}

async function find(filter: JobFilter) {
  const { jobs } = await caller.call('jobs.find', { database, filter, limit: 100 });
  return jobs;
}

/** The newest state of the topic. */
function follow(): () => JobsInfo | undefined {
  let newest: JobsInfo | undefined;
  caller.subscribe(
    'jobs',
    { database },
    (event) => (newest = event),
    () => undefined,
  );
  return () => newest;
}

describe('finding jobs', () => {
  it('takes filters of AQL and plain words, newest first, page by page', async () => {
    const first = await enqueue('mail', { to: 'a@b.c' });
    const second = await enqueue('mail', { to: 'b@b.c' });
    const third = await enqueue('thumbnail', { to: 'a@b.c' });
    const ids = async (filter: JobFilter) => (await find(filter)).map(({ id }) => id);
    expect(await ids({})).toEqual([third, second, first]);
    expect(await ids({ text: 'payload: { to: { eq: "a@b.c" } }' })).toEqual([third, first]);
    expect(await ids({ text: '{ job_type: { eq: "mail" } }', states: ['Pending'] })).toEqual([
      second,
      first,
    ]);
    expect(await ids({ text: 'THUMB' })).toEqual([third]);
    expect(await ids({ text: first })).toEqual([first]);
    const page = { database, filter: {}, limit: 2 };
    const { jobs, hasMore } = await caller.call('jobs.find', page);
    expect([jobs.length, hasMore]).toEqual([2, true]);
    const rest = await caller.call('jobs.find', { ...page, before: second });
    expect([rest.jobs.map(({ id }) => id), rest.hasMore]).toEqual([[first], false]);
  });

  it('knows what payloads hold, and what becomes of them', async () => {
    const text = 'payload: { to: { eq: "a@b.c" }, order: { gt: 0 } }';
    const ids = async (filter: JobFilter) => (await find(filter)).map(({ id }) => id);
    const count = async (filter: JobFilter) => {
      const retrying = { kind: 'retry', filter } as const;
      return (await caller.call('jobs.preview', { database, order: retrying })).count;
    };
    const first = await enqueue('mail', { to: 'a@b.c', order: 1 });
    await enqueue('mail', { to: 'b@b.c', order: 1, note: 'not to a@b.c' });
    expect(await ids({ text })).toEqual([first]);
    const second = await enqueue('mail', { to: 'a@b.c', order: 2 });
    await enqueue('mail', { from: 'a@b.c', order: 0 });
    await vi.waitFor(async () => expect(await ids({ text })).toEqual([second, first]), patience);
    expect(await ids({ text: `and: [{ attempts: { eq: 0 } }, { ${text} }]` })).toHaveLength(2);
    expect(
      await ids({ text: `or: [{ ${text} }, { payload: { order: { eq: 1 } } }]` }),
    ).toHaveLength(3);
    expect(await ids({ text: `not: { ${text} }` })).toHaveLength(2);
    expect(await ids({ text: 'A@B.C' })).toEqual([]);
    expect(await ids({ text: 'a@b.c' })).toHaveLength(3);
    expect(await ids({ text: '1' })).toHaveLength(2);
    // Words that both a type and a payload have find such a job once.
    await enqueue('a@b.c', { to: 'a@b.c' });
    await vi.waitFor(async () => expect(await ids({ text: 'a@b.c' })).toHaveLength(4), patience);
    expect([await count({ text: 'a@b.c' }), await count({ text })]).toEqual([4, 2]);
    await order({ kind: 'requeue', id: first, payload: { to: 'c@b.c', order: 1 } });
    await order({ kind: 'delete', filter: { ids: [second] } });
    await vi.waitFor(async () => expect(await ids({ text: 'a@b.c' })).toHaveLength(2), patience);
    expect(await ids({ text })).toEqual([]);
    expect(await ids({ text: 'c@b.c' })).toEqual([first]);
  });

  it('refuses a text that would be anything but a filter', async () => {
    await enqueue('mail');
    for (const text of [
      'x: 1 }] }) { id } } mutation { cancelJob(where: { and: [{} ',
      'status: { eq: "Pending" } }, $filter] }) { id } other: _jobs(where: { and: [{',
      'status: { eq: ',
      '# all: of it',
    ]) {
      await expect(find({ text }), text).rejects.toMatchObject({ code: 'InvalidParams' });
    }
    await expect(find({ text: 'stauts: { eq: "Failed" }' })).rejects.toMatchObject({
      code: 'UnknownField',
    });
    expect(await find({ states: ['Pending'] })).toHaveLength(1);
  });
});

describe('the figures', () => {
  it('follow what happens to jobs, queues and schedules', async () => {
    const newest = follow();
    await vi.waitFor(() => expect(newest()).toMatchObject({ queues: [], types: [] }), patience);
    await enqueue('mail');
    await order({ kind: 'setQueue', queue: 'default', isPaused: true, concurrency: 3 });
    await order({
      kind: 'setSchedule',
      name: 'nightly',
      cron: '0 3 * * *',
      timeZone: 'UTC',
      type: 'mail',
      payload: { to: 'x' },
    });
    const { id } = await order({ kind: 'runSchedule', name: 'nightly' });
    await vi.waitFor(
      () =>
        expect(newest()).toMatchObject({
          counts: { Pending: 2 },
          types: [{ name: 'mail', counts: { Pending: 2 } }],
          queues: [{ name: 'default', isPaused: true, concurrency: 3 }],
          schedules: [{ name: 'nightly', nextRuns: [{}, {}, {}].map(() => expect.any(Number)) }],
          workers: { state: 'stopped', isSample: false, folder: null },
        }),
      patience,
    );
    const [job] = await find({ ids: [id ?? ''] });
    expect(job).toMatchObject({ type: 'mail', payload: { to: 'x' } });
  });
});

describe('errors', () => {
  it('are grouped by what they have in common, which finds their jobs', async () => {
    const db = await Aurora.open({ store: 'memory' });
    db.workers.registerHandler('call', ({ payload }) => {
      throw new Error(`503 (${String(payload['n'])} ms) from "host-${String(payload['n'])}"`);
    });
    db.workers.registerHandler('read', () => {
      throw new Error('no such file: a*b');
    });
    const calls = [1, 22, 333].map((n) => new Job('call').addField('n', n).withMaxRetries(0));
    await db.workers.enqueueMany([...calls, new Job('read').withMaxRetries(1)]);
    await db.workers.start();
    await vi.waitFor(
      async () => expect(await db.workers.stats()).toMatchObject({ deadLetter: 3, failed: 1 }),
      patience,
    );
    const { signal } = new AbortController();
    const { groups } = await groupErrors(db, signal);
    expect(groups).toMatchObject([
      { type: 'call', count: 3, deadCount: 3, place: expect.stringContaining('jobs-service') },
      { type: 'read', count: 1, deadCount: 0, message: 'no such file: a*b' },
    ]);
    const search = { database: db, payloads: { find: async () => undefined }, signal };
    const found = groups.map(({ pattern }) => findJobs(search, { error: pattern }, { limit: 10 }));
    expect((await Promise.all(found)).map(({ jobs }) => jobs.length)).toEqual([3, 1]);
    await db.close();
  });
});

describe('an act on all that match', () => {
  it('tells how far it is, and does what it says', async () => {
    const newest = follow();
    for (let n = 0; n < 30; n += 1) await enqueue(n % 3 === 0 ? 'mail' : 'other', { n });
    const filter = { type: 'mail' };
    const cancelling = { kind: 'cancel', filter } as const;
    const preview = await caller.call('jobs.preview', { database, order: cancelling });
    expect(preview).toMatchObject({ count: 10, confirmation: 'click' });
    await order(cancelling);
    await vi.waitFor(
      () =>
        expect(newest()).toMatchObject({
          counts: { Pending: 20, Cancelled: 10 },
          outcome: { kind: 'done', order: 'cancel', changedCount: 10 },
        }),
      patience,
    );
    await order({ kind: 'setPriority', priority: 'HIGH', filter: {} });
    await vi.waitFor(
      () => expect(newest()?.outcome).toMatchObject({ order: 'setPriority', changedCount: 20 }),
      patience,
    );
    expect(await find({ text: 'priority: { eq: "HIGH" }' })).toHaveLength(20);
    const [one] = await find(filter);
    const ids = [one?.id ?? ''];
    await order({ kind: 'requeue', id: ids[0] ?? '', payload: { n: 99 } });
    expect(await find({ ids })).toMatchObject([{ state: 'Pending', payload: { n: 99 } }]);
    await order({ kind: 'delete', filter: { ids } });
    expect(await find({ ids })).toEqual([]);
  });

  it('can be taken back, of jobs that are as it left them', async () => {
    const newest = follow();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push(await enqueue('mail', { n }));
    const states = async () => (await find({ type: 'mail' })).map(({ state }) => state).reverse();
    await order({ kind: 'cancel', filter: { ids } });
    expect(await states()).toEqual(ids.map(() => 'Cancelled'));
    await vi.waitFor(
      () => expect(newest()?.outcome).toMatchObject({ order: 'cancel', changedCount: 5 }),
      patience,
    );
    expect(newest()?.outcome?.undoUntil).toBeGreaterThan(Date.now());
    await order({ kind: 'requeue', id: ids[2] ?? '', payload: {} });
    await order({ kind: 'undo' });
    expect(await states()).toEqual(ids.map(() => 'Pending'));
    await vi.waitFor(
      () =>
        expect(newest()?.outcome).toMatchObject({
          order: 'undo',
          changedCount: 4,
          undoUntil: null,
        }),
      patience,
    );
    await expect(order({ kind: 'undo' })).rejects.toMatchObject({ code: 'InvalidOption' });
    await order({ kind: 'delete', filter: { ids: ids.slice(1) } });
    expect(await states()).toHaveLength(1);
    await order({ kind: 'undo' });
    expect((await find({ text: 'payload: { n: { eq: 4 } }' })).map(({ id }) => id)).toEqual([
      ids[4],
    ]);
  });

  it('needs its preview on production', async () => {
    const id = await enqueue('mail');
    const { path } = (await caller.call('databases.list', {})).open[0] ?? { path: '' };
    await caller.call('settings.set', { key: environmentSetting(path), value: 'production' });
    const deleting: JobOrder = { kind: 'delete', filter: { ids: [id] } };
    await expect(order(deleting)).rejects.toMatchObject({ code: 'PreviewRequired' });
    const { token, confirmation } = await caller.call('jobs.preview', {
      database,
      order: deleting,
    });
    expect(confirmation).toBe('typed');
    const other: JobOrder = { kind: 'cancel', filter: { ids: [id] } };
    await expect(
      caller.call('jobs.order', { database, order: other, previewToken: token }),
    ).rejects.toMatchObject({ code: 'PreviewRequired' });
    await caller.call('jobs.order', { database, order: deleting, previewToken: token });
    expect(await find({})).toEqual([]);
  });
});

describe('the curves of jobs', () => {
  it('reach back to what was before somebody looked', async () => {
    const db = await Aurora.open(shop.path);
    db.workers.registerHandler('quick', () => 1);
    await db.workers.start();
    await db.workers.enqueue(new Job('quick').inQueue('fast'));
    await vi.waitFor(async () => expect((await db.workers.stats()).completed).toBe(1), patience);
    await db.workers.stop();
    const newest = follow();
    await vi.waitFor(() => {
      const { queues = [], types = [], series = [] } = newest() ?? {};
      const spans = series[1]?.spans ?? [];
      expect([
        spans.some(({ completed }) => completed === 1),
        spans.some(({ waitMsP50 }) => waitMsP50 !== null),
        spans.some(({ ageMsP50 }) => ageMsP50 !== null),
        ...[queues, types].map(([first]) => first?.recent.some(({ completed }) => completed === 1)),
      ]).toEqual([true, true, true, true, true]);
    }, patience);
    await db.close();
  });
});

describe('workers with the handlers of a folder', () => {
  it('do the jobs, find modules that come, and are remembered', async () => {
    const handlers = join(folder, 'handlers');
    await mkdir(handlers);
    const double = 'export const handler = ({ payload }) => payload.n * 2;';
    await writeFile(join(handlers, 'double.mjs'), double);
    const newest = follow();
    const id = await enqueue('double', { n: 21 });
    const chosen = { path: handlers, isolation: 'thread', memoryMb: 64 } as const;
    await caller.call('jobs.runWorkers', { database, isRunning: true, folder: chosen });
    const { job } = await vi.waitFor(async () => {
      const found = await caller.call('jobs.get', { database, id });
      expect(found.job?.row.state).toBe('Completed');
      return found;
    }, patience);
    expect(job?.result).toBe(42);
    await writeFile(join(handlers, 'triple.mjs'), 'export default () => 3;');
    await vi.waitFor(
      () =>
        expect(newest()?.workers).toMatchObject({
          state: 'running',
          folder: chosen,
          handlers: [
            { type: 'double', meaning: 'double.mjs' },
            { type: 'triple', meaning: 'triple.mjs' },
          ],
        }),
      patience,
    );
    await caller.call('jobs.runWorkers', { database, isRunning: false });
    await vi.waitFor(
      () =>
        expect(newest()?.workers).toMatchObject({
          state: 'stopped',
          folder: chosen,
          handlers: [],
          error: null,
        }),
      patience,
    );
    const missing = { ...chosen, path: join(folder, 'none') };
    await expect(
      caller.call('jobs.runWorkers', { database, isRunning: true, folder: missing }),
    ).rejects.toMatchObject({ code: 'InvalidOption' });
  });
});

describe('the workers of the sample', () => {
  it('import a file, compute statistics and fail sometimes', async () => {
    const db = await Aurora.open(join(folder, 'films.db'));
    await db.execute(
      'schema { define collection films { genre: String } } mutation { insertInto(collection: "films", data: [{ genre: "Drama" }, { genre: "Drama" }]) { id } }',
    );
    const lines = Array.from({ length: 250 }, (_, n) => JSON.stringify({ n })).join('\n');
    await writeFile(join(folder, 'cars.ndjson.gz'), gzipSync(lines));
    for (const { type, handler } of sampleHandlers(db, folder)) {
      db.workers.registerHandler(type, handler);
    }
    await prepareSampleJobs(db);
    await db.workers.start();
    await vi.waitFor(async () => expect(await resultsOf(db)).toHaveLength(2), patience);
    expect(await resultsOf(db)).toEqual(
      expect.arrayContaining([
        { job_type: 'import_file', result: { collection: 'imported_lines', lines: 250 } },
        { job_type: 'compute_statistics', result: { name: 'films by genre', groupCount: 1 } },
      ]),
    );
    const { data } = await db.execute(
      'query { statistics { groups } imported_lines { aggregate { count } } }',
    );
    expect(data).toEqual({
      statistics: [{ groups: [{ key: 'Drama', count: 2 }] }],
      imported_lines: { aggregate: { count: 250 } },
    });
    await db.close();
  });

  it('are for the sample alone', async () => {
    await expect(
      caller.call('jobs.runWorkers', { database, isRunning: true }),
    ).rejects.toMatchObject({ code: 'InvalidOption' });
  });
});

async function resultsOf(db: Database) {
  const text =
    'query { _jobs(where: { status: { eq: "Completed" }, job_type: { ne: "call_service" } }) { job_type result } }';
  const rows = (await db.execute(text)).data['_jobs'];
  return Array.isArray(rows) ? rows : [];
}

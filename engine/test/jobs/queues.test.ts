import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aurora, type Database, Job } from '#engine';

let db: Database;
beforeEach(async () => {
  db = await Aurora.open({ store: 'memory' });
});
afterEach(() => db.close());

describe('a queue', () => {
  it('starts nothing while it is paused', async () => {
    const seen: unknown[] = [];
    db.workers.registerHandler('x', ({ queue }) => seen.push(queue));
    await db.workers.pauseQueue('mail');
    await db.workers.start();
    await db.workers.enqueueMany([new Job('x').inQueue('mail'), new Job('x')]);
    await vi.waitFor(() => expect(seen).toEqual(['default']));
    const paused = await db.execute('query { _job_queues { name paused concurrency } }');
    expect(paused.data['_job_queues']).toEqual([{ name: 'mail', paused: true, concurrency: null }]);
    await db.workers.resumeQueue('mail');
    await vi.waitFor(() => expect(seen).toEqual(['default', 'mail']));
  });

  it('runs as many jobs at a time as it may', async () => {
    let [running, most, done] = [0, 0, 0];
    db.workers.registerHandler('x', async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 3));
      running -= 1;
      done += 1;
    });
    await db.workers.limitQueue('default', { concurrency: 2 });
    await db.workers.enqueueMany(Array.from({ length: 20 }, () => new Job('x')));
    await db.workers.start();
    await vi.waitFor(() => expect(done).toBe(20), 5_000);
    expect(most).toBe(2);
  });

  it.each([
    ['without a name', '', {}],
    ['with a name that is none', JSON.parse('5'), {}],
    ['with no place', 'default', { concurrency: 0 }],
    ['with half a rate', 'default', { rate: JSON.parse('{ "count": 5 }') }],
    ['with a rate that is none', 'default', { rate: JSON.parse('"5/s"') }],
  ])('is not limited %s', async (_what, queue, change) => {
    await expect(db.workers.limitQueue(queue, change)).rejects.toMatchObject({
      code: 'InvalidValue',
    });
  });

  it('starts all its jobs in the end when its rate is limited', async () => {
    let done = 0;
    db.workers.registerHandler('x', () => {
      done += 1;
    });
    await db.workers.limitQueue('default', { rate: { count: 5, periodMs: 50 } });
    await db.workers.start();
    await db.workers.enqueueMany(Array.from({ length: 12 }, () => new Job('x')));
    await vi.waitFor(() => expect(done).toBe(12), 5_000);
  });
});

describe('many jobs at once', () => {
  it('are deleted with their runs and keys, but for those that run', async () => {
    const { workers } = db;
    let finish = (): void => undefined;
    workers.registerHandler('slow', () => new Promise<void>((resolve) => (finish = resolve)));
    workers.registerHandler('bad', () => {
      throw new Error('no');
    });
    const slow = await workers.enqueue(new Job('slow'));
    const bad = await workers.enqueue(new Job('bad').withMaxRetries(0));
    const keyed = await workers.enqueue(new Job('other').withUniqueKey('k'));
    const parent = new Job('parent').withChildren([new Job('child'), new Job('child')]);
    const waiting = await workers.enqueue(parent);
    const [child = ''] = await idsOf('child');
    await workers.start();
    await vi.waitFor(async () =>
      expect(await workers.stats()).toMatchObject({ running: 1, deadLetter: 1 }),
    );
    await workers.delete([slow, bad, keyed, child, 'gone']);
    const { data } = await db.execute(
      'query($id: Uuid!) { _job_runs { id } _job_keys { key } _jobs(where: { id: { eq: $id } }) { open_children } }',
      { variables: { id: waiting } },
    );
    expect(data).toEqual({ _job_runs: [], _job_keys: [], _jobs: [{ open_children: 1 }] });
    expect(await workers.stats()).toMatchObject({ pending: 2, running: 1, deadLetter: 0 });
    expect(await workers.enqueue(new Job('other').withUniqueKey('k'))).not.toBe(keyed);
    finish();
  });

  it('are run in the order of the priority that they were given last', async () => {
    const { workers } = db;
    const seen: unknown[] = [];
    workers.registerHandler('x', ({ payload }) => seen.push(payload['n']));
    const ids = await workers.enqueueMany([1, 2, 3].map((n) => new Job('x').addField('n', n)));
    await workers.pauseQueue('default');
    await workers.start();
    await workers.setPriority(ids.slice(2), 'Critical');
    await workers.resumeQueue('default');
    await vi.waitFor(() => expect(seen).toEqual([3, 1, 2]));
  });

  async function idsOf(type: string): Promise<readonly string[]> {
    const { data } = await db.execute(
      'query($type: String!) { _jobs(where: { job_type: { eq: $type } }) { id } }',
      { variables: { type } },
    );
    const rows = data['_jobs'];
    return Array.isArray(rows) ? rows.map((row) => Object(row).id) : [];
  }
});

describe('unique keys', () => {
  it('are free again once the job has started, has ended, or after a time', async () => {
    let finish = (): void => undefined;
    db.workers.registerHandler('x', () => new Promise<void>((resolve) => (finish = resolve)));
    const { workers } = db;
    const untilStarted = () =>
      workers.enqueue(new Job('x').withUniqueKey('s', { until: 'Started' }));
    const untilFinished = () => workers.enqueue(new Job('x').withUniqueKey('f'));
    const first = await untilStarted();
    expect(await untilStarted()).toBe(first);
    await workers.start();
    await vi.waitFor(async () => expect((await workers.stats()).running).toBe(1));
    const second = await untilStarted();
    expect(second).not.toBe(first);
    await workers.cancel(second);
    const third = await untilFinished();
    await vi.waitFor(async () => expect((await workers.stats()).running).toBe(2));
    expect(await untilFinished()).toBe(third);
    finish();
    await vi.waitFor(async () => expect((await workers.stats()).completed).toBe(1));
    expect(await untilFinished()).not.toBe(third);
    await workers.stop({ deadlineMs: 0 });
  });

  it('are taken for a period, whatever becomes of the job', async () => {
    const inPeriod = () =>
      db.workers.enqueue(new Job('x').withUniqueKey('p', { until: { periodMs: 100 } }));
    const first = await inPeriod();
    await db.workers.cancel(first);
    expect(await inPeriod()).toBe(first);
    await vi.waitFor(async () => expect(await inPeriod()).not.toBe(first), 2_000);
  });
});

describe('children', () => {
  it('are run before their parent, which knows them', async () => {
    const order: unknown[] = [];
    let children: readonly string[] = [];
    db.workers.registerHandler('child', async ({ payload }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(payload['n']);
      if (payload['n'] === 2) throw new Error('no');
    });
    db.workers.registerHandler('parent', (job) => {
      order.push('parent');
      children = job.children;
    });
    await db.workers.start();
    const [one, two] = [1, 2].map((n) => new Job('child').addField('n', n).withMaxRetries(0));
    if (one === undefined || two === undefined) throw new Error('there are two');
    await db.workers.enqueue(new Job('parent').withChildren([one, two]));
    await vi.waitFor(async () => expect((await db.workers.stats()).completed).toBe(2), 5_000);
    expect([order.slice(0, 2).sort(), order[2], children.length]).toEqual([[1, 2], 'parent', 2]);
    expect(
      await db
        .query('_jobs')
        .filter((f) => f.inValues('id', children))
        .count(),
    ).toBe(2);
  });

  it('that are cancelled are waited for no longer', async () => {
    let isDone = false;
    db.workers.registerHandler('parent', () => {
      isDone = true;
    });
    await db.workers.start();
    const waiting = new Job('parent').withChildren([new Job('nobody'), new Job('nobody')]);
    await db.workers.enqueue(waiting);
    await db.execute('mutation { cancelJob(where: { job_type: { eq: "nobody" } }) { id } }');
    await vi.waitFor(() => expect(isDone).toBe(true));
  });
});

describe('what ended long ago', () => {
  it('is deleted with its runs', async () => {
    const { WorkerSystem } = await import('#engine');
    const workers = new WorkerSystem({
      database: db,
      cleanupIntervalSeconds: 1,
      retentionSeconds: 0,
    });
    workers.registerHandler('x', () => undefined);
    workers.registerHandler('bad', () => Promise.reject(new Error('no')));
    await workers.start();
    await workers.enqueueMany(Array.from({ length: 1_200 }, () => new Job('x')));
    await workers.enqueue(new Job('bad').withMaxRetries(0));
    await vi.waitFor(
      async () => expect(await workers.stats()).toMatchObject({ completed: 0, deadLetter: 1 }),
      { timeout: 15_000, interval: 50 },
    );
    expect([await db.query('_jobs').count(), await db.query('_job_runs').count()]).toEqual([1, 1]);
    await workers.stop();
  });

  it('can be tried again before that, with another payload', async () => {
    db.workers.registerHandler('x', ({ payload }) => {
      if (payload['good'] !== true) throw new Error('bad payload');
    });
    await db.workers.start();
    const id = await db.workers.enqueue(new Job('x').withMaxRetries(0));
    await vi.waitFor(async () => expect((await db.workers.stats()).deadLetter).toBe(1));
    await db.workers.retry(id, { payload: { good: true } });
    await vi.waitFor(async () => expect((await db.workers.stats()).completed).toBe(1));
    await expect(db.workers.retry(id)).rejects.toMatchObject({ code: 'JobStateConflict' });
  });
});

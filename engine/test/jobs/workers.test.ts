import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aurora, type Database, Job, JobFailure, WorkerSystem } from '#engine';

const folder = mkdtempSync(join(tmpdir(), 'aurora-workers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let db: Database;
beforeEach(async () => {
  db = await Aurora.open({ store: 'memory' });
});
afterEach(() => db.close());

async function jobOf(id: string) {
  const [job] = await db
    .query('_jobs')
    .filter((f) => f.eq('id', id))
    .collect();
  return job;
}

function runsOf(id: string) {
  return db
    .query('_job_runs')
    .filter((f) => f.eq('job_id', id))
    .collect();
}

async function ended(id: string) {
  return vi.waitFor(
    async () => {
      const job = await jobOf(id);
      expect(['Completed', 'DeadLetter', 'Cancelled']).toContain(job?.['status']);
      return job;
    },
    { timeout: 5_000, interval: 5 },
  );
}

describe('a handler', () => {
  it('gets the payload and leaves result, progress and log', async () => {
    db.workers.registerHandler('add', async (job, { progress, log, idempotencyKey }) => {
      progress(0.5, 'half');
      log(`attempt ${job.attempt} of ${job.maxRetries + 1}`);
      log(idempotencyKey);
      await new Promise((resolve) => setTimeout(resolve, 400));
      return { sum: Number(job.payload['a']) + Number(job.payload['b']) };
    });
    await db.workers.start();
    const id = await db.workers.enqueue(new Job('add').addField('a', 1).addField('b', 2));
    expect([await ended(id), await runsOf(id)]).toMatchObject([
      {
        status: 'Completed',
        result: { sum: 3 },
        progress: 0.5,
        progress_note: 'half',
        attempts: 1,
      },
      [{ status: 'Completed', attempt: 1, logs: [{ text: 'attempt 1 of 4' }, { text: id }] }],
    ]);
  });

  it('is tried again after an error, until it works', async () => {
    db.workers.registerHandler('flaky', ({ attempt }) => {
      if (attempt < 3) throw new Error(`no ${attempt}`);
      return attempt;
    });
    await db.workers.start();
    const id = await db.workers.enqueue(new Job('flaky').withBackoff(1));
    expect(await ended(id)).toMatchObject({ status: 'Completed', result: 3, attempts: 3 });
    const runs = await runsOf(id);
    expect(runs.map((run) => [run['status'], run['error']])).toEqual([
      ['Failed', 'no 1'],
      ['Failed', 'no 2'],
      ['Completed', null],
    ]);
    expect(runs[0]?.['error_stack']).toContain('workers.test.ts');
  });

  it('is given up when its retries are used up, or when it says so', async () => {
    db.workers.registerHandler('bad', async () => Promise.reject(new Error('always')));
    db.workers.registerHandler('hopeless', () => {
      throw new JobFailure('no such address', { retryable: false });
    });
    await db.workers.start();
    const bad = await db.workers.enqueue(new Job('bad').withBackoff(1).withMaxRetries(2));
    const hopeless = await db.workers.enqueue(new Job('hopeless'));
    expect([await ended(bad), await ended(hopeless), await db.workers.stats()]).toMatchObject([
      { status: 'DeadLetter', attempts: 3, error: 'always' },
      { status: 'DeadLetter', attempts: 1, error: 'no such address' },
      { deadLetter: 2, failed: 0, pending: 0 },
    ]);
  });

  it('is ended by its time limit, which its signal tells', async () => {
    let reason = '';
    db.workers.registerHandler(
      'slow',
      (_job, { signal }) =>
        new Promise(() => signal.addEventListener('abort', () => (reason = String(signal.reason)))),
    );
    await db.workers.start();
    const id = await db.workers.enqueue(new Job('slow').withTimeout(20).withMaxRetries(0));
    expect([await ended(id), await runsOf(id), reason]).toMatchObject([
      { status: 'DeadLetter', error: 'It took longer than 20 ms.' },
      [{ status: 'TimedOut' }],
      expect.stringContaining('out of time'),
    ]);
  });

  it('completes its job in one commit with what it writes, or not at all', async () => {
    await db.newCollection('sent', { to: { type: 'String', unique: true } });
    db.workers.registerHandler('send', async ({ payload }, { complete }) => {
      await complete(async (tx) => {
        await tx.insertInto('sent', { to: String(payload['to']) });
        return 'sent';
      });
    });
    await db.workers.start();
    const jobs = [1, 2].map(() => new Job('send').addField('to', 'a@b.c').withMaxRetries(0));
    const [first = '', second = ''] = await db.workers.enqueueMany(jobs);
    const both = [await ended(first), await ended(second)];
    expect(both.map((job) => job?.['status']).sort()).toEqual(['Completed', 'DeadLetter']);
    expect(both).toContainEqual(
      expect.objectContaining({ error: expect.stringContaining('a@b.c'), result: null }),
    );
    expect(both).toContainEqual(expect.objectContaining({ result: 'sent' }));
    expect(await db.query('sent').count()).toBe(1);
  });
});

describe('workers', () => {
  it('run as many jobs at a time as they may, in all and of one type', async () => {
    const workers = new WorkerSystem({ database: db, concurrency: 5 });
    let [running, most] = [0, 0];
    const runningOf = new Map<string, number>();
    const mostOf = new Map<string, number>();
    const handler = async ({ type }: { readonly type: string }) => {
      running += 1;
      runningOf.set(type, (runningOf.get(type) ?? 0) + 1);
      most = Math.max(most, running);
      mostOf.set(type, Math.max(mostOf.get(type) ?? 0, runningOf.get(type) ?? 0));
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      runningOf.set(type, (runningOf.get(type) ?? 0) - 1);
    };
    workers.registerHandler('a', handler);
    workers.registerHandler('b', handler, { concurrency: 2 });
    await workers.enqueueMany(Array.from({ length: 60 }, (_, at) => new Job(at % 2 ? 'a' : 'b')));
    await workers.start();
    await vi.waitFor(async () => expect((await workers.stats()).completed).toBe(60), 5_000);
    expect([most, mostOf.get('b')]).toEqual([5, 2]);
    await workers.stop();
  });

  it('begin with higher priorities', async () => {
    const order: unknown[] = [];
    const workers = new WorkerSystem({ database: db, concurrency: 1 });
    workers.registerHandler('x', ({ payload }) => order.push(payload['n']));
    await workers.enqueueMany([
      new Job('x').addField('n', 'low').withPriority('Low'),
      new Job('x').addField('n', 'normal'),
      new Job('x').addField('n', 'critical').withPriority('Critical'),
      new Job('x').addField('n', 'high').withPriority('High'),
    ]);
    await workers.start();
    await vi.waitFor(() => expect(order).toEqual(['critical', 'high', 'normal', 'low']));
    await workers.stop();
  });

  it('let delayed jobs wait, and jobs of other types', async () => {
    const started = Date.now();
    let ranAt = 0;
    db.workers.registerHandler('later', () => {
      ranAt = Date.now();
    });
    await db.workers.start();
    await db.workers.enqueue(new Job('later').withDelay(80));
    await db.workers.enqueue(new Job('nobody'));
    await vi.waitFor(() => expect(ranAt).toBeGreaterThanOrEqual(started + 80));
    // That it has ended is another commit.
    await vi.waitFor(async () =>
      expect(await db.workers.stats()).toMatchObject({ pending: 1, completed: 1 }),
    );
  });

  it('hand back what runs when they stop and their deadline is over', async () => {
    let attempts = 0;
    const handler = (_job: unknown, { signal }: { readonly signal: AbortSignal }) => {
      attempts += 1;
      if (attempts > 1) return 'done';
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      );
    };
    db.workers.registerHandler('long', handler);
    await db.workers.start();
    const id = await db.workers.enqueue(new Job('long').withMaxRetries(0));
    await vi.waitFor(() => expect(attempts).toBe(1));
    await db.workers.stop({ deadlineMs: 10 });
    expect(await jobOf(id)).toMatchObject({ status: 'Pending', attempts: 0, worker: null });
    await db.workers.start();
    expect([await ended(id), await runsOf(id)]).toMatchObject([
      { status: 'Completed', attempts: 1 },
      [{ status: 'Released' }, { status: 'Completed' }],
    ]);
  });

  it('wait for what ends before the deadline', async () => {
    let isDone = false;
    let isStarted = false;
    db.workers.registerHandler('short', async () => {
      isStarted = true;
      await new Promise((resolve) => setTimeout(resolve, 50));
      isDone = true;
    });
    await db.workers.start();
    await db.workers.enqueue(new Job('short'));
    await vi.waitFor(() => expect(isStarted).toBe(true));
    await db.workers.stop();
    expect([isDone, await db.workers.stats()]).toMatchObject([true, { completed: 1, running: 0 }]);
  });

  it('go on where they left off with a store of their own', async () => {
    const storagePath = join(folder, 'own.db');
    const first = new WorkerSystem({ storagePath });
    const id = await first.enqueue(new Job('x').addField('n', 1));
    await first.stop();
    const second = new WorkerSystem({ storagePath });
    const seen: unknown[] = [];
    second.registerHandler('x', ({ id: jobId, payload }) => seen.push([jobId, payload['n']]));
    await second.start();
    await vi.waitFor(() => expect(seen).toEqual([[id, 1]]));
    await second.stop();
  });

  // The first job of a process waited for the log to be made, ten times as long as for its handler.
  it('have the log ready before the first job', async () => {
    const dbPath = join(folder, 'ready.db');
    const own = await Aurora.open({ dbPath });
    const before = existsSync(join(dbPath, 'wal'));
    await own.workers.start();
    const after = existsSync(join(dbPath, 'wal'));
    await own.close();
    expect([before, after]).toEqual([false, true]);
  });

  it('refuse options and jobs that make no sense', async () => {
    expect(() => new WorkerSystem({ storagePath: 'x.db', concurrency: 0 })).toThrow('concurrency');
    expect(() => new WorkerSystem({})).toThrow('storagePath');
    const wrong = JSON.parse('{"storagePath":"x.db","pollInterval":1}');
    expect(() => new WorkerSystem(wrong)).toThrow('pollInterval');
    const forever = new Job('x').withUniqueKey('k', { until: JSON.parse('"Never"') });
    for (const job of [new Job(''), new Job('a\nb'), new Job('x').inQueue('a\nb'), forever]) {
      await expect(db.workers.enqueue(job)).rejects.toMatchObject({ code: 'InvalidValue' });
    }
    await expect(db.workers.enqueue(new Job('x').addField('when', () => 1))).rejects.toMatchObject({
      code: 'InvalidValue',
    });
  });

  it('are refused on a database that is only read', async () => {
    const dbPath = join(folder, 'read.db');
    await (await Aurora.open(dbPath)).close();
    const reader = await Aurora.open({ dbPath, readOnly: true });
    const refused = { code: 'ReadOnly' };
    await expect(reader.workers.start()).rejects.toMatchObject(refused);
    await expect(reader.workers.enqueue(new Job('x'))).rejects.toMatchObject(refused);
    expect(await reader.workers.stats()).toMatchObject({ pending: 0 });
    await reader.close();
  });
});

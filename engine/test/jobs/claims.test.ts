import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aurora, type Database, Job, WorkerSystem } from '#engine';

let db: Database;
let workers: WorkerSystem;
beforeEach(async () => {
  db = await Aurora.open({ store: 'memory' });
  workers = new WorkerSystem({ database: db, concurrency: 2 });
});
afterEach(async () => {
  await workers.stop();
  await db.close();
});

/** The states in which a job is seen, up to its end. */
async function statesSeen(
  enqueue: () => Promise<unknown>,
  onSeen: (status: unknown) => void = () => undefined,
): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const events = db.listen('_jobs');
  await enqueue();
  for await (const event of events) {
    if (event.changeType !== 'Insert' && event.changeType !== 'Update') continue;
    const status = event.document['status'];
    seen.push(status);
    onSeen(status);
    if (status === 'Completed') break;
  }
  return seen;
}

describe('a job that is enqueued', () => {
  it('is claimed in the same commit while there is a place for it', async () => {
    workers.registerHandler('a', () => undefined);
    await workers.start();
    expect(await statesSeen(() => workers.enqueue(new Job('a')))).toEqual(['Running', 'Completed']);
    expect(await db.query('_jobs').collect()).toMatchObject([{ attempts: 1 }]);
  });

  it('waits for its claim when it was enqueued by a mutation', async () => {
    workers.registerHandler('a', () => undefined);
    await workers.start();
    const enqueue = () => db.execute('mutation { enqueueJob(jobType: "a") { id } }');
    expect(await statesSeen(enqueue)).toEqual(['Pending', 'Completed']);
    expect(await db.query('_job_runs').collect()).toMatchObject([{ status: 'Completed' }]);
  });

  it('is seen running when its handler takes longer than a turn of the event loop', async () => {
    let finish = (): void => undefined;
    workers.registerHandler('a', () => new Promise<void>((resolve) => (finish = resolve)));
    await workers.start();
    const enqueue = () => db.execute('mutation { enqueueJob(jobType: "a") { id } }');
    const finishWhenRunning = (status: unknown): void => {
      if (status === 'Running') finish();
    };
    const seen = await statesSeen(enqueue, finishWhenRunning);
    expect(seen).toEqual(['Pending', 'Running', 'Completed']);
    await vi.waitFor(async () => expect(await db.query('_job_claims').collect()).toEqual([]));
  });

  it('comes after those of higher priority that are enqueued with it, and those that wait', async () => {
    const order: unknown[] = [];
    const ends: (() => void)[] = [];
    const handler = ({
      payload,
    }: Parameters<Parameters<WorkerSystem['registerHandler']>[1]>[0]) => {
      order.push(payload['n']);
      return new Promise<void>((resolve) => ends.push(resolve));
    };
    workers.registerHandler('a', handler);
    await workers.start();
    const job = (n: number) => new Job('a').addField('n', n);
    await workers.enqueueMany([job(1).withPriority('Low'), job(2), job(3).withPriority('High')]);
    await vi.waitFor(() => expect(order).toEqual([3, 2]));
    await workers.enqueue(job(4).withPriority('Critical'));
    for (const end of ends.splice(0)) end();
    await vi.waitFor(() => expect(order).toEqual([3, 2, 4, 1]));
    for (const end of ends.splice(0)) end();
  });

  it('leaves its place to others when its commit is refused', async () => {
    let startCount = 0;
    const ends: (() => void)[] = [];
    workers.registerHandler('a', () => {
      startCount += 1;
      return new Promise<void>((resolve) => ends.push(resolve));
    });
    await workers.start();
    const tooMany = Array.from({ length: 10_001 }, () => new Job('a'));
    await expect(workers.enqueueMany(tooMany)).rejects.toMatchObject({
      code: 'TransactionTooLarge',
    });
    await workers.enqueueMany([new Job('a'), new Job('a')]);
    await vi.waitFor(() => expect(startCount).toBe(2));
    for (const end of ends.splice(0)) end();
  });
});

describe('jobs that are claimed ahead of their places', () => {
  it('run as many at a time as they may, and go back when handlers become slow', async () => {
    const ends: (() => void)[] = [];
    let [running, most] = [0, 0];
    workers.registerHandler('quick', () => undefined);
    workers.registerHandler('slow', async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => ends.push(resolve));
      running -= 1;
    });
    await workers.enqueueMany([
      ...Array.from({ length: 100 }, () => new Job('quick').withPriority('High')),
      ...Array.from({ length: 20 }, () => new Job('slow')),
    ]);
    await workers.start();
    // Claimed while the quick ones ran, or not: what does not run waits again in the end.
    await vi.waitFor(
      async () =>
        expect(await workers.stats()).toMatchObject({ completed: 100, running: 2, pending: 18 }),
      5_000,
    );
    await vi.waitFor(async () => {
      for (const end of ends.splice(0)) end();
      expect(await workers.stats()).toMatchObject({ completed: 120 });
    }, 5_000);
    const runs = await db.query('_job_runs').collect();
    expect([most, runs.length, new Set(runs.map((run) => run['status']))]).toEqual([
      2,
      120,
      new Set(['Completed']),
    ]);
  });
});

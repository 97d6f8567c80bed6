import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { Aurora } from '../aurora.ts';
import { Database } from '../database.ts';
import { AuroraError } from '../errors.ts';
import { Job } from '../jobs/job.ts';
import { SharedBackend } from './shared-backend.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-guest-jobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('lets a guest do with jobs what the owner can, but for running them', async () => {
  const path = join(folder, 'shared.db');
  const owner = await Aurora.open(path);
  const backend = await SharedBackend.open({
    path,
    create: false,
    readOnly: false,
    guest: true,
    waitMsMax: 5_000,
    openLocal: async () => {
      throw new AuroraError('DatabaseLocked', 'It is open in this process.');
    },
  });
  const guest = new Database({ backend, readOnly: false });
  const seen: unknown[] = [];
  owner.workers.registerHandler('x', ({ payload }) => {
    seen.push(payload['n']);
    if (payload['n'] === 1) throw new Error('no');
  });
  await owner.workers.start();
  const parent = new Job('x').addField('n', 0).withChildren([new Job('x').addField('n', 2)]);
  await guest.workers.enqueue(parent);
  const id = await guest.workers.enqueue(new Job('x').addField('n', 1).withMaxRetries(0));
  await vi.waitFor(async () =>
    expect(await guest.workers.stats()).toMatchObject({ completed: 2, deadLetter: 1 }),
  );
  await guest.workers.retry(id, { payload: { n: 3 } });
  await vi.waitFor(async () => expect((await guest.workers.stats()).completed).toBe(3));
  await guest.workers.pauseQueue('default');
  await guest.workers.limitQueue('default', { concurrency: 3, rate: { count: 1, periodMs: 10 } });
  await guest.workers.schedule('nightly', new Job('x'), { cron: '0 0 * * *' });
  const cancelled = await guest.workers.enqueue(new Job('x'));
  await guest.workers.setPriority([cancelled], 'Low');
  await guest.workers.cancel(cancelled);
  await guest.workers.delete([cancelled]);
  const { data } = await owner.execute(
    'query { _job_queues { name paused concurrency rate_count } _job_schedules { name time_zone } }',
  );
  expect([[...seen].sort(), data]).toEqual([
    [0, 1, 2, 3],
    {
      _job_queues: [{ name: 'default', paused: true, concurrency: 3, rate_count: 1 }],
      _job_schedules: [{ name: 'nightly', time_zone: 'UTC' }],
    },
  ]);
  await expect(guest.workers.retry(id)).rejects.toMatchObject({ code: 'JobStateConflict' });
  await expect(guest.workers.start()).rejects.toMatchObject({ code: 'OwnerOnly' });
  await expect(guest.workers.enqueue(new Job(''))).rejects.toMatchObject({ code: 'InvalidValue' });
  await guest.close();
  await owner.close();
});

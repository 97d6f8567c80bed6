import { afterEach, beforeEach, expect, it } from 'vitest';
import { Aurora, type Database, Job } from '#engine';
import { getJob } from './job-detail.ts';
import { serviceLimits } from './limits.ts';

let db: Database;
beforeEach(async () => {
  db = await Aurora.open({ store: 'memory' });
});
afterEach(() => db.close());

async function drawn(id: string) {
  const job = await getJob(db, id, new AbortController().signal);
  const members = job?.family?.members ?? [];
  return members.map(
    ({ type, state, depth, leftCount }) =>
      `${'  '.repeat(depth)}${type} ${state}${leftCount > 0 ? ` +${leftCount}` : ''}`,
  );
}

async function idOf(type: string): Promise<string> {
  const [job] = await db
    .query('_jobs')
    .filter((f) => f.eq('job_type', type))
    .collect();
  return job?.id ?? '';
}

it('shows all that is above and below a job, whichever of them it is', async () => {
  const order = new Job('order').withChildren([
    new Job('pack').withChildren([new Job('label'), new Job('box')]),
    new Job('bill'),
  ]);
  const id = await db.workers.enqueue(order);
  await db.workers.cancel(await idOf('bill'));
  const all = ['order Pending', '  pack Pending', '    label Pending', '    box Pending'];
  const expected = [...all, '  bill Cancelled'];
  expect([await drawn(id), await drawn(await idOf('box'))]).toEqual([expected, expected]);
  const signal = new AbortController().signal;
  expect(await getJob(db, id, signal)).toMatchObject({ openChildren: 1 });
  expect(await drawn(await db.workers.enqueue(new Job('alone')))).toEqual([]);
});

it('leaves out what is too much or deleted, and says how many those are', async () => {
  const many = Array.from({ length: serviceLimits.jobFamilyMax + 50 }, () => new Job('part'));
  const id = await db.workers.enqueue(new Job('whole').withChildren(many));
  expect([(await drawn(id)).length, (await drawn(id))[0]]).toEqual([
    serviceLimits.jobFamilyMax,
    'whole Pending +51',
  ]);
  const pair = await db.workers.enqueue(
    new Job('pair').withChildren([new Job('first'), new Job('second')]),
  );
  await db.workers.delete([await idOf('first')]);
  expect(await drawn(pair)).toEqual(['pair Pending +1', '  second Pending']);
});

it('shows a job once that waits for one of its own key', async () => {
  const keyed = () => new Job('sync').withUniqueKey('all');
  const id = await db.workers.enqueue(keyed().withChildren([keyed(), new Job('other')]));
  expect(await drawn(id)).toEqual(['sync Pending', '  other Pending']);
});

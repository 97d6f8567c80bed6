/*
 * The state machine of jobs against a model of it, on a clock that goes, jumps ahead and is set back: what is claimed,
 * in which order, and what becomes of each job, whoever does what to it and however often the process dies.
 * JOB_MODEL_RUNS and JOB_MODEL_SEED say how many random lives, and which.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDatabaseInMemory } from '../../storage/database-folder.ts';
import { CommitPipeline } from '../../transactions/commit-pipeline.ts';
import { JobLife } from './job-life.ts';

const runCount = Number(process.env['JOB_MODEL_RUNS'] ?? 2_000);
const seed = Number(process.env['JOB_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const dueCount = Number(process.env['JOB_DUE_COUNT'] ?? 5_000);

const type = fc.constantFrom('a', 'b', 'c');
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('enqueue' as const),
      type,
      priority: fc.nat(3),
      delayMs: fc.constantFrom(0, 0, 0, 10, 5_000),
      maxRetries: fc.nat(3),
      uniqueKey: fc.constantFrom(undefined, undefined, 'k'),
      isTaken: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('claim' as const),
      count: fc.integer({ min: 1, max: 6 }),
      types: fc.constantFrom(['a', 'b', 'c'], ['a'], ['b', 'c']),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      choice: fc.nat(20),
      how: fc.constantFrom(
        'complete' as const,
        'fail' as const,
        'failForGood' as const,
        'release' as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('begin' as const), choice: fc.nat(20) }),
  },
  fc.record({
    kind: fc.constant('act' as const),
    choice: fc.nat(20),
    what: fc.constantFrom('cancel' as const, 'retry' as const),
  }),
  fc.record({
    kind: fc.constant('time' as const),
    goMs: fc.constantFrom(0, 1, 10, 4_000, 20_000),
    setMs: fc.constantFrom(0, 0, 3_600_000, -3_600_000),
  }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
);

async function openPipeline(): Promise<CommitPipeline> {
  return CommitPipeline.open(openDatabaseInMemory(() => '018f0000-0000-7000-8000-000000000000'));
}

describe('the job queue', () => {
  it(`does with jobs what its model says (seed ${seed})`, { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const pipeline = await openPipeline();
        const life = new JobLife(pipeline);
        await life.queue.index();
        for (const each of steps) {
          if (each.kind === 'enqueue') await life.enqueue(each);
          else if (each.kind === 'claim') await life.claim(each.count, each.types);
          else if (each.kind === 'finish') await life.finish(each.choice, each.how);
          else if (each.kind === 'begin') await life.begin(each.choice);
          else if (each.kind === 'act') await life.act(each.choice, each.what);
          else if (each.kind === 'crash') await life.crash();
          else {
            life.clock.go(each.goMs);
            life.clock.set(each.setMs);
          }
          await life.compare();
        }
        await life.queue.close();
        await pipeline.close();
      }),
      { numRuns: runCount, seed, interruptAfterTimeLimit: 300_000 },
    );
  });

  it('starts each of many jobs once that became due during a sleep', {
    timeout: 600_000,
  }, async () => {
    const pipeline = await openPipeline();
    const life = new JobLife(pipeline);
    const { queue, clock } = life;
    const index = await queue.index();
    for (let count = 0; count < dueCount; count += 1_000) {
      const requests = Array.from({ length: Math.min(1_000, dueCount - count) }, () => ({
        jobType: 'a',
        delayMs: 3_600_000,
      }));
      await queue.enqueue(requests);
    }
    const take = () => queue.claims.take(index, 500, { mayTake: () => true });
    expect(take()).toEqual([]);
    clock.set(7_200_000);
    const started = new Set<string>();
    for (let ids = take(); ids.length > 0; ids = take()) {
      const claimed = await queue.claims.claim(index, ids, 'worker');
      for (const { job } of claimed) started.add(job.id);
      await Promise.all(
        claimed.map((stored) => queue.finish(stored, { kind: 'completed', result: null })),
      );
    }
    expect([started.size, await queue.counts()]).toEqual([
      dueCount,
      { Pending: 0, Running: 0, Completed: dueCount, Failed: 0, DeadLetter: 0, Cancelled: 0 },
    ]);
    await queue.close();
    await pipeline.close();
  });

  it('gives a job up that has taken its process with it three times', async () => {
    const pipeline = await openPipeline();
    const life = new JobLife(pipeline);
    await life.enqueue({ type: 'a', priority: 1, delayMs: 0, maxRetries: 10, uniqueKey: 'k' });
    for (let crash = 1; crash <= 3; crash += 1) {
      await life.claim(1, ['a']);
      expect(life.running.size).toBe(1);
      await life.crash();
      await life.compare();
      life.clock.go(60_000);
    }
    expect([...life.jobs.values()]).toMatchObject([
      { status: 'DeadLetter', attempts: 3, crashes: 3 },
    ]);
    await life.queue.close();
    await pipeline.close();
  });

  it('comes to a low priority while higher ones keep coming', async () => {
    const pipeline = await openPipeline();
    const { queue } = new JobLife(pipeline);
    const index = await queue.index();
    const [low = ''] = await queue.enqueue([{ jobType: 'a', priority: 'LOW' }]);
    const claimed: string[] = [];
    while (claimed.length < 40 && !claimed.includes(low)) {
      await queue.enqueue([{ jobType: 'a', priority: 'CRITICAL' }]);
      const taken = queue.claims.take(index, 1, { mayTake: () => true });
      claimed.push(...taken.map(({ id }) => id));
    }
    expect([claimed.includes(low), claimed.length]).toEqual([true, 16]);
    await queue.close();
    await pipeline.close();
  });
});

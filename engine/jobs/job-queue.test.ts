/*
 * The state machine of jobs against a model of it, on a clock that goes, jumps ahead and is set back: what is claimed,
 * in which order, and what becomes of each job, whoever does what to it and however often the process dies.
 * JOB_MODEL_RUNS and JOB_MODEL_SEED say how many random lives, and which.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDatabaseInMemory } from '../storage/database-folder.ts';
import { SetClock } from '../testing/set-clock.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import { createIdGenerator } from '../values/uuid.ts';
import { JobQueue } from './job-queue.ts';
import { type JobRecord, jobPriorities, readJob } from './job-record.ts';
import type { StoredJob } from './job-store.ts';
import { defaultRetryPolicy } from './retry-policy.ts';

const runCount = Number(process.env['JOB_MODEL_RUNS'] ?? 200);
const seed = Number(process.env['JOB_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const dueCount = Number(process.env['JOB_DUE_COUNT'] ?? 5_000);

interface ModelJob {
  readonly id: string;
  readonly type: string;
  readonly priority: number;
  readonly maxRetries: number;
  readonly uniqueKey: string | undefined;
  status: JobRecord['status'];
  attempts: number;
  crashes: number;
  runAt: number;
}

/** The queue as it should be, and the one that is. */
class Life {
  readonly clock = new SetClock();
  readonly jobs = new Map<string, ModelJob>();
  readonly running = new Map<string, StoredJob>();
  readonly #newId = createIdGenerator(this.clock, (bytes) => bytes.fill(7));
  /** Which job has each unique key. */
  readonly #keys = new Map<string, string>();
  #claimCount = 0;
  #queue: JobQueue | undefined;
  readonly #pipeline: CommitPipeline;

  constructor(pipeline: CommitPipeline) {
    this.#pipeline = pipeline;
  }

  get queue(): JobQueue {
    this.#queue ??= new JobQueue({
      pipeline: this.#pipeline,
      clock: this.clock,
      newId: this.#newId,
      random: () => 0.5,
    });
    return this.#queue;
  }

  async enqueue(given: {
    type: string;
    priority: number;
    delayMs: number;
    maxRetries: number;
    uniqueKey: string | undefined;
    /** True when a worker has a place for it. */
    isTaken?: boolean;
  }): Promise<void> {
    const { type, priority, delayMs, maxRetries, uniqueKey, isTaken = false } = given;
    const holder = uniqueKey === undefined ? undefined : this.#keys.get(`${type} ${uniqueKey}`);
    const now = this.queue.clock.now();
    const endOffer = this.queue.claims.offerTo({
      worker: 'worker',
      reserve: () => isTaken,
      begin: (stored) => this.running.set(stored.job.id, stored),
      forgo: () => undefined,
    });
    const [id = ''] = await this.queue.enqueue([
      {
        jobType: type,
        priority: jobPriorities[priority],
        delayMs,
        maxRetries,
        uniqueKey,
      },
    ]);
    endOffer();
    if (holder !== undefined) {
      expect(id).toBe(holder);
      return;
    }
    if (uniqueKey !== undefined) this.#keys.set(`${type} ${uniqueKey}`, id);
    expect(this.jobs.has(id)).toBe(false);
    this.jobs.set(id, {
      ...{ id, type, priority, maxRetries, uniqueKey },
      ...{ status: 'Pending', attempts: 0, crashes: 0, runAt: now + delayMs },
    });
    const model = this.jobs.get(id);
    if (model === undefined || !isTaken || delayMs > 0 || uniqueKey !== undefined) return;
    Object.assign(model, { status: 'Running', attempts: 1 });
    expect(this.running.has(id)).toBe(true);
  }

  /** Claims, and compares with the order that the model says. */
  async claim(count: number, types: readonly string[]): Promise<void> {
    const index = await this.queue.index();
    const now = this.queue.clock.now();
    const expected: string[] = [];
    const waiting = [...this.jobs.values()].filter(
      (job) =>
        (job.status === 'Pending' || job.status === 'Failed') &&
        job.runAt <= now &&
        types.includes(job.type),
    );
    while (expected.length < count && waiting.length > 0) {
      this.#claimCount += 1;
      const isFair = this.#claimCount % 16 === 0;
      waiting.sort(
        (a, b) =>
          (isFair ? 0 : b.priority - a.priority) || a.runAt - b.runAt || (a.id < b.id ? -1 : 1),
      );
      const [next] = waiting.splice(0, 1);
      if (next === undefined) break;
      expected.push(next.id);
      next.status = 'Running';
      next.attempts += 1;
    }
    const taken = this.queue.claims.take(index, count, {
      mayTake: (_queue, type) => types.includes(type),
    });
    expect(taken.map(({ id }) => id)).toEqual(expected);
    const claimed = await this.queue.claims.claim(index, taken, 'worker');
    expect(claimed.map(({ job }) => job.id).sort()).toEqual([...expected].sort());
    for (const stored of claimed) this.running.set(stored.job.id, stored);
  }

  async finish(choice: number, how: 'complete' | 'fail' | 'failForGood' | 'release') {
    const id = [...this.running.keys()].sort()[choice % Math.max(1, this.running.size)];
    const stored = this.running.get(id ?? '');
    const model = this.jobs.get(id ?? '');
    if (stored === undefined || model === undefined) return;
    this.running.delete(model.id);
    const now = this.queue.clock.now();
    if (how === 'complete') {
      await this.queue.finish(stored, { kind: 'completed', result: 1 });
    } else if (how === 'release') await this.queue.finish(stored, { kind: 'released' });
    else {
      const failure = {
        message: 'no',
        stack: null,
        status: 'Failed',
        isRetryable: how === 'fail',
        retryAfterMs: undefined,
      } as const;
      await this.queue.finish(stored, { kind: 'failed', failure, policy: defaultRetryPolicy });
    }
    // Cancelled, and perhaps tried again, while it ran: its end says nothing any more.
    if (model.status !== 'Running') return;
    if (how === 'complete') model.status = 'Completed';
    else if (how === 'release') {
      model.status = 'Pending';
      model.attempts -= 1;
      model.runAt = Math.min(model.runAt, now);
    } else if (how === 'failForGood' || model.attempts > model.maxRetries) {
      model.status = 'DeadLetter';
    } else {
      model.status = 'Failed';
      model.runAt = now + Math.round(5_000 * 2 ** (model.attempts - 1) * 0.9);
    }
    if (model.status === 'Completed' || model.status === 'DeadLetter') this.#freeKey(model);
  }

  #freeKey({ type, uniqueKey, id }: ModelJob): void {
    const key = `${type} ${uniqueKey ?? ''}`;
    if (this.#keys.get(key) === id) this.#keys.delete(key);
  }

  async act(choice: number, what: 'cancel' | 'retry'): Promise<void> {
    const ids = [...this.jobs.keys()];
    const model = this.jobs.get(ids[choice % Math.max(1, ids.length)] ?? '');
    if (model === undefined) return;
    const now = this.queue.clock.now();
    const isAllowed =
      what === 'cancel'
        ? ['Pending', 'Running', 'Failed'].includes(model.status)
        : ['Pending', 'Failed', 'DeadLetter', 'Cancelled'].includes(model.status);
    const acted = await this.queue[what](model.id).catch((error: unknown) => error);
    if (!isAllowed) {
      expect(acted).toMatchObject({ code: 'JobStateConflict' });
      return;
    }
    expect(acted).toMatchObject({ id: model.id });
    if (what === 'cancel') {
      model.status = 'Cancelled';
      this.#freeKey(model);
    } else {
      Object.assign(model, { status: 'Pending', attempts: 0, crashes: 0, runAt: now });
    }
  }

  /** The process dies, and another takes over. */
  async crash(): Promise<void> {
    await this.#queue?.close();
    this.#queue = undefined;
    this.#claimCount = 0;
    this.running.clear();
    await this.queue.index();
    const now = this.queue.clock.now();
    for (const model of this.jobs.values()) {
      if (model.status !== 'Running') continue;
      model.crashes += 1;
      const isGivenUp = model.crashes >= 3 || model.attempts > model.maxRetries;
      model.status = isGivenUp ? 'DeadLetter' : 'Failed';
      const delayMs = model.crashes === 1 ? 0 : Math.round(5_000 * 2 ** (model.crashes - 2) * 0.9);
      if (!isGivenUp) model.runAt = now + delayMs;
      else this.#freeKey(model);
    }
  }

  async compare(): Promise<void> {
    const shown = ({ id, status, attempts, crashes, run_at }: JobRecord) => ({
      ...{ id, status, attempts, crashes },
      runAt: run_at,
    });
    const expected = [...this.jobs.values()].map(({ id, status, attempts, crashes, runAt }) => ({
      ...{ id, status, attempts, crashes },
      runAt,
    }));
    expect(this.#stored().map(({ job }) => shown(job))).toEqual(expected);
    const counts = await this.queue.counts();
    for (const [status, count] of Object.entries(counts)) {
      expect([status, count]).toEqual([
        status,
        expected.filter((job) => job.status === status).length,
      ]);
    }
  }

  #stored(): readonly StoredJob[] {
    const snapshot = this.#pipeline.snapshot();
    try {
      const entry = snapshot.catalog.collection('_jobs');
      if (entry === undefined) return [];
      return [...this.jobs.keys()].flatMap((id) => {
        const row = snapshot.rowOf(entry, id);
        const document = row === undefined ? undefined : snapshot.read(entry, row);
        const job = document && readJob(document);
        return row === undefined || job === undefined ? [] : [{ row, job }];
      });
    } finally {
      snapshot.release();
    }
  }
}

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
        const life = new Life(pipeline);
        await life.queue.index();
        for (const each of steps) {
          if (each.kind === 'enqueue') await life.enqueue(each);
          else if (each.kind === 'claim') await life.claim(each.count, each.types);
          else if (each.kind === 'finish') await life.finish(each.choice, each.how);
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
    const life = new Life(pipeline);
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
    const life = new Life(pipeline);
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
    const { queue } = new Life(pipeline);
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

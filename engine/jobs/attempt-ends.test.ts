/*
 * The story: a handler had run while the disk was full. Its end was tried again for eight seconds and then forgotten: the
 * job stayed as one that runs, though nobody ran it, until the database was opened again; and then it ran once more.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/clock.ts';
import { openDatabaseInMemory } from '../storage/database-folder.ts';
import { idOf } from '../testing/numbered-id.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import { createIdGenerator } from '../values/uuid.ts';
import { JobQueue } from './job-queue.ts';
import type { JobTimers } from './job-timers.ts';
import { WorkerPool } from './worker-pool.ts';

/** Timers of a clock that is moved by hand. */
class ManualTimers implements JobTimers {
  readonly clock = new ManualClock();
  readonly #timers = new Set<{ readonly at: number; readonly action: () => void }>();

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.clock.now() + delayMs, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time go by, in steps after each of which everything has its turn that can go on. */
  async pass(durationMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += 50) {
      this.clock.advance(50);
      for (const timer of [...this.#timers]) {
        if (timer.at > this.clock.now()) continue;
        this.#timers.delete(timer);
        timer.action();
      }
      await takeTurns();
    }
  }
}

async function takeTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
}

let timers: ManualTimers;
let pipeline: CommitPipeline;
let queue: JobQueue;
/** What is left on the disk. */
let freeBytes: number;
let runCount: number;
let faults: unknown[];

beforeEach(async () => {
  freeBytes = Number.POSITIVE_INFINITY;
  runCount = 0;
  faults = [];
  timers = new ManualTimers();
  const store = openDatabaseInMemory(() => idOf(0));
  pipeline = await CommitPipeline.open(Object.assign(store, { roomBytes: () => freeBytes }));
  queue = new JobQueue({
    pipeline,
    clock: timers.clock,
    newId: createIdGenerator(timers.clock, (bytes) => bytes.fill(7)),
    random: () => 0.5,
  });
});

afterEach(async () => {
  await queue.close();
  await pipeline.close();
});

async function startPool(): Promise<WorkerPool> {
  const pool = new WorkerPool({
    queue,
    transact: () => Promise.reject(new Error('nobody wants a transaction')),
    timers,
    worker: 'worker',
    concurrency: 1,
    pollIntervalMs: 1_000,
    onFault: (error) => faults.push(error),
  });
  pool.register('fill', {
    run: () => {
      runCount += 1;
      // Somebody else takes the last space while it runs.
      freeBytes = 0;
      return 'done';
    },
    options: {},
  });
  await pool.start();
  await takeTurns();
  return pool;
}

/** Starts workers, whose first job has run when it resolves and cannot end. */
async function startFilled() {
  const pool = await startPool();
  const [id = ''] = await queue.enqueue([{ jobType: 'fill' }]);
  await takeTurns();
  return { pool, id };
}

/** The job as it is stored, and how often it has run. */
function seen(id: string) {
  const [stored] = queue.store.read([id]);
  return { status: stored?.job.status, result: stored?.job.result, runCount };
}

const running = { status: 'Running', result: null, runCount: 1 };
const completed = { status: 'Completed', result: 'done', runCount: 1 };

describe('an end for which there is no room', () => {
  it('is written when there is some, however late', async () => {
    const { pool, id } = await startFilled();
    await timers.pass(120_000);
    const before = seen(id);
    freeBytes = Number.POSITIVE_INFINITY;
    await timers.pass(5_000);
    expect([before, seen(id), faults]).toEqual([running, completed, []]);
    await pool.stop(0);
  });

  it('is waited for by who stops the workers', async () => {
    const { pool, id } = await startFilled();
    await timers.pass(60_000);
    let isStopped = false;
    const stopped = pool.stop(10_000).then(() => {
      isStopped = true;
    });
    await timers.pass(5_000);
    const before = isStopped;
    freeBytes = Number.POSITIVE_INFINITY;
    await timers.pass(5_000);
    await stopped;
    expect([before, seen(id), faults]).toEqual([false, completed, []]);
  });

  it('is written by the workers that start next, when it was waited for long enough', async () => {
    const { pool, id } = await startFilled();
    await timers.pass(1_000);
    const stopped = pool.stop(10_000);
    await timers.pass(10_000);
    await stopped;
    const before = seen(id);
    freeBytes = Number.POSITIVE_INFINITY;
    const next = await startPool();
    expect([before, seen(id)]).toEqual([running, completed]);
    expect(faults).toMatchObject([{ code: 'DiskFull' }]);
    await next.stop(0);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTurn } from '../base/scheduler.ts';
import { openQueueInMemory, type QueueInMemory } from '../testing/queue-in-memory.ts';
import { SetClock } from '../testing/set-clock.ts';
import type { StoredJob } from './job-store.ts';

const done = { kind: 'completed', result: null } as const;

describe('writes of jobs while a commit of others is on its way', () => {
  let opened: QueueInMemory;
  let pipeline: QueueInMemory['pipeline'];
  let queue: QueueInMemory['queue'];
  beforeEach(async () => {
    const clock = new SetClock(Date.parse('2026-01-01T00:00:00Z'));
    opened = await openQueueInMemory(clock);
    ({ pipeline, queue } = opened);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await opened[Symbol.asyncDispose]();
  });

  async function claimed(): Promise<readonly StoredJob[]> {
    const index = await queue.index();
    const taken = queue.claims.take(index, 100, { mayTake: () => true });
    return queue.claims.claim(index, taken, 'worker');
  }

  /** The commits that were asked for, each to be let go on by hand. */
  function heldCommits(): (() => void)[] {
    const held: (() => void)[] = [];
    const commit = pipeline.commit.bind(pipeline);
    vi.spyOn(pipeline, 'commit').mockImplementation(async (...args) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return commit(...args);
    });
    return held;
  }

  /** Ends the two jobs that wait, one behind the other, with commits that are held. */
  async function endBoth() {
    const [one, other] = await claimed();
    if (one === undefined || other === undefined) throw new Error('both were claimed');
    const held = heldCommits();
    const first = queue.finish(one, done);
    await nextTurn();
    await nextTurn();
    return { held, first, second: queue.finish(other, done) };
  }

  it('go on in a commit of their own', async () => {
    await queue.enqueue([{ jobType: 'a' }, { jobType: 'a' }]);
    const { held, first, second } = await endBoth();
    await vi.waitFor(() => expect(held).toHaveLength(2));
    for (const letGo of held) letGo();
    await Promise.all([first, second]);
  });

  it('wait for it when both end children of one job', async () => {
    const children = [{ jobType: 'child' }, { jobType: 'child' }];
    const [parent] = await queue.enqueue([{ jobType: 'parent', children }]);
    const { held, first, second } = await endBoth();
    await nextTurn();
    await nextTurn();
    expect(held).toHaveLength(1);
    held[0]?.();
    await first;
    await vi.waitFor(() => expect(held).toHaveLength(2));
    held[1]?.();
    await second;
    expect(held).toHaveLength(2);
    const [{ job }] = queue.store.read([String(parent)]) as [StoredJob];
    expect(job).toMatchObject({ status: 'Pending', open_children: 0 });
  });
});

describe('jobs that are enqueued one by one', () => {
  let opened: QueueInMemory;
  beforeEach(async () => {
    opened = await openQueueInMemory(new SetClock(Date.parse('2026-01-01T00:00:00Z')));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await opened[Symbol.asyncDispose]();
  });

  /** The commits that were asked for in the turn in which so many jobs were enqueued, and in all. */
  async function commitsFor(jobCount: number): Promise<readonly [within: number, inAll: number]> {
    const { pipeline, queue } = opened;
    const asked = vi.spyOn(pipeline, 'commit');
    const enqueued = Promise.all(
      Array.from({ length: jobCount }, () => queue.enqueue([{ jobType: 'a' }])),
    );
    // Microtasks, before anybody else has a turn.
    for (let hop = 0; hop < 20; hop += 1) await undefined;
    const withinCount = asked.mock.calls.length;
    await enqueued;
    const counts = [withinCount, asked.mock.calls.length] as const;
    asked.mockRestore();
    await nextTurn();
    return counts;
  }

  // Whoever enqueues a job now and then waited a turn of the event loop for others, who never came.
  it('wait for no others after a while, until others come again', async () => {
    expect(await commitsFor(1)).toEqual([0, 1]);
    for (let count = 0; count < 20; count += 1) await commitsFor(1);
    expect(await commitsFor(1)).toEqual([1, 1]);
    // The first was taken for a lone one; the others go together.
    expect(await commitsFor(10)).toEqual([1, 2]);
    expect(await commitsFor(10)).toEqual([0, 1]);
    expect(await commitsFor(1)).toEqual([0, 1]);
  });
});

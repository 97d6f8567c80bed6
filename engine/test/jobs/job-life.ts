/*
 * The queue of jobs as it should be, beside the one that is: each step is done to both, and `compare` holds them against
 * each other. Time is a clock that is set.
 */
import { expect } from 'vitest';
import { JobQueue } from '../../jobs/job-queue.ts';
import { type JobRecord, jobPriorities, readJob } from '../../jobs/job-record.ts';
import type { StoredJob } from '../../jobs/job-store.ts';
import { defaultRetryPolicy } from '../../jobs/retry-policy.ts';
import { SetClock } from '../../testing/set-clock.ts';
import type { CommitPipeline } from '../../transactions/commit-pipeline.ts';
import { createIdGenerator } from '../../values/uuid.ts';

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
  /** True while only a record says that it is claimed. */
  isHeld: boolean;
}

/** A job that a worker has, and what it was when that claimed it. */
interface Taken {
  readonly stored: StoredJob;
  readonly before: Pick<ModelJob, 'status' | 'attempts' | 'crashes' | 'runAt'>;
}

/** What stands for a job that says itself that it runs: nothing that waits is like it. */
const running: Taken['before'] = { status: 'Running', attempts: 0, crashes: 0, runAt: 0 };

/** The queue as it should be, and the one that is. */
export class JobLife {
  readonly clock = new SetClock();
  readonly jobs = new Map<string, ModelJob>();
  readonly running = new Map<string, Taken>();
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
      begin: (stored) =>
        this.running.set(stored.job.id, {
          stored,
          before: running,
        }),
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
      ...{ status: 'Pending', attempts: 0, crashes: 0, runAt: now + delayMs, isHeld: false },
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
    const before = new Map<string, Taken['before']>();
    const waiting = [...this.jobs.values()].filter(
      (job) =>
        (job.status === 'Pending' || job.status === 'Failed') &&
        !job.isHeld &&
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
      before.set(next.id, { ...next });
      // What may kill its process says itself that it runs.
      next.isHeld = next.crashes === 0;
      if (next.isHeld) continue;
      next.status = 'Running';
      next.attempts += 1;
    }
    const taken = this.queue.claims.take(index, count, {
      mayTake: (_queue, type) => types.includes(type),
    });
    expect(taken.map(({ id }) => id)).toEqual(expected);
    const claimed = await this.queue.claims.claim(index, taken, 'worker');
    expect(claimed.map(({ job }) => job.id)).toEqual(expected);
    for (const stored of claimed) {
      const known = before.get(stored.job.id);
      if (known !== undefined) this.running.set(stored.job.id, { stored, before: known });
    }
  }

  /** The attempt is the one that the worker knows, by its record or by what the job says. */
  #isStillOf(model: ModelJob, { before }: Taken): boolean {
    if (model.status === 'Running') return true;
    const isWaiting = model.status === 'Pending' || model.status === 'Failed';
    const { status, attempts, crashes, runAt } = before;
    const isSame =
      model.status === status && model.attempts === attempts && model.crashes === crashes;
    return isWaiting && isSame && model.runAt === runAt;
  }

  #chosen(choice: number): { readonly taken: Taken; readonly model: ModelJob } | undefined {
    const id = [...this.running.keys()].sort()[choice % Math.max(1, this.running.size)] ?? '';
    const [taken, model] = [this.running.get(id), this.jobs.get(id)];
    return taken && model && { taken, model };
  }

  /** The handler takes longer than a turn. */
  async begin(choice: number): Promise<void> {
    const chosen = this.#chosen(choice);
    if (chosen === undefined) return;
    const { taken, model } = chosen;
    const { stored } = taken;
    const isStill = this.#isStillOf(model, taken);
    const begun = await this.queue.begin(stored);
    expect(begun !== undefined).toBe(isStill);
    if (begun === undefined) return;
    this.running.set(model.id, { stored: begun, before: running });
    if (model.status === 'Running') return;
    Object.assign(model, { status: 'Running', isHeld: false, attempts: model.attempts + 1 });
  }

  async finish(choice: number, how: 'complete' | 'fail' | 'failForGood' | 'release') {
    const chosen = this.#chosen(choice);
    if (chosen === undefined) return;
    const { taken, model } = chosen;
    const { stored } = taken;
    const isStill = this.#isStillOf(model, taken);
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
    if (!isStill) return;
    if (model.status !== 'Running') model.attempts += 1;
    model.isHeld = false;
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
    model.isHeld = false;
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
      if (model.status !== 'Running' && !model.isHeld) continue;
      if (model.isHeld) model.attempts += 1;
      model.isHeld = false;
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
        return row === undefined || job === undefined
          ? []
          : [{ row, job, asOf: snapshot.sequence }];
      });
    } finally {
      snapshot.release();
    }
  }
}

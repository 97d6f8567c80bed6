/*
 * Runs jobs: claims as many as there is room for, starts their handlers, and writes how they ended. It is woken by
 * whatever makes a job ready (a commit, the end of another job, the time of a delayed one); polling is only for what
 * cannot be heard of, such as a clock that was set. Claims are made for all free places at once, and a place is free as
 * soon as its handler has ended: how that is written joins the next commit, with the claims of its successors.
 */
import { limits } from '../limits.ts';
import { JobAttempt, type RegisteredHandler } from './job-attempt.ts';
import type { JobDoor } from './job-door.ts';
import type { JobIndex } from './job-index.ts';
import type { JobQueue } from './job-queue.ts';
import type { StoredJob } from './job-store.ts';
import type { JobTimers } from './job-timers.ts';

export interface WorkerPoolOptions {
  readonly queue: JobQueue;
  readonly transact: JobDoor['transact'];
  readonly timers: JobTimers;
  /** Names the pool in what it claims. */
  readonly worker: string;
  /** Handlers that run at a time. */
  readonly concurrency: number;
  readonly pollIntervalMs: number;
  /** Gets what goes wrong beside the handlers; printed to standard error unless told. */
  readonly onFault?: (error: unknown) => void;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #handlers = new Map<string, RegisteredHandler>();
  readonly #running = new Map<string, JobAttempt>();
  /** How many run of each type and group of handlers. */
  readonly #runningBy = new Map<string, number>();
  readonly #unwritten = new Set<Promise<void>>();
  #index: JobIndex | undefined;
  #endListening: (() => void) | undefined;
  #endPolling: (() => void) | undefined;
  #endHeartbeat: (() => void) | undefined;
  #claimingCount = 0;
  #isWoken = false;
  #idle: (() => void)[] = [];

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get isStarted(): boolean {
    return this.#index !== undefined;
  }

  /** Replaces the handler of the type, if there is one; jobs that run go on with theirs. */
  register(type: string, handler: RegisteredHandler): void {
    this.#handlers.set(type, handler);
    this.#wake();
  }

  /** Jobs of the type wait from now on; those that run go on. */
  unregister(type: string): void {
    this.#handlers.delete(type);
  }

  /** Begins to claim. @throws what reading the queue throws */
  async start(): Promise<void> {
    const index = await this.#options.queue.index();
    if (this.isStarted) return;
    this.#index = index;
    this.#endListening = index.onDidChange(({ mayStart, stopped }) => {
      for (const { id } of stopped) this.#running.get(id)?.end('withdrawn');
      if (mayStart) this.#wake();
    });
    this.#beat();
    this.#wake();
  }

  /**
   * Claims no more, waits for what runs up to `deadlineMs`, and hands back what runs then. Resolves when all of it is
   * written.
   */
  async stop(deadlineMs: number): Promise<void> {
    this.#index = undefined;
    this.#endListening?.();
    this.#endPolling?.();
    this.#endHeartbeat?.();
    if (this.#busyCount > 0) await this.#idleOrLate(deadlineMs);
    for (const attempt of this.#running.values()) attempt.end('stopped');
    while (this.#busyCount > 0 || this.#unwritten.size > 0) {
      await Promise.allSettled(this.#unwritten);
      if (this.#busyCount > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  get #busyCount(): number {
    return this.#running.size + this.#claimingCount;
  }

  async #idleOrLate(deadlineMs: number): Promise<void> {
    let endTimer: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      this.#idle.push(resolve);
      endTimer = this.#options.timers.after(deadlineMs, resolve);
    });
    endTimer?.();
  }

  /** Looks for jobs once in this turn, however often it is called. */
  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      this.#claim().catch((error: unknown) => this.#fault(error));
    });
  }

  async #claim(): Promise<void> {
    const index = this.#index;
    if (index === undefined) return;
    const { queue, worker, concurrency } = this.#options;
    index.ready.advance(queue.clock.now());
    this.#pollAgain(index);
    const free = concurrency - this.#busyCount;
    if (free <= 0 || this.#unwritten.size >= limits.jobsUnwrittenMax) return;
    const counted: { readonly type: string; readonly group: RegisteredHandler['group'] }[] = [];
    const taken = queue.take(index, free, {
      mayTake: (_queue, type) => this.#hasRoom(type),
      onTaken: ({ type }) => {
        const group = this.#handlers.get(type)?.group;
        counted.push({ type, group });
        this.#count(type, group, 1);
      },
    });
    if (taken.length === 0) return;
    this.#claimingCount += taken.length;
    let claimed: readonly StoredJob[] = [];
    try {
      claimed = await queue.claim(index, taken, worker);
    } finally {
      this.#claimingCount -= taken.length;
      for (const { type, group } of counted) this.#count(type, group, -1);
      if (claimed.length === 0) this.#tellIdle();
    }
    for (const stored of claimed) this.#run(stored);
    this.#wake();
  }

  #hasRoom(type: string): boolean {
    const handler = this.#handlers.get(type);
    if (handler === undefined) return false;
    const { options, group } = handler;
    const isFull = (key: string, most: number | undefined): boolean =>
      most !== undefined && (this.#runningBy.get(key) ?? 0) >= most;
    if (isFull(`type ${type}`, options.concurrency)) return false;
    return group === undefined || !isFull(`group ${group.name}`, group.concurrency);
  }

  #count(type: string, group: RegisteredHandler['group'], difference: number): void {
    const keys = group === undefined ? [`type ${type}`] : [`type ${type}`, `group ${group.name}`];
    for (const key of keys) {
      this.#runningBy.set(key, (this.#runningBy.get(key) ?? 0) + difference);
    }
  }

  #run(stored: StoredJob): void {
    const { queue, transact, timers } = this.#options;
    const { id, job_type: type } = stored.job;
    const handler = this.#handlers.get(type);
    if (handler === undefined) return;
    const attempt = new JobAttempt(stored, { queue, transact, timers, handler });
    this.#running.set(id, attempt);
    const { group } = handler;
    this.#count(type, group, 1);
    // A pool that was stopped while it claimed hands back what it got.
    if (this.#index === undefined) setImmediate(() => attempt.end('stopped'));
    const written = attempt.run().then(async (end) => {
      this.#running.delete(id);
      this.#count(type, group, -1);
      this.#wake();
      this.#tellIdle();
      await attempt.finish(end);
    });
    const settled = written
      .catch((error: unknown) => this.#fault(error))
      .finally(() => {
        this.#unwritten.delete(settled);
        if (this.#unwritten.size === limits.jobsUnwrittenMax - 1) this.#wake();
      });
    this.#unwritten.add(settled);
  }

  #tellIdle(): void {
    if (this.#busyCount > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Wakes when the next delayed job is due, and after the poll interval at the latest. */
  #pollAgain(index: JobIndex): void {
    const { queue, timers, pollIntervalMs } = this.#options;
    const dueAt = index.ready.nextDueAt();
    const delayMs = dueAt === undefined ? pollIntervalMs : dueAt - queue.clock.now();
    this.#endPolling?.();
    this.#endPolling = timers.after(Math.min(Math.max(1, delayMs), pollIntervalMs), () =>
      this.#wake(),
    );
  }

  #beat(): void {
    this.#endHeartbeat = this.#options.timers.after(limits.jobHeartbeatMs, () => {
      for (const attempt of this.#running.values()) attempt.heartbeat();
      this.#beat();
    });
  }

  #fault(error: unknown): void {
    const report = this.#options.onFault ?? ((fault) => console.error('A worker failed:', fault));
    report(error);
  }
}

/*
 * Runs jobs: claims as many as there is room for, starts their handlers, and writes how they ended. It is woken by
 * whatever makes a job ready (a commit, the end of another job, the time of a delayed one); polling is only for what
 * cannot be heard of, such as a clock that was set. Claims are made for all free places at once, and for some more while
 * handlers are quick (claimed-jobs.ts); a place is free as soon as its handler has ended: how that is written joins the
 * next commit, with the claims of its successors. What is enqueued while there is a place comes claimed.
 */
import { limits } from '../limits.ts';
import { AttemptEnds } from './attempt-ends.ts';
import { ClaimedJobs } from './claimed-jobs.ts';
import { type AttemptEnd, JobAttempt, type RegisteredHandler } from './job-attempt.ts';
import type { JobTaker } from './job-claims.ts';
import type { JobDoor } from './job-door.ts';
import type { JobIndex } from './job-index.ts';
import type { AttemptOutcome, JobQueue } from './job-queue.ts';
import type { JobRecord } from './job-record.ts';
import type { StoredJob } from './job-store.ts';
import type { JobTimers } from './job-timers.ts';
import type { WaitingJob } from './ready-jobs.ts';

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

export class WorkerPool implements JobTaker {
  readonly #options: WorkerPoolOptions;
  readonly #handlers = new Map<string, RegisteredHandler>();
  readonly #running = new Map<string, JobAttempt>();
  readonly #claimed: ClaimedJobs;
  readonly #ends: AttemptEnds;
  /** How many are claimed or run of each type and group of handlers. */
  readonly #busyBy = new Map<string, number>();
  /** In which group of handlers each of these is counted, by its id. */
  readonly #groupOf = new Map<string, string>();
  readonly #unwritten = new Set<Promise<void>>();
  /** Attempts that have begun in this turn, and have not ended within the call. */
  readonly #begun: JobAttempt[] = [];
  #index: JobIndex | undefined;
  #endListening: (() => void) | undefined;
  #endOffer: (() => void) | undefined;
  #endPolling: (() => void) | undefined;
  #endHeartbeat: (() => void) | undefined;
  /** Jobs whose claim is on its way. */
  #claimingCount = 0;
  #isWoken = false;
  #isBeginning = false;
  #idle: (() => void)[] = [];

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    const { queue, timers } = options;
    this.#ends = new AttemptEnds(queue, timers);
    this.#claimed = new ClaimedJobs(queue.clock, timers, (claimed) => this.#giveBack(claimed));
  }

  get isStarted(): boolean {
    return this.#index !== undefined;
  }

  get worker(): string {
    return this.#options.worker;
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
    const { queue } = this.#options;
    const index = await queue.index();
    if (this.isStarted) return;
    this.#index = index;
    this.#endListening = index.onDidChange(({ mayStart, stopped }) => {
      for (const job of stopped) this.#withdraw(job);
      if (mayStart) this.#wake();
    });
    this.#endOffer = queue.claims.offerTo(this);
    for (const written of this.#ends.writeOwed()) this.#supervise(written);
    this.#beat();
    this.#wake();
  }

  /**
   * Claims no more, waits for what runs up to `deadlineMs`, and hands back what runs then. Resolves when all of it is
   * written, or left to the workers that start next because it cannot be written by then.
   */
  async stop(deadlineMs: number): Promise<void> {
    this.#index = undefined;
    this.#endListening?.();
    this.#endOffer?.();
    this.#endPolling?.();
    this.#endHeartbeat?.();
    this.#claimed.close();
    this.#giveBack(this.#claimed.takeAll());
    const endTimer = this.#options.timers.after(deadlineMs, () => this.#ends.giveUp());
    if (this.#busyCount > 0) await this.#idleOrLate(deadlineMs);
    for (const attempt of this.#running.values()) attempt.end('stopped');
    while (this.#busyCount > 0 || this.#unwritten.size > 0) {
      await Promise.allSettled(this.#unwritten);
      if (this.#busyCount > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
    endTimer();
  }

  /** Only when nothing that waits would come first. */
  reserve({ id, job_type: type, queue }: JobRecord): boolean {
    const index = this.#index;
    if (index === undefined || !this.#mayClaim || this.#freeCount <= 0) return false;
    if (!this.#hasRoom(type) || this.#claimed.size > 0) return false;
    const isNext = !index.ready.hasDue(
      (ownQueue, ownType) => index.queueLimits.allows(ownQueue) && this.#hasRoom(ownType),
    );
    if (!isNext || !index.queueLimits.allows(queue)) return false;
    this.#claimingCount += 1;
    this.#occupy(id, type);
    return true;
  }

  begin(stored: StoredJob): void {
    this.#claimingCount -= 1;
    this.#claimed.add(stored);
    // Whoever enqueued it hears of that first.
    setImmediate(() => this.#beginClaimed());
  }

  forgo({ id, job_type: type }: JobRecord): void {
    this.#claimingCount -= 1;
    this.#vacate(id, type);
    this.#wake();
    this.#tellIdle();
  }

  get #busyCount(): number {
    return this.#running.size + this.#claimed.size + this.#claimingCount;
  }

  get #freeCount(): number {
    return this.#options.concurrency - this.#busyCount;
  }

  get #mayClaim(): boolean {
    return this.#index !== undefined && this.#unwritten.size < limits.jobsUnwrittenMax;
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
    const { queue, worker } = this.#options;
    index.ready.advance(queue.clock.now());
    this.#pollAgain(index);
    if (!this.#mayClaim) return;
    const { aheadMax } = this.#claimed;
    const free = this.#freeCount;
    // Claims that nobody waits for go together.
    if (free <= 0 && free + aheadMax / 2 <= 0) return;
    let count = 0;
    const taken = queue.claims.take(index, free + aheadMax, {
      mayTake: (_queue, type, isRisky) => this.#hasRoom(type) && (count < free || !isRisky),
      onTaken: ({ id, type }) => {
        count += 1;
        this.#occupy(id, type);
      },
    });
    if (taken.length === 0) return;
    this.#claimingCount += taken.length;
    let claimed: readonly StoredJob[] = [];
    try {
      claimed = await queue.claims.claim(index, taken, worker);
    } finally {
      this.#claimingCount -= taken.length;
      this.#release(taken, claimed);
      if (claimed.length === 0) this.#tellIdle();
    }
    for (const stored of claimed) this.#claimed.add(stored);
    this.#beginClaimed();
    this.#wake();
  }

  /** Gives the places of jobs free that could not be had. */
  #release(taken: readonly WaitingJob[], claimed: readonly StoredJob[]): void {
    if (taken.length === claimed.length) return;
    const ids = new Set(claimed.map(({ job }) => job.id));
    for (const { id, type } of taken) if (!ids.has(id)) this.#vacate(id, type);
  }

  #hasRoom(type: string): boolean {
    const handler = this.#handlers.get(type);
    if (handler === undefined) return false;
    const { options, group } = handler;
    const isFull = (key: string, most: number | undefined): boolean =>
      most !== undefined && (this.#busyBy.get(key) ?? 0) >= most;
    if (isFull(`type ${type}`, options.concurrency)) return false;
    return group === undefined || !isFull(`group ${group.name}`, group.concurrency);
  }

  #occupy(id: string, type: string): void {
    this.#add(`type ${type}`, 1);
    const group = this.#handlers.get(type)?.group?.name;
    if (group === undefined) return;
    this.#groupOf.set(id, group);
    this.#add(`group ${group}`, 1);
  }

  #vacate(id: string, type: string): void {
    this.#add(`type ${type}`, -1);
    const group = this.#groupOf.get(id);
    if (group === undefined) return;
    this.#groupOf.delete(id);
    this.#add(`group ${group}`, -1);
  }

  #add(key: string, difference: number): void {
    this.#busyBy.set(key, (this.#busyBy.get(key) ?? 0) + difference);
  }

  /** Begins claimed jobs while there are places, for a slice of time. */
  #beginClaimed(): void {
    if (this.#isBeginning) return;
    if (this.#index === undefined) {
      this.#giveBack(this.#claimed.takeAll());
      return;
    }
    this.#isBeginning = true;
    const { queue, concurrency } = this.#options;
    const endsAt = queue.clock.elapsed() + limits.sliceMs;
    while (this.#running.size < concurrency) {
      const next = this.#claimed.next();
      if (next === undefined) break;
      this.#run(next);
      if (queue.clock.elapsed() < endsAt) continue;
      setImmediate(() => this.#beginClaimed());
      break;
    }
    this.#isBeginning = false;
    this.#claimed.watch();
  }

  #run(stored: StoredJob): void {
    const { queue, transact, timers } = this.#options;
    const ends = this.#ends;
    const handler = this.#handlers.get(stored.job.job_type);
    // The handler was let go, or the pool was stopped, while it was claimed.
    if (handler === undefined || this.#index === undefined) {
      this.#giveBack([stored]);
      return;
    }
    const attempt = new JobAttempt(stored, { queue, ends, transact, timers, handler });
    this.#running.set(stored.job.id, attempt);
    const startedAt = queue.clock.elapsed();
    const ended = (end: AttemptEnd | AttemptOutcome): void => {
      this.#claimed.ended(queue.clock.elapsed() - startedAt);
      this.#ended(attempt, end);
    };
    const end = attempt.run();
    if (!(end instanceof Promise)) ended(end);
    else {
      end.then(ended).catch((error: unknown) => this.#fault(error));
      this.#noteLater(attempt);
    }
  }

  /** Those that run on after this turn are written as running. */
  #noteLater(attempt: JobAttempt): void {
    this.#begun.push(attempt);
    if (this.#begun.length > 1) return;
    setImmediate(() => {
      for (const each of this.#begun.splice(0)) {
        if (this.#running.get(each.job.id) === each) each.noteRunning();
      }
    });
  }

  #ended(attempt: JobAttempt, end: AttemptEnd | AttemptOutcome): void {
    const { id, job_type: type } = attempt.job;
    this.#running.delete(id);
    this.#vacate(id, type);
    this.#supervise(attempt.finish(end));
    this.#beginClaimed();
    this.#wake();
    this.#tellIdle();
  }

  #giveBack(claimed: readonly StoredJob[]): void {
    if (claimed.length === 0) return;
    for (const { job } of claimed) this.#vacate(job.id, job.job_type);
    this.#supervise(this.#giveBackNow(claimed));
    this.#tellIdle();
  }

  async #giveBackNow(claimed: readonly StoredJob[]): Promise<void> {
    const { queue } = this.#options;
    await queue.claims.giveBack(await queue.index(), claimed);
    this.#wake();
  }

  /** A job is not the pool's any more. */
  #withdraw({ id, job_type: type }: JobRecord): void {
    this.#running.get(id)?.end('withdrawn');
    if (!this.#claimed.withdraw(id)) return;
    this.#vacate(id, type);
    this.#tellIdle();
  }

  #supervise(writing: Promise<unknown>): void {
    const isWritten = (): void => {
      this.#unwritten.delete(written);
      if (this.#unwritten.size === limits.jobsUnwrittenMax - 1) this.#wake();
    };
    const written = writing.then(isWritten, (error: unknown) => {
      this.#fault(error);
      isWritten();
    });
    this.#unwritten.add(written);
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

/* What has to be done from time to time while workers run: the runs of schedules, and deleting what ended long ago. */
import type { JobQueue } from './job-queue.ts';
import type { JobTimers } from './job-timers.ts';
import type { ResolvedWorkerOptions } from './worker-options.ts';

/** How often schedules are looked at when none is due: they may be new, or the clock was set. */
const scheduleIntervalMsMax = 1_000;

export class WorkerChores {
  readonly #queue: JobQueue;
  readonly #timers: JobTimers;
  readonly #options: ResolvedWorkerOptions;
  readonly #ends = new Map<string, () => void>();
  readonly #running = new Set<Promise<void>>();
  #isStopped = false;

  constructor(queue: JobQueue, timers: JobTimers, options: ResolvedWorkerOptions) {
    this.#queue = queue;
    this.#timers = timers;
    this.#options = options;
  }

  start(): void {
    this.#again('schedules', 0, () => this.#schedules());
    const { cleanupIntervalSeconds } = this.#options;
    this.#again('retention', cleanupIntervalSeconds * 1_000, () => this.#retention());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const end of this.#ends.values()) end();
    await Promise.all(this.#running);
  }

  async #schedules(): Promise<number> {
    const nextAt = await this.#queue.scheduler.runDue();
    const waitMs = nextAt === undefined ? scheduleIntervalMsMax : nextAt - this.#queue.clock.now();
    return Math.min(Math.max(1, waitMs), scheduleIntervalMsMax);
  }

  async #retention(): Promise<number> {
    const { retentionSeconds, deadLetterRetentionSeconds, cleanupIntervalSeconds } = this.#options;
    const now = this.#queue.clock.now();
    const ended = now - retentionSeconds * 1_000;
    const dead = now - deadLetterRetentionSeconds * 1_000;
    await this.#queue.deleteEnded({ Completed: ended, Cancelled: ended, DeadLetter: dead });
    return cleanupIntervalSeconds * 1_000;
  }

  /** Does a chore after a while, and again when it says. One that fails is told of, and done again all the same. */
  #again(name: string, delayMs: number, chore: () => Promise<number>): void {
    if (this.#isStopped) return;
    this.#ends.set(
      name,
      this.#timers.after(delayMs, () => {
        const run = chore()
          .catch((error: unknown) => {
            console.error(`The ${name} of jobs failed:`, error);
            return scheduleIntervalMsMax;
          })
          .then((nextMs) => {
            this.#running.delete(run);
            this.#again(name, nextMs, chore);
          });
        this.#running.add(run);
      }),
    );
  }
}

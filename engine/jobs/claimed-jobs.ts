/*
 * The jobs that a worker has claimed and not begun. While handlers are quick, a worker claims more jobs than it has
 * places for: one commit, and one sync of the disk, then serve many jobs instead of as many as may run at a time, and
 * handlers run while a commit is on its way. How many is learnt from what has just ended: about as many as have ended
 * quickly within a window of time, so that nothing is claimed that would wait. When none begins for a while all the
 * same, because handlers have become slow, all go back.
 */
import type { Clock } from '../base/clock.ts';
import { limits } from '../limits.ts';
import type { StoredJob } from './job-store.ts';
import type { JobTimers } from './job-timers.ts';

const windowMs = 50;

export class ClaimedJobs {
  readonly #clock: Clock;
  readonly #timers: JobTimers;
  readonly #giveBack: (claimed: readonly StoredJob[]) => void;
  /** In the order in which they are to begin. */
  readonly #jobs = new Map<string, StoredJob>();
  #endTimer: (() => void) | undefined;
  #hasBegun = false;
  /** Number of the window, and what ended quickly in it and in the one before. */
  #window = 0;
  #quickCount = 0;
  #quickCountBefore = 0;

  constructor(clock: Clock, timers: JobTimers, giveBack: (claimed: readonly StoredJob[]) => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#giveBack = giveBack;
  }

  get size(): number {
    return this.#jobs.size;
  }

  /** How many may be claimed beyond those that there are places for. */
  get aheadMax(): number {
    this.#look();
    const quick = Math.max(this.#quickCount, this.#quickCountBefore);
    return Math.min(limits.jobsClaimedAheadMax, 2 * quick);
  }

  add(stored: StoredJob): void {
    this.#jobs.set(stored.job.id, stored);
  }

  /** The next that is to begin. */
  next(): StoredJob | undefined {
    for (const [id, stored] of this.#jobs) {
      this.#jobs.delete(id);
      this.#hasBegun = true;
      return stored;
    }
    return undefined;
  }

  /** Takes out a job that is no longer the worker's; false when it is not here. */
  withdraw(id: string): boolean {
    return this.#jobs.delete(id);
  }

  takeAll(): readonly StoredJob[] {
    const all = [...this.#jobs.values()];
    this.#jobs.clear();
    return all;
  }

  /** Notes how long a handler took. */
  ended(tookMs: number): void {
    this.#look();
    if (tookMs <= limits.jobQuickMs) this.#quickCount += 1;
  }

  /** To be called when there are no places left for those that are here. */
  watch(): void {
    if (this.#jobs.size === 0 || this.#endTimer !== undefined) return;
    this.#hasBegun = false;
    this.#endTimer = this.#timers.after(limits.jobClaimedAheadMs, () => {
      this.#endTimer = undefined;
      if (this.#hasBegun) this.watch();
      else if (this.#jobs.size > 0) this.#giveBack(this.takeAll());
    });
  }

  close(): void {
    this.#endTimer?.();
    this.#endTimer = undefined;
  }

  #look(): void {
    const window = Math.floor(this.#clock.elapsed() / windowMs);
    if (window === this.#window) return;
    this.#quickCountBefore = window === this.#window + 1 ? this.#quickCount : 0;
    this.#quickCount = 0;
    this.#window = window;
  }
}

import { limits } from '../limits.ts';

export interface DiskPaceOptions {
  /** So many fast calls make up for a slow one; and as many make a disk a fast one, of which nothing is known. */
  readonly fastCallsPerSlow: number;
  /** Earlier fast calls count no more. A few slow ones together, as other work on the disk brings them, use up no more than these. */
  readonly fastCallsMax: number;
}

/** A slow call that took so many times as long as a fast one may leaves nothing of what fast ones have earned. */
const slowTimesMax = 5;
/** One that took longer still is to be made up for; not by more than so many times the fast calls that count. */
const debtTimesMax = 8;

/**
 * Whether a disk has been fast for long enough to wait for it while holding the event loop. To be sure of it takes more calls
 * each time that it was taken for fast and was slow before it had been fast for long: a disk that stalls again and again, or
 * is slow for good where that cannot be told from waiting for a thread, would else be waited for every few calls.
 */
export class DiskPace {
  readonly #options: DiskPaceOptions;
  /** Fast calls that no slow one has used up yet; below 0 while a very slow one is not made up for. */
  #earned = 0;
  #neededCount: number;
  /** Calls that may hold the event loop, in a row. */
  #fastInRow = 0;
  /** True from many of those in a row until what was earned is used up. */
  #isProven = false;
  #lastMs = 0;

  constructor(options: DiskPaceOptions) {
    this.#options = options;
    this.#neededCount = options.fastCallsPerSlow;
  }

  /** How long the last call took. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** True while another slow call would be made up for. */
  get isFast(): boolean {
    return this.#earned >= this.#neededCount;
  }

  /** Notes a call, which was fast below `slowMs`; 2 ms unless told. */
  record(durationMs: number, slowMs: number = limits.logFastCallMsMax): void {
    this.#lastMs = durationMs;
    if (durationMs >= slowMs) {
      this.#noteSlow(durationMs / (slowTimesMax * slowMs));
      return;
    }
    const { fastCallsPerSlow, fastCallsMax } = this.#options;
    this.#earned = Math.min(this.#earned + 1, fastCallsMax);
    // Longer ones may have waited for a thread or for the disk; that is seen when one holds the event loop.
    this.#fastInRow = durationMs < limits.logFastCallMsMax ? this.#fastInRow + 1 : 0;
    if (this.#fastInRow < fastCallsMax / 2 || !this.isFast) return;
    this.#isProven = true;
    this.#neededCount = fastCallsPerSlow;
  }

  /** `slowTimes`: from 1 on it was so slow that nothing is left. */
  #noteSlow(slowTimes: number): void {
    const { fastCallsPerSlow, fastCallsMax } = this.#options;
    const isTooSoon = this.isFast && !this.#isProven;
    this.#fastInRow = 0;
    const owed = Math.min(this.#earned, 0);
    if (slowTimes >= 1) {
      const debt = fastCallsPerSlow * Math.floor(slowTimes - 1);
      this.#earned = Math.max(owed - debt, -debtTimesMax * fastCallsMax);
    } else this.#earned = Math.max(this.#earned - fastCallsPerSlow, owed);
    if (isTooSoon) {
      this.#earned = Math.min(this.#earned, 0);
      this.#neededCount = Math.min(2 * this.#neededCount, fastCallsMax);
    }
    if (this.#earned < fastCallsPerSlow) this.#isProven = false;
  }
}

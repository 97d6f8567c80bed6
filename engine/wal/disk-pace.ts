import { limits } from '../limits.ts';

export interface DiskPaceOptions {
  /** So many fast calls make up for a slow one; and as many make a disk a fast one, of which nothing is known. */
  readonly fastCallsPerSlow: number;
  /** Earlier fast calls count no more. A few slow ones together, as other work on the disk brings them, use up no more than these. */
  readonly fastCallsMax: number;
}

/** A slow call that took so many times as long as a fast one may leaves nothing of what fast ones have earned. */
const slowTimesMax = 5;

/** Whether a disk has been fast for long enough to wait for it while holding the event loop. */
export class DiskPace {
  readonly #options: DiskPaceOptions;
  /** Fast calls that no slow one has used up yet. */
  #earned = 0;
  #lastMs = 0;

  constructor(options: DiskPaceOptions) {
    this.#options = options;
  }

  /** How long the last call took. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** True while another slow call would be made up for. */
  get isFast(): boolean {
    return this.#earned >= this.#options.fastCallsPerSlow;
  }

  /** Notes a call, which was fast below `slowMs`; 2 ms unless told. */
  record(durationMs: number, slowMs: number = limits.logFastCallMsMax): void {
    this.#lastMs = durationMs;
    const { fastCallsPerSlow, fastCallsMax } = this.#options;
    if (durationMs < slowMs) this.#earned = Math.min(this.#earned + 1, fastCallsMax);
    else if (durationMs < slowTimesMax * slowMs) {
      this.#earned = Math.max(this.#earned - fastCallsPerSlow, 0);
    } else this.#earned = 0;
  }
}

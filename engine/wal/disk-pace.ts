import { limits } from '../limits.ts';

/** How many fast calls in a row make a disk a fast one, after a slow call. */
export interface DiskPaceOptions {
  /** Asked for after a slow call that came alone; each that follows soon asks for twice as many. */
  readonly fastCallsMin: number;
  /** At most so many. A slow call comes alone when as many fast ones stand before it. */
  readonly fastCallsMax: number;
}

/** Whether a disk has been fast for long enough to wait for it while holding the event loop. */
export class DiskPace {
  readonly #options: DiskPaceOptions;
  #fastCalls = 0;
  #fastCallsNeeded: number;
  #lastMs = 0;

  constructor(options: DiskPaceOptions) {
    this.#options = options;
    this.#fastCallsNeeded = options.fastCallsMin;
  }

  /** How long the last call took. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** True while each of the last calls, as many as are asked for, was fast. */
  get isFast(): boolean {
    return this.#fastCalls >= this.#fastCallsNeeded;
  }

  /** Notes a call, which was fast below `slowMs`; 2 ms unless told. */
  record(durationMs: number, slowMs: number = limits.logFastCallMsMax): void {
    this.#lastMs = durationMs;
    const { fastCallsMin, fastCallsMax } = this.#options;
    if (durationMs < slowMs) {
      this.#fastCalls += 1;
      return;
    }
    const isAlone = this.#fastCalls >= fastCallsMax;
    const needed = isAlone ? fastCallsMin : 2 * this.#fastCallsNeeded;
    this.#fastCallsNeeded = Math.min(needed, fastCallsMax);
    this.#fastCalls = 0;
  }
}

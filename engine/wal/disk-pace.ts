import { limits } from '../limits.ts';

/** Whether a disk has been fast for long enough to wait for it while holding the event loop. */
export class DiskPace {
  #fastCalls = 0;
  #lastMs = 0;

  /** How long the last call took. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** True while each of the last 100 calls stayed below 2 ms. */
  get isFast(): boolean {
    return this.#fastCalls >= limits.logFastCallsMin;
  }

  record(durationMs: number): void {
    this.#lastMs = durationMs;
    this.#fastCalls = durationMs < limits.logFastCallMsMax ? this.#fastCalls + 1 : 0;
  }
}

import type { Clock } from '../base/clock.ts';
import { limits } from '../limits.ts';

/**
 * How much is committed in one turn of the event loop, which belongs to others too: whoever is called again within the turn
 * may go on until the budget is spent, and then waits for the next.
 */
export class TurnBudget {
  readonly #clock: Clock;
  #spent = 0;
  #startedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isSpent(): boolean {
    if (this.#spent === 0) return false;
    if (this.#spent >= limits.commitsPerTurnMax) return true;
    return this.#clock.elapsed() - this.#startedMs >= limits.commitsPerTurnMsMax;
  }

  spend(count: number): void {
    if (this.#spent === 0) {
      this.#startedMs = this.#clock.elapsed();
      setImmediate(() => {
        this.#spent = 0;
      });
    }
    this.#spent += count;
  }
}

/**
 * How much is done in one turn of the event loop, which belongs to others too: whoever is called again within the turn may
 * go on until the budget is spent, and then waits for the next.
 */
export class TurnBudget {
  readonly #max: number;
  #spent = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get isSpent(): boolean {
    return this.#spent >= this.#max;
  }

  spend(count: number): void {
    if (this.#spent === 0) {
      setImmediate(() => {
        this.#spent = 0;
      });
    }
    this.#spent += count;
  }
}

/** Where time comes from. Handed in through constructors, so that tests decide what time it is. */
export interface Clock {
  /** Milliseconds since 1970; may jump when the system's clock is set. */
  now(): number;
  /** Milliseconds since some moment, with a fraction; never runs backwards. */
  elapsed(): number;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};

/** A clock that moves only when it is told to. */
export class ManualClock implements Clock {
  #now: number;
  #elapsed = 0;

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  advance(byMs: number): void {
    this.#now += byMs;
    this.#elapsed += byMs;
  }
}

import type { Clock } from './clock.ts';

/** How fast time goes while the system's clock is behind. */
const catchingUpRate = 0.9;

/**
 * A clock whose time of day never runs backwards: when the system's clock is set back, time goes on from where it was,
 * a little slower, until the system's has caught up. Deadlines are compared with it, so that nothing waits an hour
 * longer because the clock was set back by one; when it is set forward, as after a sleep, it follows at once.
 */
export class SteadyClock implements Clock {
  readonly #clock: Clock;
  #last: number;
  #lastElapsed: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = clock.now();
    this.#lastElapsed = clock.elapsed();
  }

  now(): number {
    const elapsed = this.#clock.elapsed();
    const passed = Math.max(0, elapsed - this.#lastElapsed) * catchingUpRate;
    this.#last = Math.max(this.#clock.now(), this.#last + passed);
    this.#lastElapsed = elapsed;
    return Math.floor(this.#last);
  }

  elapsed(): number {
    return this.#clock.elapsed();
  }
}

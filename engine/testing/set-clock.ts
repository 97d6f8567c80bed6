import type { Clock } from '../base/clock.ts';

/** A clock that goes when it is told to, and whose time of day can be set. */
export class SetClock implements Clock {
  #offset: number;
  #elapsed = 0;

  constructor(now = 1_700_000_000_000) {
    this.#offset = now;
  }

  now(): number {
    return this.#offset + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  go(byMs: number): void {
    this.#elapsed += byMs;
  }

  set(byMs: number): void {
    this.#offset += byMs;
  }
}

/*
 * All operations of a clock share the turns of the event loop: it is of no use to a host that each of ten queries holds it
 * for no longer than a slice, if all ten do so in the same turn, or if the next query begins where the last has ended. So a
 * turn has one slice for all. Who waits for more is served in the order in which they came, one slice after the other.
 */
import type { Clock } from './clock.ts';

/** Whoever begins in a turn that others have used up gets this much of it, so that what is short needs no turn of its own. */
const graceMs = 1;

const turns = new WeakMap<Clock, SharedTurn>();

/** The turns of those who go by a clock. */
export function sharedTurn(clock: Clock): SharedTurn {
  const known = turns.get(clock);
  if (known !== undefined) return known;
  const turn = new SharedTurn(clock);
  turns.set(clock, turn);
  return turn;
}

/** What is used of the turn of the event loop that goes on, and who waits for a later one. */
export class SharedTurn {
  readonly #clock: Clock;
  readonly #waiting: Waiter[] = [];
  #isServing = false;
  #startedMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * When a slice that is taken up now has begun, by the elapsed time: with the turn; later where little would be left, unless
   * so many have come that the turn has lasted two slices.
   */
  sliceStart(sliceMs: number): number {
    const now = this.#clock.elapsed();
    this.#startedMs ??= this.#begin(now);
    const usedMs = now - this.#startedMs;
    return usedMs < 2 * sliceMs ? now - Math.min(usedMs, sliceMs - graceMs) : now - sliceMs;
  }

  /**
   * Resolves in a later turn of the event loop that has something left, after all that wait already; at once when the
   * signal comes.
   */
  next(sliceMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        signal?.removeEventListener('abort', go);
        resolve();
      };
      const waiter = { sliceMs, go };
      signal?.addEventListener('abort', go);
      this.#waiting.push(waiter);
      this.#serveLater();
    });
  }

  #begin(now: number): number {
    // What comes from input is in the same turn as the first immediates after it: only those after them are in the next.
    setImmediate(() => {
      setImmediate(() => {
        this.#startedMs = undefined;
      });
    });
    return now;
  }

  #serveLater(): void {
    if (this.#isServing || this.#waiting.length === 0) return;
    this.#isServing = true;
    setImmediate(() => {
      this.#isServing = false;
      const [first] = this.#waiting;
      if (first === undefined) return;
      const usedMs = this.#startedMs === undefined ? 0 : this.#clock.elapsed() - this.#startedMs;
      if (usedMs < first.sliceMs) first.go();
      this.#serveLater();
    });
  }
}

interface Waiter {
  readonly sliceMs: number;
  go(): void;
}

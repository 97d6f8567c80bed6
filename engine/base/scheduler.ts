/*
 * The engine shares its thread with its host, so no loop may hold the event loop for long. Whoever loops over
 * many things calls `await slicer.yieldIfDue()` after each small step; when the slice has run out, the call goes
 * through the event loop once, so that input, timers and other queries get their turn (shared-turn.ts). Cancellation is
 * seen at the same places: at the latest one slice after the signal.
 */
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Clock } from './clock.ts';
import { type SharedTurn, sharedTurn } from './shared-turn.ts';

export interface TimeSlicerOptions {
  readonly signal?: AbortSignal | undefined;
  /** Length of a slice; `limits.sliceMs` unless told. */
  readonly sliceMs?: number;
  /** How to go through the event loop; with all others that share its turns unless told. */
  readonly yieldTurn?: () => Promise<void>;
}

/** Cuts a long operation into slices. One per operation; not shared. */
export class TimeSlicer {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #sliceMs: number;
  readonly #turn: SharedTurn;
  readonly #yieldTurn: (() => Promise<void>) | undefined;
  #sliceStart: number;
  #yieldCount = 0;

  constructor(clock: Clock, options: TimeSlicerOptions = {}) {
    this.#clock = clock;
    this.#signal = options.signal;
    this.#sliceMs = options.sliceMs ?? limits.sliceMs;
    this.#turn = sharedTurn(clock);
    this.#yieldTurn = options.yieldTurn;
    this.#sliceStart = this.#takeUp();
  }

  /** How often the operation has gone through the event loop. */
  get yieldCount(): number {
    return this.#yieldCount;
  }

  /** True when the slice has run out: the moment to stop a synchronous step and call `yieldIfDue`. */
  get isDue(): boolean {
    return this.#clock.elapsed() - this.#sliceStart >= this.#sliceMs;
  }

  /**
   * Goes through the event loop when the slice has run out; else resolves at once.
   * @throws AuroraError `Cancelled` when the signal was aborted.
   */
  async yieldIfDue(): Promise<void> {
    throwIfCancelled(this.#signal);
    if (!this.isDue) return;
    this.#yieldCount += 1;
    await (this.#yieldTurn?.() ?? this.#turn.next(this.#sliceMs, this.#signal));
    this.#sliceStart = this.#takeUp();
    throwIfCancelled(this.#signal);
  }

  #takeUp(): number {
    if (this.#yieldTurn !== undefined) return this.#clock.elapsed();
    return this.#turn.sliceStart(this.#sliceMs);
  }
}

/** Resolves in the next turn of the event loop, after pending input and output. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** @throws AuroraError `Cancelled` when the signal was aborted; its reason becomes the cause. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new AuroraError('Cancelled', 'The operation was cancelled.', { cause: signal.reason });
  }
}

/** Takes steps as long as a slice lasts. One that ends within it costs no turn of the event loop. */
export async function inSlices<Result>(
  steps: Generator<void, Result>,
  slicer: TimeSlicer,
): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (slicer.isDue) await slicer.yieldIfDue();
  }
}

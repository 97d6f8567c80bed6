/*
 * What may run of each queue: whether it is paused, how many of its jobs at a time, and how many may start in a period.
 * The settings are documents of `_job_queues`, so they outlive the process and everybody sees them; the tokens of the
 * rate are in memory and begin anew with it.
 */
import type { Clock } from '../base/clock.ts';
import type { StoredDocument } from '../values/stored-value.ts';

/** How a queue is limited; what is left out is without limit. */
export interface QueueSettings {
  readonly paused: boolean;
  /** Jobs of the queue that run at a time, over all worker systems. */
  readonly concurrency: number | undefined;
  /** Jobs that may start in each period. */
  readonly rate: { readonly count: number; readonly periodMs: number } | undefined;
}

export const unlimited: QueueSettings = { paused: false, concurrency: undefined, rate: undefined };

export function settingsOf(document: StoredDocument): QueueSettings {
  const { paused, concurrency, rate_count: count, rate_period_ms: periodMs } = document;
  return {
    paused: paused === true,
    concurrency: typeof concurrency === 'number' ? concurrency : undefined,
    rate:
      typeof count === 'number' && typeof periodMs === 'number' ? { count, periodMs } : undefined,
  };
}

interface QueueState {
  settings: QueueSettings;
  runningCount: number;
  tokens: number;
  /** Of the clock's `elapsed`. */
  filledMs: number;
}

export class QueueLimits {
  readonly #clock: Clock;
  readonly #queues = new Map<string, QueueState>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(queue: string, settings: QueueSettings): void {
    const state = this.#stateOf(queue);
    state.settings = settings;
    state.tokens = settings.rate?.count ?? 0;
    state.filledMs = this.#clock.elapsed();
  }

  /** True when one more job of the queue may start now. */
  allows(queue: string): boolean {
    const state = this.#queues.get(queue);
    if (state === undefined) return true;
    const { paused, concurrency, rate } = state.settings;
    if (paused || (concurrency !== undefined && state.runningCount >= concurrency)) return false;
    if (rate === undefined) return true;
    this.#fill(state);
    return state.tokens >= 1;
  }

  started(queue: string): void {
    const state = this.#stateOf(queue);
    state.runningCount += 1;
    if (state.settings.rate !== undefined) state.tokens -= 1;
  }

  ended(queue: string): void {
    const state = this.#stateOf(queue);
    state.runningCount = Math.max(0, state.runningCount - 1);
  }

  #fill(state: QueueState): void {
    const { rate } = state.settings;
    if (rate === undefined) return;
    const now = this.#clock.elapsed();
    const gained = ((now - state.filledMs) * rate.count) / rate.periodMs;
    state.tokens = Math.min(rate.count, state.tokens + gained);
    state.filledMs = now;
  }

  #stateOf(queue: string): QueueState {
    const present = this.#queues.get(queue);
    if (present !== undefined) return present;
    const created = { settings: unlimited, runningCount: 0, tokens: 0, filledMs: 0 };
    this.#queues.set(queue, created);
    return created;
  }
}

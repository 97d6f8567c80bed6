/** When a failed job is tried again. */
export interface RetryPolicy {
  /** Delay after the first failure; doubled with each further one. */
  readonly backoffMs: number;
  readonly backoffMsMax: number;
  /** Share of the delay that is left to chance, so that jobs which failed together do not return together. */
  readonly jitter: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  backoffMs: 5_000,
  backoffMsMax: 3_600_000,
  jitter: 0.2,
};

/**
 * Milliseconds until the next attempt after `attempt` failed (1 for the first): `backoffMs` × 2^(attempt − 1), at most
 * `backoffMsMax`, shortened by up to `jitter` of itself. `random` gives a number from 0 to below 1.
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  const { backoffMs, backoffMsMax, jitter } = policy;
  const whole = Math.min(backoffMsMax, backoffMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(whole * (1 - jitter * random()));
}

const firstMs = 250;
const lastMs = 5_000;

/** Pause before the next attempt to reach a lost host: 250 ms, doubled per failure, at most 5 s. */
export function retryPauseMs(failures: number): number {
  return Math.min(lastMs, firstMs * 2 ** Math.min(failures, 10));
}

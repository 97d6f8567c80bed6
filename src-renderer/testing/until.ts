import { expect } from 'vitest';

/** Waits until the condition holds. */
export async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 2, timeout: 10_000 }).toBe(true);
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'vitest';
import { WireError } from '#contract';

/** Waits until the condition holds; a condition that never holds fails by the test's own time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

/** The error that a call over the contract ends with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<WireError> {
  return promise.then(
    () => expect.unreachable('the call should have failed'),
    (error: unknown) => {
      if (error instanceof WireError) return error;
      throw error;
    },
  );
}

import { expect, it } from 'vitest';
import { withinTime } from './time-box.ts';

const later = (ms: number): Promise<string> =>
  new Promise((resolve) => setTimeout(() => resolve('done'), ms));

it('fails when the work takes longer than it may', async () => {
  const never = new Promise<never>(() => undefined);
  await expect(withinTime(never, 20)).rejects.toThrow('no answer for 20 ms');
  expect(await withinTime(later(1), 10_000)).toBe('done');
});

it('does not count the time in which the process stood still', async () => {
  const work = withinTime(later(60), 50);
  // Neither the disk nor anybody else could be heard meanwhile, as when a debugger or the system stops the process.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  expect(await work).toBe('done');
});

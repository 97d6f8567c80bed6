import { describe, expect, it } from 'vitest';
import { ManualClock } from './clock.ts';
import { TimeSlicer } from './scheduler.ts';

describe('a time slicer', () => {
  it('goes through the event loop once per slice of 4 ms, and not before', async () => {
    const clock = new ManualClock();
    let turns = 0;
    const yieldTurn = async (): Promise<void> => {
      turns += 1;
    };
    const slicer = new TimeSlicer(clock, { yieldTurn, sliceMs: 4 });
    for (let step = 0; step < 10; step += 1) {
      clock.advance(1);
      await slicer.yieldIfDue();
    }
    expect([turns, slicer.yieldCount]).toEqual([2, 2]);
  });

  it('lets timers and other tasks run when it yields', async () => {
    const clock = new ManualClock();
    const slicer = new TimeSlicer(clock);
    let isTimerSeen = false;
    setImmediate(() => {
      isTimerSeen = true;
    });
    await slicer.yieldIfDue();
    expect(isTimerSeen).toBe(false);
    clock.advance(4);
    await slicer.yieldIfDue();
    expect(isTimerSeen).toBe(true);
  });

  it('ends with Cancelled at the next step, also when the signal comes while it yields', async () => {
    const clock = new ManualClock();
    const abort = new AbortController();
    const slicer = new TimeSlicer(clock, {
      signal: abort.signal,
      yieldTurn: async () => abort.abort(),
    });
    await slicer.yieldIfDue();
    clock.advance(4);
    await expect(slicer.yieldIfDue()).rejects.toMatchObject({ code: 'Cancelled' });
    await expect(slicer.yieldIfDue()).rejects.toMatchObject({ code: 'Cancelled' });
  });
});

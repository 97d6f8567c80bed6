import { describe, expect, it } from 'vitest';
import type { Clock } from './clock.ts';
import { SteadyClock } from './steady-clock.ts';

class SetClock implements Clock {
  offset = 1_000_000;
  time = 0;
  now(): number {
    return this.offset + this.time;
  }
  elapsed(): number {
    return this.time;
  }
}

describe('a steady clock', () => {
  it('follows the clock of the system, forwards at once', () => {
    const system = new SetClock();
    const steady = new SteadyClock(system);
    system.time += 500;
    expect(steady.now()).toBe(1_000_500);
    system.offset += 3_600_000;
    expect(steady.now()).toBe(4_600_500);
  });

  it('goes on when the clock is set back, until it has caught up', () => {
    const system = new SetClock();
    const steady = new SteadyClock(system);
    system.offset -= 1_000;
    expect(steady.now()).toBe(1_000_000);
    system.time += 100;
    expect(steady.now()).toBe(1_000_090);
    for (let step = 0; step < 1_000; step += 1) {
      system.time += 0.5;
      steady.now();
    }
    expect(steady.now()).toBeCloseTo(1_000_540, -1);
    system.time += 20_000;
    expect(steady.now()).toBe(system.now());
  });
});

import { describe, expect, it } from 'vitest';
import { SetClock } from '../testing/set-clock.ts';
import { QueueLimits, unlimited } from './queue-limits.ts';

/** Starts jobs as long as that is allowed; gives how many. */
function startAll(limits: QueueLimits, queue: string): number {
  let count = 0;
  for (; count < 100 && limits.allows(queue); count += 1) limits.started(queue);
  return count;
}

describe('the limits of a queue', () => {
  it('let start so many jobs in a period, and at once what was saved up', () => {
    const clock = new SetClock();
    const limits = new QueueLimits(clock);
    limits.set('mail', { ...unlimited, rate: { count: 5, periodMs: 1_000 } });
    const started = [startAll(limits, 'mail')];
    for (const ms of [100, 100, 400, 10_000]) {
      clock.go(ms);
      started.push(startAll(limits, 'mail'));
    }
    expect(started).toEqual([5, 0, 1, 2, 5]);
    expect(startAll(limits, 'other')).toBe(100);
  });

  it('let run so many jobs at a time', () => {
    const limits = new QueueLimits(new SetClock());
    limits.set('mail', { ...unlimited, concurrency: 2 });
    const started = [startAll(limits, 'mail')];
    limits.ended('mail');
    started.push(startAll(limits, 'mail'));
    limits.set('mail', { ...unlimited, paused: true });
    limits.ended('mail');
    started.push(startAll(limits, 'mail'));
    limits.set('mail', unlimited);
    started.push(startAll(limits, 'mail'));
    expect(started).toEqual([2, 1, 0, 100]);
  });
});

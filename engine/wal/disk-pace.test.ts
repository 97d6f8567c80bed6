import { describe, expect, it } from 'vitest';
import { DiskPace } from './disk-pace.ts';

const fastMs = 0.1;
const slowMs = 5;

function calls(pace: DiskPace, count: number): DiskPace {
  for (let at = 0; at < count; at += 1) pace.record(fastMs);
  return pace;
}

describe('the pace of a disk', () => {
  it('is fast after so many fast calls in a row, and slow after one that is not', () => {
    const pace = new DiskPace({ fastCallsMin: 100, fastCallsMax: 100 });
    expect(calls(pace, 99).isFast).toBe(false);
    expect(calls(pace, 1).isFast).toBe(true);
    pace.record(slowMs);
    expect(calls(pace, 99).isFast).toBe(false);
    expect(calls(pace, 1).isFast).toBe(true);
  });

  it('takes a call for fast below another bound where it waits for a thread', () => {
    const pace = new DiskPace({ fastCallsMin: 2, fastCallsMax: 2 });
    pace.record(slowMs, 2 * slowMs);
    pace.record(slowMs, 2 * slowMs);
    expect(pace.isFast).toBe(true);
    pace.record(slowMs, slowMs);
    expect(pace.isFast).toBe(false);
  });

  it('asks for more fast calls the sooner slow ones follow each other', () => {
    const pace = new DiskPace({ fastCallsMin: 8, fastCallsMax: 100 });
    const needed: number[] = [];
    for (let times = 0; times < 6; times += 1) {
      let count = 0;
      for (; !pace.isFast; count += 1) pace.record(fastMs);
      needed.push(count);
      pace.record(slowMs);
    }
    // With as many fast calls before it, a slow one counts as alone again.
    expect(needed).toEqual([8, 16, 32, 64, 100, 8]);

    calls(pace, 200).record(slowMs);
    expect(calls(pace, 7).isFast).toBe(false);
    expect(calls(pace, 1).isFast).toBe(true);
  });
});

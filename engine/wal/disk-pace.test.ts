import { describe, expect, it } from 'vitest';
import { DiskPace } from './disk-pace.ts';

const fastMs = 0.1;
const slowMs = 5;
const options = { fastCallsPerSlow: 32, fastCallsMax: 128 };
const writes = { fastCallsPerSlow: 8, fastCallsMax: 128 };

function calls(pace: DiskPace, count: number, durationMs = fastMs): DiskPace {
  for (let at = 0; at < count; at += 1) pace.record(durationMs);
  return pace;
}

describe('the pace of a disk', () => {
  it('is fast after so many fast calls', () => {
    const pace = new DiskPace(options);
    expect(calls(pace, 31).isFast).toBe(false);
    expect(calls(pace, 1).isFast).toBe(true);
  });

  it('stays fast over a few slow calls together, when enough fast ones came before', () => {
    const pace = calls(new DiskPace(options), 1_000);
    expect(calls(pace, 3, slowMs).isFast).toBe(true);
    expect(calls(pace, 1, slowMs).isFast).toBe(false);
    expect(calls(pace, 31).isFast).toBe(false);
    expect(calls(pace, 1).isFast).toBe(true);
    expect(calls(pace, 1, slowMs).isFast).toBe(false);
  });

  it('is slow after one call that takes very long', () => {
    const pace = calls(new DiskPace(options), 1_000);
    expect(calls(pace, 1, 10).isFast).toBe(false);
    expect(calls(pace, 32).isFast).toBe(true);
  });

  it('is slow before long when slow calls come too often, and fast when they come seldom', () => {
    const shareFast = (fastBetween: number): number => {
      const pace = calls(new DiskPace(options), 1_000);
      let fastCount = 0;
      for (let at = 0; at < 10_000; at += 1) {
        pace.record(at % (fastBetween + 1) === 0 ? slowMs : fastMs);
        fastCount += pace.isFast ? 1 : 0;
      }
      return fastCount / 10_000;
    };
    expect(shareFast(0)).toBeLessThan(0.001);
    expect(shareFast(10)).toBeLessThan(0.02);
    expect(shareFast(30)).toBeLessThan(0.3);
    expect(shareFast(40)).toBe(1);
  });

  /*
   * Each stall of a disk that stalls every few calls came while the event loop waited for it: between two of them there were
   * always enough fast calls to take it for a fast one again.
   */
  it.each([
    ['syncs, 500 ms each 40', options, 40, 500],
    ['syncs, 500 ms each 200', options, 200, 500],
    ['syncs, 50 ms each 33', options, 33, 50],
    ['syncs, 9 ms each 34', options, 34, 9],
    ['writes, 500 ms each 10', writes, 10, 500],
    ['writes, 5 ms each 9', writes, 9, 5],
  ])('seldom waits for stalls that come again and again: %s', (_, given, every, stallMs) => {
    const pace = new DiskPace(given);
    let [heldCount, stallCount] = [0, 0];
    for (let at = 1; at < 20_000; at += 1) {
      const isStall = at % every === 0;
      stallCount += isStall ? 1 : 0;
      if (pace.isFast) {
        heldCount += isStall ? 1 : 0;
        pace.record(isStall ? stallMs : fastMs);
      } else pace.record(isStall ? stallMs : fastMs, given === writes ? 20 : undefined);
    }
    expect(heldCount).toBeLessThan(0.15 * stallCount);
  });

  it('seldom tries a disk again that is slow each time when it is tried', () => {
    const pace = new DiskPace(writes);
    let heldCount = 0;
    for (let at = 0; at < 10_000; at += 1) {
      if (pace.isFast) heldCount += 1;
      pace.record(slowMs, pace.isFast ? undefined : 20);
    }
    expect(heldCount).toBeLessThan(100);
  });

  it('finds out that only the threads were slow', () => {
    const pace = new DiskPace(writes);
    for (let at = 0; at < 8; at += 1) pace.record(slowMs, 20);
    expect(calls(pace, 1_000).isFast).toBe(true);
    expect(calls(pace, 3, slowMs).isFast).toBe(true);
  });

  it('takes a call for fast below another bound where it waits for a thread', () => {
    const pace = new DiskPace({ fastCallsPerSlow: 2, fastCallsMax: 2 });
    pace.record(slowMs, 2 * slowMs);
    pace.record(slowMs, 2 * slowMs);
    expect(pace.isFast).toBe(true);
    pace.record(slowMs, slowMs);
    expect(pace.isFast).toBe(false);
  });
});

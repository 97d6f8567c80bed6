/*
 * Each policy is there for a kind of work. Traces of that kind show that the policies really differ, and in the
 * direction that each promises; the hit rates are printed. The traces are made from a fixed seed, so that a hit rate
 * is a fact of the policy.
 */
import { describe, expect, it } from 'vitest';
import { entryWeight } from './entry-weight.ts';
import { type EvictionPolicy, RowCache } from './row-cache.ts';

const policies: readonly EvictionPolicy[] = ['LRU', 'LFU', 'Hybrid'];
const documentBytes = 100;
const entriesMax = 1_000;

/** Numbers from 0 to below 1, the same ones every time (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Rows by Zipf's law with exponent 0.99, as YCSB has it; the most popular row is `first`. */
function createZipf(random: () => number, rowCount: number, first = 0): () => number {
  const cumulative: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= rowCount; rank += 1) {
    sum += 1 / rank ** 0.99;
    cumulative.push(sum);
  }
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = rowCount - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] ?? sum) < wanted) low = middle + 1;
      else high = middle;
    }
    return first + low;
  };
}

/** Share of reads that hit, after a quarter of the trace as a warm-up. */
function hitRate(policy: EvictionPolicy, trace: readonly number[]): number {
  const cache = new RowCache({ bytesMax: entriesMax * entryWeight(documentBytes), policy });
  const warm = trace.length >> 2;
  let before = cache.stats();
  for (const [at, row] of trace.entries()) {
    if (at === warm) before = cache.stats();
    if (cache.get(1, row, 1) !== undefined) continue;
    cache.set(1, row, { id: `${row}` }, documentBytes, 1);
  }
  return (cache.stats().hitCount - before.hitCount) / (trace.length - warm);
}

function hitRates(
  name: string,
  trace: readonly number[],
): Readonly<Record<EvictionPolicy, number>> {
  const rates = { LRU: 0, LFU: 0, Hybrid: 0 };
  for (const policy of policies) rates[policy] = hitRate(policy, trace);
  const shown = policies.map((policy) => `${policy} ${(rates[policy] * 100).toFixed(1)} %`);
  console.log(`${name}: ${shown.join(', ')}`);
  return rates;
}

describe('eviction policies', () => {
  it('Hybrid and LFU keep a working set through scans that are read once; LRU loses it', () => {
    const random = createRandom(1);
    const trace: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      for (let at = 0; at < 2_000; at += 1) trace.push(Math.floor(random() * 700));
      for (let at = 0; at < 3_000; at += 1) trace.push(10_000 + round * 3_000 + at);
    }
    const { LRU, LFU, Hybrid } = hitRates('working set and scans', trace);
    expect(LFU).toBeGreaterThan(LRU + 0.05);
    expect(Hybrid).toBeGreaterThan(LRU + 0.05);
  });

  it('Hybrid finds most of a loop that is a little larger than the cache, where LRU finds nothing', () => {
    const trace = Array.from({ length: 60_000 }, (_, at) => at % 1_200);
    const { LRU, Hybrid } = hitRates('loop over 1.2 times the cache', trace);
    expect(LRU).toBe(0);
    expect(Hybrid).toBeGreaterThan(0.5);
  });

  it('LFU keeps what is popular beside rows that are read three times and never again', () => {
    const random = createRandom(5);
    const popular = (): number => Math.floor(random() * 700);
    const trace = Array.from({ length: 20_000 }, popular);
    for (let passing = 10_000; passing < 30_000; passing += 1) {
      trace.push(popular(), passing, passing, passing);
    }
    const { LRU, LFU, Hybrid } = hitRates('popular rows and bursts', trace);
    expect(LFU).toBeGreaterThan(Hybrid + 0.02);
    expect(LFU).toBeGreaterThan(LRU + 0.02);
  });

  it('LFU and Hybrid are better than LRU where popularity follows a law', () => {
    const next = createZipf(createRandom(2), 20_000);
    const trace = Array.from({ length: 200_000 }, next);
    const { LRU, LFU, Hybrid } = hitRates('zipf 0.99 over 20 times the cache', trace);
    expect(LFU).toBeGreaterThan(LRU + 0.03);
    expect(Hybrid).toBeGreaterThan(LRU + 0.03);
  });

  it('LRU is the best where work moves on and does not come back', () => {
    const random = createRandom(3);
    const trace = Array.from({ length: 100_000 }, (_, at) =>
      Math.max(0, Math.floor(at / 4 - random() * 900)),
    );
    const { LRU, LFU, Hybrid } = hitRates('window that moves on', trace);
    expect(LRU).toBeGreaterThan(LFU);
    expect(LRU).toBeGreaterThanOrEqual(Hybrid);
  });

  it('LFU forgets what was popular once', () => {
    const random = createRandom(4);
    const before = createZipf(random, 5_000);
    const after = createZipf(random, 5_000, 100_000);
    const trace = Array.from({ length: 200_000 }, (_, at) => (at < 50_000 ? before() : after()));
    const { LRU, LFU } = hitRates('popularity that changes once', trace);
    expect(LFU).toBeGreaterThan(LRU);
  });
});

import { describe, expect, it } from 'vitest';
import { placeOf, type WideKey, WideMap } from './wide-map.ts';

const count = 100_000;

const kinds: readonly (readonly [string, (n: number) => WideKey])[] = [
  ['addresses', (n) => `user${n}@example.com`],
  ['ids', (n) => `0190a1b2-0000-7000-8000-${n.toString(16).padStart(12, '0')}`],
  [
    'sentences',
    (n) => `${(n * 7_919).toString(36)} writes of ${n.toString(36)} and more of the same`,
  ],
  ['moments', (n) => new Date(1.5e12 + n * 61_001).toISOString()],
  ['whole numbers', (n) => n],
  ['fractions', (n) => n / count],
];

describe.each(kinds)('a wide map of %s', (_, keyOf) => {
  it('has every key that was added, and no other', () => {
    const map = new WideMap<number>();
    for (let n = 0; n < count; n += 1) map.add(keyOf(n), n);
    let wrongCount = 0;
    for (let n = 0; n < count; n += 1) if (map.get(keyOf(n)) !== n) wrongCount += 1;
    expect([wrongCount, map.get(keyOf(count)), map.get('')]).toEqual([0, undefined, undefined]);
  });

  /** A Map that has doubled copies all its keys: that of a column held a sort of a million documents for 35 ms. */
  it('keeps no more than some of them in one place', () => {
    const sizes = new Map<number, number>();
    for (let n = 0; n < count; n += 1) {
      const place = placeOf(keyOf(n));
      sizes.set(place, (sizes.get(place) ?? 0) + 1);
    }
    expect(Math.max(...sizes.values())).toBeLessThan(count / 20);
  });
});

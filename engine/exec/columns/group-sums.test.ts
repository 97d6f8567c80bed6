import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactSum } from '../exact-sum.ts';
import { GroupSums } from './group-sums.ts';

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(-0, 0.1, 1e300, -1e300, 5e-324, 2 ** 53 - 1, 1 / 3, 1e-200, 1e100, -1e100),
);

describe('sums of groups', () => {
  it('are those of a sum for each group, whatever the numbers', () => {
    const added = fc.array(fc.tuple(fc.nat(5), numbers), { maxLength: 200 });
    fc.assert(
      fc.property(added, (pairs) => {
        const sums = new GroupSums();
        const expected = new Map<number, ExactSum>();
        for (const [group, value] of pairs) {
          sums.reserve(group + 1);
          sums.add(group, value);
          const sum = expected.get(group) ?? new ExactSum();
          sum.add(value);
          expected.set(group, sum);
        }
        for (let group = 0; group < 6; group += 1) {
          const wanted = expected.get(group) ?? new ExactSum();
          const found = sums.sumOf(group);
          expect(found.total()).toBe(wanted.total());
          expect([found.count, found.isWhole, found.mean()]).toEqual([
            wanted.count,
            wanted.isWhole,
            wanted.mean(),
          ]);
          if (wanted.isWhole) expect(found.wholeTotal).toBe(wanted.wholeTotal);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keep what was added when more groups come', () => {
    const sums = new GroupSums();
    for (let group = 0; group < 1_000; group += 1) {
      sums.reserve(group + 1);
      sums.add(group, group + 0.5);
      sums.add(group, 1);
    }
    const totals = Array.from({ length: 1_000 }, (_, group) => sums.sumOf(group).total());
    expect(totals).toEqual(Array.from({ length: 1_000 }, (_, group) => group + 1.5));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactSum } from './exact-sum.ts';

function sumOf(values: readonly number[]): ExactSum {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum;
}

describe('an exact sum', () => {
  it.each([
    [[], 0],
    [[-0], 0],
    [[0.1, 0.2, 0.3, -0.6], 2.7755575615628914e-17],
    [[1e100, 1, -1e100], 1],
    [[1e308, 1e308, -1e308], 1e308],
    [[1.7976931348623157e308, 1e292], Number.POSITIVE_INFINITY],
    [[5e-324, 5e-324], 1e-323],
    [[2 ** 53 - 1, 2 ** 53 - 1, -(2 ** 53 - 1)], 2 ** 53 - 1],
    [[2 ** 53 - 1, 2 ** 53 - 1, 0.5], 2 ** 54 - 2],
    // Halfway between two numbers, and a little more.
    [[2 ** 53, 1], 2 ** 53],
    [[2 ** 53, 1, 2 ** -60], 2 ** 53 + 2],
  ])('of %j is %d', (values, total) => {
    expect(sumOf(values).total()).toBe(total);
  });

  it('knows whole numbers beyond the range of exact ones', () => {
    const sum = sumOf([2 ** 53 - 1, 2 ** 53 - 1]);
    expect([sum.isWhole, sum.wholeTotal]).toEqual([true, 18014398509481982n]);
  });

  it('is the same in every order, and what the fractions say', () => {
    const numbers = fc.array(
      fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.maxSafeInteger(),
        fc.constantFrom(0.1, 1e300, -1e300, 5e-324, 2 ** 53, 1 / 3),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(numbers, (values) => {
        const total = sumOf(values).total();
        const others = [[...values].reverse(), [...values].sort((a, b) => a - b)];
        for (const other of others) expect(sumOf(other).total()).toBe(total);
        // Adding the negated total leaves less than half of its last digit.
        if (!Number.isFinite(total)) return;
        const rest = Math.abs(sumOf([...values, -total]).total());
        expect(rest).toBeLessThanOrEqual(Math.max(Math.abs(total) * 2 ** -53, 0));
      }),
      { numRuns: 500 },
    );
  });

  it('has a mean where the sum itself is beyond all numbers', () => {
    expect(sumOf([1e308, 1e308]).mean()).toBe(1e308);
    expect(sumOf([]).mean()).toBeUndefined();
  });
});

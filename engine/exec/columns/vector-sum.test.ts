import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../test/durability/seeded-random.ts';
import { ExactSum } from '../exact-sum.ts';
import { VectorSum } from './vector-sum.ts';

/** Numbers of all sizes, and such as lie close enough together to be cut at one scale. */
const number = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: -1_000, max: 1_000, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc
    .tuple(fc.integer({ min: -60, max: 60 }), fc.double({ min: 1, max: 2, noNaN: true }))
    .map(([exponent, fraction]) => fraction * 2 ** exponent),
  fc.constantFrom(
    0,
    -0,
    0.1,
    0.5,
    1 / 3,
    2 ** -29,
    1 - 2 ** -53,
    5e-324,
    1e-290,
    1e290,
    Number.NaN,
  ),
);

describe('a sum of the numbers of a column', () => {
  it('is the exact sum of the rows, however large and small numbers are mixed', () => {
    const blocks = fc.array(fc.array(number, { maxLength: 60 }), { maxLength: 4 });
    fc.assert(
      fc.property(blocks, (added) => {
        const [found, wanted] = [new ExactSum(), new ExactSum()];
        const sum = new VectorSum(found);
        for (const block of added) addBlock(sum, wanted, block);
        sum.end();
        expect([found.total(), found.count]).toEqual([wanted.total(), wanted.count]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('loses no bit of as many numbers as a chunk has, close together or far apart', () => {
    const random = randomFrom(1);
    for (const span of [0, 28, 50, 120]) {
      const [found, wanted] = [new ExactSum(), new ExactSum()];
      const sum = new VectorSum(found);
      const numbers = Array.from({ length: 32_000 }, () => {
        const size = 2 ** -Math.floor(random() * (span + 1));
        return (0.5 + random() / 2 + random() * 2 ** -32) * size;
      });
      for (let block = 0; block < 4; block += 1) addBlock(sum, wanted, numbers);
      // What is left when all but the last bits are taken away again.
      addBlock(sum, wanted, [-wanted.total()]);
      sum.end();
      expect([span, found.total()]).toEqual([span, wanted.total()]);
    }
  });

  it('does not lose what cancels out', () => {
    const [found, wanted] = [new ExactSum(), new ExactSum()];
    const sum = new VectorSum(found);
    const numbers = Array.from({ length: 1_000 }, (_, at) => (at + 0.1) / 7 + 2 ** -40);
    addBlock(sum, wanted, [2 ** 20 + 0.25, ...numbers]);
    addBlock(
      sum,
      wanted,
      [...numbers, 2 ** 20 + 0.125].map((each) => -each),
    );
    sum.end();
    expect(found.total()).toBe(0.125);
    expect(wanted.total()).toBe(0.125);
  });
});

/** Every second row of a column that also has others. */
function addBlock(sum: VectorSum, wanted: ExactSum, block: readonly number[]): void {
  const column = new Float64Array(2 * block.length).fill(1_234.5);
  const rows = Uint16Array.from(block, (_, at) => 2 * at + 1);
  for (const [at, each] of block.entries()) {
    column[2 * at + 1] = each;
    if (!Number.isNaN(each)) wanted.add(each);
  }
  sum.add(column, rows, block.length);
}

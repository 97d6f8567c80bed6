import { describe, expect, it } from 'vitest';
import { CodedChunk, chunkRows } from './column-chunk.ts';

const sizes = { own: 5, others: 7, rowCount: chunkRows };

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** How often each pair comes, row by row. */
function counted(first: CodedChunk, second: CodedChunk): readonly number[] {
  const counts = new Array<number>(sizes.own * sizes.others).fill(0);
  for (let at = 0; at < chunkRows; at += 1) {
    const place = (first.codes[at] ?? 0) * sizes.others + (second.codes[at] ?? 0);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

function told(first: CodedChunk, second: CodedChunk): readonly number[] | undefined {
  const pairs = first.pairsWith(second, sizes);
  if (pairs === undefined) return undefined;
  return Array.from({ length: sizes.own * sizes.others }, (_, place) =>
    pairs.countOf(Math.floor(place / sizes.others), place % sizes.others),
  );
}

describe('how often two codes come together', () => {
  it('is what a look at each row tells, whatever is changed', () => {
    const next = generator(1);
    let first = new CodedChunk();
    const seconds = Array.from({ length: 6 }, () => new CodedChunk());
    const change = (count: number): void => {
      for (let each = 0; each < count; each += 1) {
        const at = next(chunkRows);
        first.set(at, next(sizes.own));
        for (const second of seconds) if (next(2) === 0) second.set(at, next(sizes.others));
      }
    };
    change(20_000);
    for (let round = 0; round < 12; round += 1) {
      // More of them than a chunk keeps current, so that some are made anew.
      for (const second of seconds) expect(told(first, second)).toEqual(counted(first, second));
      change(500);
      if (round % 4 === 3) first = first.copy();
      const at = next(seconds.length);
      if (round % 4 === 1) seconds[at] = seconds[at]?.copy() ?? new CodedChunk();
    }
  });

  it('is not told before it has been asked for often enough, nor of too many codes', () => {
    const [first, second] = [new CodedChunk(), new CodedChunk()];
    const few = { ...sizes, rowCount: chunkRows / 2 };
    const asked = [1, 2, 3].map(() => first.pairsWith(second, few) !== undefined);
    const many = first.pairsWith(new CodedChunk(), { ...sizes, own: 200, others: 200 });
    expect([asked, many]).toEqual([[false, true, true], undefined]);
  });

  it('is made anew when a code comes that it does not have', () => {
    const [first, second] = [new CodedChunk(), new CodedChunk()];
    first.set(1, 4);
    expect(told(first, second)?.[4 * sizes.others]).toBe(1);
    second.set(1, 9);
    first.set(2, 4);
    const larger = first.pairsWith(second, { ...sizes, others: 10 });
    expect([larger?.countOf(4, 9), larger?.countOf(4, 0)]).toEqual([1, 1]);
  });
});

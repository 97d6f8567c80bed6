/*
 * The first few of many rows, which are taken a block at a time from the second block on: by a field of numbers, some of them
 * missing, in both directions, compared with all of them sorted.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Aurora } from '#engine';

const documentCount = 40_000;

/** Where the numbers are missing, and how they lie. */
const shapes: Readonly<Record<string, (n: number) => number | null>> = {
  'scattered, every third missing': (n) => (n % 3 === 1 ? null : (n * 7_919) % documentCount),
  'few distinct, the last ones missing': (n) => (n > documentCount - 20 ? null : n % 7),
  'rising, the first ones missing': (n) => (n < 5 ? null : n / 3),
  'falling below zero, one missing late': (n) => (n === 30_000 ? null : -n - 0.5),
  'nearly all missing': (n) => (n % 9_000 === 4_000 ? n / 7 : null),
};

describe('the first rows of many by a field of numbers', () => {
  it.each(Object.keys(shapes))('are those of all rows in order: %s', async (name) => {
    const numberOf = shapes[name] ?? (() => null);
    const db = await Aurora.open({ store: 'memory' });
    await db.execute('schema { define collection items { n: Int  number: Float } }');
    const items = Array.from({ length: documentCount }, (_, n) => ({ n, number: numberOf(n) }));
    for (let start = 0; start < documentCount; start += 10_000) {
      await db.insertMany('items', items.slice(start, start + 10_000));
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 12 }),
        async (direction, limit, offset) => {
          const sign = direction === 'asc' ? 1 : -1;
          const rank = (number: number | null) => number ?? Number.NEGATIVE_INFINITY;
          const sorted = items.toSorted((left, right) =>
            rank(left.number) === rank(right.number)
              ? left.n - right.n
              : (rank(left.number) - rank(right.number)) * sign || left.n - right.n,
          );
          const query = db.query('items').orderBy('number', direction).limit(limit).offset(offset);
          const found = await query.collect();
          expect(found.map(({ n }) => n)).toEqual(
            sorted.slice(offset, offset + limit).map(({ n }) => n),
          );
        },
      ),
      { numRuns: 12 },
    );
    await db.close();
  });
});

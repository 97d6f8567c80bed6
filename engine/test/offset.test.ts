import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Aurora } from '#engine';

/*
 * An offset in a whole collection is a jump while its rows have no gaps, and a walk after the first delete; in an index
 * it passes over entries. Each gives the documents that a list of all would, also with a limit beyond the end.
 */
it('passes over as many documents as it says, with and without gaps', async () => {
  const db = await Aurora.open(':memory:');
  try {
    await db.newCollection('numbers', { n: { type: 'Int', indexed: true } });
    await db.insertMany(
      'numbers',
      Array.from({ length: 300 }, (_, n) => ({ n })),
    );
    const page = async (offset: number, limit: number) => {
      const given = `offset: ${offset}, limit: ${limit}`;
      const text = `{ rows: numbers(${given}) { n } sorted: numbers(${given}, orderBy: { n: DESC }) { n } }`;
      return (await db.execute(text)).data;
    };
    const places = fc.tuple(fc.integer({ min: 0, max: 310 }), fc.integer({ min: 0, max: 40 }));
    const check = (all: readonly number[]) =>
      fc.assert(
        fc.asyncProperty(places, async ([offset, limit]) => {
          const window = (list: readonly number[]) =>
            list.slice(offset, offset + limit).map((n) => ({ n }));
          expect(await page(offset, limit)).toEqual({
            rows: window(all),
            sorted: window(all.toReversed()),
          });
        }),
        { numRuns: 40 },
      );
    const all = Array.from({ length: 300 }, (_, n) => n);
    await check(all);
    // Beyond the end, every document was read to be passed over.
    const beyond = await db.execute('{ numbers(offset: 300) { n } }');
    expect(beyond.extensions.rowsRead).toBe(0);
    await db
      .query('numbers')
      .filter((f) => f.inValues('n', [0, 7, 150, 299]))
      .delete();
    await check(all.filter((n) => ![0, 7, 150, 299].includes(n)));
  } finally {
    await db.close();
  }
});

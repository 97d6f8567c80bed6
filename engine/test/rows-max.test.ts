/* `rowsMax` of `execute`: a query with more rows ends with an error, one with as many gives them all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';

const documentCount = 1_000;
let db: Database;
beforeAll(async () => {
  db = await Aurora.open({ store: 'memory' });
  await db.newCollection('items', { number: { type: 'Int' }, tag: { type: 'String' } });
  await db.insertMany(
    'items',
    Array.from({ length: documentCount }, (_, number) => ({ number, tag: `tag ${number % 10}` })),
  );
});
afterAll(() => db.close());

/** Texts, and how many rows the largest of their results has. */
const queries: readonly (readonly [string, number])[] = [
  ['{ items { number } }', documentCount],
  ['{ items(where: { number: { lt: 7 } }) { number } }', 7],
  ['{ items(first: 20) { totalCount pageInfo { hasNextPage } edges { cursor node { id } } } }', 20],
  ['{ items { totalCount groupBy(field: "tag") { key count } } }', 10],
  ['{ a: items(limit: 3) { id } b: items(limit: 5) { id } }', 5],
];

describe('the most rows that a result may have', () => {
  it.each(queries)('%s', async (text, rowCount) => {
    const free = await db.execute(text);
    for (const rowsMax of [rowCount, rowCount + 1, 1_000_000]) {
      expect((await db.execute(text, { rowsMax })).data).toEqual(free.data);
    }
    await expect(db.execute(text, { rowsMax: rowCount - 1 })).rejects.toMatchObject({
      code: 'LimitExceeded',
      message: `The result has more than ${rowCount - 1} rows.`,
      hint: expect.stringContaining('rowsMax'),
      details: { rowsMax: rowCount - 1 },
    });
  });

  it('also binds prepared statements and transactions', async () => {
    const statement = db.prepare('{ items { number } }');
    await expect(statement.execute({}, { rowsMax: 10 })).rejects.toThrow('more than 10 rows');
    const inside = db.transaction((tx) => tx.execute('{ items { number } }', { rowsMax: 10 }));
    await expect(inside).rejects.toThrow('more than 10 rows');
  });

  it('counts nothing that has no rows', async () => {
    const text = '{ items { totalCount aggregate { max(field: "number") } } }';
    const { data } = await db.execute(text, { rowsMax: 1 });
    expect(data['items']).toEqual({
      totalCount: documentCount,
      aggregate: { max: documentCount - 1 },
    });
  });

  it.each([
    '{ id tag }',
    '{ id same: lookup(collection: "items", localField: "number", foreignField: "number") { id } }',
  ])('lets a mutation give all that it has written: %s', async (selection) => {
    const text = `mutation { update(collection: "items", where: { number: { gte: 0 } }, data: { tag: "new" }) ${selection} }`;
    const { data } = await db.execute(text, { rowsMax: 1 });
    expect(data['update']).toHaveLength(documentCount);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '10', null])(
    'refuses %j as a number of rows',
    async (rowsMax) => {
      for (const text of ['{ items { id } }', 'subscription { items { id } }']) {
        await expect(Reflect.apply(db.execute, db, [text, { rowsMax }])).rejects.toMatchObject({
          code: 'InvalidValue',
          message: expect.stringContaining('whole number from 1'),
        });
      }
    },
  );
});

import { expect, it } from 'vitest';
import { Aurora } from '#engine';
import { indexFigures } from './index-figures.ts';

it('tells of indexes how large they are and how often they were read', async () => {
  const db = await Aurora.open(':memory:');
  await db.execute('schema { define collection people { name: String @unique } }');
  await db.insertMany('people', [{ name: 'Ann' }, { name: 'Bob' }]);
  await db
    .query('people')
    .filter((f) => f.eq('name', 'Ann'))
    .collect();
  const { indexes } = await indexFigures(db, new AbortController().signal);
  expect(indexes).toEqual([
    { collection: 'people', name: 'name', bytesEstimated: expect.any(Number), useCount: 1 },
  ]);
  expect(indexes[0]?.bytesEstimated).toBeGreaterThan(20);
  await db.close();
});

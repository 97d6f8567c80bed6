import { expect, it } from 'vitest';
import { Aurora } from '#engine';

/*
 * A document of an open collection may hold something under the name that a field gets. Where it has nothing under the
 * field's old name, that becomes the field's value, and has to fit.
 */
async function renamed(value: number | string) {
  const db = await Aurora.open(':memory:');
  try {
    await db.execute('schema { define collection items @open { a: Int d: Int } }');
    await db.insertInto('items', { c: value });
    await db.execute('migrate { "1": { alter collection items { rename a to c } } }');
    await db.query('items').update({ d: 1 });
    return await db.query('items').collect();
  } finally {
    await db.close();
  }
}

it('a field is not renamed to what documents hold with another type', async () => {
  await expect(renamed('x')).rejects.toMatchObject({
    code: 'ValidationError',
    message: expect.stringContaining('"c": expected an integer, got "x"'),
  });
});

it('takes over what fits', async () => {
  expect(await renamed(5)).toMatchObject([{ c: 5, d: 1 }]);
});

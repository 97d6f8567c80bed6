/*
 * Rows of documents that a transaction has inserted stand above 2 ** 32, so that they are nobody else's. A sort kept 32
 * bits of them, and gave stored documents in their place.
 */
import { expect, it } from 'vitest';
import { Aurora } from '#engine';

const idOf = (n: number): string => `0190a1b2-0000-7000-8000-${String(n).padStart(12, '0')}`;

it('gives what a transaction has inserted in its order, beside what is stored', async () => {
  const db = await Aurora.open({ store: 'memory' });
  await db.newCollection('notes', { text: { type: 'String' } });
  await db.insertMany('notes', [
    { id: idOf(5), text: 'b' },
    { id: idOf(6), text: 'd' },
  ]);
  const seen = await db.transaction(async (tx) => {
    await tx.insertInto('notes', { id: idOf(1), text: 'c' });
    await tx.insertInto('notes', { id: idOf(2), text: 'a' });
    const byText = await tx.query('notes').orderBy('text', 'desc').collect();
    const byId = await tx.query('notes').collect();
    return [byText, byId].map((found) => found.map(({ text }) => text));
  });
  await db.close();
  expect(seen).toEqual([
    ['d', 'c', 'b', 'a'],
    ['c', 'a', 'b', 'd'],
  ]);
});

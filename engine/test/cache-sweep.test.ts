/*
 * A query that gave every document of a large collection in an order pushed everything out of the cache, its own documents
 * too before anybody could ask for them again: each of them lived just long enough for the collector to copy it.
 */
import { describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';

const count = 4_000;

async function filled(): Promise<Database> {
  const db = await Aurora.open({ store: 'memory', hotCacheSizeMb: 1 });
  await db.newCollection('notes', {
    text: { type: 'String' },
    rank: { type: 'Int', indexed: true },
  });
  const documents = Array.from({ length: count }, (_, n) => ({
    text: `${(n * 7_919) % count} is written here`,
    rank: (n * 104_729) % count,
  }));
  await db.insertMany('notes', documents);
  return db;
}

describe('a query of more documents than the cache has room for', () => {
  for (const field of ['text', 'rank']) {
    it(`leaves in the cache what is there, in the order of ${field}`, async () => {
      const db = await filled();
      const ask = async () => {
        const { data } = await db.execute(
          `query { notes(orderBy: { ${field}: ASC }) { id ${field} } }`,
        );
        return Reflect.get(data, 'notes');
      };
      const first = await ask();
      const before = (await db.stats()).cache?.evictionCount;
      const second = await ask();
      const evicted = ((await db.stats()).cache?.evictionCount ?? 0) - (before ?? 0);
      await db.close();
      const values = Array.isArray(second) ? second.map((row) => Reflect.get(row, field)) : [];
      expect({
        isSame: JSON.stringify(first) === JSON.stringify(second),
        isOrdered: values.every((value, at) => at === 0 || values[at - 1] <= value),
        count: values.length,
        // The first thousand are kept like those of any query.
        areFewEvicted: evicted <= 1_024,
      }).toEqual({ isSame: true, isOrdered: true, count, areFewEvicted: true });
    });
  }
});

/** Of what swept through, one of 64 was kept while there was room: a cache filled with what nobody had asked for twice. */
it('a query of a whole collection adds no more than its first documents to a cache that has room', async () => {
  const db = await Aurora.open({ store: 'memory', hotCacheSizeMb: 64 });
  await db.newCollection('notes', { text: { type: 'String' } });
  const documents = Array.from({ length: count }, (_, n) => ({ text: `${(n * 7_919) % count}` }));
  await db.insertMany('notes', documents);
  const cached = async () => (await db.stats()).cache?.entryCount;
  await db.execute('query { notes(orderBy: { text: ASC }) { id text } }');
  const once = await cached();
  await db.execute('query { notes(orderBy: { text: ASC }) { id text } }');
  const twice = await cached();
  await db.close();
  expect({ once, twice }).toEqual({ once: 1_024, twice: 1_024 });
});

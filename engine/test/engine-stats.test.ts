import { describe, expect, it } from 'vitest';
import { Aurora } from '#engine';

describe('the collection _stats', () => {
  it('says what the figures of the database are, and is filtered and ordered like any other', async () => {
    const db = await Aurora.open({ store: 'memory' });
    await db.newCollection('films', { title: { type: 'String' } });
    await db.insertMany('films', [{ title: 'Alien' }, { title: 'Brazil' }]);
    const { data } = await db.execute(
      '{ _stats(where: { name: { in: ["documents", "collections", "row_cache.size"] } }, orderBy: { name: ASC }) { name value unit } }',
    );
    const { documentCount, collections, cache } = await db.stats();
    await db.close();
    expect(data['_stats']).toEqual([
      { name: 'collections', value: collections.length, unit: null },
      { name: 'documents', value: documentCount, unit: null },
      { name: 'row_cache.size', value: cache?.bytes, unit: 'bytes' },
    ]);
  });

  it('takes no writes', async () => {
    const db = await Aurora.open({ store: 'memory' });
    const refused = db.execute(
      'mutation { delete(collection: "_stats", where: { name: { eq: "readers" } }) { aggregate { count } } }',
    );
    await expect(refused).rejects.toMatchObject({ code: 'ReadOnlyCollection' });
    await db.close();
  });
});

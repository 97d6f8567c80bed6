import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Aurora } from '#engine';
import { fastFolder } from './durability/fast-folder.ts';
import { chooseSeed, randomFrom } from './durability/seeded-random.ts';

/*
 * A document that is read again and again while it is changed: whatever the write buffer, the cache and the store each
 * hold of it, what was acknowledged last is what is read.
 */
const folder = mkdtempSync(join(fastFolder(), 'aurora-read-after-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seed = chooseSeed('READ_SEED');
const documentCount = 8;
const roundCount = 2_000;

it(`gives what was acknowledged last, while buffers are applied (seed ${seed})`, async () => {
  const random = randomFrom(seed);
  const db = await Aurora.open({
    dbPath: join(folder, 'read.db'),
    writeBufferFlushIntervalMs: 1,
  });
  await db.newCollection('items', { n: { type: 'Int' } });
  const ids: string[] = [];
  for (let at = 0; at < documentCount; at += 1) ids.push(await db.insertInto('items', { n: 0 }));
  const acknowledged = new Map(ids.map((id) => [id, 0]));
  for (let round = 1; round <= roundCount; round += 1) {
    const id = ids[Math.floor(random() * documentCount)] ?? '';
    await db
      .query('items')
      .filter((f) => f.eq('id', id))
      .update({ n: round });
    acknowledged.set(id, round);
    if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve, random() * 2));
    for (const [each, n] of acknowledged) {
      expect(db.get('items', each)?.['n'], `round ${round}`).toBe(n);
    }
  }
  await db.close();
});

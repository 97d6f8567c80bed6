import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { Aurora } from '#engine';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const documentCount = 300;
const roundCount = 160;

it('groups that come and go are not kept for somebody who does not ask for them', async () => {
  const db = await Aurora.open(':memory:');
  await db.newCollection('users', { name: { type: 'String' } });
  const documents = Array.from({ length: documentCount }, (_, at) => ({ name: `user ${at}` }));
  const ids = await db.insertMany('users', documents);
  const groups = db.live('{ users { groupBy(field: "name") { key count } } }');
  await groups.next();
  const rename = async (round: number) => {
    const changes = ids.map((id, at) => ({ id, name: `user ${at} in round ${round}` }));
    await db.transaction(async (tx) => {
      for (const { id, name } of changes) {
        await tx
          .query('users')
          .filter((f) => f.eq('id', id))
          .update({ name });
      }
    });
  };
  for (let round = 0; round < 20; round += 1) await rename(round);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let round = 20; round < roundCount; round += 1) await rename(round);
  collectGarbage();
  // Each of 42,000 changes left a group of some 600 bytes.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10e6);
  const next = await groups.next();
  expect(next.value).toMatchObject({ type: 'delta' });
  groups.close();
  await db.close();
}, 120_000);

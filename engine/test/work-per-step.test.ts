/*
 * How much is done between two looks at clock and cancellation when the clock gives no reason to hurry: it stands still,
 * so blocks and batches grow as far as they may. What is counted are the looks; each operator must rest so often that
 * what lies between is some hundreds of documents, or one block of a vector.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Clock, type Database } from '#engine';

/** Stands still and counts who looks at it. */
class StillClock implements Clock {
  looks = 0;

  now(): number {
    return 1_700_000_000_000;
  }

  elapsed(): number {
    this.looks += 1;
    return 0;
  }
}

const documentCount = 40_000;
describe('between two looks at the clock', () => {
  const clock = new StillClock();
  let db: Database;
  beforeAll(async () => {
    db = await Aurora.open({ store: 'memory', clock });
    await db.newCollection('items', { number: { type: 'Int' }, text: { type: 'String' } });
    for (let start = 0; start < documentCount; start += 10_000) {
      await db.insertMany(
        'items',
        Array.from({ length: 10_000 }, (_, at) => {
          const number = ((start + at) * 7_919) % documentCount;
          return { number, text: `item ${number}` };
        }),
      );
    }
  });
  afterAll(() => db.close());

  /** How often a text that is run again looks at the clock: the first run fills columns and caches. */
  const looksOf = async (text: string): Promise<{ looks: number; plan: string }> => {
    await db.execute(text);
    clock.looks = 0;
    const { extensions } = await db.execute(text);
    return { looks: clock.looks, plan: extensions.plan.join('; ') };
  };

  it.each([
    // A batch of 128 is read at a time; before it, entries are compared 512 at a time and taken from the heap likewise.
    {
      what: 'the first half of an order over columns',
      text: '{ items(orderBy: { text: DESC }, where: { number: { gte: 0 } }, offset: 19990, limit: 10) { id } }',
      steps: 20_000 / 128 + documentCount / 512 + 20_000 / 512,
    },
    {
      what: 'an order over columns',
      text: '{ items(orderBy: { text: DESC }, where: { number: { gte: 0 } }) { id } }',
      steps: documentCount / 128 + documentCount / 512,
    },
    {
      what: 'a pattern over a column',
      text: '{ items(where: { text: { matches: "^item .*777" } }) { aggregate { count } } }',
      steps: documentCount / 512,
    },
  ])('does little: $what', async ({ text, steps }) => {
    const { looks, plan } = await looksOf(text);
    // Each step is looked at three times.
    expect(plan).toContain('ColumnScan');
    expect(looks).toBeGreaterThanOrEqual(3 * Math.floor(steps));
  });
});

/*
 * `_slow_queries` was empty unless the database had been opened with `recordMetrics`, and said of documents that were
 * given that they were read.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, type Clock, type Database } from '#engine';

/** Each look at it takes so long. */
class SteppingClock implements Clock {
  stepMs = 0;
  #elapsed = 0;

  now(): number {
    return 1_700_000_000_000;
  }

  elapsed(): number {
    this.#elapsed += this.stepMs;
    return this.#elapsed;
  }
}

const clock = new SteppingClock();
let db: Database;

beforeEach(async () => {
  clock.stepMs = 0;
  db = await Aurora.open({ store: 'memory', clock });
  await db.newCollection('notes', { n: { type: 'Int' } });
  await db.insertMany(
    'notes',
    Array.from({ length: 30 }, (_, n) => ({ n })),
  );
});
afterEach(() => db.close());

async function slowOnes(): Promise<unknown> {
  clock.stepMs = 0;
  const { data } = await db.execute(
    '{ _slow_queries { text plan rows_read rows_given outcome elapsed_ms } }',
  );
  return data['_slow_queries'];
}

describe('slow statements', () => {
  it('are kept without metrics, with what they read and gave', async () => {
    expect(await slowOnes()).toEqual([]);
    const text = '{ notes(where: { n: { gte: 20 } }) { n } }';
    await db.execute(text);
    clock.stepMs = 50;
    await db.execute(text);
    expect(await slowOnes()).toEqual([
      {
        text,
        plan: 'FullScan(notes) → Filter → Project',
        rows_read: 30,
        rows_given: 10,
        outcome: 'ok',
        elapsed_ms: expect.any(Number),
      },
    ]);
  });

  it('count what is worked on, not how long a reader waits', async () => {
    const text = '{ notes(where: { n: { gte: 20 } }) { n } }';
    const run = db.run(text);
    await run.next(1_000);
    clock.stepMs = 5_000;
    clock.elapsed();
    clock.stepMs = 0;
    await run.close();
    expect(await slowOnes()).toEqual([]);
    clock.stepMs = 50;
    const slow = db.run(text);
    while (!(await slow.next(1_000)).done);
    await slow.close();
    expect(await slowOnes()).toMatchObject([{ text, rows_read: 30, rows_given: 10 }]);
  });
});

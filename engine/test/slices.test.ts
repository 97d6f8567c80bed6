import { describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type Clock } from '#engine';

/** A clock that moves by a fixed step each time somebody looks: work takes time, and nothing else does. */
class SteppingClock implements Clock {
  #elapsed = 0;
  #stepMs = 0;

  setStep(stepMs: number): void {
    this.#stepMs = stepMs;
  }

  now(): number {
    return 1_700_000_000_000 + this.#elapsed;
  }

  elapsed(): number {
    this.#elapsed += this.#stepMs;
    return this.#elapsed;
  }
}

/** Without columns unless told, so that documents are read whatever is asked. */
async function openFilled(clock: SteppingClock, documentCount: number, coldCacheCapacityMb = 0) {
  const db = await Aurora.open({ store: 'memory', clock, coldCacheCapacityMb });
  const items = await db.newCollection('items', {
    number: { type: 'Int' },
    text: { type: 'String' },
  });
  for (let start = 0; start < documentCount; start += 10_000) {
    const length = Math.min(10_000, documentCount - start);
    await items.insertMany(
      Array.from({ length }, (_, at) => ({ number: start + at, text: `item ${start + at}` })),
    );
  }
  return { db, items };
}

/** How often the event loop turns while something is under way. */
async function countTurns(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await work.finally(() => {
    isOver = true;
  });
  return turns;
}

describe('an unindexed scan of 100,000 documents', () => {
  it('goes through the event loop again and again, by the clock', async () => {
    const clock = new SteppingClock();
    const { db, items } = await openFilled(clock, 100_000);
    // Each look at the clock costs a third of a slice, so at most a few batches fit into one.
    clock.setStep(4 / 3);
    const found = items
      .query()
      .filter((f) => f.endsWith('text', '99999'))
      .collect();
    const turns = await countTurns(found);
    expect((await found).map(({ number }) => number)).toEqual([99_999]);
    // Batches halve down to few rows as each seems slow, and every one or two end a slice.
    expect(turns).toBeGreaterThan(1_000);
    await db.close();
  });

  it('stops at the next slice when it is cancelled, and releases its snapshot', async () => {
    const clock = new SteppingClock();
    const { db } = await openFilled(clock, 20_000);
    clock.setStep(1);
    const abort = new AbortController();
    const text = 'query { items(where: { text: { matches: "no such" } }) { id } }';
    const outcome = db.execute(text, { signal: abort.signal }).catch((error: unknown) => error);
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      if (turns < 3) setImmediate(turn);
      else abort.abort();
    };
    setImmediate(turn);
    const error = await outcome;
    expect(error instanceof AuroraError ? error.code : error).toBe('Cancelled');
    await db.close();
  });
});

describe('columns of 20,000 documents', () => {
  it('are filled and read in slices, and end when they are cancelled', async () => {
    const clock = new SteppingClock();
    const { db } = await openFilled(clock, 20_000, 64);
    clock.setStep(4 / 3);
    const text =
      '{ items(where: { text: { endsWith: "9" } }) { aggregate { sum(field: "number") } } }';
    const abort = new AbortController();
    const cancelled = db.execute(text, { signal: abort.signal }).catch((error: unknown) => error);
    setImmediate(() => abort.abort());
    expect(await cancelled).toMatchObject({ code: 'Cancelled' });
    expect(await countTurns(db.execute(text))).toBeGreaterThan(100);
    const { data, extensions } = await db.execute(text);
    expect(data).toEqual({ items: { aggregate: { sum: 20_008_000 } } });
    expect(extensions.plan).toEqual(['ColumnScan(items.(text, number)) → Aggregate']);
    expect(await countTurns(db.execute(text))).toBeGreaterThan(3);
    await db.close();
  });
});

/*
 * Cancelling in the middle of every operator of a plan: each ends within a few turns of the event loop, and a turn is at
 * most one slice (limits.sliceMs) and one small batch. Time is counted in looks at a clock that moves by a third of a slice
 * with each, so that nothing here depends on how fast the machine is. Operators whose work is constant are left out:
 * `IdLookup` of one id, `IndexEnd`, `CollectionCount`, `Nothing`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type Clock, type Database } from '#engine';
import { limits } from '../limits.ts';

class SteppingClock implements Clock {
  stepMs = 0;
  #elapsed = 0;

  now(): number {
    return 1_700_000_000_000 + this.#elapsed;
  }

  elapsed(): number {
    this.#elapsed += this.stepMs;
    return this.#elapsed;
  }
}

/** Turns of the event loop between the signal and the end, at most. */
const turnsMax = 5;
const documentCount = 3_000;
const operators = [
  ...['FullScan', 'ColumnScan', 'IndexRange', 'Search', 'Filter', 'Sort', 'SortTies', 'TopK'],
  ...['Limit', 'Offset', 'Aggregate', 'GroupBy', 'Count', 'Page', 'Compute', 'Export'],
  ...['IdJoin', 'IndexJoin', 'HashJoin'],
];
const texts = [
  '{ items(where: { text: { endsWith: "never" } }) { id } }',
  '{ items(where: { text: { endsWith: "9" } }, offset: 200, limit: 50000) { id } }',
  '{ items(orderBy: { text: DESC }) { id } }',
  '{ items(orderBy: { text: DESC }, limit: 900) { id } }',
  '{ items(orderBy: { key: ASC }, limit: 2500) { id } }',
  '{ items(orderBy: [{ tag: ASC }, { text: DESC }], limit: 50) { id } }',
  '{ items(where: { text: { endsWith: "9" } }) { totalCount } }',
  '{ items { aggregate { sum(field: "number") countDistinct(field: "text") } } }',
  '{ items { groupBy(field: "text", orderBy: { key: DESC }) { key nodes { id } } } }',
  '{ items(first: 2500, orderBy: { text: DESC }) { edges { cursor node { id } } } }',
  '{ items(last: 2500) { edges { node { id } } pageInfo { hasNextPage } } }',
  '{ items { id same: lookup(collection: "items", localField: "number", foreignField: "number") { text } } }',
  '{ items { id same: lookup(collection: "items", localField: "key", foreignField: "key") { text } } }',
  '{ items { id same: lookup(collection: "items", localField: "id", foreignField: "id") { text } } }',
  '{ items(search: { query: "item 777", fuzzy: true }) { _score _highlight } }',
  'mutation { export(collection: "items", format: CSV) }',
];
/** Over columns; each look at the clock makes their blocks smaller. */
const columnTexts = [
  '{ items(where: { text: { endsWith: "never" } }) { id } }',
  '{ items(where: { text: { matches: ".*9$" } }) { totalCount } }',
  '{ items(where: { number: { gte: 5 } }, orderBy: { text: DESC }) { id } }',
  '{ items(where: { number: { gte: 5 } }, orderBy: { text: DESC }, limit: 900) { id } }',
  '{ items(where: { number: { gte: 5 } }) { aggregate { sum(field: "number") countDistinct(field: "text") } } }',
  '{ items(where: { number: { gte: 5 } }) { groupBy(field: "text") { key aggregate { max(field: "number") } } } }',
  '{ items(last: 2500, where: { number: { gte: 5 } }, orderBy: { text: ASC }) { edges { node { id } } } }',
];
const met = new Set<string>();

describe.each([
  { over: 'documents', coldCacheCapacityMb: 0, given: texts },
  { over: 'columns', coldCacheCapacityMb: 64, given: columnTexts },
])('a plan over $over', ({ over, coldCacheCapacityMb, given }) => {
  const clock = new SteppingClock();
  let db: Database;
  beforeAll(async () => {
    db = await Aurora.open({ store: 'memory', clock, coldCacheCapacityMb });
    await db.newCollection('items', {
      number: { type: 'Int' },
      text: { type: 'String' },
      key: { type: 'Int', indexed: true },
      tag: { type: 'String', indexed: true },
    });
    await db.insertMany(
      'items',
      Array.from({ length: documentCount }, (_, n) => ({
        number: n,
        text: `item ${n}`,
        key: n,
        tag: `tag ${n % 3}`,
      })),
    );
    clock.stepMs = limits.sliceMs / 3;
  });
  afterAll(() => db.close());

  it.each(given)('ends a few turns after the signal, wherever it is: %s', async (text) => {
    // The first run fills columns, in slices as well; the second reads them.
    const filling = await observe(db, text, 2);
    expect(filling).toMatchObject({ outcome: 'Cancelled' });
    expect(filling.turnsAfter).toBeLessThan(turnsMax);
    await db.execute(text);
    const { outcome, plan, turns } = await observe(db, text);
    expect(outcome).toBe('ended');
    for (const [operator] of plan.matchAll(/[A-Z][A-Za-z]+/g)) met.add(operator);
    expect(plan.includes('ColumnScan')).toBe(over === 'columns');
    // What is done within a turn or two cannot be cancelled in between.
    if (over === 'columns' && turns <= 10) return;
    expect(turns).toBeGreaterThan(10);
    const places = [1, turns >> 2, turns >> 1, turns - (turns >> 3)];
    for (const turnsBefore of places) {
      const cancelled = await observe(db, text, turnsBefore);
      expect(cancelled.outcome).toBe('Cancelled');
      expect(cancelled.turnsAfter).toBeLessThan(turnsMax);
    }
  });
});

it('the plans had every operator in them', () => {
  expect([...met]).toEqual(expect.arrayContaining(operators));
});

/** Runs a text, cancels it after so many turns of the event loop, and counts them to its end. */
async function observe(db: Database, text: string, turnsBefore = Number.POSITIVE_INFINITY) {
  const abort = new AbortController();
  let turns = 0;
  let turnsAfter = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (turns === turnsBefore) abort.abort();
    else if (turns > turnsBefore) turnsAfter += 1;
    if (!isOver) setImmediate(turn);
  };
  const running = db.execute(text, { signal: abort.signal });
  setImmediate(turn);
  try {
    const { extensions } = await running;
    const plan = extensions.plan.join('; ');
    return { outcome: 'ended', plan, turns, turnsAfter };
  } catch (error) {
    const outcome = error instanceof AuroraError ? error.code : String(error);
    return { outcome, plan: '', turns, turnsAfter };
  } finally {
    isOver = true;
  }
}

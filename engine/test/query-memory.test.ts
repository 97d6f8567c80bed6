/*
 * Every operator that gathers before it gives is held to the option `queryMemoryMb`, and a whole result to
 * `resultMemoryMb`: beyond it a query ends with `LimitExceeded`, which says what, how much and what to do. The same
 * queries run to their end where the bound is the default.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type AuroraOptions, type Database } from '#engine';

const documentCount = 30_000;

async function openFilled(options: Partial<AuroraOptions>): Promise<Database> {
  const db = await Aurora.open({ store: 'memory', ...options });
  await db.execute(`schema {
    define collection boxes { name: String }
    define collection items {
      number: Int  text: String  tag: String @indexed  box_id: Uuid @indexed @references(collection: "boxes")
    }
  }`);
  const [box] = await db.insertMany('boxes', [{ name: 'only' }]);
  for (let start = 0; start < documentCount; start += 10_000) {
    await db.insertMany(
      'items',
      Array.from({ length: 10_000 }, (_, at) => ({
        number: start + at,
        text: `a text of its own, number ${start + at}`,
        tag: 'one',
        ...(box === undefined ? {} : { box_id: box }),
      })),
    );
  }
  return db;
}

const byText = 'orderBy: { text: DESC }';
const same = (field: string): string =>
  `same: lookup(collection: "items", localField: "${field}", foreignField: "${field}"`;
/** What gathers, a query in which it does, and whether it needs columns, or must do without. */
const gathering: readonly (readonly [string, string, 'both' | 'columns' | 'documents'])[] = [
  ['Sort', `{ items(${byText}) { id } }`, 'both'],
  ['TopK', `{ items(${byText}, limit: 8000) { id } }`, 'both'],
  ['SortTies', `{ items(orderBy: [{ tag: ASC }, { text: DESC }], limit: 3) { id } }`, 'documents'],
  ['Aggregate', '{ items { aggregate { countDistinct(field: "text") } } }', 'documents'],
  ['Aggregate', '{ items { aggregate { countDistinct(field: "number") } } }', 'columns'],
  ['GroupBy', '{ items { groupBy(field: "text", limit: 1) { key } } }', 'both'],
  ['GroupBy', `{ items { groupBy(field: "tag") { key nodes(${byText}) { id } } } }`, 'both'],
  [
    'GroupBy',
    `{ items { groupBy(field: "tag") { key nodes(${byText}, limit: 15000) { id } } } }`,
    'both',
  ],
  ['IndexJoin', '{ boxes { items_by_box_id { text } } }', 'both'],
  ['IndexJoin', `{ boxes { items_by_box_id(${byText}) { text } } }`, 'both'],
  ['IndexJoin', '{ boxes { items_by_box_id { groupBy(field: "text") { key } } } }', 'both'],
  [
    'IndexJoin',
    '{ boxes { items_by_box_id { aggregate { countDistinct(field: "text") } } } }',
    'both',
  ],
  ['HashJoin', `{ items(limit: 2000) { ${same('text')}) { id } } }`, 'documents'],
  ['Search', '{ items(search: { query: "text" }, limit: 3) { id } }', 'both'],
  ['Page', `{ items(last: 15000, ${byText}) { edges { node { id } } } }`, 'both'],
];

describe.each(['documents', 'columns'] as const)('queries over %s', (kind) => {
  let bounded: Database;
  let unbounded: Database;
  const cold = kind === 'documents' ? { coldCacheCapacityMb: 0 } : {};
  beforeAll(async () => {
    bounded = await openFilled({ ...cold, queryMemoryMb: 1 });
    unbounded = await openFilled(cold);
  }, 60_000);
  afterAll(async () => {
    await bounded.close();
    await unbounded.close();
  });

  const asked = gathering.filter(([, , where]) => where === 'both' || where === kind);
  it.each(asked)('%s ends beyond its memory: %s', { timeout: 60_000 }, async (name, text) => {
    expect((await unbounded.execute(text)).extensions.plan.join()).toContain(name);
    // The first run may fill columns, and the second reads them.
    for (let run = 0; run < 2; run += 1) {
      const error: unknown = await bounded.execute(text).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AuroraError);
      expect(error).toMatchObject({
        code: 'LimitExceeded',
        message: expect.stringMatching(/needs over 1 MB of memory/),
        hint: expect.stringMatching(/queryMemoryMb/),
        details: { bytesMax: 1024 * 1024, option: 'queryMemoryMb' },
      });
    }
  });

  it('what passes through without being gathered is not bounded', async () => {
    const texts = [
      '{ items(where: { text: { contains: "9" } }) { text number } }',
      '{ items(first: 15000) { edges { node { text } } totalCount } }',
      '{ items(limit: 300) { box { name } } }',
    ];
    for (const text of texts) {
      expect((await bounded.execute(text)).data).toEqual((await unbounded.execute(text)).data);
    }
  });
});

describe('a whole result', () => {
  it('ends beyond resultMemoryMb, and is given piece by piece by run', async () => {
    const db = await openFilled({ resultMemoryMb: 1 });
    const text = '{ items { id text number } }';
    await expect(db.execute(text)).rejects.toMatchObject({
      code: 'LimitExceeded',
      hint: expect.stringMatching(/run.*resultMemoryMb/),
      details: { option: 'resultMemoryMb', bytesMax: 1024 * 1024 },
    });
    const run = db.run(text);
    let rowCount = 0;
    for (let isDone = false; !isDone; ) {
      const { parts, done } = await run.next(5_000);
      for (const part of parts) if (part.kind === 'rows') rowCount += part.rowCount;
      isDone = done;
    }
    expect(rowCount).toBe(documentCount);
    await db.close();
  });
});

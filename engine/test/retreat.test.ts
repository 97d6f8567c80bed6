/*
 * Seventeen thousand documents were read one by one along an index, because a third of all was thought to match, and all
 * that did stood at its end: how far it is to the first matches, no estimate of shares tells. Now a walk is given up once
 * it has cost as much as the other way.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type AuroraOptions, type Database } from '#engine';

const documentCount = 20_000;
const rareCount = 3_000;

async function openFilled(planner: AuroraOptions['planner']): Promise<Database> {
  // Without columns, which would tell how many match.
  const db = await Aurora.open({ store: 'memory', coldCacheCapacityMb: 0, planner });
  await db.newCollection('events', {
    at: { type: 'Int', indexed: true },
    kind: { type: 'String', indexed: true },
  });
  for (let start = 0; start < documentCount; start += 10_000) {
    await db.insertMany(
      'events',
      Array.from({ length: 10_000 }, (_, offset) => {
        const at = start + offset;
        return { at, kind: at < documentCount - rareCount ? 'common' : 'rare' };
      }),
    );
  }
  return db;
}

const rare = (more: string): string =>
  `{ events(where: { kind: { eq: "rare" } }, orderBy: { at: ASC }, ${more}) { at kind } }`;

describe('a walk whose documents do not come', () => {
  let db: Database;
  let stubborn: Database;
  beforeAll(async () => {
    db = await openFilled(undefined);
    stubborn = await openFilled({ disabledRules: ['retreat'] });
  });
  afterAll(async () => {
    await db.close();
    await stubborn.close();
  });

  const run = async (text: string, on = db) => {
    const { data, extensions } = await on.execute(text);
    return { data, rowsRead: extensions.rowsRead };
  };

  it.each(['limit: 5', 'limit: 5, offset: 7', 'first: 200'])(
    'is given up for the other way, which gives the same: %s',
    async (more) => {
      const selection = more.startsWith('first') ? '{ edges { node { at kind } } }' : '{ at kind }';
      const text = rare(more).replace('{ at kind }', selection);
      const expected = await run(text, stubborn);
      const found = await run(text);
      expect(found.data).toEqual(expected.data);
      expect(expected.rowsRead).toBeGreaterThan(documentCount - rareCount);
      expect(found.rowsRead).toBeLessThan(expected.rowsRead * 0.8);
    },
  );

  it('shows in a measured plan both ways', async () => {
    const { roots } = await db.explain(rare('limit: 5'), { analyze: true });
    const limit = roots[0]?.trees[0]?.inputs[0];
    expect(limit?.operator).toBe('Limit(5)');
    const sourceOf = (tree: typeof limit): string =>
      tree?.inputs[0] === undefined ? (tree?.operator ?? '') : sourceOf(tree.inputs[0]);
    expect(limit?.inputs.map(sourceOf)).toEqual([
      'IndexRange(events.at)',
      'IndexRange(events.kind)',
    ]);
    expect(roots[0]?.actual?.rowCount).toBe(5);
  });

  it('goes on where they come, and where nothing is wanted but the first', async () => {
    const soon = await run(rare('limit: 5').replace('ASC', 'DESC'));
    expect(soon.rowsRead).toBeLessThan(300);
    expect(soon.data).toEqual({
      events: [1, 2, 3, 4, 5].map((n) => ({ at: documentCount - n, kind: 'rare' })),
    });
    const { roots } = await db.explain(rare('limit: 5').replace('ASC', 'DESC'), { analyze: true });
    expect(roots[0]?.trees[0]?.inputs[0]?.inputs).toHaveLength(1);
  });

  it('is cancelled and timed out like any other', async () => {
    await expect(
      db.execute(rare('limit: 5'), { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'Cancelled' });
  });
});

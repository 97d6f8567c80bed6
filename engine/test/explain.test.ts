import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database, type ExplainedOperator } from '#engine';

let db: Database;

beforeAll(async () => {
  db = await Aurora.open({ store: 'memory' });
  await db.newCollection('films', {
    title: { type: 'String' },
    year: { type: 'Int', indexed: true },
    genre: { type: 'String' },
    code: { type: 'Int' },
  });
  const genres = ['drama', 'comedy', 'war'];
  await db.insertMany(
    'films',
    Array.from({ length: 2_000 }, (_, n) => ({
      title: `Film ${n}`,
      year: 1950 + (n % 50),
      genre: genres[n % 3] ?? '',
      code: n,
    })),
  );
});

afterAll(() => db.close());

function names(tree: ExplainedOperator): readonly string[] {
  return [tree.operator, ...tree.inputs.flatMap(names)];
}

async function rootOf(text: string, analyze = false) {
  const { roots } = await db.explain(text, { analyze });
  const [root] = roots;
  if (root === undefined) throw new Error('a query has a root');
  return root;
}

describe('explain', () => {
  it('shows operators, estimates and what else was thought of, without running anything', async () => {
    const root = await rootOf(
      '{ films(where: { year: { eq: 1960 }, genre: { ne: "war" } }, limit: 5) { title } }',
    );
    const expected = ['Project', 'Limit(5)', 'Filter', 'IndexRange(films.year)'];
    expect(root.trees.map(names)).toEqual([expected]);
    expect(root.actual).toBeUndefined();
    const [choice = []] = root.choices;
    expect(choice.map(({ source, isChosen }) => [source, isChosen])).toEqual(
      expect.arrayContaining([
        ['IndexRange(films.year)', true],
        ['FullScan(films)', false],
      ]),
    );
    const costs = choice.map(({ cost }) => cost);
    expect(costs).toEqual([...costs].sort((left, right) => left - right));
  });

  it('runs the query for analyze, and tells what each operator gave', async () => {
    const text = '{ films(where: { year: { eq: 1960 }, title: { endsWith: "10" } }) { title } }';
    const root = await rootOf(text, true);
    const { documents } = await db
      .execute(text)
      .then((result) => (result.kind === 'query' ? result : { documents: [] }));
    const rows = documents?.length ?? 0;
    expect(rows).toBeGreaterThan(0);
    expect(root).toMatchObject({
      actual: { rowCount: rows, rowsRead: 40 },
      trees: [
        {
          operator: 'Project',
          inputs: [
            {
              operator: 'Filter',
              rows,
              inputs: [{ operator: 'IndexRange(films.year)', rowsEstimate: 40, rows: 40 }],
            },
          ],
        },
      ],
    });
  });

  it('suggests an index once the values of the field were seen, and not for a common value', async () => {
    const rare = '{ films(where: { code: { eq: 7 } }) { title } }';
    expect((await rootOf(rare)).suggestions).toEqual([]);
    await db.execute(rare);
    const root = await rootOf(rare);
    expect(root.plan).toBe('ColumnScan(films.code) → Project');
    expect(root.suggestions).toMatchObject([{ collection: 'films', field: 'code' }]);
    const common = '{ films(where: { genre: { eq: "war" } }) { title } }';
    await db.execute(common);
    expect((await rootOf(common)).suggestions).toEqual([]);
  });

  it('explains totals, groups and pages as plans of their own, and refuses writes', async () => {
    const root = await rootOf(
      '{ films(first: 2) { totalCount groupBy(field: "genre") { key count } edges { node { title } } } }',
      true,
    );
    const tops = root.trees.map(({ operator }) => operator);
    expect(tops).toEqual(['Aggregate + GroupBy(genre)', 'Page']);
    const write = db.explain('mutation { deleteFrom(collection: "films", where: {}) { id } }');
    await expect(write).rejects.toMatchObject({ code: 'NotExecutable' });
  });
});

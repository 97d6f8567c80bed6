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

  it('takes a range that leaves out little for nearly everything', async () => {
    // Ranges with more entries than are counted were taken for a third, and all documents were read in the index's order.
    const [choice = []] = (await rootOf('{ films(where: { year: { gte: 1951 } }) { title } }'))
      .choices;
    const estimates = choice.map(({ source, rowsEstimate }) => [source, rowsEstimate]);
    expect(estimates).toContainEqual(['IndexRange(films.year)', 1_960]);
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
              readCount: 0,
              inputs: [
                {
                  ...{ operator: 'IndexRange(films.year)', rowsEstimate: 40, rows: 40 },
                  ...{ readCount: 40, cacheHitCount: 0, cacheMissCount: 40 },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('suggests an index, with what it finds once the field was seen, and not for a common value', async () => {
    const rare = '{ films(where: { code: { eq: 7 } }) { title } }';
    const suggestion = { collection: 'films', fields: ['code'], documentCount: 2_000 };
    expect((await rootOf(rare)).suggestions).toEqual([suggestion]);
    await db.execute(rare);
    const root = await rootOf(rare);
    expect(root.plan).toBe('ColumnScan(films.code) → Project');
    expect(root.suggestions).toMatchObject([{ ...suggestion, rowsEstimate: expect.any(Number) }]);
    const common = '{ films(where: { genre: { eq: "war" } }) { title } }';
    await db.execute(common);
    await db.execute(common);
    expect((await rootOf(common)).suggestions).toEqual([]);
  });

  it('suggests an index for the first documents of an order, behind a condition that pins a value', async () => {
    const text =
      '{ films(where: { genre: { eq: "war" } }, orderBy: { code: DESC }, limit: 3) { code } }';
    const { suggestions } = await rootOf(text);
    expect(suggestions.map(({ fields }) => fields)).toContainEqual(['genre', 'code']);
    const unlimited = await rootOf('{ films(orderBy: { code: DESC }) { code } }');
    expect(unlimited.suggestions).toEqual([]);
  });

  it('measures what an index would be worth, without making it', async () => {
    const text = '{ films(where: { title: { eq: "Film 77" } }) { code } }';
    const before = db.catalog();
    const tried = (query: string, field: string) =>
      db.explain(query, { tryIndex: { collection: 'films', fields: [field] } });
    const { trial, roots } = await tried(text, 'title');
    expect(trial).toMatchObject({
      ...{ collection: 'films', fields: ['title'], entryCount: 2_000, isUsed: true },
      with: { plan: ['IndexRange(films.title) → Project'], rowsRead: 1 },
    });
    expect(roots).toHaveLength(1);
    expect(trial?.without.plan).not.toEqual(trial?.with.plan);
    expect(db.catalog()).toEqual(before);
    expect((await tried('{ films { code } }', 'title')).trial).toMatchObject({ isUsed: false });
    await expect(tried(text, 'colour')).rejects.toMatchObject({ code: 'UnknownField' });
  });

  it('explains totals, groups and pages as plans of their own', async () => {
    const root = await rootOf(
      '{ films(first: 2) { totalCount groupBy(field: "genre") { key count } edges { node { title } } } }',
      true,
    );
    const tops = root.trees.map(({ operator }) => operator);
    expect(tops).toEqual(['Aggregate + GroupBy(genre)', 'Page']);
  });

  // Explaining any mutation ended with "Explaining what writes cannot be executed by this version yet."
  it('shows how mutations find what they write, and writes nothing', async () => {
    const { roots } = await db.explain(`mutation {
      insertInto(collection: "films", data: { title: "new", year: 1999, genre: "war", code: 1 }) { id }
      update(collection: "films", where: { year: { eq: 1960 } }, data: { genre: "war" }) { id }
      transaction { gone: deleteFrom(collection: "films", where: { title: { eq: "Film 7" } }) { id } }
      upsert(collection: "films", on: "id", data: { id: "0193a1c0-7c5e-7cc3-98c4-dc0c0c07398f", title: "new", year: 1999, genre: "war", code: 1 }) { id }
    }`);
    expect(roots.map(({ title, plan }) => [title, plan])).toEqual([
      ['update', 'IndexRange(films.year) → Update'],
      ['gone', expect.stringMatching(/^(FullScan|ColumnScan).* → Delete$/)],
      ['upsert', 'IdLookup(films) → Upsert'],
    ]);
    expect(roots[0]?.choices[0]?.length).toBeGreaterThan(1);
    expect(roots[1]?.suggestions).toMatchObject([{ fields: ['title'] }]);
    expect(await db.query('films').count()).toBe(2_000);
  });

  it('says what to do where nothing can be explained', async () => {
    const write = 'mutation { deleteFrom(collection: "films", where: {}) { id } }';
    await expect(db.explain(write, { analyze: true })).rejects.toMatchObject({
      code: 'NotExecutable',
      hint: expect.stringContaining('without analyze'),
    });
    await expect(db.explain('schema { drop collection films }')).rejects.toMatchObject({
      code: 'NotExecutable',
      hint: expect.stringContaining('preview'),
    });
    // A program without types asked for `tryIndex: true`, and was told that there is no collection "undefined".
    const options = JSON.parse('[{ "tryIndex": true }, { "tryIndex": { "collection": "films" } }]');
    for (const wrong of options) {
      await expect(db.explain('{ films { code } }', wrong)).rejects.toMatchObject({
        code: 'InvalidOption',
      });
    }
  });
});

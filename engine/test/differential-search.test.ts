/* Text search against a literal one: ranks, scores, filters, orders and pages. A failure prints its seed. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, type JsonValue } from '#engine';
import type { ReferenceDocument } from '../testing/reference-evaluator.ts';
import { referenceSearch } from '../testing/reference-search.ts';

type JsonObject = { readonly [key: string]: JsonValue };

const tally = { none: 0, some: 0, all: 0 };
afterAll(() => console.info(`searches: ${JSON.stringify(tally)}`));

const word = fc.constantFrom(
  ...[
    'red',
    'Red',
    'reed',
    'rde',
    'blue',
    'bleu',
    'café',
    'CAFE',
    'cafe\u0301',
    'naïve',
    'a',
    'ab',
  ],
  ...[
    'straße',
    'STRASSE',
    '東京',
    '京',
    'ﬁne',
    'fine',
    "don't",
    '42',
    '4.2',
    '😀',
    '-',
    'database',
    'databsae',
  ],
);
const text = fc.array(word, { maxLength: 8, size: 'max' }).map((list) => list.join(' '));
const maybe = (value: fc.Arbitrary<JsonValue>) =>
  fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) });
const documents = fc.array(
  fc.record({ title: maybe(text), tags: maybe(fc.array(text, { maxLength: 2 })), n: fc.nat(3) }),
  { minLength: 1, maxLength: 25, size: 'max' },
);
const searches = fc.record({
  query: fc.array(word, { minLength: 1, maxLength: 3 }).map((list) => list.join(' ')),
  fields: fc.option(fc.subarray(['title', 'tags'], { minLength: 1 }), { nil: undefined }),
  fuzzy: fc.boolean(),
  minScore: fc.constantFrom(0, 0.2, 1),
  n: fc.option(fc.nat(2), { nil: undefined, freq: 2 }),
});

describe('text search and a literal one', () => {
  it('agree on what is found, in which order, with which score', async () => {
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.array(searches, { minLength: 1, maxLength: 6 }),
        async (list, asked) => {
          const db = await Aurora.open({ store: 'memory' });
          try {
            await db.execute(
              'schema { define collection d { title: String  tags: [String]  n: Int } }',
            );
            await db.insertMany('d', list);
            const all = (await db.query('d').collect()) as unknown as ReferenceDocument[];
            for (const { n, fields, ...search } of asked) {
              const wanted = referenceSearch(
                { ...search, fields: fields ?? ['title', 'tags'] },
                all,
                (document) => n === undefined || document['n'] === n,
              );
              tally[wanted.length === 0 ? 'none' : wanted.length === all.length ? 'all' : 'some'] +=
                1;
              const named = fields === undefined ? '' : `fields: ${JSON.stringify(fields)}`;
              const { data } = await db.execute(
                `query($query: String, $fuzzy: Boolean, $minScore: Float, $where: Object) {
                r: d(search: { query: $query, fuzzy: $fuzzy, minScore: $minScore ${named} }, where: $where) { id _score }
                t: d(search: { query: $query, fuzzy: $fuzzy, minScore: $minScore ${named} }, where: $where) { totalCount }
                o: d(search: { query: $query, fuzzy: $fuzzy, minScore: $minScore ${named} }, where: $where, orderBy: { title: DESC }, limit: 3) { title _score }
              }`,
                { variables: { ...search, where: n === undefined ? {} : { n } } },
              );
              const found = data['r'] as unknown as { id: string; _score: number }[];
              expect(
                found.map(({ id }) => id),
                JSON.stringify(search),
              ).toEqual(wanted.map(({ id }) => id));
              for (const [at, { score }] of wanted.entries()) {
                expect(found[at]?._score).toBeCloseTo(score, 10);
              }
              expect(data['t']).toEqual({ totalCount: wanted.length });
              const ordered = data['o'] as unknown as JsonObject[];
              expect(ordered.length).toBe(Math.min(3, wanted.length));
              for (const { _score } of ordered) expect(_score).toEqual(expect.any(Number));
            }
          } finally {
            await db.close();
          }
        },
      ),
      { numRuns: 60, interruptAfterTimeLimit: 10_000 },
    );
  });
});

describe('a search', () => {
  it('marks what it found, cuts long texts around it, and can be paged both ways', async () => {
    const db = await Aurora.open({ store: 'memory' });
    await db.execute('schema { define collection d { title: String  body: String } }');
    const long = `${'lorem ipsum '.repeat(30)}a quick fox ${'dolor sit '.repeat(30)}`;
    await db.insertMany('d', [
      { title: 'Fox & <b>', body: 'none' },
      { title: 'Other', body: long },
      { title: 'fox fox', body: null },
      { title: 'nothing' },
    ]);
    const { data, extensions } = await db.execute(
      '{ d(search: { query: "FOX" }, limit: 3) { title _highlight } }',
    );
    const found = data['d'] as unknown as { title: string; _highlight: Record<string, string> }[];
    expect(extensions.plan).toEqual(['Search(d) → Limit(3) → Compute → Project']);
    expect(found.map(({ title }) => title)).toEqual(['fox fox', 'Fox & <b>', 'Other']);
    expect(found[1]?._highlight).toEqual({ title: '<mark>Fox</mark> &amp; &lt;b&gt;' });
    expect(found[2]?._highlight['body']).toMatch(
      /^… .{20,110}a quick <mark>fox<\/mark> dolor .{20,110} …$/,
    );
    const page = async (args: string) => {
      const result = await db.execute(
        `{ d(search: { query: "fox" } ${args}) { edges { node { title _score } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      );
      return result.data['d'] as unknown as {
        edges: { node: { title: string; _score: number } }[];
        pageInfo: Record<string, unknown>;
      };
    };
    const first = await page('first: 1');
    const second = await page(`first: 1 after: "${first.pageInfo['endCursor']}"`);
    const back = await page(`last: 5 before: "${second.pageInfo['endCursor']}"`);
    const titles = ({ edges }: typeof first) => edges.map(({ node }) => node.title);
    expect([titles(first), titles(second), titles(back)]).toEqual([
      ['fox fox'],
      ['Fox & <b>'],
      ['fox fox'],
    ]);
    expect(back.edges[0]?.node._score).toBeGreaterThan(0);
    expect(second.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    await db.close();
  });
});

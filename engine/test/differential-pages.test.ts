/*
 * Cursor paging against the reference evaluator: random orders, filters and sizes, walked from end to end in both
 * directions, page by page, with and without indexes, whatever the order of the ids. A failure prints its seed.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, type Database, type JsonValue } from '#engine';
import {
  compoundIndexes,
  documents,
  everyType,
  everyTypeIndexed,
  filters,
  orders,
} from '../testing/arbitraries.ts';
import type { ReferenceDocument } from '../testing/reference-evaluator.ts';
import { referenceAnswer } from '../testing/reference-query.ts';

type JsonObject = { readonly [key: string]: JsonValue };

const tally = { none: 0, some: 0, all: 0, pages: 0 };
const operators = new Set<string>();
afterAll(() => console.info(`pages: ${JSON.stringify(tally)}, ${[...operators].join(' ')}`));

interface Case {
  readonly documents: readonly JsonObject[];
  readonly ids: readonly string[] | undefined;
  readonly walks: readonly {
    readonly where: JsonObject;
    readonly orderBy: readonly JsonObject[];
    readonly size: number | undefined;
    readonly isBackward: boolean;
    readonly deleted: number;
  }[];
}

const cases: fc.Arbitrary<Case> = fc
  .array(documents, { minLength: 6, maxLength: 30, size: 'max' })
  .chain((list) =>
    fc.record({
      documents: fc.constant(list),
      ids: fc.option(
        fc.uniqueArray(fc.uuid(), { minLength: list.length, maxLength: list.length }),
        {
          nil: undefined,
        },
      ),
      walks: fc.array(
        fc.record({
          where: fc.oneof({ weight: 5, arbitrary: filters }, fc.constant<JsonObject>({})),
          orderBy: orders,
          size: fc.constantFrom(0, 1, 2, 3, 7, 40, undefined),
          isBackward: fc.boolean(),
          deleted: fc.nat(),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    }),
  );

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: JsonObject }[];
  readonly pageInfo: { readonly [name: string]: boolean | string | null };
}

const selection =
  'edges { cursor node { id n s } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

/** The same walk by the reference, whose cursors are ids. */
async function walk(
  db: Database,
  name: string,
  all: readonly ReferenceDocument[],
  { where, orderBy, size, isBackward }: Case['walks'][number],
): Promise<void> {
  const [count, cursor, end] = isBackward
    ? ['last', 'before', 'startCursor']
    : ['first', 'after', 'endCursor'];
  const next = isBackward ? 'hasPreviousPage' : 'hasNextPage';
  const sized = size === undefined ? '' : `${count}: ${size} `;
  let [place, id]: (string | undefined)[] = [];
  for (;;) {
    const ask = (collection: string, at: string | undefined) => {
      const placed = at === undefined ? '' : `${cursor}: "${at}"`;
      return `query($where: Object, $order: Any) {
        r: ${collection}(where: $where, orderBy: $order, ${sized} ${placed}) { ${selection} }
      }`;
    };
    const wanted = referenceAnswer(ask('plain', id), db.catalog(), new Map([['plain', all]]), {
      where,
      orderBy,
    }) as unknown as Page;
    const variables = { where, order: orderBy };
    const { data, extensions } = await db.execute(ask(name, place), { variables });
    const page = data['r'] as unknown as Page;
    const context = `${extensions.plan.join()} ${JSON.stringify({ orderBy, size, isBackward, id })}`;
    for (const [operator] of extensions.plan.join().matchAll(/[A-Z]\w+/g)) {
      operators.add(operator);
    }
    expect(
      page.edges.map(({ node }) => node),
      context,
    ).toEqual(wanted.edges.map(({ node }) => node));
    expect([page.pageInfo['hasNextPage'], page.pageInfo['hasPreviousPage']], context).toEqual([
      wanted.pageInfo['hasNextPage'],
      wanted.pageInfo['hasPreviousPage'],
    ]);
    expect([page.pageInfo['startCursor'], page.pageInfo['endCursor']], context).toEqual([
      page.edges[0]?.cursor ?? null,
      page.edges.at(-1)?.cursor ?? null,
    ]);
    tally.pages += 1;
    if (wanted.pageInfo[next] !== true || wanted.edges.length === 0) return;
    id = String(wanted.pageInfo[end ?? '']);
    // A bare id says the same as a cursor.
    place = tally.pages % 5 === 0 ? id : String(page.pageInfo[end ?? '']);
  }
}

async function compare({ documents: list, ids, walks }: Case): Promise<void> {
  const db = await Aurora.open({ store: 'memory' });
  try {
    await db.newCollection('plain', everyType);
    await db.newCollection('indexed', everyTypeIndexed, { indexes: compoundIndexes });
    const inserts = list.map((document, at) => {
      const id = ids?.[at];
      return id === undefined ? document : { ...document, id };
    });
    const given = await db.insertMany('plain', inserts);
    const stored = given.map((id) => db.get('plain', id));
    await db.insertMany(
      'indexed',
      stored.map((document) => ({ ...document })),
    );
    const all = JSON.parse(JSON.stringify(stored)) as ReferenceDocument[];
    for (const each of walks) {
      const text = '{ r: plain { totalCount } }';
      const data = new Map([['plain', all]]);
      const counted = referenceAnswer(text, db.catalog(), data, { where: each.where });
      const { totalCount } = counted as { readonly totalCount: number };
      tally[totalCount === 0 ? 'none' : totalCount === all.length ? 'all' : 'some'] += 1;
      for (const name of ['plain', 'indexed']) await walk(db, name, all, each);
    }
  } finally {
    await db.close();
  }
}

describe('cursor paging and the reference evaluator', () => {
  it('agree on every page in both directions', async () => {
    await fc.assert(fc.asyncProperty(cases, compare), {
      numRuns: 60,
      interruptAfterTimeLimit: 15_000,
    });
    expect([...operators]).toEqual(
      expect.arrayContaining(['FullScan', 'IndexRange', 'TopK', 'SortTies', 'Page']),
    );
  });
});

describe('a cursor', () => {
  const texts = (cursor: string) => [
    `{ users(orderBy: { age: DESC }, first: 1, after: "${cursor}") { edges { cursor } } }`,
    `{ others(orderBy: { age: ASC }, first: 1, after: "${cursor}") { edges { cursor } } }`,
    `{ users(orderBy: { age: ASC }, first: 1, after: "${cursor.slice(3)}") { edges { cursor } } }`,
    '{ users(orderBy: { age: ASC }, first: 1, after: "") { edges { cursor } } }',
    '{ users(first: 1, after: "018f0000-0000-7000-8000-000000000001") { edges { cursor } } }',
  ];

  it('is refused under another order or collection, and when nobody made it', async () => {
    const db = await Aurora.open({ store: 'memory' });
    await db.execute(
      'schema { define collection users { age: Int } define collection others { age: Int } }',
    );
    await db.insertMany('users', [{ age: 1 }, { age: 2 }]);
    const { data } = await db.execute(
      '{ users(orderBy: { age: ASC }, first: 1) { pageInfo { endCursor } } }',
    );
    const { pageInfo } = data['users'] as unknown as Page;
    for (const text of texts(String(pageInfo['endCursor']))) {
      await expect(db.execute(text), text).rejects.toMatchObject({ code: 'InvalidValue' });
    }
    await db.close();
  });
});

describe('paging while others write', () => {
  it.each([
    ['by id', ''],
    ['by an index with many equal keys', 'orderBy: { kind: ASC }'],
    ['backwards through an index', 'orderBy: { rank: DESC }'],
  ])('skips and repeats nothing that was there throughout, %s', async (_name, order) => {
    const db = await Aurora.open({ store: 'memory' });
    const spec = {
      kind: { type: 'String', indexed: true },
      rank: { type: 'Int', indexed: true },
    } as const;
    await db.newCollection('things', spec);
    const thing = (n: number) => ({ kind: `k${Math.floor(n / 7) % 3}`, rank: (n * 7919) % 1000 });
    const ids: string[] = [];
    for (let start = 0; start < documentCount; start += 5_000) {
      const length = Math.min(5_000, documentCount - start);
      const list = Array.from({ length }, (_, at) => thing(start + at));
      ids.push(...(await db.insertMany('things', list)));
    }
    // Every third document goes away on the way, and others come.
    const leaving = ids.filter((_, at) => at % 3 === 0);
    const staying = new Set(ids.filter((_, at) => at % 3 !== 0));
    const seen: string[] = [];
    const first = Math.ceil(documentCount / 40);
    let after: string | null = null;
    for (let page = 0; ; page += 1) {
      const result = await db.execute(
        `query($first: Int, $after: String) { things(${order} first: $first, after: $after) {
          edges { node { id } } pageInfo { hasNextPage endCursor }
        } }`,
        { variables: { first, after } },
      );
      const { edges, pageInfo } = result.data['things'] as unknown as Page;
      seen.push(...edges.map(({ node }) => String(node['id'])));
      if (pageInfo['hasNextPage'] !== true) break;
      after = String(pageInfo['endCursor']);
      const gone = leaving.splice(0, Math.ceil(documentCount / 150));
      const last = edges.at(-1)?.node['id'];
      // The document of the cursor goes as well, every now and then.
      if (page % 4 === 0 && typeof last === 'string' && !staying.has(last)) gone.push(last);
      await db
        .query('things')
        .filter((f) => f.inValues('id', gone))
        .delete();
      await db.insertMany(
        'things',
        Array.from({ length: 40 }, (_, at) => thing(page * 31 + at)),
      );
    }
    expect(new Set(seen).size).toBe(seen.length);
    const kept = seen.filter((id) => staying.has(id));
    expect(kept.length).toBe(staying.size);
    await db.close();
  });
});

/** Larger with `npm run test:long -- pages`. */
const documentCount = Number(process.env['AURORA_PAGE_DOCUMENTS'] ?? 6_000);

/*
 * The engine against the reference evaluator: the same documents and queries must give the same result, in the same
 * order, with and without indexes, whatever the order of the ids, on both stores. A failure prints its seed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, type AuroraOptions, type Database, type JsonValue } from '#engine';
import { bind, bindFilterValue, bindOrderValue, parse } from '#engine/aql';
import {
  compoundIndexes,
  documents,
  everyFieldName,
  everyType,
  everyTypeIndexed,
  filters,
  orders,
  windows,
} from '../testing/arbitraries.ts';
import { evaluateReference, type ReferenceDocument } from '../testing/reference-evaluator.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-differential-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every operator that took part, to see that the comparison reaches all of them. */
const operators = new Set<string>();

type JsonObject = { readonly [key: string]: JsonValue };

interface Case {
  readonly documents: readonly JsonObject[];
  readonly ids: readonly string[] | undefined;
  readonly queries: readonly {
    readonly where: JsonObject;
    readonly orderBy: readonly JsonObject[];
    readonly window: { readonly limit: number | undefined; readonly offset: number | undefined };
  }[];
}

const cases: fc.Arbitrary<Case> = fc
  .array(documents, { maxLength: 40, size: 'max' })
  .chain((list) =>
    fc.record({
      documents: fc.constant(list),
      // Ids of our own come in any order, so that row order is not id order.
      ids: fc.option(
        fc.uniqueArray(fc.uuid(), { minLength: list.length, maxLength: list.length }),
        { nil: undefined },
      ),
      queries: fc.array(fc.record({ where: filters, orderBy: orders, window: windows }), {
        minLength: 1,
        maxLength: 12,
        size: 'max',
      }),
    }),
  );

const text = (collection: string): string => `
  query($where: Object, $order: Any, $limit: Int, $offset: Int) {
    ${collection}(where: $where, orderBy: $order, limit: $limit, offset: $offset) {
      id ${everyFieldName.join(' ')} place: o { city inner { deep } }
    }
  }`;

/** What the reference makes of a query, from the documents as the engine gives them. */
function expected(
  db: Database,
  all: readonly ReferenceDocument[],
  { where, orderBy, window }: Case['queries'][number],
): readonly JsonObject[] {
  const shape = db.catalog();
  const definition = shape.collections.find(({ name }) => name === 'plain');
  if (definition === undefined) throw new Error('the collection is defined first');
  const filter = bindFilterValue(where, definition);
  const order = bindOrderValue(orderBy, definition);
  const [statement] = bind(parse(text('plain')).document, shape).statements;
  if (filter.filter === undefined || order.orderBy === undefined || statement?.kind !== 'query') {
    throw new Error(JSON.stringify([filter.diagnostics, order.diagnostics]));
  }
  const [root] = statement.roots;
  if (root?.kind !== 'read') throw new Error('the query has one root, a collection');
  const { limit: _limit, offset: _offset, ...rest } = root;
  return evaluateReference(
    {
      ...rest,
      where: filter.filter,
      orderBy: order.orderBy,
      ...(window.limit === undefined ? {} : { limit: { kind: 'constant', value: window.limit } }),
      ...(window.offset === undefined
        ? {}
        : { offset: { kind: 'constant', value: window.offset } }),
    },
    all,
  );
}

async function compare(options: AuroraOptions, { documents: list, ids, queries }: Case) {
  const db = await Aurora.open(options);
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
    for (const query of queries) {
      const wanted = expected(db, all, query);
      for (const collection of ['plain', 'indexed']) {
        const { limit, offset } = query.window;
        const variables = { where: query.where, order: query.orderBy, limit, offset };
        const result = await db.execute(text(collection), { variables });
        const plan = result.extensions.plan.join();
        expect(result.data[collection], plan).toEqual(wanted);
        for (const [operator] of plan.matchAll(/[A-Z]\w+( reversed)?/gi)) operators.add(operator);
        const count = await db
          .query(collection)
          .filter(() => ({ where: query.where }))
          .count();
        const unlimited = expected(db, all, {
          ...query,
          window: { limit: undefined, offset: undefined },
        });
        expect(count).toBe(unlimited.length);
      }
    }
  } finally {
    await db.close();
  }
}

describe('engine and reference evaluator', () => {
  it('agree on every filter, order and window in memory', async () => {
    await fc.assert(
      fc.asyncProperty(cases, (each) => compare({ store: 'memory' }, each)),
      { numRuns: 60, interruptAfterTimeLimit: 15_000 },
    );
  });

  it('agree on disk', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(cases, (each) => {
        run += 1;
        return compare({ dbPath: join(folder, `run-${run}`) }, each);
      }),
      { numRuns: 6, interruptAfterTimeLimit: 15_000, endOnFailure: true },
    );
  });

  it('have compared results of every operator', () => {
    const always = ['FullScan', 'IndexRange', 'Filter', 'Sort', 'SortTies', 'TopK', 'Limit'];
    expect([...operators]).toEqual(expect.arrayContaining(always));
  });
});

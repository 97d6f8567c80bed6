/*
 * Small queries that are answered at once against the long way and the reference evaluator: the same texts again and
 * again, with other values, while documents come, change and go, some of them only in the write buffer. A failure prints
 * its seed; DIRECT_RUNS and DIRECT_SEED.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type Database, type JsonValue } from '#engine';
import { referenceAnswer } from '../testing/reference-query.ts';

const runs = Number(process.env['DIRECT_RUNS'] ?? 8);
const seed = Number(process.env['DIRECT_SEED'] ?? Date.now() % 2 ** 31);
const tally = { queries: 0, direct: 0, pages: 0, none: 0, some: 0 };
afterAll(() => console.info(`direct: seed ${seed}, ${JSON.stringify(tally)}`));

type JsonObject = { readonly [key: string]: JsonValue };

const small = fc.integer({ min: -2, max: 3 });
const word = fc.constantFrom('a', 'B', 'ä', '', '😀');
const day = fc.integer({ min: 0, max: 3 }).map((n) => `2026-01-0${n + 1}T00:00:00.000Z`);
const fields = {
  k: fc.option(small),
  s: fc.option(word),
  b: fc.option(fc.boolean()),
  x: fc.option(fc.oneof(small, fc.constantFrom(-0, 1e300, 0.1, 2.5))),
  d: fc.option(day),
  l: fc.option(fc.array(word, { maxLength: 3 })),
};
const document = fc.record(fields, { requiredKeys: [] });

type Condition = readonly [
  field: string,
  type: string,
  operator: string,
  values: fc.Arbitrary<JsonValue>,
];
const conditions: readonly Condition[] = [
  ['k', 'Int', 'eq', small],
  ['k', 'Int', 'gte', small],
  ['k', 'Int', 'ne', small],
  ['s', 'String', 'eq', word],
  ['s', 'String', 'startsWith', word],
  ['b', 'Boolean', 'eq', fc.boolean()],
  ['x', 'Float', 'lt', fc.oneof(small, fc.constantFrom(-0, 0.1))],
  ['x', 'Float', 'eq', fc.constantFrom(-0, 0, 0.1, 1e300)],
  ['d', 'DateTime', 'gte', day],
  ['s', '[String!]', 'in', fc.array(word, { maxLength: 3 })],
];
const shapes = [
  '{ totalCount }',
  '{ n: totalCount m: totalCount }',
  ', orderBy: { k: DESC }, limit: 7) { id k d l }',
  ', orderBy: { b: ASC }, limit: 9) { id other: s b x }',
  ', orderBy: [{ s: ASC }, { id: DESC }], limit: 12) { s id __typename }',
  ', orderBy: { x: ASC, k: DESC }, limit: 5) { x k }',
  ', limit: 3) { id }',
];

/** A text over some conditions; its values are drawn anew for each run. */
const texts = fc
  .record({
    used: fc.subarray([...conditions.keys()], { minLength: 0, maxLength: 3 }),
    shape: fc.constantFrom(...shapes),
  })
  .map(({ used, shape }) => {
    const declared = used.map((at) => `$v${at}: ${conditions[at]?.[1]}`).join(', ');
    const all = used.map((at) => `{ ${conditions[at]?.[0]}: { ${conditions[at]?.[2]}: $v${at} } }`);
    const where = `where: { and: [${all.join(', ')}] }`;
    const rest = shape.startsWith(',') ? shape : `) ${shape}`;
    return { used, text: `query${declared && `(${declared})`} { c(${where}${rest} }` };
  });

type Write =
  | { readonly kind: 'insert'; readonly documents: readonly JsonObject[] }
  | { readonly kind: 'update'; readonly k: number; readonly data: JsonObject }
  | { readonly kind: 'delete'; readonly s: string };

const writes: fc.Arbitrary<Write> = fc.oneof(
  fc.record({
    kind: fc.constant('insert' as const),
    documents: fc.array(document, { minLength: 1, maxLength: 8 }),
  }),
  fc.record({ kind: fc.constant('update' as const), k: small, data: fc.record(fields) }),
  fc.record({ kind: fc.constant('delete' as const), s: word }),
);
const values: fc.Arbitrary<readonly JsonValue[]> = fc.tuple(
  ...conditions.map(([, , , value]): fc.Arbitrary<JsonValue> => fc.option(value, { freq: 20 })),
);
const cases = fc.record({
  documents: fc.array(document, { minLength: 5, maxLength: 60, size: 'max' }),
  texts: fc.array(texts, { minLength: 2, maxLength: 5 }),
  steps: fc.array(fc.record({ write: fc.option(writes), values }), {
    minLength: 6,
    maxLength: 14,
    size: 'max',
  }),
});

const schema = {
  k: { type: 'Int', nullable: true, indexed: true },
  s: { type: 'String', nullable: true, indexed: true },
  b: { type: 'Boolean', nullable: true },
  x: { type: 'Float', nullable: true },
  d: { type: 'DateTime', nullable: true },
  l: { type: ['String'], nullable: true },
  key: { type: 'String', unique: true },
} as const;

async function apply(db: Database, write: Write, keyed: readonly JsonObject[]): Promise<void> {
  if (write.kind === 'insert') await db.insertMany('c', keyed);
  else if (write.kind === 'update') {
    const { k, data } = write;
    await db
      .query('c')
      .filter(() => ({ where: { k: { eq: k } } }))
      .update(data);
  } else {
    const { s } = write;
    await db
      .query('c')
      .filter(() => ({ where: { s: { eq: s } } }))
      .delete();
  }
}

async function outcome(db: Database, text: string, variables: JsonObject) {
  try {
    const result = await db.execute(text, { variables });
    if (result.kind !== 'query') throw new Error(`${text} is a ${result.kind}`);
    // Only a longer list shows it: its documents are made when somebody asks.
    const isDirect = Object.getOwnPropertyDescriptor(result, 'documents')?.get !== undefined;
    return { data: result.data, documents: result.documents, isDirect };
  } catch (error) {
    if (error instanceof AuroraError) return { code: error.code, isDirect: false };
    throw error;
  }
}

class Scene {
  readonly #direct: Database;
  readonly #long: Database;
  readonly #ids: string[] = [];
  #keyCount = 0;

  constructor(direct: Database, long: Database) {
    this.#direct = direct;
    this.#long = long;
  }

  async write(write: Write): Promise<void> {
    const added = write.kind === 'insert' ? write.documents : [];
    const keyed = added.map((each) => {
      this.#keyCount += 1;
      return { ...each, key: `key ${this.#keyCount}` };
    });
    await apply(this.#long, write, keyed);
    if (write.kind !== 'insert') return apply(this.#direct, write, keyed);
    const { data } = await this.#long.execute(
      `{ c(orderBy: { id: DESC }, limit: ${keyed.length}) { id } }`,
    );
    const ids = JSON.stringify(data).match(/[0-9a-f-]{36}/g) ?? [];
    this.#ids.push(...ids.reverse());
    const copies = JSON.parse(JSON.stringify(ids.map((id) => this.#long.get('c', id))));
    return apply(this.#direct, write, copies);
  }

  async ask(text: string, used: readonly number[], given: readonly JsonValue[]): Promise<void> {
    const variables = Object.fromEntries(used.map((at) => [`v${at}`, given[at] ?? null]));
    const [direct, long] = [
      await outcome(this.#direct, text, variables),
      await outcome(this.#long, text, variables),
    ];
    const { isDirect, ...answer } = direct;
    const { isDirect: isLongDirect, ...wanted } = long;
    const message = `${text} ${JSON.stringify(variables)}`;
    expect(answer, message).toEqual(wanted);
    expect(isLongDirect).toBe(false);
    tally.queries += 1;
    if (isDirect) tally.direct += 1;
    if ('documents' in direct) tally[direct.documents?.length === 0 ? 'none' : 'some'] += 1;
    if (!('data' in direct) || text.includes('totalCount')) return;
    const where = { and: used.map((at) => conditionOf(at, given[at] ?? null)) };
    const present = this.#ids.flatMap((id) => this.#long.get('c', id) ?? []);
    const reference = referenceAnswer(
      text,
      this.#long.catalog(),
      new Map([['c', JSON.parse(JSON.stringify(present))]]),
      { where },
    );
    expect(direct.data['c'], message).toEqual(reference);
  }

  /** Every document by its id and by its key. */
  async points(): Promise<void> {
    for (const id of [...this.#ids.slice(0, 5), '0190a1b2-0000-7000-8000-000000000000', 'no id']) {
      const key = this.#long.get('c', id)?.['key'] ?? 'none';
      for (const [field, type, value] of [
        ['id', 'Uuid', id],
        ['key', 'String', key],
      ] as const) {
        const text = `query($v: ${type}) { c(where: { ${field}: { eq: $v } }) { id d l key s } }`;
        const variables = { v: typeof value === 'string' ? value : 'none' };
        const { isDirect, ...direct } = await outcome(this.#direct, text, variables);
        const { isDirect: _, ...long } = await outcome(this.#long, text, variables);
        expect(direct, `${text} ${variables.v}`).toEqual(long);
        if (isDirect) tally.direct += 1;
      }
    }
  }

  /** The pages of the whole collection, each behind the cursor of the one before. */
  async pages(): Promise<void> {
    const text =
      'query($n: Int, $after: String) { c(first: $n, after: $after) { edges { cursor node { id k d s } __typename } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }';
    for (const n of [6, 25]) await this.#pagesOf(text, n);
  }

  async #pagesOf(text: string, n: number): Promise<void> {
    let after: JsonValue = null;
    for (let page = 0; page < 20; page += 1) {
      const variables: JsonObject = { n, after };
      const { isDirect, ...direct } = await outcome(this.#direct, text, variables);
      const { isDirect: _, ...long } = await outcome(this.#long, text, variables);
      expect(direct, JSON.stringify(variables)).toEqual(long);
      if (isDirect) tally.pages += 1;
      const cursors = JSON.stringify(direct).match(/(?<="endCursor":")[^"]+/);
      if (cursors === null) return;
      [after] = cursors;
    }
  }
}

function conditionOf(at: number, value: JsonValue): JsonObject {
  const [field = '', , operator = ''] = conditions[at] ?? [];
  return { [field]: { [operator]: value } };
}

async function compare(given: {
  readonly documents: readonly JsonObject[];
  readonly texts: readonly { readonly used: readonly number[]; readonly text: string }[];
  readonly steps: readonly {
    readonly write: Write | null;
    readonly values: readonly JsonValue[];
  }[];
}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-direct-'));
  const [direct, long] = await Promise.all([
    Aurora.open({
      dbPath: join(folder, 'direct.db'),
      durabilityMode: 'WAL',
      // Without a cache, pages come from the store.
      hotCacheSizeMb: given.steps.length % 2,
      planner: { columnRowsMin: 0 },
    }),
    // Any rule that is left out sends all queries the long way.
    Aurora.open({ store: 'memory', planner: { disabledRules: ['index-ends'] } }),
  ]);
  try {
    for (const db of [direct, long]) await db.newCollection('c', schema);
    const scene = new Scene(direct, long);
    await scene.write({ kind: 'insert', documents: given.documents });
    // Fills the columns, as other queries would.
    await direct.execute(
      '{ c { aggregate { a: countDistinct(field: "k") b: countDistinct(field: "s") c: countDistinct(field: "b") d: countDistinct(field: "x") e: countDistinct(field: "d") } } }',
    );
    for (const { write, values: drawn } of given.steps) {
      if (write !== null) await scene.write(write);
      for (const { text, used } of given.texts) await scene.ask(text, used, drawn);
    }
    await scene.points();
    await scene.pages();
  } finally {
    await Promise.all([direct.close(), long.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('queries that are answered at once', () => {
  it('give what the long way gives, whatever was written between', {
    timeout: 60_000 + runs * 5_000,
  }, async () => {
    await fc.assert(fc.asyncProperty(cases, compare), { numRuns: runs, seed, endOnFailure: true });
    expect(tally.direct).toBeGreaterThan(0);
    expect(tally.pages).toBeGreaterThan(0);
  });
});

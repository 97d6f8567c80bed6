/*
 * Columns against documents: the same queries, with columns and without, while documents come, change and go between
 * them, and with each rule of the planner left out. Domains are both small and wide, so that columns are coded and plain
 * numbers. The reference evaluator has the last word. A failure prints its seed; COLUMN_RUNS and COLUMN_SEED.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type Database, type JsonValue } from '#engine';
import { type PlannerRule, plannerRules } from '../plan/logical-query.ts';
import {
  compoundIndexes,
  documents,
  everyType,
  everyTypeIndexed,
  filters,
  orders,
} from '../testing/arbitraries.ts';
import { groupings, totals } from '../testing/arbitrary-parts.ts';
import type { ReferenceDocument } from '../testing/reference-evaluator.ts';
import { referenceAnswer } from '../testing/reference-query.ts';
import { UnstatableSum } from '../testing/reference-sum.ts';

type JsonObject = { readonly [key: string]: JsonValue };

const runs = Number(process.env['COLUMN_RUNS'] ?? 6);
const seed = Number(process.env['COLUMN_SEED'] ?? Date.now() % 2 ** 31);
const tally = { queries: 0, none: 0, some: 0, all: 0, columns: 0, refused: 0 };
afterAll(() => console.info(`columns: seed ${seed}, ${JSON.stringify(tally)}`));

/** Documents with more different numbers than a column codes. */
const wide = fc.record({
  n: fc.option(fc.integer({ min: -(2 ** 40), max: 2 ** 40 })),
  x: fc.option(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((n) => n / 7)),
  s: fc.option(fc.string({ unit: 'binary', maxLength: 6 })),
  b: fc.option(fc.boolean()),
});

type Step =
  | { readonly kind: 'insert'; readonly documents: readonly JsonObject[] }
  | { readonly kind: 'update'; readonly where: JsonObject; readonly data: JsonObject }
  | { readonly kind: 'delete'; readonly where: JsonObject }
  | { readonly kind: 'query'; readonly where: JsonObject; readonly parts: string }
  | {
      readonly kind: 'list';
      readonly where: JsonObject;
      readonly orderBy: readonly JsonObject[];
      readonly limit: number | null;
    };

const anyDocument: fc.Arbitrary<JsonObject> = fc.oneof(documents, wide);
const anyFilter = fc.oneof(
  { weight: 4, arbitrary: filters },
  fc.constant<JsonObject>({}),
  fc.record({
    n: fc.record({ gte: fc.integer({ min: -3, max: 3 }) }),
  }),
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      documents: fc.array(anyDocument, { minLength: 1, maxLength: 30 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('update' as const), where: anyFilter, data: wide }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), where: filters }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('query' as const),
      where: anyFilter,
      parts: fc.oneof(totals, groupings),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      where: anyFilter,
      orderBy: orders,
      limit: fc.option(fc.integer({ min: 0, max: 20 })),
    }),
  },
);
const cases = fc.record({
  documents: fc.oneof(
    fc.array(anyDocument, { minLength: 20, maxLength: 60, size: 'max' }),
    fc.array(wide, { minLength: 300, maxLength: 320, size: 'max' }),
  ),
  steps: fc.array(steps, { minLength: 10, maxLength: 30, size: 'max' }),
  rule: fc.constantFrom<PlannerRule | undefined>(undefined, ...plannerRules),
});

/** Databases that must give the same; the one in a folder has commits that are not in its store yet. */
async function openAll(rule: PlannerRule | undefined, folder: string) {
  const planner = { columnRowsMin: 0, disabledRules: rule === undefined ? [] : [rule] };
  const databases = await Promise.all([
    Aurora.open({ store: 'memory', coldCacheCapacityMb: 0 }),
    Aurora.open({ store: 'memory', planner: { columnRowsMin: 0 } }),
    Aurora.open({ store: 'memory', planner }),
    Aurora.open({ dbPath: join(folder, 'buffered.db'), durabilityMode: 'WAL', planner }),
  ]);
  for (const [at, db] of databases.entries()) {
    if (at >= 2) await db.newCollection('c', everyTypeIndexed, { indexes: compoundIndexes });
    else await db.newCollection('c', everyType);
  }
  return databases;
}

async function write(db: Database, step: Step): Promise<number> {
  switch (step.kind) {
    case 'insert':
      return (await db.insertMany('c', step.documents)).length;
    case 'update': {
      const text =
        'mutation($where: Object, $data: Object) { update(collection: "c", where: $where, data: $data) { aggregate { count } } }';
      const { data } = await db.execute(text, {
        variables: { where: step.where, data: step.data },
      });
      return Number(JSON.stringify(data).replaceAll(/\D/g, ''));
    }
    case 'delete':
      return db
        .query('c')
        .filter(() => ({ where: step.where }))
        .delete();
    default:
      return 0;
  }
}

type Read = Extract<Step, { kind: 'query' | 'list' }>;

const textOf = (step: Read, key: string): string => {
  if (step.kind === 'query')
    return `query($where: Object) { ${key}: c(where: $where) { ${step.parts} } }`;
  const limit = step.limit === null ? '' : `, limit: ${step.limit}`;
  return `query($where: Object, $order: Any) { ${key}: c(where: $where, orderBy: $order${limit}) { id n x s b d } }`;
};

async function read(db: Database, step: Read) {
  const order = step.kind === 'list' ? { order: step.orderBy } : {};
  return db.execute(textOf(step, 'c'), { variables: { where: step.where, ...order } });
}

function wanted(db: Database, all: readonly ReferenceDocument[], step: Read) {
  const given = { where: step.where, ...(step.kind === 'list' ? { orderBy: step.orderBy } : {}) };
  try {
    const text = textOf(step, 'r').replace(', $order: Any', '').replace(', orderBy: $order', '');
    return referenceAnswer(text, db.catalog(), new Map([['c', all]]), given);
  } catch (error) {
    if (error instanceof UnstatableSum) return undefined;
    throw error;
  }
}

async function compare({
  documents: first,
  steps: all,
  rule,
}: {
  readonly documents: readonly JsonObject[];
  readonly steps: readonly Step[];
  readonly rule: PlannerRule | undefined;
}) {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-columns-'));
  const databases = await openAll(rule, folder);
  const [plain] = databases;
  try {
    const ids: string[] = [...(await plain.insertMany('c', first))];
    const stored = ids.map((id) => ({ ...plain.get('c', id) }));
    for (const db of databases.slice(1)) await db.insertMany('c', stored);
    for (const step of all) {
      if (step.kind === 'insert') {
        const added = await plain.insertMany('c', step.documents);
        ids.push(...added);
        const copies = added.map((id) => ({ ...plain.get('c', id) }));
        for (const db of databases.slice(1)) await db.insertMany('c', copies);
      } else if (step.kind === 'update' || step.kind === 'delete') {
        const counts = [];
        for (const db of databases) counts.push(await write(db, step));
        expect(new Set(counts).size).toBe(1);
      } else {
        await compareRead(databases, ids, step);
      }
    }
  } finally {
    await Promise.all(databases.map((db) => db.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compareRead(
  databases: Awaited<ReturnType<typeof openAll>>,
  ids: readonly string[],
  step: Read,
) {
  const [plain] = databases;
  const present = ids.flatMap((id) => plain.get('c', id) ?? []);
  const answer = wanted(plain, JSON.parse(JSON.stringify(present)), step);
  tally.queries += 1;
  const { where } = step;
  const count = await plain
    .query('c')
    .filter(() => ({ where }))
    .count();
  tally[count === 0 ? 'none' : count === present.length ? 'all' : 'some'] += 1;
  const refused: unknown[] = [];
  for (const db of databases) {
    if (answer === undefined) {
      // A sum that no number can say matters only in groups that are shown, which the reference does not look at.
      refused.push(await read(db, step).then(({ data }) => data, codeOf));
      continue;
    }
    const { data, extensions } = await read(db, step);
    const plan = extensions.plan.join();
    if (plan.includes('ColumnScan')) tally.columns += 1;
    expect(data['c'], `${JSON.stringify(step)}\n${plan}`).toEqual(answer);
    expect(
      await db
        .query('c')
        .filter(() => ({ where }))
        .count(),
    ).toBe(count);
  }
  for (const outcome of refused) expect(outcome).toEqual(refused[0]);
  tally.refused += refused.length;
}

function codeOf(error: unknown): string {
  return error instanceof AuroraError ? error.code : String(error);
}

describe('columns and documents', () => {
  it('give the same, whatever was written between and whichever rule is left out', {
    timeout: 60_000 + runs * 5_000,
  }, async () => {
    await fc.assert(fc.asyncProperty(cases, compare), { numRuns: runs, seed, endOnFailure: true });
    expect(tally.columns).toBeGreaterThan(0);
  });
});

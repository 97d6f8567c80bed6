/* Ids that do not ascend with the rows, as of documents that come from elsewhere: walked in their order, not sorted. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Aurora, type Database, type JsonValue } from '#engine';

/** A UUID that looks like any other; the same for each number. */
function idOf(number: number): string {
  const hex = createHash('sha256').update(`${number}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const numbers = Array.from({ length: 3_000 }, (_, number) => number);
let folder: string;
let db: Database;
let ids: readonly string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-ids-'));
  db = await Aurora.open(join(folder, 'a.db'));
  await db.newCollection('people', { number: { type: 'Int' } });
  await db.insertMany(
    'people',
    numbers.map((number) => ({ id: idOf(number), number })),
  );
  ids = numbers.map(idOf).sort();
});

afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

type Reads = Pick<Database, 'execute'>;

async function idsOf(
  reads: Reads,
  text: string,
): Promise<{ ids: unknown[]; plan: string; rowsRead: number }> {
  const { data, extensions } = await reads.execute(`query { people${text} }`);
  const { plan, rowsRead } = extensions;
  return { ids: found(data['people']), plan: plan.join(), rowsRead };
}

function found(value: JsonValue | undefined): unknown[] {
  if (Array.isArray(value)) return value.map((each) => field(each, 'id'));
  const edges = field(value, 'edges');
  return Array.isArray(edges) ? edges.map((edge) => field(field(edge, 'node'), 'id')) : [];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

it('are paged through both ways without reading the others', async () => {
  const middle = ids[1_500];
  const page = '{ edges { node { id } } }';
  expect(await idsOf(db, `(first: 20, after: "${middle}") ${page}`)).toMatchObject({
    ids: ids.slice(1_501, 1_521),
    plan: 'IndexRange(people.id) → Filter → Limit(21) → Page',
  });
  expect(await idsOf(db, `(last: 20, before: "${middle}") ${page}`)).toMatchObject({
    ids: ids.slice(1_480, 1_500),
  });
  const first = await idsOf(db, '(orderBy: { id: DESC }, limit: 5) { id }');
  expect(first.ids).toEqual(ids.slice(-5).reverse());
  expect(first.rowsRead).toBeLessThan(50);
});

it('are bounded by conditions', async () => {
  const [low, high] = [ids[100], ids[110]];
  const between = `(where: { id: { gte: "${low}", lt: "${high}" } }) { id }`;
  expect(await idsOf(db, between)).toMatchObject({
    ids: ids.slice(100, 110),
    plan: 'IndexRange(people.id) → Project',
  });
  const crossed = `(where: { id: { gt: "${high}", lt: "${low}" } }) { id }`;
  expect((await idsOf(db, crossed)).ids).toEqual([]);
});

it('include what a transaction has written, and leave out what it has deleted', async () => {
  await db.transaction(async (tx) => {
    const added = numbers.slice(0, 30).map((number) => idOf(10_000 + number));
    for (const id of added) await tx.insertInto('people', { id, number: 0 });
    const gone = ids.filter((_, at) => at % 7 === 0);
    await tx.execute(
      'mutation($gone: [ID!]) { deleteFrom(collection: "people", where: { id: { in: $gone } }) { id } }',
      { variables: { gone } },
    );
    const now = [...ids.filter((_, at) => at % 7 !== 0), ...added].sort();
    const after = now[1_000];
    const page = `(first: 50, after: "${after}") { edges { node { id } } }`;
    expect((await idsOf(tx, page)).ids).toEqual(now.slice(1_001, 1_051));
    const last = await idsOf(tx, '(orderBy: { id: DESC }, limit: 40) { id }');
    expect(last.ids).toEqual(now.slice(-40).reverse());
  });
});

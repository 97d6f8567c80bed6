/*
 * The law of migrations: whatever a version does to whatever documents, its dry run says what it does, and undoing it
 * brings back every document and definition, while what others have written meanwhile stays, also into the collection that
 * the version changed: under the old name, and in the old type, or undoing is refused. ROLL_BACK_RUNS and ROLL_BACK_SEED say how many versions, and which.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import { AuroraError } from '../errors.ts';
import type { MigrationStep } from '../exec/migration-runner.ts';
import type { MigrationPlan } from './plan-migrations.ts';

const runCount = Number(process.env['ROLL_BACK_RUNS'] ?? 60);
const seed = Number(process.env['ROLL_BACK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const names = ['a', 'b', 'c', 'd'] as const;
const types = ['Int', 'Float', 'String', 'Any', '[String]'] as const;
const name = fc.constantFrom(...names);
const type = fc.constantFrom(...types);
const value = fc.constantFrom(null, 0, 1, 7, -2, '7', 'x', '', 'Ab');
const documents = fc.array(fc.dictionary(name, value, { maxKeys: 4 }), { maxLength: 12 });

const action = fc.oneof(
  fc.record({ name, type }).map((it) => `add ${it.name}: ${it.type}`),
  fc.record({ name, type }).map((it) => `add ${it.name}: Int @default(value: 7)`),
  name.map((it) => `drop ${it}`),
  fc.tuple(name, name).map(([from, to]) => `rename ${from} to ${to}`),
  fc.record({ name, type }).map((it) => `modify ${it.name}: ${it.type}`),
  fc.tuple(name, name).map(([one, other]) => `add index (${one}, ${other})`),
  fc.constant('add words: String @default(value: "x y") add index (words) text'),
);
const assignment = fc.oneof(
  fc.tuple(name, name).map(([to, from]) => `set ${to} = ${from}`),
  fc
    .tuple(name, fc.constantFrom('1', '"x"', 'null', 'uuid()'))
    .map((it) => `set ${it.join(' = ')}`),
  fc.tuple(name, name).map(([to, from]) => `set ${to} = 7 where { ${from}: { isNotNull: true } }`),
);
const step = fc.oneof(
  { weight: 3, arbitrary: action.map((it) => `alter collection items { ${it} }`) },
  { weight: 2, arbitrary: assignment.map((it) => `migrate data in items { ${it} }`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('drop collection others', 'create collection more { n: Int }'),
  },
);
const life = fc.record({
  fields: fc.uniqueArray(fc.record({ name, type: fc.constantFrom('Int', 'String', 'Any') }), {
    selector: (field) => field.name,
    minLength: 1,
  }),
  isOpen: fc.boolean(),
  documents,
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  isWritten: fc.boolean(),
  choice: fc.nat(),
});

it(`undoes what any version did (seed ${seed})`, async () => {
  const counts = { applied: 0, survived: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(life, async ({ fields, isOpen, documents: given, steps, ...writing }) => {
      const db = await Aurora.open(':memory:');
      try {
        const columns = fields.map((field) => `${field.name}: ${field.type}`).join(' ');
        await db.execute(
          `schema { define collection items ${isOpen ? '@open' : ''} { ${columns} } define collection others { n: Int } define collection bystanders { n: Int } }`,
        );
        await db.insertInto('others', { n: 1 });
        const old = await db.insertInto('bystanders', { n: 1 });
        for (const document of given) {
          await db.insertInto('items', document).catch(ignoreRefusal);
        }
        const text = `migrate { "1": { ${steps.join('\n')} } }`;
        if (db.check(text).diagnostics.some(({ severity }) => severity === 'error')) return;
        const before = await contentOf(db);
        const itemsBefore = await itemsOf(db);
        const plan = await db.planMigration(text);
        const result = await db.execute(text).catch(ignoreRefusal);
        if (result === undefined) {
          expect(plan.refused.count).toBeGreaterThan(0);
          expect(await contentOf(db)).toEqual(before);
          return;
        }
        if (result.kind !== 'migration') throw new Error(result.kind);
        counts.applied += 1;
        expect(plan.refused.count).toBe(0);
        expect(result.steps).toEqual(plan.steps.map(withoutNewIds(result.steps)));
        const stays = [
          { id: old, n: 2 },
          { id: await db.insertInto('bystanders', { n: 3 }), n: 3 },
        ];
        await db
          .query('bystanders')
          .filter((f) => f.eq('id', old))
          .update({ n: 2 });
        if (writing.isWritten) {
          const names = fields.map((field) => field.name);
          const fates = fatesOf(names, steps);
          const isUndone = await undoesAround(db, { fates, itemsBefore, choice: writing.choice });
          counts[isUndone ? 'survived' : 'refused'] += 1;
          if (!isUndone) return;
          expect(db.catalog().collections.toSorted(byName)).toEqual(before[0]);
        } else {
          expect((await db.migrations.rollBack()).losses).toEqual([]);
          expect(await contentOf(db)).toEqual(before);
        }
        expect(await db.query('bystanders').orderBy('n').collect()).toEqual(stays);
        expect((await db.verify()).isSound).toBe(true);
      } finally {
        await db.close();
      }
    }),
    { seed, numRuns: runCount },
  );
  console.info(`roll-back law: seed ${seed}, ${JSON.stringify(counts)}`);
  expect(counts.applied).toBeGreaterThan(0);
  expect(counts.survived).toBeGreaterThan(0);
}, 1_800_000);

type Item = Readonly<Record<string, unknown>>;

/**
 * Inserts, changes and deletes items between a version and its undoing, and looks at what becomes of them; false when
 * what was written has no form in the old type, so that undoing is refused.
 */
async function undoesAround(
  db: Database,
  {
    fates,
    itemsBefore,
    choice,
  }: {
    readonly fates: readonly Fate[];
    readonly itemsBefore: ReadonlyMap<string, Item>;
    readonly choice: number;
  },
): Promise<boolean> {
  const fields = db.catalog().collections.find((each) => each.name === 'items')?.fields ?? [];
  const written = new Map(
    fields.map(({ name: field, type }) => [field, writtenValue(type, choice)]),
  );
  const newcomerId = await db.insertInto('items', Object.fromEntries(written));
  const [changedId, deletedId] = itemsBefore.keys();
  const changed = fields[choice % Math.max(fields.length, 1)]?.name ?? '';
  const oneItem = (id: string) => db.query('items').filter((f) => f.eq('id', id));
  if (changedId !== undefined && changed !== '') {
    await oneItem(changedId).update({ [changed]: written.get(changed) ?? null });
  }
  if (deletedId !== undefined) await oneItem(deletedId).delete();
  const present = await contentOf(db);
  const plan = await db.migrations.planRollback();
  if (plan.refused.count > 0) {
    await expect(db.migrations.rollBack()).rejects.toMatchObject({ code: 'ValidationError' });
    expect(await contentOf(db)).toEqual(present);
    return false;
  }
  await db.migrations.rollBack();
  const items = await itemsOf(db);
  const untouched = [...itemsBefore].filter(([id]) => id !== changedId && id !== deletedId);
  for (const [id, item] of untouched) expect(items.get(id)).toEqual(item);
  expect([...items.keys()].toSorted()).toEqual(
    [...itemsBefore.keys(), newcomerId].filter((id) => id !== deletedId).toSorted(),
  );
  const newcomer = items.get(newcomerId) ?? {};
  for (const { field, name: nameNow, isConverted } of fates) {
    if (nameNow === undefined) expect(newcomer[field] ?? null).toBe(null);
    else if (!isConverted) expect(newcomer[field]).toEqual(written.get(nameNow));
    else expect(newcomer[field] ?? null).not.toBe(null);
    if (changedId === undefined) continue;
    const item = items.get(changedId) ?? {};
    if (nameNow !== changed) expect(item[field]).toEqual(itemsBefore.get(changedId)?.[field]);
    else if (!isConverted) expect(item[field]).toEqual(written.get(changed));
  }
  return true;
}

/** What becomes of a field that is defined before a version. */
interface Fate {
  readonly field: string;
  /** Its name afterwards; absent when it is dropped. */
  readonly name: string | undefined;
  /** True when it gets another type or what is made from new ids, so that values are not kept as they are. */
  readonly isConverted: boolean;
}

function fatesOf(fields: readonly string[], steps: readonly string[]): readonly Fate[] {
  const all = steps.join();
  return fields.map((field) => {
    let [current, isConverted]: [string | undefined, boolean] = [field, false];
    for (const text of steps) {
      const dropped = /\bdrop (\w)\b/.exec(text)?.[1];
      const [, from, to] = /\brename (\w) to (\w)\b/.exec(text) ?? [];
      const modified = /\bmodify (\w):/.exec(text)?.[1];
      if (current === undefined) break;
      if (modified === current) isConverted = true;
      // What was made from new ids cannot be told from what was written.
      const filled = /\bset (\w) =/.exec(text)?.[1];
      if (filled === current && all.includes('uuid()')) isConverted = true;
      if (from === current) current = to;
      else if (dropped === current) current = undefined;
    }
    return { field, name: current, isConverted };
  });
}

/** Values that no document and no step has. */
function writtenValue(type: { readonly kind: string; readonly name?: string }, choice: number) {
  if (type.kind === 'list') return ['new'];
  if (type.name === 'Int' || type.name === 'Float') return 41;
  return choice % 3 === 0 ? 'new' : '41';
}

async function itemsOf(db: Database): Promise<ReadonlyMap<string, Item>> {
  const items = await db.query('items').collect();
  return new Map(items.map((item) => [item.id, item]));
}

/** Ids that a dry run and its run make are different ones, and a run estimates nothing. */
function withoutNewIds(
  ran: readonly MigrationStep[],
): (planned: MigrationPlan['steps'][number], position: number) => unknown {
  return ({ estimate: _, ...planned }, position) => ({
    ...planned,
    samples: ran[position]?.samples,
  });
}

async function contentOf(db: Database): Promise<readonly unknown[]> {
  const collections = db.catalog().collections.toSorted(byName);
  const content: unknown[] = [collections];
  for (const each of collections.filter(({ name }) => name !== 'bystanders')) {
    content.push(JSON.stringify(await db.query(each.name).orderBy('id').collect()));
  }
  return content;
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name.localeCompare(other.name);
}

function ignoreRefusal(error: unknown): undefined {
  if (error instanceof AuroraError) return undefined;
  throw error;
}

/*
 * The law of migrations: whatever a version does to whatever documents, its dry run says what it does, and undoing it
 * brings back every document and definition, while what others have written meanwhile stays. ROLL_BACK_RUNS and ROLL_BACK_SEED say how many versions, and which.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import { AuroraError } from '../errors.ts';

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
});

it(`undoes what any version did (seed ${seed})`, async () => {
  let appliedCount = 0;
  await fc.assert(
    fc.asyncProperty(life, async ({ fields, isOpen, documents: given, steps }) => {
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
        const plan = await db.planMigration(text);
        const result = await db.execute(text).catch(ignoreRefusal);
        if (result === undefined) {
          expect(plan.refused.count).toBeGreaterThan(0);
          expect(await contentOf(db)).toEqual(before);
          return;
        }
        if (result.kind !== 'migration') throw new Error(result.kind);
        appliedCount += 1;
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
        expect((await db.migrations.rollBack()).losses).toEqual([]);
        expect(await db.query('bystanders').orderBy('n').collect()).toEqual(stays);
        expect(await contentOf(db)).toEqual(before);
        expect((await db.verify()).isSound).toBe(true);
      } finally {
        await db.close();
      }
    }),
    { seed, numRuns: runCount },
  );
  expect(appliedCount).toBeGreaterThan(0);
}, 1_800_000);

/** Ids that a dry run and its run make are different ones. */
function withoutNewIds<Step extends { readonly samples: unknown; readonly text: string }>(
  ran: readonly Step[],
): (planned: Step, position: number) => Step {
  return (planned, position) => ({ ...planned, samples: ran[position]?.samples });
}

async function contentOf(db: Database): Promise<unknown> {
  const collections = db.catalog().collections.toSorted((a, b) => a.name.localeCompare(b.name));
  const content: unknown[] = [collections];
  for (const each of collections.filter(({ name }) => name !== 'bystanders')) {
    content.push(JSON.stringify(await db.query(each.name).orderBy('id').collect()));
  }
  return content;
}

function ignoreRefusal(error: unknown): undefined {
  if (error instanceof AuroraError) return undefined;
  throw error;
}

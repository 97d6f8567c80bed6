/*
 * Many documents that are inserted together have a way of their own into the write buffer, the log and the store. A
 * database that is written by it becomes the same, refusals included, as one where they go with other changes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type AuroraOptions, type Database } from '#engine';

const folder = mkdtempSync(join(tmpdir(), 'aurora-inserts-'));
let folderCount = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const idCount = 120;
const ids = Array.from(
  { length: idCount },
  (_, n) => `0190a1b2-0000-7000-8000-0000000${10_000 + n}`,
);
const person = fc.record({
  email: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.nat({ max: 5_000 }).map((n) => `person${n % 3 === 0 ? n % 60 : n}@x`),
    },
    { weight: 1, arbitrary: fc.constantFrom(null, 'a@x', 'x'.repeat(300), 'ä@x') },
  ),
  tags: fc.array(fc.constantFrom('red', 'green', 'blue'), { maxLength: 3 }),
  level: fc.option(fc.nat({ max: 3 })),
  text: fc.constantFrom('short', 'long '.repeat(50)),
});

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      people: fc.array(person, { minLength: 2, maxLength: 45 }),
      /** Ids are taken from here on, or made when there are none left; backwards they do not ascend. */
      firstId: fc.nat({ max: idCount }),
      isBackwards: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('update' as const),
      level: fc.nat({ max: 3 }),
      email: fc.constantFrom('a@x', null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), level: fc.nat({ max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
  // These find their documents in the write buffer, among those that were inserted together.
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      at: fc.nat({ max: idCount - 1 }),
      email: fc.option(fc.nat({ max: 60 }).map((n) => `person${n}@x`)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      at: fc.nat({ max: idCount - 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('find' as const), n: fc.nat({ max: 60 }) }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const schema = `schema {
  define collection people {
    email: String @unique
    tags: [String] @indexed
    level: Int @indexed
    text: String
    index: Int @indexed
  }
  define collection notes { kind: String }
}`;

/** What became of it: what it gave, or what refused it; not which of several documents, which a transaction looks at earlier. */
async function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    return { code: error.code };
  }
}

function documentsOf({ people, firstId, isBackwards }: Extract<Step, { kind: 'insert' }>) {
  const documents = people.map((each, at) => ({ ...each, index: at, id: ids[firstId + at] ?? '' }));
  const known = documents.filter(({ id }) => id !== '');
  return isBackwards ? known.reverse() : known;
}

async function write(db: Database, each: Step, isMixed: boolean): Promise<unknown> {
  switch (each.kind) {
    case 'insert': {
      const documents = documentsOf(each);
      if (!isMixed) return outcomeOf(() => db.insertMany('people', documents));
      return outcomeOf(() =>
        db.transaction(async (tx) => {
          await tx.insertInto('notes', { kind: 'mixed' });
          const made: string[] = [];
          for (const document of documents) made.push(await tx.insertInto('people', document));
          return made;
        }),
      );
    }
    case 'update':
      return outcomeOf(() =>
        db
          .query('people')
          .filter((f) => f.and(f.eq('level', each.level), f.lt('index', 2)))
          .update({ level: 3 - each.level, text: 'changed' }),
      );
    case 'delete':
      return outcomeOf(() =>
        db
          .query('people')
          .filter((f) => f.and(f.eq('level', each.level), f.gt('index', 5)))
          .delete(),
      );
    case 'change':
      return outcomeOf(() =>
        db
          .query('people')
          .filter((f) => f.eq('id', ids[each.at] ?? ''))
          .update({ email: each.email, text: 'changed' }),
      );
    case 'remove':
      return outcomeOf(() =>
        db
          .query('people')
          .filter((f) => f.eq('id', ids[each.at] ?? ''))
          .delete(),
      );
    case 'find':
      return db
        .query('people')
        .filter((f) => f.eq('email', `person${each.n}@x`))
        .collect();
    case 'settle':
      return db
        .query('people')
        .filter((f) => f.gte('index', 0))
        .count();
  }
}

async function contents(db: Database): Promise<unknown> {
  const reads = ids.map((id) => db.get('people', id));
  const levels = await db
    .query('people')
    .filter((f) => f.gte('level', 1))
    .orderBy('id')
    .collect();
  const people = await db.query('people').orderBy('id').collect();
  const red = await db.execute('query { people(where: { tags: { contains: "red" } }) { id } }');
  const { problems } = await db.verify();
  expect(problems).toEqual([]);
  return { reads, people, levels, red: red.data, count: await db.query('people').count() };
}

const configurations: readonly AuroraOptions[] = [
  { dbPath: ':memory:' },
  { durabilityMode: 'None' },
  { durabilityMode: 'WAL' },
  { durabilityMode: 'Strict' },
  { durabilityMode: 'Synchronous' },
  { durabilityMode: 'WAL', writeBufferSize: 60 },
];

describe('documents that are inserted together', () => {
  it.each(configurations)('become what they become among other changes (%o)', async (options) => {
    const runs = fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 14 }),
      async (steps) => {
        const paths = [1, 2].map(() => {
          folderCount += 1;
          return { dbPath: join(folder, `${folderCount}.db`), ...options };
        });
        const [alone, mixed] = await Promise.all(paths.map((each) => Aurora.open(each)));
        if (alone === undefined || mixed === undefined)
          throw new Error('Two databases are opened.');
        try {
          await Promise.all([alone.execute(schema), mixed.execute(schema)]);
          for (const each of steps) {
            expect(await write(alone, each, false)).toEqual(await write(mixed, each, true));
          }
          expect(await contents(alone)).toEqual(await contents(mixed));
        } finally {
          await Promise.all([alone.close(), mixed.close()]);
        }
      },
    );
    await fc.assert(runs, { numRuns: 12 });
  });
});

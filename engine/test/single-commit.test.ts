/*
 * Writes of single documents have a short way to the disk, past the operation, the lists and the rounds of others. A
 * database that is written by it becomes the same, refusals included, as one where each write is a transaction.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type AuroraOptions, type Database, type Transaction } from '#engine';

const folder = mkdtempSync(join(tmpdir(), 'aurora-single-'));
let folderCount = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ids = Array.from({ length: 6 }, (_, n) => `0190a1b2-0000-7000-8000-00000000000${n}`);
const id = fc.constantFrom(...ids);
const email = fc.constantFrom('a@x', 'b@x', 'c@x', null, 'x'.repeat(300));
const tags = fc.array(fc.constantFrom('red', 'green', 'blue'), { maxLength: 3 });

const step = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), id, email, tags, level: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant('update' as const), id, email, tags }),
  fc.record({ kind: fc.constant('visit' as const), id }),
  fc.record({ kind: fc.constant('delete' as const), id }),
  fc.record({ kind: fc.constant('settle' as const) }),
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
type Writer = Pick<Transaction, 'insertInto' | 'query'>;

/** Documents with one key in each index are inserted another way than those with several. */
const schemaWith = (indexed: 'tags' | 'level'): string => `schema {
  define collection people {
    email: String @unique
    tags: [String] ${indexed === 'tags' ? '@indexed' : ''}
    level: Int ${indexed === 'level' ? '@indexed' : ''}
    visits: Int!
  }
  define collection notes { kind: String }
}`;

/** What became of it: what it gave, or what refused it. */
async function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    return { code: error.code, message: error.message, details: error.details };
  }
}

async function write(writer: Writer, each: Step): Promise<unknown> {
  const found = writer.query('people').filter((f) => f.eq('id', 'id' in each ? each.id : ''));
  switch (each.kind) {
    case 'insert': {
      const { kind: _, ...document } = each;
      return writer.insertInto('people', { ...document, visits: 0 });
    }
    case 'update':
      return found.update({ email: each.email, tags: each.tags });
    case 'visit':
      return found.update({ visits: { increment: 1 } });
    case 'delete':
      return found.delete();
    case 'settle':
      return undefined;
  }
}

/** The same in a transaction that also changes another document, so that it has no short way. */
function writeInTransaction(db: Database, each: Step): Promise<unknown> {
  return outcomeOf(() =>
    db.transaction(async (tx) => {
      await tx.insertInto('notes', { kind: each.kind });
      return write(tx, each);
    }),
  );
}

async function settle(db: Database): Promise<void> {
  await db
    .query('people')
    .filter((f) => f.gte('visits', 0))
    .count();
}

async function contents(db: Database): Promise<unknown> {
  const people = await db.query('people').orderBy('id').collect();
  const red = await db.execute('query { people(where: { tags: { contains: "red" } }) { id } }');
  const { problems } = await db.verify();
  expect(problems).toEqual([]);
  return { people, red: red.data, count: await db.query('people').count() };
}

const warmUpCount = 110;

const configurations: readonly AuroraOptions[] = [
  { dbPath: ':memory:' },
  { durabilityMode: 'WAL' },
  { durabilityMode: 'Strict' },
  { durabilityMode: 'WAL', writeBufferSize: 4 },
];

async function open(options: AuroraOptions, schema = schemaWith('tags')): Promise<Database> {
  folderCount += 1;
  const db = await Aurora.open({ dbPath: join(folder, `${folderCount}.db`), ...options });
  await db.execute(schema);
  // The log writes within a call only once the disk has been fast for a while.
  const count = options.durabilityMode === 'WAL' ? warmUpCount : 0;
  for (let n = 0; n < count; n += 1) await db.insertInto('notes', { kind: 'first' });
  return db;
}

describe('writes of single documents', () => {
  it.each(configurations)('become what transactions become (%o)', async (options) => {
    const runs = fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 30 }),
      async (steps) => {
        const [short, long] = [await open(options), await open(options)];
        try {
          for (const each of steps) {
            if (each.kind === 'settle') await Promise.all([settle(short), settle(long)]);
            else {
              const direct = await outcomeOf(() => write(short, each));
              expect(direct).toEqual(await writeInTransaction(long, each));
            }
          }
          expect(await contents(short)).toEqual(await contents(long));
        } finally {
          await Promise.all([short.close(), long.close()]);
        }
      },
    );
    await fc.assert(runs, { numRuns: 6 });
  });

  it.each(configurations)('become the same when many insert at once (%o)', async (options) => {
    const runs = fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 20 }), { minLength: 2, maxLength: 6 }),
      async (groups) => {
        const schema = schemaWith('level');
        const [short, long] = [await open(options, schema), await open(options, schema)];
        const documentIds = new Set<string>();
        try {
          for (const group of groups) {
            // Who reads sees what was inserted before, so that only inserts may come at once.
            const inserts = group.filter(({ kind }) => kind === 'insert');
            const others = group.filter(({ kind }) => kind !== 'insert' && kind !== 'settle');
            const atOnce = inserts.map((each) => outcomeOf(() => write(short, each)));
            for (const outcome of atOnce) {
              const each = inserts[atOnce.indexOf(outcome)];
              if (each?.kind !== 'insert') continue;
              documentIds.add(each.id);
              expect(await outcome).toEqual(await writeInTransaction(long, each));
            }
            for (const each of others) {
              const direct = await outcomeOf(() => write(short, each));
              expect(direct).toEqual(await writeInTransaction(long, each));
            }
            for (const each of documentIds)
              expect(await short.find('people', each)).toEqual(await long.find('people', each));
          }
          expect(await contents(short)).toEqual(await contents(long));
        } finally {
          await Promise.all([short.close(), long.close()]);
        }
      },
    );
    await fc.assert(runs, { numRuns: 4 });
  });
});

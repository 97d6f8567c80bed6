/*
 * Commits that only the log holds come back undecoded, and are looked into when somebody asks. A database that was
 * killed and opened again answers every read and write as the one that went on, whatever is asked of it first.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type AuroraOptions, type Database } from '#engine';

const folder = mkdtempSync(join(tmpdir(), 'aurora-recovered-'));
let folderCount = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ids = Array.from({ length: 8 }, (_, n) => `0190a1b2-0000-7000-8000-00000000000${n}`);
const id = fc.constantFrom(...ids);
const email = fc.constantFrom('a@x', 'b@x', 'c@x', 'd@x', null);

const write = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('insert' as const), id, email }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('email' as const), id, email }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('visit' as const), id }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('note' as const),
      id,
      field: fc.constantFrom('first', 'second', 'third'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('swap' as const), id, other: id }) },
);
const read = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), id }),
  fc.record({ kind: fc.constant('find' as const), email }),
  fc.record({ kind: fc.constant('scan' as const) }),
);

type Step =
  | (typeof write extends fc.Arbitrary<infer Value> ? Value : never)
  | (typeof read extends fc.Arbitrary<infer Value> ? Value : never);

const schema = `schema {
  define collection people {
    email: String @unique
    visits: Int! @indexed
    first: String
    second: String
    third: String
  }
}`;

/** Nothing is applied before it must be: the store stays empty, and the log has everything. */
const options: AuroraOptions = {
  durabilityMode: 'WAL',
  writeBufferSize: 1_000_000,
  writeBufferFlushIntervalMs: 3_600_000,
  checkpointIntervalMs: 86_400_000,
};

function newPath(): string {
  folderCount += 1;
  return join(folder, `${folderCount}.db`);
}

async function openAt(dbPath: string): Promise<Database> {
  return Aurora.open({ dbPath, ...options });
}

/** What a process that was killed at this moment would leave. */
function leftBy(path: string): string {
  const killed = newPath();
  cpSync(path, killed, {
    recursive: true,
    filter: (source) => !/aurora\.(lock|sock)|data\.mdb-lock/.test(source),
  });
  return killed;
}

async function outcomeOf(db: Database, step: Step): Promise<unknown> {
  try {
    return await run(db, step);
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    return { code: error.code, message: error.message };
  }
}

async function run(db: Database, step: Step): Promise<unknown> {
  const found = db.query('people').filter((f) => f.eq('id', 'id' in step ? step.id : ''));
  switch (step.kind) {
    case 'insert':
      return db.insertInto('people', { id: step.id, email: step.email, visits: 0 });
    case 'email':
      return found.update({ email: step.email });
    case 'visit':
      return found.update({ visits: { increment: 1 } });
    case 'note':
      return found.update({ [step.field]: 'noted' });
    case 'delete':
      return found.delete();
    case 'swap':
      return db.transaction(async (tx) => {
        for (const [at, next] of [
          [step.id, null],
          [step.other, 'a@x'],
        ] as const) {
          await tx
            .query('people')
            .filter((f) => f.eq('id', at))
            .update({ email: next });
        }
      });
    case 'get':
      return db.get('people', step.id);
    case 'find':
      return db
        .query('people')
        .filter((f) => f.eq('email', step.email))
        .orderBy('id')
        .collect();
    case 'scan':
      return db
        .query('people')
        .filter((f) => f.gte('visits', 1))
        .orderBy('id')
        .collect();
  }
}

describe('commits that only the log holds', () => {
  /** Those of a single document kept the table of fields that was the first of their collection: nothing could be opened. */
  it('come back where documents get fields that none had before', async () => {
    const path = newPath();
    const lasting = await openAt(path);
    await lasting.execute(schema);
    const [first = '', second = '', third = ''] = ids;
    const visit = (of: string) => outcomeOf(lasting, { kind: 'visit', id: of });
    await lasting.insertInto('people', { id: first, visits: 0 });
    await visit(first);
    await lasting.insertInto('people', { id: second, visits: 0, first: 'noted' });
    await visit(second);
    await lasting.insertInto('people', { id: third, visits: 0 });
    const killed = await openAt(leftBy(path));
    const documents = await run(killed, { kind: 'scan' });
    expect(documents).toEqual(await run(lasting, { kind: 'scan' }));
    expect((await killed.verify()).problems).toEqual([]);
    await killed.close();
    await lasting.close();
  });

  it('answer after a kill as they did before it, in any order of asking', async () => {
    const seed = Number(process.env['RECOVERED_COMMITS_SEED'] ?? Date.now() % 2 ** 31);
    console.log(`recovered commits: seed ${seed}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(write, { minLength: 5, maxLength: 30 }),
        // A query has everything applied, so writes come first and mostly.
        fc.array(fc.oneof({ weight: 8, arbitrary: write }, { weight: 1, arbitrary: read }), {
          minLength: 3,
          maxLength: 12,
        }),
        async (before, after) => {
          const path = newPath();
          const lasting = await openAt(path);
          await lasting.execute(schema);
          for (const each of ids.slice(0, 5)) {
            await lasting.insertInto('people', { id: each, email: null, visits: 0 });
          }
          for (const each of before) await outcomeOf(lasting, each);
          const killed = await openAt(leftBy(path));
          for (const each of after) {
            expect([each, await outcomeOf(killed, each)]).toEqual([
              each,
              await outcomeOf(lasting, each),
            ]);
          }
          expect((await killed.verify()).problems).toEqual([]);
          await killed.close();
          await lasting.close();
        },
      ),
      { seed, numRuns: Number(process.env['RECOVERED_COMMITS_RUNS'] ?? 15) },
    );
  });
});

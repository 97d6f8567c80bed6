/*
 * A process that migrates and writes is killed at moments of chance. After each kill the database is opened and
 * verified: the version is there wholly or not at all, and everything that was acknowledged is.
 *
 * MIGRATION_KILL_ROUNDS and MIGRATION_KILL_DOCUMENTS say how often and over how many documents
 * (`npm run test:long -- migrations`), MIGRATION_KILL_SEED repeats a run as far as chance allows.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { buildPrograms } from '../durability/child-programs.ts';
import { fastFolder } from '../durability/fast-folder.ts';
import { chooseSeed, randomFrom } from '../durability/seeded-random.ts';
import { repositoryRoot } from '../source-tree.ts';

const rounds = Number(process.env['MIGRATION_KILL_ROUNDS'] ?? 10);
const itemCount = Number(process.env['MIGRATION_KILL_DOCUMENTS'] ?? 3_000);
const seed = chooseSeed('MIGRATION_KILL_SEED');

let program = '';
let removeProgram = (): void => undefined;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(fastFolder(), 'aurora-migration-kill-'));
  const built = await buildPrograms({
    migrating: join(repositoryRoot, 'engine/test/migrations/migrating-program.ts'),
  });
  program = join(built.folder, 'migrating.js');
  removeProgram = built.remove;
}, 120_000);
afterAll(() => {
  removeProgram();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly lastNote: number;
  readonly isMigrated: boolean;
  /** How long it worked. */
  readonly workedMs: number;
  readonly complaints: string;
}

/** Runs the program, and kills it so long after it began to work; without a time, when it has migrated. */
async function migrateAndKill(
  path: string,
  text: string,
  options: { readonly firstNote: number; readonly killAfterMs: number | undefined },
): Promise<Ended> {
  const child = spawn(process.execPath, [
    program,
    path,
    text,
    String(options.firstNote),
    String(itemCount),
  ]);
  const ended = new Promise((resolve) => child.once('close', resolve));
  let output = '';
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    complaints += part;
  });
  const said = (line: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (output.includes(line)) resolve();
      };
      child.stdout.on('data', look);
      child.once('close', () => resolve());
    });
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part;
  });
  await said('loaded\n');
  const startedAt = performance.now();
  child.stdin.write('go\n');
  const { killAfterMs } = options;
  await (killAfterMs === undefined ? said('migrated\n') : delay(killAfterMs));
  const workedMs = performance.now() - startedAt;
  child.kill('SIGKILL');
  await ended;
  const notes = [...output.matchAll(/^wrote (\d+)\n/gm)].map(([, note]) => Number(note));
  return {
    lastNote: notes.at(-1) ?? -1,
    isMigrated: output.includes('migrated\n'),
    workedMs,
    complaints,
  };
}

async function newDatabase(path: string): Promise<void> {
  const db = await Aurora.open(path);
  await db.execute(`schema {
    define collection items { number: Int! @unique first: String touched: Int @indexed }
    define collection notes { note: Int! @unique }
  }`);
  for (let start = 0; start < itemCount; start += 5_000) {
    const count = Math.min(5_000, itemCount - start);
    const items = Array.from({ length: count }, (_, index) => ({
      number: start + index,
      first: `item ${start + index}`,
    }));
    await db.insertMany('items', items);
  }
  await db.close();
}

/** What the next version does: the field goes from one name to the other, and becomes a list or a text. */
function versionAfter(applied: number): string {
  const [from, to] = applied % 2 === 0 ? ['first', 'second'] : ['second', 'first'];
  return `migrate { "v${applied + 1}": {
    alter collection items { rename ${from} to ${to} add index (${to}, number) }
    migrate data in items { set ${to} = concat(${to}, "!") }
    alter collection items { drop index (${to}, number) modify touched: ${applied % 2 === 0 ? 'Float' : 'Int'} }
  } }`;
}

async function check(db: Database, lastNote: number): Promise<{ readonly applied: number }> {
  expect((await db.verify()).isSound).toBe(true);
  const applied = db.catalog().migrations?.length ?? 0;
  const name = applied % 2 === 0 ? 'first' : 'second';
  const fields = db.catalog().collections.find((each) => each.name === 'items')?.fields;
  expect(fields?.map((field) => field.name)).toContain(name);
  const { data } = await db.execute(`{
    right: items(where: { ${name}: { matches: "^item [0-9]+!{${applied}}$" } }) { aggregate { count } }
    items { aggregate { count } }
    notes { aggregate { count max(field: "note") } }
    touched: items { aggregate { max(field: "touched") } }
  }`);
  const sample = await db.execute(`{ items(where: { number: { eq: 17 } }) { ${name} } }`);
  expect(sample.data).toEqual({ items: [{ [name]: `item 17${'!'.repeat(applied)}` }] });
  const notes = await db.query('notes').count();
  expect(notes).toBeGreaterThan(lastNote);
  expect(data).toMatchObject({
    right: { aggregate: { count: itemCount } },
    items: { aggregate: { count: itemCount } },
    notes: { aggregate: { max: notes === 0 ? null : notes - 1 } },
    touched: { aggregate: { max: notes === 0 ? null : notes - 1 } },
  });
  return { applied };
}

it(
  `is wholly before or wholly after a version, whenever its process is killed (seed ${seed})`,
  async () => {
    console.info(`migration kill loop: seed ${seed}, ${rounds} rounds, ${itemCount} documents`);
    const path = join(folder, 'killed.db');
    await newDatabase(path);
    const random = randomFrom(seed);
    let applied = 0;
    let firstNote = 0;
    let longestMs = 0;
    const outcomes = { before: 0, after: 0 };
    for (let round = 0; round <= rounds; round += 1) {
      // The first one is let go to its end, to see how long it takes; some of the others get to theirs as well.
      const killAfterMs = round === 0 ? undefined : random() * 1.4 * longestMs;
      const text = versionAfter(applied);
      const { lastNote, isMigrated, workedMs, complaints } = await migrateAndKill(path, text, {
        firstNote,
        killAfterMs,
      });
      expect(complaints).toBe('');
      if (round === 0) longestMs = workedMs;
      const db = await Aurora.open(path);
      const now = await check(db, lastNote);
      firstNote = await db.query('notes').count();
      await db.close();
      expect([applied, applied + 1]).toContain(now.applied);
      if (isMigrated) expect(now.applied).toBe(applied + 1);
      if (now.applied > applied) outcomes.after += 1;
      else outcomes.before += 1;
      applied = now.applied;
    }
    console.info(
      `migration kill loop: ${outcomes.before} before, ${outcomes.after} after; one takes ${Math.round(longestMs)} ms`,
    );
    expect(outcomes.before + outcomes.after).toBe(rounds + 1);
  },
  60_000 + rounds * (30_000 + itemCount / 5),
);

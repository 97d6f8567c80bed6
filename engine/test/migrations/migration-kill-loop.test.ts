/*
 * A process that migrates and writes is killed at moments that are spread over its migration. Each round begins
 * with a copy of one database; after the kill it is opened: the version is there wholly or not at all, and everything that was
 * acknowledged is. Counts and a sample of the documents say so each time; in every tenth round the migration is also run
 * again, to its end, and all documents are looked at.
 *
 * MIGRATION_KILL_ROUNDS and MIGRATION_KILL_DOCUMENTS say how often and over how many documents
 * (`npm run test:long -- migrations`), MIGRATION_KILL_SEED repeats a run as far as chance allows.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { buildPrograms } from '../durability/child-programs.ts';
import { fastFolder } from '../durability/fast-folder.ts';
import { chooseSeed, randomFrom } from '../durability/seeded-random.ts';
import { repositoryRoot } from '../source-tree.ts';
import { type KillMoment, migrateAndKill } from './killed-program.ts';

const rounds = Number(process.env['MIGRATION_KILL_ROUNDS'] ?? 10);
const itemCount = Number(process.env['MIGRATION_KILL_DOCUMENTS'] ?? 50_000);
const seed = chooseSeed('MIGRATION_KILL_SEED');
/** In one round of so many the migration goes on, and everything is looked at. */
const thoroughEvery = 10;
const sampleCount = 500;

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

const version = `migrate { "1": {
  alter collection items { rename first to second add index (second, number) }
  migrate data in items { set second = concat(second, "!") }
  alter collection items { drop index (second, number) modify touched: Float }
} }`;

async function newDatabase(path: string): Promise<void> {
  const db = await Aurora.open(path);
  await db.execute(`schema {
    define collection items { number: Int! @unique first: String touched: Int }
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

interface Found {
  readonly isMigrated: boolean;
  readonly noteCount: number;
}

/** What is there, once it is sure that nothing is half done or missing. */
async function check(db: Database, lastNote: number, isThorough: boolean): Promise<Found> {
  const { collections, migrations = [] } = db.catalog();
  const isMigrated = migrations.length === 1;
  const name = isMigrated ? 'second' : 'first';
  const fields = collections.find((each) => each.name === 'items')?.fields;
  expect(fields?.map((field) => field.name)).toEqual(['number', name, 'touched']);
  const noteCount = await db.query('notes').count();
  expect(noteCount).toBeGreaterThan(lastNote);
  const last = noteCount === 0 ? null : noteCount - 1;
  const { data } = await db.execute(`{
    items { aggregate { count } }
    notes { aggregate { max(field: "note") } }
  }`);
  expect(data).toEqual({
    items: { aggregate: { count: itemCount } },
    notes: { aggregate: { max: last } },
  });
  const touchedBy = new Map<number, number>();
  for (let note = 0; note < noteCount; note += 1) touchedBy.set((note * 7919) % itemCount, note);
  const stride = Math.max(1, Math.floor(itemCount / sampleCount));
  const sample = Array.from({ length: sampleCount }, (_, at) => (at * stride) % itemCount);
  for (const numbers of [sample, [...touchedBy.keys()].slice(-sampleCount)]) {
    const { data: found } = await db.execute(
      `{ items(where: { number: { in: [${numbers.join()}] } }) { number touched text: ${name} } }`,
    );
    const right = [...new Set(numbers)].map((number) => ({
      number,
      touched: touchedBy.get(number) ?? null,
      text: `item ${number}${isMigrated ? '!' : ''}`,
    }));
    expect(byNumber(found)).toEqual(right.toSorted((one, other) => one.number - other.number));
  }
  if (isThorough) {
    expect((await db.verify()).isSound).toBe(true);
    const form = `^item [0-9]+${isMigrated ? '!' : ''}$`;
    const right = await db.execute(
      `{ items(where: { ${name}: { matches: "${form}" } }) { aggregate { count } } }`,
    );
    expect(right.data).toEqual({ items: { aggregate: { count: itemCount } } });
    const touches = await db.execute('{ items { aggregate { max(field: "touched") } } }');
    expect(touches.data).toEqual({ items: { aggregate: { max: last } } });
  }
  return { isMigrated, noteCount };
}

function byNumber(data: unknown): readonly unknown[] {
  const { items } = data as { readonly items: readonly { readonly number: number }[] };
  return items.toSorted((one, other) => one.number - other.number);
}

/**
 * Moments, each in a part of its own, in an order of chance: two thirds over the copy of the documents, the others over
 * its last tenth, what comes after it and a little after all of it, where most can go wrong and chance seldom falls.
 */
function killMoments(random: () => number, endingMs: number): readonly KillMoment[] {
  const parts = Array.from({ length: rounds }, (_, round) => ({ round, place: random() }));
  return parts
    .toSorted((one, other) => one.place - other.place)
    .map(({ round }) => {
      const moment = (3 * (round + random())) / rounds;
      if (moment <= 2) return { doneShare: 0.45 * moment, afterMs: random() * 5 };
      if (moment <= 2.4) return { doneShare: 0.9 + (moment - 2) / 4, afterMs: random() * 5 };
      return { doneShare: 1, afterMs: ((moment - 2.4) / 0.6) * (2 * endingMs + 20) };
    });
}

/** How long the parts of the rounds took, in seconds. */
class Spending {
  readonly #seconds = new Map<string, number>();

  async on<Result>(part: string, work: () => Result | Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      const seconds = (performance.now() - startedAt) / 1_000;
      this.#seconds.set(part, (this.#seconds.get(part) ?? 0) + seconds);
    }
  }

  toString(): string {
    return [...this.#seconds]
      .map(([part, seconds]) => `${part} ${seconds.toFixed(0)} s`)
      .join(', ');
  }
}

it(
  `is wholly before or wholly after a version, whenever its process is killed (seed ${seed})`,
  async () => {
    console.info(`migration kill loop: seed ${seed}, ${rounds} rounds, ${itemCount} documents`);
    const [prepared, path] = [join(folder, 'prepared.db'), join(folder, 'killed.db')];
    await newDatabase(prepared);
    const startAnew = () => {
      rmSync(path, { recursive: true, force: true });
      cpSync(prepared, path, { recursive: true });
    };
    const migrate = (firstNote: number, moment: KillMoment) =>
      migrateAndKill(program, [path, version, String(firstNote), String(itemCount)], moment);
    const look = async (lastNote: number, isThorough: boolean) => {
      const db = await Aurora.open(path);
      try {
        return await check(db, lastNote, isThorough);
      } finally {
        await db.close();
      }
    };
    const toTheEnd = async (firstNote: number) => {
      const ended = await migrate(firstNote, { doneShare: 'migrated', afterMs: 0 });
      expect(ended).toMatchObject({ isMigrated: true, complaints: '' });
      expect(await look(ended.lastNote, true)).toMatchObject({ isMigrated: true });
      return ended;
    };
    startAnew();
    const { workedMs, endingMs } = await toTheEnd(0);
    console.info(`one takes ${Math.round(workedMs)} ms, its end ${Math.round(endingMs)} ms`);
    const spending = new Spending();
    const outcomes = { before: 0, after: 0, continued: 0 };
    for (const [round, moment] of killMoments(randomFrom(seed), endingMs).entries()) {
      await spending.on('copying', startAnew);
      const ended = await spending.on('migrating', () => migrate(0, moment));
      expect(ended.complaints).toBe('');
      const isThorough = round % thoroughEvery === thoroughEvery - 1;
      const found = await spending.on(isThorough ? 'looking at all' : 'looking', () =>
        look(ended.lastNote, isThorough),
      );
      if (ended.isMigrated) expect(found.isMigrated).toBe(true);
      outcomes[found.isMigrated ? 'after' : 'before'] += 1;
      if (isThorough && !found.isMigrated) {
        await spending.on('going on', () => toTheEnd(found.noteCount));
        outcomes.continued += 1;
      }
      const { before, after, continued } = outcomes;
      if (isThorough)
        console.info(
          `round ${round + 1}: ${before} before, ${after} after, ${continued} continued; ${spending}`,
        );
    }
    expect(outcomes.before + outcomes.after).toBe(rounds);
  },
  60_000 + rounds * (30_000 + itemCount / 5),
);

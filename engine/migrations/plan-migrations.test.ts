import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';

let folder: string;
let db: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-plan-'));
  db = await Aurora.open(join(folder, 'planned.db'));
  await db.execute(`
    schema { define collection users { login: String @unique age: Int } define collection old { n: Int } }
    mutation { insertMany(collection: "users", data: [{ login: "7", age: 1 } { login: "8" } { login: "x" }]) { id }
               insertInto(collection: "old", data: { n: 1 }) { id } }
  `);
});

afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

const text = `migrate {
  "1": { alter collection users { rename age to years add role: String @default(value: "member") } }
  "2": { migrate data in users { set role = upper(role) where { years: { isNull: true } } } drop collection old }
}`;

function contents(): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(join(folder, 'planned.db'), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isFile() || entry.name === 'lock.mdb' || entry.name === 'data.mdb-lock') continue;
    hash.update(entry.name).update(readFileSync(join(entry.parentPath, entry.name)));
  }
  return hash.digest('hex');
}

/** The next segment of the log is filled in the background. */
async function contentsAtRest(): Promise<string> {
  for (let before = contents(); ; ) {
    await delay(50);
    const now = contents();
    if (now === before) return now;
    before = now;
  }
}

describe('planMigration', () => {
  it('refuses a version that two blocks have', async () => {
    // Each block was looked at by itself: the plan went well, and the second version was a drift when it ran.
    const twice = [1, 2].map(
      (n) => `migrate { "1": { alter collection users { add f${n}: Int } } }`,
    );
    const given = twice.join('\n');
    const refusal = { code: 'DuplicateName', span: { start: given.lastIndexOf('"1"') } };
    await expect(db.planMigration(given)).rejects.toMatchObject(refusal);
    await expect(db.migrations.status(given)).rejects.toMatchObject(refusal);
  });

  it('says what running would, and leaves not a byte behind', async () => {
    // What was buffered before goes into the store with the first scan.
    await db.execute('{ users { login } }');
    const before = await contentsAtRest();
    const catalog = JSON.stringify(db.catalog());
    const plan = await db.planMigration(text);
    expect(contents()).toBe(before);
    expect(JSON.stringify(db.catalog())).toBe(catalog);
    expect(plan.versions.map(({ state }) => state)).toEqual(['pending', 'pending']);
    expect(plan.steps[0]?.samples).toMatchObject([{ before: { age: 1 }, after: { years: 1 } }]);
    const result = await db.execute(text);
    const counted = plan.steps.map(({ samples: _, estimate: __, ...step }) => step);
    expect(result).toMatchObject({
      steps: [...counted.slice(0, 2), { ...counted[2] }, counted[3]],
    });
    expect(plan.documentsChanged).toBe(4);
  });

  it('names the documents that would stop it', async () => {
    const plan = await db.planMigration(
      'migrate { "1": { alter collection users { modify login: Int add must: Int! } } "2": { migrate data in users { set must = 1 } } }',
    );
    expect(plan.refused.count).toBe(3);
    expect(
      await db.planMigration('migrate { "1": { alter collection users { modify login: Int } } }'),
    ).toMatchObject({
      refused: { count: 1, documents: [{ step: 'modify login: Int' }] },
      steps: [{ documentsRead: 3, documentsChanged: 2 }],
    });
  });

  it('tells applied, drifted, missing and out-of-order versions apart', async () => {
    await db.execute(
      'migrate { "2": { alter collection users { add a: Int } } "3": { alter collection users { add b: Int } } }',
    );
    expect(
      await db.planMigration(
        'migrate { "1": { alter collection users { add c: Int } } "2": { alter collection users { add a: Float } } "4": { alter collection users { add d: Int } } }',
      ),
    ).toMatchObject({
      versions: [
        { version: '1', state: 'pending', isOutOfOrder: true },
        { version: '2', state: 'drifted' },
        { version: '4', state: 'pending', isOutOfOrder: false },
      ],
      missing: ['3'],
    });
  });

  it('estimates what versions cost by a sample, within half and double of how the file grows', async () => {
    const documents = Array.from({ length: 2_000 }, (_, at) => ({
      login: `user ${at}`,
      age: at % 9,
    }));
    await db.insertMany('users', documents);
    const backfill = `migrate { "1": {
      alter collection users { add label: String @indexed add old: Int }
      migrate data in users { set label = concat("label of ", login, login, login) }
    } }`;
    const { estimate, steps } = await db.planMigration(backfill);
    const before = await usedBytes(db);
    await db.execute(backfill);
    const grown = (await usedBytes(db)) - before;
    expect(grown / estimate.growthBytes).toBeGreaterThan(0.5);
    expect(grown / estimate.growthBytes).toBeLessThan(2);
    expect(estimate.bytesWritten).toBeGreaterThanOrEqual(estimate.growthBytes);
    const [index, nothing, fill] = steps.map((step) => step.estimate?.growthBytes ?? -1);
    expect(index).toBeGreaterThan(0);
    expect(nothing).toBe(0);
    expect(fill).toBeGreaterThan(2_000 * 30);
    const sum = steps.reduce((total, step) => total + (step.estimate?.elapsedMs ?? 0), 0);
    expect(sum).toBeCloseTo(estimate.elapsedMs);
    expect(estimate.documentsPerSecond).toBeGreaterThan(0);
    expect(
      await db.planMigration('migrate { "2": { create collection more { n: Int } } }'),
    ).toMatchObject({
      steps: [{ estimate: null }],
      estimate: { elapsedMs: 0, documentsPerSecond: null, bytesWritten: 0, growthBytes: 0 },
    });
  });
});

/** Bytes that hold something, once nothing is written or deleted in the background any more. */
async function usedBytes(database: Database): Promise<number> {
  // What is buffered goes into the file with a scan.
  await database.execute('{ users { login } }');
  let [last, sameCount] = [-1, 0];
  while (sameCount < 5) {
    const now = (await database.stats()).file?.usedBytes ?? 0;
    sameCount = now === last ? sameCount + 1 : 0;
    last = now;
    await delay(10);
  }
  return last;
}

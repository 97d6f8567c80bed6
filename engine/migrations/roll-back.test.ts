import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import { Database } from '../database.ts';
import { AuroraError } from '../errors.ts';
import { SharedBackend } from '../remote/shared-backend.ts';

/* Each scenario: plan → dry run → up → verify → down → the same documents and definitions as before. */

let db: Database;

beforeEach(async () => {
  db = await Aurora.open(':memory:');
  await db.execute(`
    schema {
      define collection users { login: String @unique name: String age: Int legacy: String email: String score: Int @indexed }
      define collection notes @open { text: String }
      define collection orders { total: Float! }
    }
    mutation {
      insertMany(collection: "users", data: [
        { login: "ann", name: "Ann Lee", age: 41, legacy: "x", email: "ann@internal.com", score: 3 }
        { login: "bob", name: "Bob", age: 7, email: "bob@example.com", score: null }
        { login: "cid", email: "cid@internal.com" }
      ]) { id }
      notes: insertMany(collection: "notes", data: [{ text: "a", extra: 1 }, { text: "b", more: { deep: [1, 2] } }]) { id }
      orders: insertMany(collection: "orders", data: [{ total: 1.5 }, { total: 2 }]) { id }
    }
  `);
});
afterEach(() => db.close());

/** Of all documents and definitions. */
async function checksum(): Promise<string> {
  const collections = db.catalog().collections.toSorted((a, b) => a.name.localeCompare(b.name));
  const parts: unknown[] = [collections];
  for (const { name } of collections) {
    parts.push([name, await db.query(name).orderBy('id').collect()]);
  }
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function apply(text: string): Promise<void> {
  const plan = await db.planMigration(text);
  expect(plan.refused.count).toBe(0);
  const result = await db.execute(text);
  if (result.kind !== 'migration') throw new Error(result.kind);
  const changed = result.versions.reduce((sum, version) => sum + version.documentsChanged, 0);
  if (result.versions.length === 1) expect(changed).toBe(plan.documentsChanged);
  expect((await db.verify()).isSound).toBe(true);
}

const scenarios: Readonly<Record<string, string>> = {
  'a field with a default':
    'alter collection users { add role: String! @default(value: "member") }',
  'a rename': 'alter collection users { rename login to username }',
  'a field that is split': `alter collection users { add first: String add last: String }
    migrate data in users { set first = lower(name) set last = upper(name) where { name: { isNotNull: true } } }
    alter collection users { drop name }`,
  'another type': 'alter collection users { modify age: String modify score: Float }',
  'an index that comes, and one that goes':
    'alter collection users { add index (email, age) drop index (score) add nick: String @indexed }',
  'a unique field': 'alter collection users { modify email: String @unique }',
  'values that are set': `migrate data in users { set age = 1 set legacy = uuid() where { login: { ne: "ann" } } }
    migrate data in notes { set text = concat(text, "!") }`,
  'a field that is dropped': 'alter collection users { drop legacy drop score }',
  'collections that come and go':
    'create collection teams { name: String! } drop collection orders create collection more { n: Int }',
  'a collection in place of another of its name':
    'drop collection orders create collection orders { other: String }',
  'an open collection':
    'alter collection notes { add extra: Int add more: Object rename text to body }',
  'many steps on one field': `alter collection users { rename age to years modify years: Float rename years to span }
    migrate data in users { set span = span + 1 } alter collection users { drop span add age: String }`,
};

describe('undoing a version', () => {
  for (const [name, steps] of Object.entries(scenarios)) {
    it(`brings back what was: ${name}`, async () => {
      const before = await checksum();
      await apply(`migrate { "1": { ${steps} } }`);
      expect(await checksum()).not.toBe(before);
      const trial = await db.migrations.planRollback();
      expect(trial.losses).toEqual([]);
      const report = await db.migrations.rollBack({ version: '1' });
      expect(report).toEqual(trial);
      expect(await checksum()).toBe(before);
      expect((await db.verify()).isSound).toBe(true);
      expect((await db.execute('{ _sys_migration { version } }')).data).toEqual({
        _sys_migration: [],
      });
      await apply(`migrate { "1": { ${steps} } }`);
    });
  }

  it('says step by step what it does', async () => {
    await apply(`migrate { "1": {
      create collection teams { name: String }
      alter collection users { rename login to username drop legacy modify age: String add role: String add index (name) drop index (score) }
      migrate data in users { set role = "x" }
      drop collection orders
    } }`);
    const { steps } = await db.migrations.planRollback();
    expect(steps.map(({ collection, text }) => `${collection}: ${text}`)).toEqual([
      'orders: create collection orders, with its documents',
      'users: set role as it was',
      'users: add index (score)',
      'users: drop index (name)',
      'users: drop role',
      'users: modify age: Int',
      'users: add legacy: String, with its values',
      'users: rename username to login',
      'teams: drop collection teams',
    ]);
  });

  it('keeps what was written since, and says what has no place', async () => {
    await apply(`migrate { "1": {
      create collection teams { name: String }
      alter collection users { rename login to username drop legacy modify age: String add role: String @default(value: "member") }
      migrate data in users { set email = lower(email) }
    } }`);
    await db.execute(`mutation {
      update(collection: "users", where: { username: { eq: "ann" } }, data: { username: "anna", age: "42", role: "admin" }) { id }
      insertInto(collection: "users", data: { username: "dan", age: "30" }) { id }
      deleteFrom(collection: "users", where: { username: { eq: "cid" } }) { id }
      teams: insertInto(collection: "teams", data: { name: "red" }) { id }
      orders: insertInto(collection: "orders", data: { total: 9 }) { id }
    }`);
    expect((await db.migrations.planRollback()).losses).toEqual([
      '1 document of "teams" goes with it.',
      '1 document of "users" loses what was written to "role" since.',
      '1 document of "users" was written since, and gets no legacy.',
    ]);
    await db.migrations.rollBack();
    const { data } = await db.execute(
      '{ users(orderBy: { login: ASC }) { login age legacy email } orders { aggregate { count } } }',
    );
    expect(data).toEqual({
      users: [
        { login: 'anna', age: 42, legacy: 'x', email: 'ann@internal.com' },
        { login: 'bob', age: 7, legacy: null, email: 'bob@example.com' },
        { login: 'dan', age: 30, legacy: null, email: null },
      ],
      orders: { aggregate: { count: 3 } },
    });
  });

  it('is refused with the documents that do not allow it, and changes nothing', async () => {
    await apply('migrate { "1": { alter collection users { modify age: String } } }');
    await db.execute(
      'mutation { update(collection: "users", where: { login: { eq: "bob" } }, data: { age: "seven" }) { id } }',
    );
    const before = await checksum();
    expect((await db.migrations.planRollback()).refused).toMatchObject({
      count: 1,
      documents: [{ collection: 'users', problem: expect.stringContaining('age') }],
    });
    await expect(db.migrations.rollBack()).rejects.toMatchObject({ code: 'ValidationError' });
    expect(await checksum()).toBe(before);
  });

  it('is verified with copies that are no documents of anybody', async () => {
    const before = await db.verify();
    await apply('migrate { "1": { alter collection users { drop legacy } } }');
    const { collections, kept } = await db.verify();
    const counts = (all: typeof collections) => all.map((entry) => entry.documentCount).toSorted();
    expect([before.kept, counts(collections)]).toEqual([[], counts(before.collections)]);
    expect(counts(kept)).toEqual([3]);
  });

  it('goes back version by version, and no further than what is as the version left it', async () => {
    await expect(db.migrations.planRollback()).rejects.toThrow(/No version/);
    const before = await checksum();
    await apply(`migrate { "1": { alter collection users { drop legacy } }
      "2": { alter collection users { rename name to title add legacy: Int } } }`);
    await expect(db.migrations.rollBack({ version: '1' })).rejects.toThrow(/"2"/);
    await db.execute('schema { alter collection users { add extra: Int } }');
    await expect(db.migrations.rollBack()).rejects.toThrow(/altered since/);
    await db.execute('schema { alter collection users { drop extra } }');
    await db.migrations.rollBack();
    await db.migrations.rollBack();
    expect(await checksum()).toBe(before);
  });

  it('works after the database was opened again, and for guests', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aurora-roll-back-'));
    const path = join(folder, 'own.db');
    const owner = await Aurora.open(path);
    await owner.execute(`schema { define collection items { n: Int gone: String } }
      mutation { insertInto(collection: "items", data: { n: 1, gone: "x" }) { id } }
      migrate { "1": { alter collection items { drop gone modify n: String } } }`);
    await owner.close();
    const again = await Aurora.open(path);
    const backend = await SharedBackend.open({
      path,
      create: false,
      readOnly: false,
      guest: true,
      waitMsMax: 5_000,
      openLocal: async () => {
        throw new AuroraError('DatabaseLocked', 'It is open in this process.');
      },
    });
    const guest = new Database({ backend, readOnly: false });
    const trial = await guest.migrations.planRollback({ version: '1' });
    expect(await guest.migrations.rollBack()).toEqual(trial);
    expect((await again.execute('{ items { n gone } }')).data).toEqual({
      items: [{ n: 1, gone: 'x' }],
    });
    expect((await again.verify()).isSound).toBe(true);
    await guest.close();
    await again.close();
    rmSync(folder, { recursive: true });
  });

  it('keeps copies of the last versions only, and hides them', async () => {
    for (let at = 1; at <= 18; at += 1) {
      await db.execute(`migrate { "${at}": { migrate data in orders { set total = ${at} } } }`);
    }
    const names = (await db.collections()).map(({ definition }) => definition.name);
    expect(names.toSorted()).toEqual(['notes', 'orders', 'users']);
    for (let at = 18; at > 2; at -= 1) await db.migrations.rollBack({ version: String(at) });
    await expect(db.migrations.rollBack()).rejects.toThrow(/given up/);
    expect((await db.verify()).isSound).toBe(true);
  });
});

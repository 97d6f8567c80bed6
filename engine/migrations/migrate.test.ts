import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import type { MigrationResult } from '../exec/execution-result.ts';
import { fastFolder } from '../test/durability/fast-folder.ts';

let db: Database;

beforeEach(async () => {
  db = await Aurora.open(':memory:');
  await db.execute(`
    schema { define collection users { login: String @unique age: Int legacy: String email: String } }
    mutation { insertMany(collection: "users", data: [
      { login: "ann", age: 41, legacy: "x", email: "ann@internal.com" }
      { login: "bob", age: 7, email: "bob@example.com" }
      { login: "cid", email: "cid@internal.com" }
    ]) { id } }
  `);
});

afterEach(() => db.close());

async function migrate(text: string): Promise<MigrationResult> {
  const result = await db.execute(text);
  if (result.kind !== 'migration') throw new Error(`a ${result.kind} result`);
  return result;
}

async function rows(text: string): Promise<unknown> {
  return (await db.execute(text)).data;
}

const example = `migrate {
  "v1.1.0": { alter collection users { add years: Int add role: String } }
  "v1.2.0": { alter collection users { add last_login: String }
              migrate data in users { set role = "member" } }
  "v1.3.0": { migrate data in users { set role = "admin" where { email: { endsWith: "@internal.com" } } } }
}`;

describe('migrate', () => {
  it('says how many documents a version changed, as people write numbers', async () => {
    const documents = Array.from({ length: 1_200 }, (_, at) => ({ login: `user ${at}` }));
    await db.insertMany('users', documents);
    const messages: unknown[] = [];
    const text = `migrate {
      "many": { migrate data in users { set age = 1 } }
      "one": { migrate data in users { set age = 2 where { login: { eq: "ann" } } } }
    }`;
    const run = db.run(text);
    for (let isDone = false; !isDone; ) {
      const { parts, done } = await run.next(64);
      for (const part of parts) if (part.kind === 'summary') messages.push(part.message);
      isDone = done;
    }
    expect(messages).toEqual([
      'Applied version "many", which changed 1,203 documents. Applied version "one", which changed 1 document.',
    ]);
  });

  it("applies the user's example once, and skips it from then on", async () => {
    expect(await migrate(example)).toMatchObject({
      status: 'applied',
      stepsApplied: 3,
      version: 'v1.3.0',
      versions: [{ documentsChanged: 0 }, { documentsChanged: 3 }, { documentsChanged: 2 }],
    });
    expect(await rows('{ users(orderBy: { login: ASC }) { login role } }')).toEqual({
      users: [
        { login: 'ann', role: 'admin' },
        { login: 'bob', role: 'member' },
        { login: 'cid', role: 'admin' },
      ],
    });
    const before = db.catalog().version;
    expect(await migrate(example)).toMatchObject({
      status: 'skipped',
      stepsApplied: 0,
      version: 'v1.3.0',
      steps: [],
    });
    expect(db.catalog().version).toBe(before);
    expect(
      await rows('{ _sys_migration(orderBy: { version: ASC }) { version documents_changed } }'),
    ).toEqual({
      _sys_migration: [
        { version: 'v1.1.0', documents_changed: 0 },
        { version: 'v1.2.0', documents_changed: 3 },
        { version: 'v1.3.0', documents_changed: 2 },
      ],
    });
  });

  it('takes documents through the steps of a version in the order written', async () => {
    const result = await migrate(`migrate { "1": {
      alter collection users {
        rename login to username  drop legacy  modify age: String
        add nick: String @default(value: "none")  add index (username, age)
      }
      migrate data in users { set nick = upper(username)  set nick = concat(nick, "-", age) where { age: { isNotNull: true } } }
    } }`);
    expect(result.steps).toMatchObject([
      { text: 'rename login to username', documentsRead: 3, documentsChanged: 3 },
      { text: 'drop legacy', documentsRead: 3, documentsChanged: 1 },
      { text: 'modify age: String', documentsChanged: 2 },
      { text: 'add nick: String', documentsChanged: 3 },
      { text: 'add index (username, age)', documentsChanged: 0 },
      { text: 'set nick', documentsChanged: 3 },
      { text: 'set nick where …', documentsChanged: 2 },
    ]);
    const query = '{ users(where: { username: { eq: "ann" } }) { username age nick } }';
    expect(await rows(query)).toEqual({ users: [{ username: 'ann', age: '41', nick: 'ANN-41' }] });
    expect((await db.execute(query)).extensions.plan[0]).toMatch(/^UniqueLookup\(users.username\)/);
    expect((await db.verify()).isSound).toBe(true);
    await expect(
      db.execute('mutation { insertInto(collection: "users", data: { username: "ann" }) { id } }'),
    ).rejects.toMatchObject({ code: 'UniqueConstraintViolation' });
  });

  it('creates and drops collections, all or nothing', async () => {
    await db.execute('schema { define collection old_things { name: String } }');
    await migrate(`migrate { "1": {
      create collection teams { name: String! }
      alter collection teams { add size: Int }
      drop collection old_things
    } }`);
    expect(db.catalog().collections.map(({ name }) => name)).toEqual(['users', 'teams']);
    const before = JSON.stringify(db.catalog().collections);
    await expect(
      migrate(`migrate { "2": {
        create collection more { name: String }
        drop collection teams
        alter collection users { add team: String! }
      } }`),
    ).rejects.toMatchObject({ code: 'ValidationError', details: { count: 3, version: '2' } });
    expect(JSON.stringify(db.catalog().collections)).toBe(before);
    expect(await rows('{ _sys_migration(orderBy: { id: ASC }) { version status } }')).toMatchObject(
      {
        _sys_migration: [{ version: '1', status: 'applied' }, { status: 'failed' }],
      },
    );
  });

  it('names the documents whose values cannot be converted, and changes nothing', async () => {
    const error = await db
      .execute('migrate { "1": { alter collection users { modify login: Int } } }')
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'ValidationError',
      details: { count: 3, documents: [{ step: 'modify login: Int' }, {}, {}] },
    });
    expect(await rows('{ users(where: { login: { eq: "bob" } }) { age } }')).toEqual({
      users: [{ age: 7 }],
    });
  });

  it('refuses a unique index over duplicates, and says which they are', async () => {
    await db.execute(
      'mutation { update(collection: "users", data: { age: 7 }, where: {}) { id } }',
    );
    await expect(
      migrate('migrate { "1": { alter collection users { modify age: Int @unique } } }'),
    ).rejects.toMatchObject({ code: 'UniqueConstraintViolation', details: { count: 2 } });
  });

  it('keeps the versions before one that fails', async () => {
    await expect(
      migrate(`migrate {
        "1": { alter collection users { add a: Int } }
        "2": { alter collection users { add b: Int! } }
      }`),
    ).rejects.toMatchObject({ code: 'ValidationError', details: { version: '2', applied: ['1'] } });
    expect(db.catalog().migrations).toEqual(['1']);
  });

  it('refuses a version that means something else than what was applied', async () => {
    await migrate('migrate { "1": { alter collection users { add a: Int } } }');
    await migrate(
      'migrate { "1": {  # layout is no meaning\n alter collection users { add a:Int } } }',
    );
    await expect(
      migrate(`migrate {
        "0": { alter collection users { add early: Int } }
        "1": { alter collection users { add a: Float } }
      }`),
    ).rejects.toMatchObject({
      code: 'MigrationDrift',
      details: { version: '1', recorded: expect.any(String), given: expect.any(String) },
    });
    expect(db.catalog().migrations).toEqual(['1']);
  });

  it('skips the addition of a field that is there, and says so', async () => {
    const { steps } = await migrate('migrate { "1": { alter collection users { add age: Int } } }');
    expect(steps).toMatchObject([{ text: 'add age: Int', isSkipped: true }]);
  });

  it('alters collections in a schema block as well', async () => {
    expect(
      await db.execute('schema { alter collection users { rename login to username add x: Int } }'),
    ).toMatchObject({
      messages: ['Altered "users": rename login to username.', 'Altered "users": add x: Int.'],
    });
    expect(await rows('{ users(where: { username: { eq: "bob" } }) { age x } }')).toEqual({
      users: [{ age: 7, x: null }],
    });
  });

  // A migration once ran in the microtasks of one turn, and held the event loop for as long as it took.
  it('goes through the event loop between its steps', async () => {
    const documents = Array.from({ length: 5_000 }, (_, number) => ({ login: `user ${number}` }));
    await db.insertMany('users', documents);
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await migrate('migrate { "1": { alter collection users { rename login to username } } }');
    isDone = true;
    // 256 documents are a step at most, and now and then two of them end before the loop comes round.
    expect(turns).toBeGreaterThan(9);
  });

  it('takes along what others write while it runs', async () => {
    await db.insertMany(
      'users',
      Array.from({ length: 3_000 }, (_, number) => ({ login: `user ${number}`, age: number })),
    );
    let isDone = false;
    const migration = migrate(
      'migrate { "1": { alter collection users { rename age to years  modify years: String } } }',
    ).finally(() => {
      isDone = true;
    });
    let writes = 0;
    let refused = 0;
    while (!isDone) {
      const login = `user ${(writes * 37) % 3_000}`;
      const text = `mutation { update(collection: "users", data: { email: "${writes}" }, where: { login: { eq: "${login}" } }) { id } insertInto(collection: "users", data: { login: "new ${writes}", email: "n" }) { id } }`;
      try {
        await db.execute(text);
        writes += 1;
      } catch (error) {
        if (isDone) throw error;
        refused += 1;
      }
    }
    expect((await migration).status).toBe('applied');
    expect({ writes: writes > 0, refused }).toEqual({ writes: true, refused: 0 });
    expect(await db.query('users').count()).toBe(3_003 + writes);
    expect(
      await db
        .query('users')
        .filter((f) => f.eq('email', 'n'))
        .count(),
    ).toBe(writes);
    expect(await rows('{ users(where: { login: { eq: "user 5" } }) { years } }')).toEqual({
      users: [{ years: '5' }],
    });
    expect((await db.verify()).isSound).toBe(true);
  });

  // In memory a step is one transaction; on disk it goes through the store's own thread.
  it.each([':memory:', 'disk'])(
    'builds indexes over what others change meanwhile (%s)',
    async (place) => {
      if (place === 'disk') {
        const folder = mkdtempSync(join(fastFolder(), 'aurora-migrate-'));
        onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
        await db.close();
        db = await Aurora.open(join(folder, 'words.db'));
        await db.execute(
          'schema { define collection users { login: String @unique email: String } }',
        );
      }
      const words = (seed: number) =>
        Array.from({ length: 40 }, (_, at) => `w${(seed * 7 + at * at) % 900}`).join(' ');
      await db.execute('schema { alter collection users { add tags: [String] } }');
      const count = 6_000;
      for (let start = 0; start < count; start += 2_000) {
        const documents = Array.from({ length: 2_000 }, (_, at) => ({
          login: `user ${start + at}`,
          email: words(start + at),
          tags: words(start + at)
            .split(' ')
            .slice(0, 9),
        }));
        await db.insertMany('users', documents);
      }
      let isDone = false;
      const migration = migrate(
        'migrate { "1": { alter collection users { add index (email) text  add index (tags) } } }',
      ).finally(() => {
        isDone = true;
      });
      let writes = 0;
      while (!isDone) {
        const login = `user ${(writes * 37) % count}`;
        await db.execute(
          `mutation { update(collection: "users", data: { email: "changed w${writes % 900} ${writes}" }, where: { login: { eq: "${login}" } }) { id } deleteFrom(collection: "users", where: { login: { eq: "user ${(writes * 41 + 1) % count}" } }) { id } }`,
        );
        writes += 1;
      }
      await migration;
      expect(writes).toBeGreaterThan(0);
      expect((await db.verify()).problems).toEqual([]);
      const found = await rows(
        '{ users(search: { query: "changed", fields: ["email"] }) { aggregate { count } } }',
      );
      const changed = await rows(
        '{ users(where: { email: { startsWith: "changed" } }) { aggregate { count } } }',
      );
      expect(found).toEqual(changed);
    },
  );
});

/* Lookups of single documents have a way of their own past the planner; whatever was written, they find what queries find. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const emails = ['a@x', 'b@x', 'c@x', 'É', '', 'x'.repeat(300), '__proto__', '\ud800', '\0'];
const email = fc.constantFrom(...emails);
const place = fc.nat({ max: 5 });

const step = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), email: fc.option(email, { nil: null }) }),
  fc.record({ kind: fc.constant('rename' as const), place, email, isPlanned: fc.boolean() }),
  fc.record({ kind: fc.constant('touch' as const), place, isPlanned: fc.boolean() }),
  fc.record({ kind: fc.constant('delete' as const), place, isPlanned: fc.boolean() }),
  fc.record({ kind: fc.constant('deleteByEmail' as const), email }),
  fc.record({ kind: fc.constant('touchByEmail' as const), email }),
  fc.record({ kind: fc.constant('settle' as const) }),
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function run(db: Database, ids: string[], each: Step): Promise<void> {
  const id = 'place' in each ? (ids[each.place] ?? '') : '';
  const isPlanned = 'isPlanned' in each && each.isPlanned;
  const users = db
    .query('users')
    .filter((f) => (isPlanned ? f.and(f.eq('id', id)) : f.eq('id', id)));
  switch (each.kind) {
    case 'insert':
      ids.push(
        await db.insertInto('users', {
          email: each.email,
          visits: 0,
          seen: '2026-01-01T00:00:00Z',
          tags: ['a'],
          extra: { deep: [1] },
        }),
      );
      break;
    case 'rename':
      if (id !== '') await users.update({ email: each.email });
      break;
    case 'touch':
      if (id !== '') await users.update({ visits: { increment: 1 } });
      break;
    case 'delete':
      if (id !== '') await users.delete();
      break;
    case 'deleteByEmail': {
      const found = db.query('users').filter((f) => f.and(f.eq('email', each.email)));
      const expected = await found.count();
      const plain = db.query('users').filter((f) => f.eq('email', each.email));
      expect(await plain.delete()).toBe(expected);
      expect(await found.count()).toBe(0);
      break;
    }
    case 'touchByEmail': {
      const plain = db.query('users').filter((f) => f.eq('email', each.email));
      const planned = db.query('users').filter((f) => f.and(f.eq('email', each.email)));
      const expected = await planned.collect();
      expect(await plain.update({ visits: { increment: 1 } })).toBe(expected.length);
      const touched = expected.map(({ visits, ...user }) => ({
        ...user,
        visits: Number(visits) + 1,
      }));
      expect(await planned.collect()).toEqual(touched);
      break;
    }
    case 'settle':
      await db
        .query('users')
        .filter((f) => f.gte('visits', 0))
        .count();
  }
}

/** Violations of uniqueness and texts that are refused are part of the histories. */
async function tryRun(db: Database, ids: string[], each: Step): Promise<void> {
  await run(db, ids, each).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (
      !['UniqueConstraintViolation', 'ValidationError', 'InvalidValue', 'TypeMismatch'].includes(
        String(code),
      )
    )
      throw error;
  });
}

async function expectSame(db: Database, ids: readonly string[]): Promise<void> {
  for (const id of [...ids, ids[0]?.toUpperCase() ?? 'no id']) {
    const queried = await db
      .query('users')
      .filter((f) => f.and(f.eq('id', id)))
      .firstOne()
      .catch(() => undefined);
    expect(db.get('users', id)).toEqual(queried);
    expect(
      await db
        .query('users')
        .filter((f) => f.eq('id', id))
        .firstOne()
        .catch(() => undefined),
    ).toEqual(queried);
  }
  for (const text of emails) {
    const outcome = (read: Promise<unknown>) => read.catch((error: unknown) => String(error));
    const plain = db.query('users').filter((f) => f.eq('email', text));
    const planned = db.query('users').filter((f) => f.and(f.eq('email', text)));
    expect(await outcome(plain.collect())).toEqual(await outcome(planned.collect()));
    expect(await outcome(plain.limit(0).collect())).toEqual(
      await outcome(planned.limit(0).collect()),
    );
    expect(await outcome(plain.offset(1).collect())).toEqual(
      await outcome(planned.offset(1).collect()),
    );
  }
}

/** Changes everything that an object holds. */
function spoil(value: object): void {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) spoil(inner);
  }
  if (Array.isArray(value)) value.push('changed');
  else Object.assign(value, { changed: true });
}

describe('lookups of single documents', () => {
  for (const hotCacheSizeMb of [0, 16]) {
    it(`find what queries find, with a cache of ${hotCacheSizeMb} MB`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          const folder = mkdtempSync(join(tmpdir(), 'aurora-point-'));
          folders.push(folder);
          const db = await Aurora.open({
            dbPath: join(folder, 'p.db'),
            durabilityMode: 'WAL',
            hotCacheSizeMb,
          });
          try {
            await db.newCollection(
              'users',
              {
                email: { type: 'String', unique: true, nullable: true },
                visits: { type: 'Int' },
                seen: { type: 'DateTime' },
                tags: { type: ['String'] },
              },
              { open: true },
            );
            const ids: string[] = [];
            for (const each of steps) {
              await tryRun(db, ids, each);
              await expectSame(db, ids);
            }
          } finally {
            await db.close();
          }
        }),
        { numRuns: 25 },
      );
    });
  }

  it('give documents that their receiver may change', async () => {
    const db = await Aurora.open(':memory:');
    await db.newCollection(
      'users',
      { email: { type: 'String', unique: true }, tags: { type: ['String'] } },
      { open: true },
    );
    const id = await db.insertInto('users', { email: 'a@x', tags: ['a'], extra: { deep: [1] } });
    const expected = { id, email: 'a@x', tags: ['a'], extra: { deep: [1] } };
    for (let turn = 0; turn < 2; turn += 1) {
      const found = db.get('users', id) ?? {};
      expect(found).toEqual(expected);
      spoil(found);
    }
    await db.close();
  });

  it('see each commit at once, however often they were made before, and give what may be changed', async () => {
    const db = await Aurora.open(':memory:');
    await db.newCollection('users', {
      email: { type: 'String', unique: true },
      visits: { type: 'Float' },
      tags: { type: ['String'] },
    });
    const ids = await db.insertMany(
      'users',
      [1, 2, 3].map((number) => ({ email: `${number}@example.com`, visits: 0.5, tags: ['a'] })),
    );
    const [first, second, third] = ids;
    if (first === undefined || second === undefined || third === undefined) return;
    const byEmail = (email: string) =>
      db
        .query('users')
        .filter((f) => f.eq('email', email))
        .firstOne();
    // More often than it takes until whole documents are made at once.
    for (let turn = 0; turn < 200; turn += 1) {
      for (const [at, id] of ids.entries()) {
        const found = [db.get('users', id), await byEmail(`${at + 1}@example.com`)];
        const expected = { id, email: `${at + 1}@example.com`, visits: 0.5, tags: ['a'] };
        expect(found).toEqual([expected, expected]);
        for (const document of found) spoil(document ?? {});
      }
    }
    const byId = (id: string) => db.query('users').filter((f) => f.eq('id', id));
    for (let turn = 1; turn <= 5; turn += 1) {
      await byId(first).update({ visits: turn, tags: ['b', `${turn}`] });
      await byId(second).update({ email: `new ${turn}@example.com` });
      const user = { id: first, email: '1@example.com', visits: turn, tags: ['b', `${turn}`] };
      const before = turn === 1 ? '2@example.com' : `new ${turn - 1}@example.com`;
      expect([
        db.get('users', first),
        await byEmail('1@example.com'),
        db.get('users', second)?.['email'],
        (await byEmail(`new ${turn}@example.com`))?.['id'],
        await byEmail(before),
      ]).toEqual([user, user, `new ${turn}@example.com`, second, undefined]);
    }
    await db.execute(
      'migrate { "cities": { alter collection users { add city: String @default(value: "Ulm") } } }',
    );
    const moved = { id: third, email: '3@example.com', visits: 0.5, tags: ['a'], city: 'Ulm' };
    for (let turn = 0; turn < 300; turn += 1) expect(db.get('users', third)).toEqual(moved);
    await byId(third).delete();
    expect([db.get('users', third), await byEmail('3@example.com')]).toEqual([
      undefined,
      undefined,
    ]);
    await db.close();
  });
});

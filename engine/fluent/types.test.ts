import { describe, expect, expectTypeOf, it } from 'vitest';
import { Aurora, type JsonValue, type UntypedDocument } from '#engine';

async function openUsers() {
  const db = await Aurora.open({ store: 'memory' });
  const users = await db.newCollection('users', {
    name: { type: 'String' },
    age: { type: 'Int', indexed: true, nullable: true },
    tags: { type: ['String'], nullable: true },
    address: { type: 'Object', nullable: true },
    joined: { type: 'DateTime', defaultNow: true },
  });
  return { db, users };
}

type Users = Awaited<ReturnType<typeof openUsers>>['users'];
type User = NonNullable<ReturnType<Users['get']>>;

describe('types of a collection', () => {
  it('follow from its definition', () => {
    expectTypeOf<User>().toEqualTypeOf<{
      id: string;
      name: string;
      joined: string;
      age?: number | null;
      tags?: string[] | null;
      address?: { [key: string]: JsonValue } | null;
    }>();
    expectTypeOf<Users['insert']>().parameter(0).toEqualTypeOf<{
      id?: string;
      name: string;
      joined?: string;
      age?: number | null;
      tags?: string[] | null;
      address?: { [key: string]: JsonValue } | null;
    }>();
  });

  it('refuse fields and values that do not exist, and take those that do', async () => {
    const { db, users } = await openUsers();
    await users.insert({ name: 'Alice', age: 30, tags: ['x'], address: { city: 'Rome' } });
    const query = users
      .query()
      .filter((f) => f.and(f.gt('age', 25), f.contains('tags', 'x'), f.eq('address.city', 'Rome')))
      .orderBy('age', 'desc');
    const first = query.firstOne();
    expectTypeOf(first).resolves.toEqualTypeOf<User | undefined>();
    expect(await first).toMatchObject({ name: 'Alice' });
    expect(await query.count()).toBe(1);
    expect(await query.update({ age: { increment: 1 }, tags: { push: 'y' } })).toBe(1);
    expect(await query.firstOne()).toMatchObject({ age: 31, tags: ['x', 'y'] });
    await db.close();
  });

  it('are open for a database whose collections the compiler does not know', async () => {
    const { db } = await openUsers();
    const collected = db.query('users').collect();
    expectTypeOf(collected).resolves.toEqualTypeOf<UntypedDocument[]>();
    expect(await collected).toEqual([]);
    expectTypeOf(db.get('users', 'id')).toEqualTypeOf<UntypedDocument | undefined>();
    await db.close();
  });

  it('come from a schema type when the database is opened with one', async () => {
    interface Note {
      id: string;
      text: string;
    }
    const db = await Aurora.open<{ notes: Note }>({ store: 'memory' });
    await db.newCollection('notes', { text: { type: 'String' } });
    const id = await db.insertInto('notes', { text: 'typed' });
    expectTypeOf(db.get('notes', id)).toEqualTypeOf<Note | undefined>();
    expect(
      await db
        .query('notes')
        .filter((f) => f.startsWith('text', 'ty'))
        .count(),
    ).toBe(1);
    await db.close();
  });
});

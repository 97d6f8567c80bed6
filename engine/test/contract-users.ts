import type { Database } from '#engine';

/** The collection of the public API's examples, with three people. */
export async function newUsers(db: Database) {
  const users = await db.newCollection('users', {
    name: { type: 'String' },
    email: { type: 'String', unique: true },
    age: { type: 'Int', indexed: true, nullable: true },
    tags: { type: ['String'], nullable: true },
  });
  await users.insertMany([
    { name: 'Bob', email: 'bob@example.com', age: 45 },
    { name: 'Carol', email: 'carol@example.com', age: 20 },
    { name: 'Dan', email: 'dan@example.com' },
  ]);
  return users;
}

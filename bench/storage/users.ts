/* The documents that every side of the comparison stores, made from their number: the same data for all. */
import type { Database } from '#engine';

/** A type, and not an interface, so that it is a document of any collection. */
export type User = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly city: string;
  readonly role: string;
  readonly age: number;
  readonly score: number;
  readonly active: boolean;
  readonly tags: readonly string[];
  readonly bio: string;
  readonly joined: number;
};

export const userColumns = [
  'id',
  'name',
  'email',
  'city',
  'role',
  'age',
  'score',
  'active',
  'tags',
  'bio',
  'joined',
] as const satisfies readonly (keyof User)[];

/** Which fields have an index; the first is unique where it is `email`. */
export type IndexedFields = readonly ('email' | 'age' | 'city' | 'score')[];

export const noIndexes: IndexedFields = [];
export const twoIndexes: IndexedFields = ['email', 'age'];
export const fourIndexes: IndexedFields = ['email', 'age', 'city', 'score'];

export function idOf(n: number): string {
  return `0190a1b2-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function emailOf(n: number): string {
  return `user${n}@example.com`;
}

export function userOf(n: number): User {
  const mixed = Math.imul(n, 2_654_435_761) >>> 0;
  return {
    id: idOf(n),
    name: `User ${n}`,
    email: emailOf(n),
    city: `City ${mixed % 200}`,
    role: ['admin', 'editor', 'viewer'][mixed % 3] ?? 'viewer',
    age: 18 + (mixed % 60),
    score: mixed / 4_294_967_296,
    active: mixed % 2 === 0,
    tags: [`tag${mixed % 7}`, `tag${mixed % 11}`],
    bio: `${mixed.toString(36)} writes about ${(mixed * 7).toString(36)} and more of the same, every day of the week`,
    joined: 1_500_000_000_000 + n * 60_000,
  };
}

export function usersFrom(start: number, count: number): User[] {
  return Array.from({ length: count }, (_, at) => userOf(start + at));
}

/** Makes the collection `users` in a database of the engine. */
export async function defineUsers(db: Database, indexed: IndexedFields): Promise<void> {
  const isIndexed = (field: IndexedFields[number]): boolean => indexed.includes(field);
  await db.newCollection('users', {
    name: { type: 'String' },
    email: { type: 'String', unique: isIndexed('email') },
    city: { type: 'String', indexed: isIndexed('city') },
    role: { type: 'String' },
    age: { type: 'Int', indexed: isIndexed('age') },
    score: { type: 'Float', indexed: isIndexed('score') },
    active: { type: 'Boolean' },
    tags: { type: ['String'] },
    bio: { type: 'String' },
    joined: { type: 'Float' },
  });
}

/** Fills a database of the engine. */
export async function insertUsers(db: Database, start: number, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1_000) {
    await db.insertMany('users', usersFrom(start + at, Math.min(1_000, count - at)));
  }
}

import { describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import { schemaDifference } from './schema-difference.ts';

async function collectionsOf(schema: string) {
  const db = await Aurora.open(':memory:');
  try {
    await db.execute(`schema { ${schema} }`);
    return db.catalog().collections;
  } finally {
    await db.close();
  }
}

const before = `define collection users @index(fields: ["city", "age"]) @index(fields: ["city"], text: true) {
    login: String! @unique  age: Int  city: String  legacy: Boolean  score: Int @indexed
  }
  define collection old_things { n: Int }`;
const after = `define collection users @index(fields: ["city", "years"]) @index(fields: ["email"], unique: true) @index(fields: ["tags"], text: true) {
    login: String! @unique  years: Int  city: String  score: Float @indexed
    email: String @validate(format: EMAIL, maxLength: 80)  seen: DateTime @default(now: true)
    tags: [String] @default(value: ["a"])
  }
  define collection teams @open { name: String! @unique  lead: Uuid @references(collection: "users") }`;

describe('the difference of schemas', () => {
  it('is a migration that leads from one to the other', async () => {
    const [present, wanted] = await Promise.all([collectionsOf(before), collectionsOf(after)]);
    const renames = new Map([['users.age', 'years']]);
    const { steps, impossible } = schemaDifference(present, wanted, renames);
    expect(impossible).toEqual([]);
    const db = await Aurora.open(':memory:');
    await db.execute(`schema { ${before} }`);
    await db.execute(`migrate { "1": { ${steps.join('\n')} } }`);
    expect(schemaDifference(db.catalog().collections, wanted)).toEqual({
      steps: [],
      destructive: [],
      mayBeRenamed: [],
      impossible: [],
    });
    await db.close();
  });

  it('asks about names instead of guessing', async () => {
    const [present, wanted] = await Promise.all([collectionsOf(before), collectionsOf(after)]);
    const { steps, mayBeRenamed } = schemaDifference(present, wanted);
    expect(mayBeRenamed).toEqual([{ collection: 'users', from: 'age', to: ['years'] }]);
    expect(steps.join('\n')).toContain('drop age');
    expect(schemaDifference(present, present).steps).toEqual([]);
  });

  it('says which actions take values away, and gives no name that is taken', async () => {
    const [present, wanted] = await Promise.all([collectionsOf(before), collectionsOf(after)]);
    const { destructive } = schemaDifference(present, wanted, new Map([['users.age', 'years']]));
    expect(destructive).toEqual([
      { collection: 'users', text: 'drop legacy' },
      { collection: 'users', text: 'modify score: Float @indexed' },
      { collection: 'old_things', text: 'drop collection old_things' },
    ]);
    // A rename onto a field on both sides came out as two changes of one field.
    const [ids, age] = await Promise.all([
      collectionsOf('define collection users { login: String age: Int }'),
      collectionsOf('define collection users { age: String }'),
    ]);
    const { steps } = schemaDifference(ids, age, new Map([['users.login', 'age']]));
    expect(steps).toEqual(['alter collection users { drop login  modify age: String }']);
  });
});

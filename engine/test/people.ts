/* A small database in memory for tests of what texts give: two users, one of them with little more than a name. */
import { afterEach, beforeEach } from 'vitest';
import { Aurora, type Database, type JsonValue, type RunPart } from '#engine';

type Variables = { readonly [name: string]: JsonValue };

/** Opens it anew for each test of the file. */
export function openPeople() {
  let db: Database;
  beforeEach(async () => {
    db = await Aurora.open({ store: 'memory' });
    await db.execute(`schema {
      define collection users {
        name: String!  email: String @unique  age: Int  score: Float  tags: [String]  address: Object
      }
    }
    mutation {
      insertMany(collection: "users", data: [
        { name: "ann", email: "a@b.c", age: 30, tags: ["x"], address: { city: "Rome", zip: 1 } }
        { name: "bob", age: 20 }
      ])
    }`);
  });
  afterEach(() => db.close());
  return {
    get db() {
      return db;
    },
    async run(text: string, variables: Variables = {}) {
      return (await db.execute(text, { variables })).data;
    },
    /** All parts of a run, however many pulls they take. */
    async partsOf(text: string, variables: Variables = {}) {
      const pulled = db.run(text, { variables });
      const all: RunPart[] = [];
      for (let isDone = false; !isDone; ) {
        const { parts, done } = await pulled.next(1_000);
        all.push(...parts);
        isDone = done;
      }
      await pulled.close();
      return all;
    },
  };
}

/* What happens to the database of live-law.test.ts: commits of all kinds, and what leaves nothing. */
import type { Database } from '#engine';
import type { ReferenceDocument } from '../../testing/reference-evaluator.ts';
import type { Choices, JsonObject } from './law-choices.ts';

/** More documents than this, and most of them go at once: more than windows keep behind them. */
const documentsMax = 36;

/** One change of the database; what is refused or rolled back leaves nothing. True when many documents went at once. */
export async function changeSomething(
  db: Database,
  collection: string,
  all: readonly ReferenceDocument[],
  choices: Choices,
): Promise<boolean> {
  const { random, below, among, pool } = choices;
  const fresh = (count: number) =>
    Array.from({ length: count }, () => ({ ...among(pool.documents) }));
  const idOf = () => String(among(all)['id']);
  const only = (id: string) => db.query(collection).filter(() => ({ where: { id: { eq: id } } }));
  const choice = below(20);
  if (all.length > documentsMax) {
    const ids = all.filter(() => random() < 0.85).map((document) => String(document['id']));
    const doomed = db.query(collection).filter(() => ({ where: { id: { in: ids } } }));
    await doomed.delete();
    return true;
  }
  if (all.length === 0 || choice < 6) {
    await db.insertMany(collection, fresh(choice === 0 && below(3) === 0 ? 50 : 1 + below(3)));
  } else if (choice < 12) await only(idOf()).update({ ...among(pool.documents) });
  else if (choice < 16) await only(idOf()).delete();
  else if (choice < 17) await rolledBack(db, collection, fresh(2));
  else {
    await db.transaction(async (tx) => {
      const id = idOf();
      await tx.insertMany(collection, fresh(1 + below(3)));
      const inside = (each: string) =>
        tx.query(collection).filter(() => ({ where: { id: { eq: each } } }));
      await inside(idOf()).update({ ...among(pool.documents) });
      await inside(id).delete();
      if (random() < 0.5) await tx.insertInto(collection, { id, ...among(pool.documents) });
    });
  }
  return false;
}

async function rolledBack(
  db: Database,
  collection: string,
  documents: readonly JsonObject[],
): Promise<void> {
  const reason = new Error('rolled back');
  try {
    await db.transaction(async (tx) => {
      await tx.insertMany(
        collection,
        documents.map((each) => ({ ...each })),
      );
      await tx.query(collection).delete();
      throw reason;
    });
  } catch (error) {
    if (error !== reason) throw error;
  }
}

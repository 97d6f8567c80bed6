/* What happens to the database of live-law.test.ts: commits of all kinds, and what leaves nothing. */
import { expect } from 'vitest';
import type { Database, JsonValue } from '#engine';
import type { ReferenceDocument } from '../testing/reference-evaluator.ts';

interface Choices {
  readonly random: () => number;
  /** Documents without ids, to choose from. */
  readonly documents: readonly { readonly [key: string]: JsonValue }[];
}

/** One change of the database; what is refused or rolled back leaves nothing. */
export async function changeSomething(
  db: Database,
  collection: string,
  all: readonly ReferenceDocument[],
  { random, documents }: Choices,
): Promise<void> {
  const below = (count: number): number => Math.floor(random() * count);
  const among = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error('there is something to choose from');
    return item;
  };
  const anyId = () => (all.length === 0 ? undefined : String(among(all)['id']));
  const only = (id: string) => db.query(collection).filter(() => ({ where: { id: { eq: id } } }));
  const fresh = () => Array.from({ length: 1 + below(3) }, () => ({ ...among(documents) }));
  const id = anyId();
  const choice = below(10);
  if (all.length > 40) {
    // More than windows keep behind them goes at once.
    const ids = all.filter(() => random() < 0.7).map((document) => String(document['id']));
    await db
      .query(collection)
      .filter(() => ({ where: { id: { in: ids } } }))
      .delete();
    return;
  }
  if (id === undefined || choice < 3) await db.insertMany(collection, fresh());
  else if (choice < 6) await only(id).update({ ...among(documents) });
  else if (choice < 7) await only(id).delete();
  else if (choice < 8) {
    const doomed = db.transaction(async (tx) => {
      await tx.insertMany(collection, fresh());
      await tx.query(collection).delete();
      throw new Error('rolled back');
    });
    await expect(doomed).rejects.toThrow('rolled back');
  } else {
    await db.transaction(async (tx) => {
      await tx.insertMany(collection, fresh());
      const other = anyId() ?? id;
      await tx
        .query(collection)
        .filter(() => ({ where: { id: { eq: other } } }))
        .update({ ...among(documents) });
      await tx
        .query(collection)
        .filter(() => ({ where: { id: { eq: id } } }))
        .delete();
      if (random() < 0.5) await tx.insertInto(collection, { id, ...among(documents) });
    });
  }
}

/* Writes that are meant for documents as they were read: `_version`, `ifVersion` and their twins in TypeScript. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type Database, documentVersion } from '#engine';
import { documents, everyType } from '../testing/arbitraries.ts';

let folder: string;
let db: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-version-'));
  db = await Aurora.open(join(folder, 'versions.db'));
  await db.newCollection('users', {
    name: { type: 'String' },
    age: { type: 'Int', nullable: true },
    born: { type: 'DateTime', nullable: true },
  });
});

afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function codeOf(outcome: Promise<unknown>): Promise<string> {
  const error: unknown = await outcome.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AuroraError) return error.code;
  throw new Error(`Expected an AuroraError, got ${String(error)}.`);
}

const update = `mutation ($id: Uuid!, $version: String) {
  update(collection: "users", where: { id: { eq: $id } }, data: { age: 2 }, ifVersion: $version) { id age _version }
}`;
const remove = `mutation ($id: Uuid!, $version: String) {
  deleteFrom(collection: "users", where: { id: { eq: $id } }, ifVersion: $version) { id }
}`;

async function insertOne() {
  const id = await db.insertInto('users', { name: 'Ada', age: 1, born: '1815-12-10' });
  const { data } = await db.execute('{ users { id _version } }');
  const [first] = data['users'] as readonly { readonly _version: string }[];
  return { id, version: first?._version ?? '' };
}

describe('ifVersion', () => {
  it('changes a document that is as it was read, and gives the version that it has then', async () => {
    const { id, version } = await insertOne();
    const { data } = await db.execute(update, { variables: { id, version } });
    const after = documentVersion({ ...db.get('users', id) });
    expect(data['update']).toEqual([{ id, age: 2, _version: after }]);
    expect(after).not.toBe(version);
  });

  it('changes nothing of a mutation once a document is another one, or gone', async () => {
    const { id, version } = await insertOne();
    await db.query('users').update({ age: 7 });
    const both = `mutation ($id: Uuid!, $version: String) {
      insertInto(collection: "users", data: { name: "Bob" }) { id }
      update(collection: "users", where: { id: { eq: $id } }, data: { age: 2 }, ifVersion: $version) { id }
    }`;
    const variables = { id, version };
    expect(await codeOf(db.execute(both, { variables }))).toBe('VersionMismatch');
    expect(await codeOf(db.execute(remove, { variables }))).toBe('VersionMismatch');
    expect(await db.query('users').collect()).toEqual([db.get('users', id)]);
    await db.query('users').delete();
    expect(await codeOf(db.execute(update, { variables }))).toBe('VersionMismatch');
  });

  it('takes a document that was changed back, and asks for nothing when it is null', async () => {
    const { id, version } = await insertOne();
    await db.query('users').update({ age: 7 });
    await db.query('users').update({ age: 1 });
    await db.execute(update, { variables: { id, version } });
    await db.execute(remove, { variables: { id, version: null } });
    expect(await db.query('users').count()).toBe(0);
  });

  it('is met by exactly one of two writers who read the same', async () => {
    const { id, version } = await insertOne();
    const outcomes = await Promise.allSettled(
      [1, 2].map((age) =>
        db
          .query('users')
          .filter((f) => f.eq('id', id))
          .ifVersion(version)
          .update({ age: 10 * age }),
      ),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = outcomes.find(({ status }) => status === 'rejected');
    expect(lost).toMatchObject({ reason: { code: 'VersionMismatch', details: { id } } });
    const gone = db
      .query('users')
      .filter((f) => f.eq('id', id))
      .ifVersion(version)
      .delete();
    expect(await codeOf(gone)).toBe('VersionMismatch');
  });

  it('compares the same on every store, in the page and after a restart', async () => {
    await db.newCollection('every', everyType);
    const list = fc.sample(documents, { numRuns: 30, seed: 7 });
    const ids = await db.insertMany('every', list);
    const versions = async () => {
      const { data } = await db.execute('{ every { id _version } }');
      return data['every'];
    };
    const before = await versions();
    expect(before).toEqual(
      ids.map((id) => ({ id, _version: documentVersion({ ...db.get('every', id) }) })),
    );
    await db.close();
    db = await Aurora.open(join(folder, 'versions.db'));
    expect(await versions()).toEqual(before);
  });
});

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import { fastFolder } from '../test/durability/fast-folder.ts';

let db: Database;
beforeEach(async () => {
  db = await Aurora.open(':memory:');
  await db.execute(`schema {
    define collection users { email: String @unique age: Int born: DateTime }
    define collection notes { text: String! user: Uuid age: Int born: DateTime }
  }`);
});
afterEach(() => db.close());

const onInsert = `schema { define handler "welcome" { on: "insert users", action: {
  insertInto(collection: "notes", data: { text: "welcome", user: $_id, age: $_age, born: $_born }) { id }
} } }`;

const notes = () => db.query('notes').orderBy('id').collect();

describe('a handler', () => {
  it('acts within the commit that calls it, whatever led to that', async () => {
    const born = '2001-02-03T04:05:06Z';
    await db.execute(onInsert);
    const one = await db.insertInto('users', { email: 'a', age: 1, born });
    await db.insertMany('users', [{ email: 'b' }, { email: 'c' }]);
    await db.execute('mutation { insertInto(collection: "users", data: { email: "d" }) { id } }');
    await db.transaction(async (tx) => {
      await tx.insertInto('users', { email: 'e' });
      await tx.insertInto('users', { email: 'f' });
    });
    await db.importInto('users', { text: '{"email":"g"}' }, { format: 'ndjson' });
    const written = await notes();
    expect(written).toHaveLength(7);
    expect(written[0]).toMatchObject({ user: one, age: 1, born: '2001-02-03T04:05:06.000Z' });
    expect(written[1]).toMatchObject({ text: 'welcome', age: null });
    expect((await db.verify()).isSound).toBe(true);
  });

  it('sees a document after an update as it is, and after a delete as it was', async () => {
    await db.execute(`schema {
      define handler "older" { on: "update users", action: { insertInto(collection: "notes", data: { text: "older", age: $_age }) { id } } }
      define handler "gone" { on: "delete users", action: { insertInto(collection: "notes", data: { text: "gone", age: $_age }) { id } } }
    }`);
    const id = await db.insertInto('users', { email: 'a', age: 1 });
    await db
      .query('users')
      .filter((f) => f.eq('id', id))
      .update({ age: 2 });
    await db
      .query('users')
      .filter((f) => f.eq('id', id))
      .delete();
    expect(await notes()).toMatchObject([
      { text: 'older', age: 2 },
      { text: 'gone', age: 2 },
    ]);
  });

  it('enqueues a job with the document that it is about, or neither', async () => {
    await db.execute(`schema { define handler "mail" { on: "insert users", action: {
      enqueueJob(jobType: "welcome", payload: { id: $_id, email: $_email }) { id }
    } } }`);
    const id = await db.insertInto('users', { email: 'a@b.c' });
    await expect(db.insertInto('users', { email: 'a@b.c' })).rejects.toMatchObject({
      code: 'UniqueConstraintViolation',
    });
    const jobs = await db.execute('{ _jobs { job_type payload } }');
    expect(jobs.data).toEqual({
      _jobs: [{ job_type: 'welcome', payload: { id, email: 'a@b.c' } }],
    });
  });

  it('keeps what calls it from being written when it fails', async () => {
    await db.execute(`schema {
      define collection ages { age: Int @unique }
      define handler "strict" { on: "insert users", action: {
        insertInto(collection: "ages", data: { age: $_age }) { id }
      } }
    }`);
    await db.insertInto('users', { age: 1 });
    await expect(db.insertMany('users', [{ age: 2 }, { age: 1 }])).rejects.toMatchObject({
      code: 'UniqueConstraintViolation',
      message: expect.stringContaining('the handler "strict" on insert of "users" failed'),
      details: { handler: 'strict' },
    });
    expect(await db.query('users').count()).toBe(1);
    expect(await db.query('ages').count()).toBe(1);
  });

  it('calls others, down to a bounded depth', async () => {
    await db.execute(`schema {
      define handler "one" { on: "insert users", action: { insertInto(collection: "notes", data: { text: "n", user: $_id }) { id } } }
      define handler "two" { on: "insert notes", action: { update(collection: "users", data: { age: 5 }, where: { id: { eq: $_user } }) { id } } }
    }`);
    const id = await db.insertInto('users', { email: 'a' });
    expect(db.get('users', id)).toMatchObject({ age: 5 });
    await db.execute(`schema { define handler "round" { on: "update users", action: {
      update(collection: "users", data: { age: { increment: 1 } }, where: { id: { eq: $_id } }) { id }
    } } }`);
    await expect(db.insertInto('users', { email: 'b' })).rejects.toMatchObject({
      code: 'LimitExceeded',
      details: { handler: 'round' },
    });
    expect(await db.query('users').count()).toBe(1);
  });

  it('is listed, is dropped, and is there once', async () => {
    expect(await db.execute(onInsert)).toMatchObject({
      messages: ['Defined handler "welcome" on insert of "users".'],
    });
    await expect(db.execute(onInsert)).rejects.toMatchObject({ code: 'DuplicateName' });
    const listed = await db.execute('{ _handlers { name event collection action } }');
    expect(listed.data).toMatchObject({
      _handlers: [{ name: 'welcome', event: 'insert', collection: 'users' }],
    });
    await db.execute('schema { drop handler "welcome" }');
    await db.insertInto('users', { email: 'a' });
    expect(await notes()).toEqual([]);
    await expect(db.execute('schema { drop handler "welcome" }')).rejects.toMatchObject({
      code: 'UnknownOperation',
    });
  });

  it('is there when the database is opened again, after a crash as well', async () => {
    const folder = mkdtempSync(join(fastFolder(), 'aurora-handlers-'));
    try {
      const path = join(folder, 'first.db');
      const first = await Aurora.open(path);
      await first.execute('schema { define collection users { age: Int } }');
      await first.execute(`schema { define handler "h" { on: "insert users", action: {
        update(collection: "users", data: { age: 7 }, where: { id: { eq: $_id } }) { id }
      } } }`);
      // What a process leaves that is killed: the log, and a store that lacks what the log has.
      cpSync(path, join(folder, 'killed.db'), {
        recursive: true,
        filter: (file) => !/aurora\.(lock|sock)$/.test(file),
      });
      await first.close();
      for (const name of ['first.db', 'killed.db']) {
        const again = await Aurora.open(join(folder, name));
        const id = await again.insertInto('users', {});
        expect([name, again.get('users', id)]).toEqual([name, { id, age: 7 }]);
        await again.close();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('says that the schema has left it behind', async () => {
    await db.execute(onInsert);
    await db.execute('schema { alter collection users { rename age to years } }');
    await expect(db.insertInto('users', { email: 'a' })).rejects.toMatchObject({
      code: 'UndefinedVariable',
      details: { handler: 'welcome' },
    });
    expect(await db.query('users').count()).toBe(0);
  });

  it('is counted by a preview, and does nothing then', async () => {
    await db.execute(onInsert);
    const preview = await db.preview(
      'mutation { insertMany(collection: "users", data: [{ email: "a" }, { email: "b" }]) { id } }',
    );
    expect(preview.collections).toMatchObject([
      { collection: 'users', insertedCount: 2 },
      { collection: 'notes', insertedCount: 2 },
    ]);
    expect(await db.query('users').count()).toBe(0);
  });
});

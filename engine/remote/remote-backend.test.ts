import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import { Database } from '../database.ts';
import { AuroraError } from '../errors.ts';
import type { RunPart } from '../exec/run-part.ts';
import { limits } from '../limits.ts';
import type { CommitEvent } from '../transactions/pipeline-task.ts';
import { SharedBackend } from './shared-backend.ts';

/*
 * Owner and guest in one process, over the real socket: the guest is a database that finds the folder locked. Suites
 * with processes of their own are in engine/test/owner-and-guest.test.ts.
 */

const folder = mkdtempSync(join(tmpdir(), 'aurora-guest-'));
const path = join(folder, 'shared.db');
const opened: Database[] = [];
let owner: Database;
let guest: Database;

async function openGuest({ readOnly = false } = {}): Promise<Database> {
  const backend = await SharedBackend.open({
    path,
    create: false,
    readOnly,
    guest: true,
    waitMsMax: 5_000,
    openLocal: async () => {
      throw new AuroraError('DatabaseLocked', 'It is open in this process.');
    },
  });
  const database = new Database({ backend, readOnly });
  opened.push(database);
  return database;
}

async function failureOf(promise: Promise<unknown>): Promise<AuroraError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AuroraError) return error;
    throw error;
  }
  throw new Error('It should have failed.');
}

async function partsOf(database: Database, text: string): Promise<readonly RunPart[]> {
  const run = database.run(text);
  const parts: RunPart[] = [];
  for (let isDone = false; !isDone; ) {
    const pulled = await run.next(10_000);
    parts.push(...pulled.parts);
    isDone = pulled.done;
  }
  return parts;
}

beforeEach(async () => {
  owner = await Aurora.open(path);
  opened.push(owner);
  await owner.newCollection('people', {
    name: { type: 'String' },
    email: { type: 'String', unique: true },
    age: { type: 'Int', nullable: true, indexed: true },
    tags: { type: ['String'], nullable: true },
  });
  guest = await openGuest();
});

afterEach(async () => {
  for (const database of opened.splice(0).reverse()) await database.close();
  rmSync(path, { recursive: true, force: true });
});

const alice = { name: 'Alice', email: 'alice@example.com', age: 30, tags: ['a', 'b'] };

describe('a guest', () => {
  it('says that it is one, and whose', () => {
    expect([owner.connection, guest.connection]).toEqual([
      { state: 'owner', ownerPid: process.pid },
      { state: 'guest', ownerPid: process.pid },
    ]);
  });

  it('reads and writes as the owner does', async () => {
    const id = await guest.insertInto('people', alice);
    const found = [
      owner.get('people', id),
      await guest.find('people', id),
      await guest.find('people', '0190a0a0-0000-7000-8000-000000000000'),
      await guest
        .query('people')
        .filter((f) => f.gt('age', 25))
        .collect(),
      await guest
        .query('people')
        .filter((f) => f.eq('name', 'Alice'))
        .update({ age: 31 }),
      await guest.query('people').count(),
      await guest.query('people').delete(),
      await owner.query('people').count(),
    ];
    const document = { id, ...alice };
    expect(found).toEqual([document, document, undefined, [document], 1, 1, 1, 0]);
  });

  it('sees each acknowledged commit of the owner in its next query', async () => {
    for (let number = 1; number <= 200; number += 1) {
      await owner.insertInto('people', { name: 'x', email: `${number}` });
      expect(await guest.query('people').count()).toBe(number);
    }
  });

  it('gets results of texts as the owner does', async () => {
    await guest.insertInto('people', alice);
    const text =
      'query { people { name age tags } } mutation { deleteFrom(collection: "people", where: { age: { gt: 99 } }) { id } }';
    const withoutTimes = (result: unknown) =>
      JSON.parse(JSON.stringify(result, (key, value) => (key === 'elapsedMs' ? 0 : value)));
    expect(withoutTimes(await guest.execute(text))).toEqual(
      withoutTimes(await owner.execute(text)),
    );
    expect(withoutTimes(await partsOf(guest, text))).toEqual(
      withoutTimes(await partsOf(owner, text)),
    );
  });

  it('gets errors whole', async () => {
    await guest.insertInto('people', alice);
    const text = 'query { peple { name } }';
    const facts = ({ code, message, hint, details, span, diagnostics }: AuroraError) => ({
      code,
      message,
      hint,
      // The id of the document that was not written is another one each time.
      details: { ...details, id: undefined },
      span,
      diagnostics,
    });
    const failures: readonly ((database: Database) => Promise<unknown>)[] = [
      (database) => database.execute(text),
      (database) => database.insertInto('people', alice),
      (database) => database.insertInto('people', { name: 1 }),
      (database) => database.query('nobody').collect(),
      (database) => database.newCollection('people', { other: { type: 'Int' } }),
    ];
    for (const failing of failures) {
      const [ofGuest, ofOwner] = [await failureOf(failing(guest)), await failureOf(failing(owner))];
      expect(facts(ofGuest)).toEqual(facts(ofOwner));
    }
    const [last] = await partsOf(guest, text);
    expect(last).toMatchObject({ kind: 'failed', error: { code: 'CollectionNotFound' } });
  });

  it('refuses the point read that answers at once, and names the other', () => {
    expect(() => guest.get('people', 'x')).toThrow(
      expect.objectContaining({ code: 'OwnerOnly', hint: expect.stringContaining('db.find') }),
    );
  });

  it('hears of commits in order, with the schema that goes with them', async () => {
    const events: CommitEvent[] = [];
    guest.onDidCommit((event) => events.push(event));
    await owner.insertInto('people', alice);
    await guest.newCollection('places', { name: { type: 'String' } });
    // The schema is there when the definition is, whatever the events do.
    expect(guest.catalog()).toEqual(owner.catalog());
    await guest.insertInto('places', { name: 'here' });
    await expect.poll(() => events.length).toBe(3);
    expect(events.map(({ collections, schemaChanged }) => [collections, schemaChanged])).toEqual([
      [['people'], false],
      [['places'], true],
      [['places'], false],
    ]);
    const sequences = events.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences].sort((left, right) => left - right));
  });

  it('takes results and inserts of many messages', async () => {
    await owner.newCollection('notes', {
      number: { type: 'Int', unique: true },
      text: { type: 'String' },
    });
    const text = 'x'.repeat(2_000);
    const notes = Array.from({ length: 2_500 }, (_, number) => ({ number, text }));
    expect((await guest.insertMany('notes', notes)).length).toBe(2_500);
    const collected = await guest.query('notes').orderBy('number').collect();
    expect(collected.map(({ number }) => number)).toEqual(notes.map(({ number }) => number));
    const result = await guest.execute('query { notes(orderBy: { number: ASC }) { number text } }');
    expect(result.data['notes']).toEqual(notes);
    const parts = await partsOf(guest, 'query { notes { number } }');
    expect(parts.reduce((sum, part) => sum + (part.kind === 'rows' ? part.rowCount : 0), 0)).toBe(
      2_500,
    );
  }, 60_000);

  it('inserts all or nothing, also in many messages', async () => {
    const people = Array.from({ length: 3_000 }, (_, number) => ({
      name: 'n',
      email: `${number % 2_999}`,
    }));
    expect(await failureOf(guest.insertMany('people', people))).toMatchObject({
      code: 'UniqueConstraintViolation',
    });
    expect(await owner.query('people').count()).toBe(0);
  });

  it('cancels what is under way, and knows a time limit from a wish', async () => {
    await guest.insertMany(
      'people',
      Array.from({ length: 5_000 }, (_, number) => ({ name: 'n', email: `${number}` })),
    );
    const abort = new AbortController();
    const text = 'query { people(where: { name: { contains: "zzz" } }) { id } }';
    const cancelled = guest.execute(text, { signal: abort.signal });
    abort.abort();
    expect(await failureOf(cancelled)).toMatchObject({ code: 'Cancelled' });
    const timeout = AbortSignal.timeout(1);
    const late = guest
      .query('people')
      .filter((f) => f.contains('name', 'zzz'))
      .signal(timeout)
      .collect();
    expect(await failureOf(late)).toMatchObject({ code: 'Timeout' });
    const run = guest.run('query { people { id } }', { signal: AbortSignal.abort() });
    expect(await run.next(10)).toMatchObject({
      parts: [{ kind: 'failed', error: { code: 'Cancelled' } }],
      done: true,
    });
  });

  it('that is read-only cannot write, by whatever way', async () => {
    const reader = await openGuest({ readOnly: true });
    const id = await guest.insertInto('people', alice);
    expect(await reader.find('people', id)).toMatchObject(alice);
    const writes = [
      () => reader.insertInto('people', { ...alice, email: 'other' }),
      () => reader.query('people').update({ age: 1 }),
      () => reader.query('people').delete(),
      () => reader.newCollection('more', { x: { type: 'Int' } }),
      () =>
        reader.execute(
          'mutation { deleteFrom(collection: "people", where: { age: { gt: 1 } }) { id } }',
        ),
      () => reader.execute('schema { define collection c { x: Int } }'),
    ];
    const codes: string[] = [];
    for (const write of writes) codes.push((await failureOf(write())).code);
    const parts = await partsOf(
      reader,
      'mutation { deleteFrom(collection: "people", where: { age: { gt: 1 } }) { id } }',
    );
    expect(codes).toEqual(codes.map(() => 'ReadOnly'));
    expect(parts).toMatchObject([{ kind: 'failed', error: { code: 'ReadOnly' } }]);
    expect(await owner.query('people').count()).toBe(1);
  });

  it('runs transactions, which read their own writes and are seen by nobody before their commit', async () => {
    const seen = await guest.transaction(async (transaction) => {
      const id = await transaction.insertInto('people', alice);
      const result = await transaction.execute('query { people { name } }');
      const inside = [
        await transaction.find('people', id),
        await transaction.query('people').count(),
        result.data['people'],
        await transaction.query('people').update({ age: 31 }),
      ];
      return {
        id,
        inside,
        outside: [await guest.query('people').count(), owner.get('people', id)],
      };
    });
    const { id, inside, outside } = seen;
    expect(inside).toEqual([{ id, ...alice }, 1, [{ name: 'Alice' }], 1]);
    expect(outside).toEqual([0, undefined]);
    expect(owner.get('people', id)).toEqual({ id, ...alice, age: 31 });
  });

  it('leaves nothing of a transaction that fails, is too slow, or meets another writer', async () => {
    const id = await guest.insertInto('people', alice);
    const thrown = guest.transaction(async (transaction) => {
      await transaction.query('people').delete();
      throw new Error('No.');
    });
    await expect(thrown).rejects.toThrow('No.');
    const slow = guest.transaction(
      async (transaction) => {
        await transaction.query('people').delete();
        await new Promise(() => undefined);
      },
      { timeoutMs: 100 },
    );
    expect(await failureOf(slow)).toMatchObject({ code: 'Timeout' });
    const late = guest.transaction(async (transaction) => {
      await transaction.query('people').update({ age: 1 });
      await owner.query('people').update({ age: 2 });
    });
    expect(await failureOf(late)).toMatchObject({ code: 'WriteConflict' });
    const escaped = await guest.transaction(async (transaction) => ({ transaction }));
    expect(await failureOf(escaped.transaction.find('people', id))).toMatchObject({
      code: 'TransactionEnded',
    });
    expect(owner.get('people', id)).toEqual({ id, ...alice, age: 2 });
  });

  it('that goes away in a transaction leaves nothing of it', async () => {
    let closing: Promise<void> | undefined;
    const ended = guest.transaction(async (transaction) => {
      await transaction.insertInto('people', alice);
      closing = guest.close();
      await transaction.insertInto('people', { ...alice, email: 'other' });
    });
    expect(await failureOf(ended)).toMatchObject({ code: 'DatabaseClosed' });
    await closing;
    expect(await owner.query('people').count()).toBe(0);
  });

  it('verifies the database, with progress', async () => {
    await guest.insertMany(
      'people',
      Array.from({ length: 500 }, (_, number) => ({ name: 'n', email: `${number}` })),
    );
    const progress: number[] = [];
    const report = await guest.verify({
      onProgress: ({ documentsDone }) => progress.push(documentsDone),
    });
    expect(report).toMatchObject({
      isSound: true,
      collections: [{ name: 'people', documentCount: 500 }],
    });
    expect(await failureOf(guest.verify({ signal: AbortSignal.abort() }))).toMatchObject({
      code: 'Cancelled',
    });
  });

  it('backs up, compacts and counts', async () => {
    await guest.insertInto('people', alice);
    const target = join(folder, 'backup.db');
    const phases = new Set<string>();
    const report = await guest.backup(target, { onProgress: ({ phase }) => phases.add(phase) });
    rmSync(target, { recursive: true });
    expect(report).toMatchObject({ path: target, verification: { isSound: true } });
    expect((await guest.compact()).sizeBytesAfter).toBeGreaterThan(0);
    expect(await guest.stats()).toMatchObject({
      mode: 'guest',
      ownerPid: process.pid,
      documentCount: 1,
    });
    const reader = await openGuest({ readOnly: true });
    expect(await failureOf(reader.compact())).toMatchObject({ code: 'ReadOnly' });
  });

  it('imports', async () => {
    const report = await guest.importInto(
      'films',
      { text: 'title,year\nA,1999\nB,2001\n' },
      { format: 'csv' },
    );
    expect([report.importedCount, await owner.query('films').count()]).toEqual([2, 2]);
    const abort = new AbortController();
    const text = Array.from({ length: 2_000 }, (_, at) => `{"n":${at}}\n`).join('');
    const options = { format: 'ndjson', onCancel: 'revert', signal: abort.signal } as const;
    const onProgress = ({ importedCount }: { readonly importedCount: number }) => {
      if (importedCount >= 500) abort.abort();
    };
    const reverted = guest.importInto('numbers', { text }, { ...options, onProgress });
    expect(await failureOf(reverted)).toMatchObject({ code: 'Cancelled' });
    expect(owner.catalog().collections.map(({ name }) => name)).not.toContain('numbers');
  });

  it('ends its own calls when it closes, and leaves the owner as it is', async () => {
    const open = guest.run('query { people { id } }');
    await open.next(1);
    const closing = guest.close();
    expect(await failureOf(guest.query('people').count())).toMatchObject({
      code: 'DatabaseClosed',
    });
    await closing;
    expect(guest.connection).toEqual({ state: 'closed', ownerPid: undefined });
    expect(await owner.query('people').count()).toBe(0);
  });

  it('beyond the bound is told so', async () => {
    const guests = [];
    for (let number = 1; number < limits.guestsMax; number += 1) guests.push(await openGuest());
    expect(await failureOf(openGuest())).toMatchObject({
      code: 'DatabaseLocked',
      details: { guestsMax: limits.guestsMax },
    });
    await guests[0]?.close();
    await expect.poll(async () => (await openGuest()).connection.state).toBe('guest');
  });
});

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, assert, describe, expect, it } from 'vitest';
import {
  Aurora,
  type AuroraOptions,
  type ChangeEvent,
  type Database,
  type EventStream,
} from '#engine';
import { limits } from '../limits.ts';

const folders: string[] = [];
const open: Database[] = [];

afterEach(async () => {
  for (const db of open.splice(0)) await db.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-feed-'));
  folders.push(folder);
  return folder;
}

async function opened(options: Partial<AuroraOptions> = {}): Promise<Database> {
  const db = await Aurora.open({ dbPath: join(newFolder(), 'feed.db'), ...options });
  open.push(db);
  return db;
}

async function withOrders(options: Partial<AuroraOptions> = {}): Promise<Database> {
  const db = await opened(options);
  await db.newCollection('orders', {
    status: { type: 'String', nullable: true },
    amount: { type: 'Int', nullable: true },
    due: { type: 'DateTime', nullable: true },
  });
  return db;
}

type Event = ChangeEvent<{ id: string }>;

async function take(stream: EventStream<Event>, count: number): Promise<readonly Event[]> {
  const events: Event[] = [];
  while (events.length < count) {
    const result = await stream.next();
    if (result.done === true) break;
    events.push(result.value);
  }
  return events;
}

/** Changes a document, and gives the place of that commit. */
async function positionAfter(db: Database, collection: string, id: string) {
  const feed = db.listen(collection);
  await db
    .query(collection)
    .filter((f) => f.eq('id', id))
    .update({ status: 'seen' });
  const [event] = await take(feed, 1);
  if (event === undefined) throw new Error('The feed has ended.');
  const { epoch, lsn } = event;
  return { epoch, lsn };
}

function short(event: Event): unknown {
  if (event.changeType === 'Lagged') return ['Lagged', event.missedCount];
  const { changeType, old, document } = event;
  return [changeType, old?.id, document?.id];
}

describe('a feed of changes', () => {
  it('gives each change with its images, in commit order, and all of a commit under one LSN', async () => {
    const db = await withOrders();
    const feed = db.listen('orders');
    const id = await db.insertInto('orders', { status: 'open', due: '2026-01-02T03:04:05Z' });
    await db.transaction(async (tx) => {
      await tx
        .query('orders')
        .filter((f) => f.eq('id', id))
        .update({ status: 'paid', amount: 5 });
      await tx.insertInto('orders', { status: 'open' });
    });
    await db
      .query('orders')
      .filter((f) => f.eq('id', id))
      .delete();
    const events = await take(feed, 4);
    const due = '2026-01-02T03:04:05.000Z';
    const facts = events.map((event) =>
      event.changeType === 'Lagged'
        ? []
        : [event.changeType, event.endsCommit, event.changedFields, event.old, event.document],
    );
    expect(facts.filter((_, at) => at !== 2)).toEqual([
      ['Insert', true, ['id', 'status', 'due'], undefined, { id, status: 'open', due }],
      [
        'Update',
        false,
        ['status', 'amount'],
        { id, status: 'open', due },
        { id, status: 'paid', amount: 5, due },
      ],
      ['Delete', true, expect.anything(), { id, status: 'paid', amount: 5, due }, undefined],
    ]);
    expect([facts[2]?.slice(0, 2), events[1]?.lsn]).toEqual([['Insert', true], events[2]?.lsn]);
  });

  it('says nothing of what was rolled back or refused', async () => {
    const db = await withOrders();
    const feed = db.listenAll();
    const failed = db.transaction(async (tx) => {
      await tx.insertInto('orders', { status: 'never' });
      throw new Error('not this one');
    });
    await expect(failed).rejects.toThrow('not this one');
    await expect(db.insertInto('orders', { amount: 'none' })).rejects.toThrow();
    const id = await db.insertInto('orders', { status: 'kept' });
    expect((await take(feed, 1)).map(short)).toEqual([['Insert', undefined, id]]);
  });

  it('passes what satisfied the filter before or does so after, and changes of watched fields', async () => {
    const db = await withOrders();
    const paid = db.listen('orders', { filter: (f) => f.eq('status', 'paid') });
    const amounts = db.listen('orders', { fields: ['amount'] });
    const [a = '', b = ''] = await db.insertMany('orders', [
      { status: 'open' },
      { status: 'paid' },
    ]);
    const only = (id: string) => db.query('orders').filter((f) => f.eq('id', id));
    await only(a).update({ amount: 1 });
    await only(a).update({ status: 'paid' });
    await only(b).update({ status: 'open' });
    await only(b).update({ amount: 2 });
    expect((await take(paid, 3)).map(short)).toEqual([
      ['Insert', undefined, b],
      ['Update', a, a],
      ['Update', b, b],
    ]);
    expect((await take(amounts, 4)).map(short)).toEqual([
      ['Insert', undefined, a],
      ['Insert', undefined, b],
      ['Update', a, a],
      ['Update', b, b],
    ]);
  });

  it('refuses collections and fields that are not there', async () => {
    const db = await withOrders();
    expect(() => db.listen('nothing')).toThrow('nothing');
    expect(() => db.listen('orders', { filter: (f) => f.eq('color', 'red') })).toThrow('color');
  });

  it('gives each consumer events of its own', async () => {
    const db = await withOrders();
    const feeds = [db.listen('orders'), db.listen('orders')];
    await db.insertInto('orders', { status: 'new' });
    for (const feed of feeds) {
      const [event] = await take(feed, 1);
      assert(event !== undefined && event.changeType === 'Insert');
      expect(event).toMatchObject({ document: { status: 'new' }, changedFields: ['id', 'status'] });
      Object.assign(event.document, { status: 'changed' });
      Object.assign(event.changedFields, ['changed']);
    }
  });

  it('tells a document that is replaced under its id as one change', async () => {
    const db = await withOrders();
    const id = await db.insertInto('orders', { status: 'old' });
    const feed = db.listen('orders');
    await db.execute(`mutation {
      deleteFrom(collection: "orders", where: { id: { eq: "${id}" } }) { id }
      insertInto(collection: "orders", data: { id: "${id}", status: "new" }) { id }
    }`);
    const [event] = await take(feed, 1);
    expect(event).toMatchObject({
      changeType: 'Update',
      old: { status: 'old' },
      document: { status: 'new' },
    });
  });

  it('says once how much a consumer has missed that was too slow, and goes on', async () => {
    const db = await withOrders({ durabilityMode: 'None', enableWal: false });
    const feed = db.listen('orders');
    const batch = Array.from({ length: 5_000 }, (_, amount) => ({ amount }));
    for (let round = 0; round < 5; round += 1) await db.insertMany('orders', batch);
    const taken = await take(feed, limits.feedPendingMax + 1);
    expect(taken.at(-1)).toMatchObject({ changeType: 'Lagged', missedCount: 5_000 });
    const id = await db.insertInto('orders', { status: 'after' });
    expect((await take(feed, 1)).map(short)).toEqual([['Insert', undefined, id]]);
  });

  it('says that it lags when a migration has written its documents anew, and goes on', async () => {
    const db = await withOrders();
    await db.newCollection('others', { name: { type: 'String' } });
    const id = await db.insertInto('orders', { status: 'open', amount: 1 });
    const [mine, all, other] = [db.listen('orders'), db.listenAll(), db.listen('others')];
    const startedAt = await positionAfter(db, 'orders', id);
    await db.execute('migrate { "1": { migrate data in orders { set amount = amount + 1 } } }');
    await db.execute('migrate { "2": { alter collection orders { rename amount to total } } }');
    await db.execute('migrate { "3": { alter collection others { add note: String } } }');
    for (const feed of [mine, all]) {
      expect((await take(feed, 2)).map(short)).toEqual([
        ['Update', id, id],
        ['Lagged', undefined],
      ]);
    }
    await db.query('orders').update({ total: 7 });
    const noteId = await db.insertInto('others', { name: 'x' });
    expect((await take(mine, 1)).map(short)).toEqual([['Update', id, id]]);
    expect((await take(all, 2)).map(short)).toEqual([
      ['Update', id, id],
      ['Insert', undefined, noteId],
    ]);
    expect((await take(other, 1)).map(short)).toEqual([['Insert', undefined, noteId]]);
    const resumed = db.listen('orders', { after: startedAt });
    expect((await take(resumed, 1)).map(short)).toEqual([['Lagged', undefined]]);
    await db.query('orders').update({ total: 8 });
    expect((await take(resumed, 1)).map(short)).toEqual([['Update', id, id]]);
  });

  it('ends behind what happened when its collection is dropped', async () => {
    const db = await withOrders();
    const feeds = [
      db.listen('orders'),
      db.listen('orders', { fields: ['status'] }),
      db.stream('subscription { orders { status } }'),
    ];
    const id = await db.insertInto('orders', { status: 'open' });
    await db.execute('schema { drop collection orders }');
    await db.execute('schema { define collection orders { status: Int } }');
    await db.insertInto('orders', { status: 1 });
    for (const feed of feeds) {
      expect((await feed.next()).value).toMatchObject({ id });
      await expect(feed.next()).rejects.toMatchObject({ code: 'CollectionNotFound' });
      expect(await feed.next()).toEqual({ done: true, value: undefined });
    }
  });

  it('ends when what it asks for is renamed, and goes on when something else is', async () => {
    const db = await withOrders();
    const [all, amounts, filtered] = [
      db.listen('orders'),
      db.listen('orders', { fields: ['amount'] }),
      db.listen('orders', { filter: (f) => f.gt('amount', 1) }),
    ];
    const [shown, states] = [
      db.stream('subscription { orders { amount } }'),
      db.stream('subscription { orders { status } }'),
    ];
    await db.execute('migrate { "1": { alter collection orders { rename amount to total } } }');
    for (const feed of [amounts, filtered, shown]) {
      expect((await feed.next()).value).toMatchObject({ lsn: expect.any(Number) });
      await expect(feed.next()).rejects.toMatchObject({ code: 'UnknownField' });
    }
    for (const feed of [all, states]) expect((await feed.next()).done).toBe(false);
    const id = await db.insertInto('orders', { status: 'open', total: 5 });
    expect((await all.next()).value).toMatchObject({ id, document: { total: 5 } });
    expect((await states.next()).value).toMatchObject({ id, node: { status: 'open' } });
  });

  it('refuses what no field and no place in the order of commits is called', async () => {
    const db = await withOrders();
    const refused = (options: object) => {
      const code = (error: unknown) => (error instanceof Error ? Reflect.get(error, 'code') : '');
      try {
        db.listen('orders', options);
      } catch (error) {
        return code(error);
      }
      return 'accepted';
    };
    expect(refused({ fields: ['amountt'] })).toBe('UnknownField');
    expect(refused({ fields: [] })).toBe('InvalidOption');
    expect(refused({ fields: 'amount' })).toBe('InvalidOption');
    for (const after of [5, null, { lsn: 1 }, { epoch: 'x', lsn: '1' }, { epoch: 0, lsn: -7 }]) {
      expect(refused({ after })).toBe('InvalidOption');
    }
    expect(refused({ fields: ['amount'], after: { epoch: 0, lsn: 0 } })).toBe('accepted');
  });

  it('ends with its loop, its signal and its database', async () => {
    const db = await withOrders();
    const abort = new AbortController();
    const [left, aborted, closed] = [
      db.listen('orders'),
      db.listen('orders', { signal: abort.signal }),
      db.listenAll(),
    ];
    await db.insertInto('orders', { status: 'one' });
    for await (const _event of left) break;
    abort.abort();
    const waiting = take(closed, 2);
    await db.close();
    const ends = [left, aborted, closed].map((stream) => stream.next());
    expect((await Promise.all(ends)).map(({ done }) => done)).toEqual([true, true, true]);
    expect((await waiting).map(short)).toHaveLength(1);
  });
});

describe('a feed that goes on from a place', () => {
  it('gives what came behind it, out of the log, and then what comes', async () => {
    const db = await withOrders({ durabilityMode: 'WAL' });
    const start = await db.position();
    const before = await db.insertMany('orders', [{ amount: 1 }, { amount: 2 }]);
    const feed = db.listen('orders', { after: start });
    const late = await db.insertInto('orders', { amount: 3 });
    const events = await take(feed, 3);
    expect(events.map(short)).toEqual([...before, late].map((id) => ['Insert', undefined, id]));
    const again = db.listen('orders', { after: start });
    expect(await take(again, 3)).toEqual(events);
  });

  it('goes on after the database was closed and opened, and after a crash', async () => {
    const db = await withOrders();
    const start = await db.position();
    const ids = [await db.insertInto('orders', { amount: 1 })];
    const crashed = join(newFolder(), 'crashed.db');
    cpSync(db.path, crashed, { recursive: true, filter: (path) => !/lock|sock/.test(path) });
    const { path } = db;
    await db.close();
    for (const dbPath of [path, crashed]) {
      const again = await Aurora.open(dbPath);
      open.push(again);
      const feed = again.listen('orders', { after: start });
      const next = await again.insertInto('orders', { amount: 2 });
      expect((await take(feed, 2)).map(short)).toEqual([
        ['Insert', undefined, ids[0]],
        ['Insert', undefined, next],
      ]);
    }
  });

  it('says that it lags when the place was lost, or never was', async () => {
    const db = await withOrders();
    await db.insertInto('orders', { amount: 1 });
    const { epoch, lsn } = await db.position();
    const lost = [
      { epoch: epoch + 1, lsn },
      { epoch, lsn: lsn + 10 },
      { epoch: epoch - 1, lsn },
    ];
    for (const after of lost) {
      const feed = db.listen('orders', { after });
      expect((await take(feed, 1)).map(short)).toEqual([['Lagged', undefined]]);
    }
  });

  it('says that it lags where there is no log', async () => {
    const db = await withOrders({ durabilityMode: 'None', enableWal: false });
    const feed = db.listen('orders', { after: await db.position() });
    const first = await take(feed, 1);
    const id = await db.insertInto('orders', { amount: 1 });
    expect([...first, ...(await take(feed, 1))].map(short)).toEqual([
      ['Lagged', undefined],
      ['Insert', undefined, id],
    ]);
  });
});

/* The public API in one look (design, section 11): what is followed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { newUsers } from './contract-users.ts';

let db: Database;

beforeEach(async () => {
  db = await Aurora.open({ store: 'memory' });
});

afterEach(() => db.close());

describe('live', () => {
  it('query.watch gives Added, Modified and Removed', async () => {
    const users = await newUsers(db);
    const seen: unknown[] = [];
    const watching = (async () => {
      for await (const update of users
        .query()
        .filter((f) => f.gt('age', 25))
        .watch({ debounceMs: 5 })) {
        const { type, isInitial } = update;
        seen.push([type, isInitial, update.old?.age, update.new?.age, update.new?.name]);
        if (seen.length === 1) await users.insert({ name: 'Eve', email: 'e@example.com', age: 30 });
        const eve = users.query().filter((f) => f.eq('name', 'Eve'));
        if (seen.length === 2) await eve.update({ age: 31 });
        if (seen.length === 3) await eve.update({ age: 1 });
        if (seen.length === 4) break;
      }
    })();
    await watching;
    expect(seen).toEqual([
      ['Added', true, undefined, 45, 'Bob'],
      ['Added', false, undefined, 30, 'Eve'],
      ['Modified', false, 30, 31, 'Eve'],
      ['Removed', false, 31, undefined, undefined],
    ]);
  });

  it('db.listen gives change events', async () => {
    const users = await newUsers(db);
    const seen: unknown[] = [];
    const listening = (async () => {
      for await (const event of db.listen('users')) {
        if (event.changeType === 'Lagged') continue;
        seen.push([event.changeType, event.collection, event.id, event.old, event.document]);
        if (event.changeType === 'Delete') break;
      }
    })();
    const id = await users.insert({ name: 'Eve', email: 'eve@example.com' });
    const eve = users.query().filter((f) => f.eq('id', id));
    await eve.update({ age: 30 });
    await eve.delete();
    await listening;
    const [before, after] = [{ id, name: 'Eve', email: 'eve@example.com' }, { age: 30 }];
    expect(seen).toEqual([
      ['Insert', 'users', id, undefined, before],
      ['Update', 'users', id, before, { ...before, ...after }],
      ['Delete', 'users', id, { ...before, ...after }, undefined],
    ]);
  });

  it('db.stream runs a subscription', async () => {
    const users = await newUsers(db);
    const events = db.stream('subscription { users(where: { age: { gt: 25 } }) { name age } }');
    const id = await users.insert({ name: 'Eve', email: 'e@example.com', age: 30 });
    const eve = users.query().filter((f) => f.eq('id', id));
    await eve.update({ age: 31 });
    await eve.update({ age: 1 });
    await eve.update({ age: 2 });
    const seen: unknown[] = [];
    for await (const event of events) {
      if (event.type === 'Lagged') continue;
      seen.push([event.type, event.collection, event.id, event.node, event.previous]);
      if (seen.length === 3) break;
    }
    const eveAt = (age: number) => ({ name: 'Eve', age });
    expect(seen).toEqual([
      ['Added', 'users', id, eveAt(30), null],
      ['Modified', 'users', id, eveAt(31), eveAt(30)],
      ['Removed', 'users', id, null, eveAt(31)],
    ]);
  });

  it('execute answers a live query once, and gives the events of a subscription', async () => {
    const users = await newUsers(db);
    const once = await db.execute('query @live { users(limit: 1) { name } }');
    expect(once.data).toEqual({ users: [{ name: 'Bob' }] });
    const subscribed = await db.execute(
      'subscription($min: Int) { users(where: { age: { gt: $min } }) { name } }',
      { variables: { min: 25 } },
    );
    if (subscribed.kind !== 'subscription') throw new Error('a subscription is one');
    await users.insert({ name: 'Eve', email: 'e@example.com', age: 30 });
    expect(await subscribed.events.next()).toMatchObject({
      value: { type: 'Added', node: { name: 'Eve' } },
    });
    subscribed.events.close();
  });

  it('_watchers tells who follows what, and why it runs again', async () => {
    await newUsers(db);
    const kept = db.live('{ users(where: { age: { gt: 1 } }) { name } }');
    const paged = db.live('{ users(first: 9) { edges { node { age } } } }');
    await Promise.all([kept.next(), paged.next()]);
    await db.insertInto('users', { name: 'Eve', email: 'e@example.com', age: 45 });
    await Promise.all([kept.next(), paged.next()]);
    const { data } = await db.execute('{ _watchers { collection events reruns reason } }');
    expect(data['_watchers']).toEqual([
      { collection: 'users', events: 2, reruns: 0, reason: null },
      { collection: 'users', events: 2, reruns: 1, reason: 'pages are read anew' },
    ]);
    kept.close();
    paged.close();
    expect((await db.execute('{ _watchers { id } }')).data).toEqual({ _watchers: [] });
  });

  it('db.live gives a snapshot, then deltas', async () => {
    const users = await newUsers(db);
    const counting = db.live('query @live { users { aggregate { count } } }');
    const oldest = db.live(
      'query($n: Int) { users(orderBy: { age: DESC }, limit: $n) { name age } }',
      { variables: { n: 2 } },
    );
    const events: unknown[] = [(await counting.next()).value, (await oldest.next()).value];
    const id = await users.insert({ name: 'Eve', email: 'e@example.com', age: 30 });
    events.push((await counting.next()).value, (await oldest.next()).value);
    const carol = { name: 'Carol', age: 20 };
    expect(events).toMatchObject([
      { type: 'snapshot', data: { users: { aggregate: { count: 3 } } } },
      { type: 'snapshot', data: { users: [{ name: 'Bob', age: 45 }, carol] } },
      {
        type: 'delta',
        changes: [{ type: 'Value', path: ['users', 'aggregate', 'count'], value: 4 }],
      },
      {
        type: 'delta',
        changes: [
          { type: 'Added', root: 'users', id, to: 1, row: { name: 'Eve', age: 30 } },
          { type: 'Removed', root: 'users', from: 1, old: carol },
        ],
      },
    ]);
    counting.close();
    oldest.close();
  });
});

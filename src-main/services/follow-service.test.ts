import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Caller,
  type Channel,
  type ClientMessage,
  createChannelPair,
  type FollowRequest,
  type HostMessage,
  readRun,
} from '#contract';
import { closeShopHost, openShopHost, type ShopHost } from '../testing/shop-host.ts';
import type { Services } from './create-services.ts';

/** What a page follows, through the contract and with a real database. */

let shop: ShopHost;
let services: Services;
let caller: Caller;
let database: string;

beforeEach(async () => {
  shop = await openShopHost((line) => expect.unreachable(line));
  ({ services, caller, database } = shop);
  await run('schema { define collection orders { n: Int! @indexed status: String } }');
});
afterEach(async () => {
  await closeShopHost(shop);
});

async function run(text: string): Promise<void> {
  for await (const part of readRun(caller, { database, text })) {
    if (part.kind === 'failed') throw new Error(part.error.message);
  }
}

const insert = (n: number, status = 'open') =>
  run(
    `mutation { insertInto(collection: "orders", data: { n: ${n}, status: "${status}" }) { id } }`,
  );

function followFrom(page: Caller, request: FollowRequest) {
  const events: unknown[] = [];
  const ends: (string | undefined)[] = [];
  const stop = page.subscribe(
    'follow',
    { database, request },
    (gathered) => events.push(...gathered.events),
    (error) => ends.push(error?.code),
  );
  return { events, ends, stop };
}

describe('a page that follows', () => {
  it('gets changes, watched documents, results and subscriptions as they come', async () => {
    await insert(1);
    const changes = followFrom(caller, { kind: 'changes', collection: 'orders' });
    const watched = followFrom(caller, {
      kind: 'watch',
      collection: 'orders',
      where: { n: { gt: 0 } },
      orderBy: [{ field: 'n', direction: 'desc' }],
      limit: 1,
    });
    const result = followFrom(caller, {
      kind: 'query',
      text: 'query($s: String) { orders(where: { status: { eq: $s } }) { n } }',
      variables: { s: 'open' },
    });
    const subscribed = followFrom(caller, {
      kind: 'subscription',
      text: 'subscription { orders { n } }',
    });
    await vi.waitFor(() => expect([watched.events.length, result.events.length]).toEqual([1, 1]));
    await insert(2);
    await vi.waitFor(() => {
      expect(changes.events).toMatchObject([{ changeType: 'Insert', document: { n: 2 } }]);
      expect(watched.events).toMatchObject([
        { type: 'Added', new: { n: 1 }, isInitial: true },
        { type: 'Added', new: { n: 2 }, isInitial: false },
        { type: 'Removed', old: { n: 1 } },
      ]);
      expect(result.events).toMatchObject([
        { type: 'snapshot', data: { orders: [{ n: 1 }] } },
        { type: 'delta', changes: [{ type: 'Added', root: 'orders', to: 1, row: { n: 2 } }] },
      ]);
      expect(subscribed.events).toMatchObject([{ type: 'Added', node: { n: 2 }, previous: null }]);
    });
  });

  it('hears why something cannot be followed, and that its database was closed', async () => {
    const wrong = followFrom(caller, { kind: 'changes', collection: 'nothing' });
    const refused = followFrom(caller, { kind: 'query', text: '{ orders { colour } }' });
    const closed = followFrom(caller, { kind: 'changes' });
    await vi.waitFor(() =>
      expect([wrong.ends, refused.ends]).toEqual([['CollectionNotFound'], ['UnknownField']]),
    );
    await caller.call('databases.close', { database });
    await vi.waitFor(() => expect(closed.ends).toEqual([undefined]));
  });

  it('goes on behind the last event that it had, after it was disconnected', async () => {
    const before = followFrom(caller, { kind: 'changes', collection: 'orders' });
    await insert(1);
    await vi.waitFor(() => expect(before.events).toHaveLength(1));
    before.stop();
    await insert(2);
    const [last] = before.events;
    if (typeof last !== 'object' || last === null || !('lsn' in last) || !('epoch' in last)) {
      throw new Error('an event has a place');
    }
    const after = { epoch: Number(last.epoch), lsn: Number(last.lsn) };
    const again = followFrom(caller, { kind: 'changes', collection: 'orders', after });
    await insert(3);
    await vi.waitFor(() =>
      expect(again.events).toMatchObject([{ document: { n: 2 } }, { document: { n: 3 } }]),
    );
  });

  it('gets net effects when it is slow, and leaves nothing behind when it goes away', async () => {
    let release: () => void = () => undefined;
    const { page, host } = createChannelPair();
    const slow: Channel<HostMessage, ClientMessage> = {
      post: (message) => host.post(message),
      receive: (listener) => host.receive(listener),
      close: () => host.close(),
      ready: () => new Promise((resolve) => (release = resolve)),
    };
    services.serve(slow);
    const other = new Caller(page);
    await other.connect();
    const followed = followFrom(other, { kind: 'query', text: '{ orders { status } }' });
    await vi.waitFor(() => {
      release();
      expect(followed.events).toHaveLength(1);
    });
    await insert(1, 'first');
    for (const status of ['a', 'b', 'c']) {
      await run(
        `mutation { update(collection: "orders", data: { status: "${status}" }, where: {}) { id } }`,
      );
    }
    await vi.waitFor(() => {
      release();
      expect(followed.events.at(-1)).toMatchObject({ changes: [{ row: { status: 'c' } }] });
    });
    expect(followed.events.length).toBeLessThan(4);
    other.close();
    await vi.waitFor(async () => {
      const rows: unknown[] = [];
      for await (const part of readRun(caller, { database, text: '{ _watchers { query } }' })) {
        if (part.kind === 'rows') rows.push(part);
      }
      expect(rows).toEqual([]);
    });
  });
});

import { expect, it } from 'vitest';
import {
  type Channel,
  type ClientMessage,
  createChannelPair,
  type DatabaseId,
  type FollowedEvents,
  type HostInfo,
  type HostMessage,
  protocolVersion,
  type WireChangeEvent,
} from '#contract';
import { Client } from '../../client/client.ts';
import type { HostDoor } from '../../host/host-door.ts';
import { until } from '../../testing/until.ts';
import { EventFeed } from './event-feed.ts';

/** A host that keeps what it was asked to follow, and tells events when a test says so. */
class TellingHost implements HostDoor {
  readonly kind = 'browser';
  /** What each subscription asked for, from the first. */
  readonly asked: unknown[] = [];
  #channel: Channel<HostMessage, ClientMessage> | undefined;
  #subscription = 0;

  async open(): Promise<Channel<ClientMessage, HostMessage>> {
    const { host, page } = createChannelPair();
    this.#channel = host;
    host.receive({ message: (message) => this.#answer(message), closed: () => undefined });
    return page;
  }

  tell(...events: readonly WireChangeEvent[]): void {
    const value: FollowedEvents = { kind: 'changes', events };
    this.#channel?.post({ type: 'event', id: this.#subscription, value });
  }

  fail(code: string): void {
    const error = { code, message: code };
    this.#channel?.post({ type: 'ended', id: this.#subscription, error });
  }

  drop(): void {
    this.#channel?.close();
  }

  #answer(message: ClientMessage): void {
    if (message.type === 'hello') {
      const host: HostInfo = {
        product: 'Aurora Studio',
        version: '0.0.0',
        host: 'in-process',
        platform: 'test',
        capabilities: { dialogs: false, menus: false },
        homeFolder: '/home',
      };
      this.#channel?.post({ type: 'welcome', protocol: protocolVersion, host });
    } else if (message.type === 'subscribe') {
      this.#subscription = message.id;
      this.asked.push(message.params);
    }
  }
}

const database = 'd1' as DatabaseId;
const change = (lsn: number, endsCommit = true): WireChangeEvent => ({
  ...{ epoch: 1, lsn, collection: 'films', id: `d${lsn} ${endsCommit}`, endsCommit },
  ...{ changeType: 'Insert', changedFields: ['id'], document: { id: `d${lsn}` } },
});
const request = (after?: number) => ({
  database,
  request: { kind: 'changes', ...(after === undefined ? {} : { after: { epoch: 1, lsn: after } }) },
});

async function followed() {
  const host = new TellingHost();
  const client = new Client(host);
  const paintings: (() => void)[] = [];
  const feed = new EventFeed(client, (run) => paintings.push(run));
  await client.start();
  const stop = feed.follow(database);
  const lsns = () => feed.state().list.transactions.map(({ lsn }) => lsn);
  const paint = () => {
    for (const run of paintings.splice(0)) run();
  };
  const painted = async () => {
    await until(() => paintings.length > 0);
    paint();
    return lsns();
  };
  await until(() => host.asked.length === 1);
  return { host, client, feed, stop, lsns, paint, painted };
}

it('shows what came once for each painting, the newest first', async () => {
  const { host, client, feed, stop, lsns, painted } = await followed();
  let toldCount = 0;
  feed.subscribe(() => {
    toldCount += 1;
  });
  host.tell(change(1));
  host.tell(change(2), change(3));
  expect(lsns()).toEqual([]);
  expect([await painted(), toldCount]).toEqual([[3, 2, 1], 1]);
  stop();
  client.close();
});

it('counts while it is paused, and shows all of it when it goes on', async () => {
  const { host, client, feed, stop, lsns, paint } = await followed();
  feed.setMode('paused');
  host.tell(change(1), change(2));
  await until(() => feed.state().pendingCount === 2);
  paint();
  expect(lsns()).toEqual([]);
  feed.setMode('live');
  expect([lsns(), feed.state().pendingCount]).toEqual([[2, 1], 0]);
  feed.clear();
  expect(lsns()).toEqual([]);
  stop();
  client.close();
});

it('goes on behind the last whole commit after a lost connection, and keeps what it has', async () => {
  const { host, client, feed, stop, painted } = await followed();
  host.tell(change(1), change(2), change(3, false));
  expect(await painted()).toEqual([3, 2, 1]);
  host.drop();
  await until(() => feed.state().isLost);
  await until(() => !feed.state().isLost && host.asked.length > 1);
  expect(host.asked.at(-1)).toEqual(request(2));
  host.tell({ changeType: 'Lagged', epoch: 1, lsn: 5 }, change(6));
  expect(await painted()).toEqual([6, 5, 3, 2, 1]);
  expect(feed.state().list.transactions[1]).toMatchObject({ kind: 'gap', lsn: 5 });
  stop();
  client.close();
});

it('tells why changes cannot be followed, but not that a new host has yet to open the database', async () => {
  const { host, client, feed, stop } = await followed();
  host.fail('DatabaseNotOpen');
  const again = await followed();
  again.host.fail('LimitExceeded');
  await until(() => again.feed.state().error !== undefined);
  expect([feed.state().error, again.feed.state().error]).toMatchObject([
    undefined,
    { code: 'LimitExceeded' },
  ]);
  for (const each of [stop, again.stop]) each();
  client.close();
  again.client.close();
});

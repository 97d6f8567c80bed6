import { describe, expect, it } from 'vitest';
import {
  type Channel,
  type ClientMessage,
  createChannelPair,
  type HostInfo,
  type HostMessage,
  protocolVersion,
} from '#contract';
import { type HostDoor, HostFailure } from '../host/host-door.ts';
import { until } from '../testing/until.ts';
import { Client } from './client.ts';

const host: HostInfo = {
  product: 'Aurora Studio',
  version: '0.0.0',
  host: 'in-process',
  platform: 'test',
  capabilities: { dialogs: false, menus: false },
  homeFolder: '/home',
};

/** A host that welcomes, and answers each subscription with the number of channels opened so far. */
class CountingHost implements HostDoor {
  readonly kind = 'browser';
  opened = 0;
  failure: HostFailure | undefined;
  #current: Channel<HostMessage, ClientMessage> | undefined;

  open(): Promise<Channel<ClientMessage, HostMessage>> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.opened += 1;
    const pair = createChannelPair();
    this.#current = pair.host;
    pair.host.receive({ message: (message) => this.#answer(pair.host, message), closed: () => {} });
    return Promise.resolve(pair.page);
  }

  drop(): void {
    this.#current?.close();
  }

  #answer(channel: Channel<HostMessage, ClientMessage>, message: ClientMessage): void {
    if (message.type === 'hello') {
      channel.post({ type: 'welcome', protocol: protocolVersion, host });
    } else if (message.type === 'subscribe') {
      const recent = [{ name: `${this.opened}`, path: '/p', openedAt: 0, exists: true }];
      channel.post({ type: 'event', id: message.id, value: { open: [], recent } });
    }
  }
}

describe('Client', () => {
  it('subscribes a topic again after the connection dropped, and shows the last value meanwhile', async () => {
    const door = new CountingHost();
    const client = new Client(door);
    await client.start();
    const feed = client.feed('databases', {});
    const seen: string[] = [];
    feed.listen(() => seen.push(feed.state().status));
    await until(() => feed.state().status === 'current');
    door.drop();
    await until(() => feed.state().status === 'stale');
    expect(client.state().kind).toBe('lost');
    await until(() => feed.state().status === 'current');
    expect(feed.state()).toMatchObject({ value: { recent: [{ name: '2' }] } });
    expect(seen).toEqual(['current', 'stale', 'current']);
    client.close();
  });

  it('says why there is no host when the first connection fails', async () => {
    const door = new CountingHost();
    door.failure = new HostFailure('This browser has no session with the host.', {
      reason: 'no-session',
    });
    const client = new Client(door);
    await client.start();
    expect(client.state()).toEqual({ kind: 'failed', failure: door.failure });
  });

  it('refuses calls while the connection is lost instead of queueing them', async () => {
    const door = new CountingHost();
    const client = new Client(door);
    await client.start();
    door.failure = new HostFailure('The host does not answer.', { reason: 'gone' });
    door.drop();
    await until(() => client.state().kind === 'lost');
    await expect(client.call('databases.list', {})).rejects.toMatchObject({ code: 'Disconnected' });
    client.close();
  });

  it('stops trying when the host no longer knows the session', async () => {
    const door = new CountingHost();
    const client = new Client(door);
    await client.start();
    door.failure = new HostFailure('This browser has no session with the host.', {
      reason: 'no-session',
    });
    door.drop();
    await until(() => client.state().kind === 'failed');
    expect(door.opened).toBe(1);
  });
});

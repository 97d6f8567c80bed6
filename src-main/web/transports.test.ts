import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  Caller,
  type Channel,
  type ClientMessage,
  createChannelPair,
  type HostInfo,
  type HostMessage,
  type MethodHandlers,
  Responder,
  type ResponderLimits,
  type ResultPart,
  readRun,
  type TopicSink,
  WireError,
  type WireErrorShape,
} from '#contract';
import { createPortChannel } from '../services/port-channel.ts';
import { createSocketChannel } from './socket-channel.ts';

/*
 * One suite over every transport: what a page may rely on does not depend on how its messages travel. The host behind
 * it is a small scripted one, so that the suite decides when calls end and what is produced.
 */

interface Ends {
  readonly page: Channel<ClientMessage, HostMessage>;
  readonly host: Channel<HostMessage, ClientMessage>;
  dispose(): Promise<void>;
}

const transports: { readonly [name: string]: () => Promise<Ends> } = {
  'in-process pair': async () => ({ ...createChannelPair(), dispose: async () => {} }),
  'message port': async () => {
    const { port1, port2 } = new MessageChannel();
    return {
      page: createPortChannel(port1),
      host: createPortChannel(port2),
      dispose: async () => port1.close(),
    };
  },
  'WebSocket on loopback': async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 1 << 24 });
    await once(server, 'listening');
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'open')]);
    return {
      page: createSocketChannel(client),
      host: createSocketChannel(accepted),
      dispose: async () => {
        client.terminate();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
};

const hostInfo: HostInfo = {
  product: 'Scripted host',
  version: '0.0.0',
  host: 'in-process',
  platform: 'test',
  capabilities: { dialogs: false, menus: false },
  homeFolder: '/',
};

/** A host whose `catalog.get` waits until it is told or cancelled, and whose runs produce numbered rows when pulled. */
class ScriptedHost {
  readonly waiting: { finish(): void; readonly signal: AbortSignal }[] = [];
  readonly sinks: {
    databases: TopicSink<'databases'>[];
    commands: TopicSink<'host.command'>[];
  } = { databases: [], commands: [] };
  topicsStopped = 0;
  batchesProduced = 0;
  cursorsOpen = 0;
  batchesTotal = 10;
  responder: Responder<AbortSignal> | undefined;

  serve(channel: Channel<HostMessage, ClientMessage>, limits: Partial<ResponderLimits> = {}): void {
    this.responder = new Responder(channel, {
      host: hostInfo,
      methods: this.#methods(),
      topics: {
        databases: {
          delivery: 'newest',
          start: (_params, sink) => {
            this.sinks.databases.push(sink);
            sink.emit({ open: [], recent: [] });
            return this.#stop;
          },
        },
        catalog: {
          delivery: 'newest',
          start: () => {
            throw new WireError({ code: 'DatabaseNotOpen', message: 'There is none.' });
          },
        },
        'host.command': {
          delivery: 'every',
          start: (_params, sink) => {
            this.sinks.commands.push(sink);
            return this.#stop;
          },
        },
      },
      validate: {
        params: (_method, params) => {
          if (typeof params === 'object' && params !== null) return params as never;
          throw new WireError({ code: 'InvalidParams', message: 'Parameters are an object.' });
        },
        topicParams: (_topic, params) => params as never,
      },
      toWireError: (error): WireErrorShape =>
        error instanceof WireError
          ? error.toShape()
          : { code: 'Internal', message: 'A fault of the program.' },
      newCancelSource: () => new AbortController(),
      limits,
    });
  }

  readonly #stop = () => {
    this.topicsStopped += 1;
  };

  #methods(): MethodHandlers<AbortSignal> {
    const refuse = () => {
      throw new Error('not scripted');
    };
    return {
      'host.info': () => hostInfo,
      'host.pickFolder': async ({ purpose }) => ({ path: purpose }),
      'databases.list': refuse,
      'databases.open': ({ path }) => {
        throw new WireError({
          code: 'DatabaseNotFound',
          message: `There is no database at ${path}.`,
          hint: 'Create it.',
          span: { start: 1, end: 2 },
          details: { path, nested: { list: [1, null, 'x'] } },
          diagnostics: [
            { code: 'SyntaxError', severity: 'error', span: { start: 3, end: 4 }, message: 'No.' },
          ],
        });
      },
      'databases.openSample': refuse,
      'databases.close': refuse,
      'databases.forget': refuse,
      'catalog.get': (_params, { signal }) =>
        new Promise((resolve, reject) => {
          const finish = () => resolve({ version: 1, collections: [] });
          this.waiting.push({ finish, signal });
          signal.addEventListener('abort', () =>
            reject(new WireError({ code: 'Cancelled', message: 'Stopped.' })),
          );
        }),
      'query.open': () => {
        this.cursorsOpen += 1;
        return { cursor: 'c1' };
      },
      'query.next': ({ rowsMax }) => {
        if (this.batchesProduced === this.batchesTotal) return { parts: [], done: true };
        this.batchesProduced += 1;
        const numbers = Array.from({ length: rowsMax }, (_, row) => row + this.batchesProduced);
        const batch = { rowCount: rowsMax, columns: [numbers, numbers.map((n) => `row ${n}`)] };
        return { parts: [{ kind: 'rows', result: this.batchesProduced, batch }], done: false };
      },
      'query.close': () => {
        this.cursorsOpen -= 1;
        return {};
      },
      'settings.get': () => ({ values: {} }),
      'settings.set': () => ({}),
    };
  }
}

const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of toClose.splice(0)) await dispose();
});

/** Waits until the condition holds; a condition that never holds fails by the test's own time limit. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

async function failureOf(promise: Promise<unknown>): Promise<WireError> {
  return promise.then(
    () => expect.unreachable('the call should have failed'),
    (error: unknown) => {
      if (error instanceof WireError) return error;
      throw error;
    },
  );
}

const noRun = { database: 'd', text: '' };

describe.each(Object.entries(transports))('%s', (_name, openEnds) => {
  async function ends(): Promise<Ends> {
    const opened = await openEnds();
    toClose.push(opened.dispose);
    return opened;
  }

  async function connected(limits: Partial<ResponderLimits> = {}) {
    const { page, host } = await ends();
    const scripted = new ScriptedHost();
    scripted.serve(host, limits);
    const caller = new Caller(page);
    const info = await caller.connect();
    return { caller, scripted, info };
  }

  /** The raw conversation: what the host sends when exactly these messages come. */
  async function converse(messages: readonly unknown[]): Promise<unknown[]> {
    const { page, host } = await ends();
    new ScriptedHost().serve(host);
    const heard: unknown[] = [];
    const isClosed = new Promise<void>((resolve) => {
      page.receive({ message: (message) => heard.push(message), closed: () => resolve() });
    });
    for (const message of messages) page.post(message as ClientMessage);
    await isClosed;
    return heard;
  }

  it('welcomes a page of the same protocol', async () => {
    const { info, caller } = await connected();
    expect({ info, isConnected: caller.isConnected }).toEqual({
      info: hostInfo,
      isConnected: true,
    });
  });

  it('refuses a page of another protocol and closes', async () => {
    const heard = await converse([{ type: 'hello', protocol: 99, client: 'old page' }]);
    expect(heard).toEqual([
      { type: 'refused', error: expect.objectContaining({ code: 'ProtocolMismatch' }) },
    ]);
  });

  it('serves nothing before hello', async () => {
    const heard = await converse([{ type: 'call', id: 1, method: 'host.info', params: {} }]);
    expect(heard).toEqual([
      { type: 'refused', error: expect.objectContaining({ code: 'ProtocolMismatch' }) },
    ]);
  });

  it.each([
    ['a message of no known type', { type: 'shout', id: 1 }],
    ['a message that is no object', 'hello?'],
    ['a call without an id', { type: 'call', method: 'host.info', params: {} }],
    ['a second hello', { type: 'hello', protocol: 1, client: 'again' }],
  ])('closes the channel after %s', async (_what, message) => {
    const heard = await converse([{ type: 'hello', protocol: 1, client: 'page' }, message]);
    expect(heard).toEqual([{ type: 'welcome', protocol: 1, host: hostInfo }]);
  });

  it('closes the channel when an open id is used twice', async () => {
    const call = { type: 'call', id: 7, method: 'catalog.get', params: {} };
    const heard = await converse([{ type: 'hello', protocol: 1, client: 'page' }, call, call]);
    expect(heard).toHaveLength(1);
  });

  it('tells a caller that connects to a host of another protocol', async () => {
    const { page, host } = await ends();
    host.receive({
      message: () => host.post({ type: 'welcome', protocol: 2, host: hostInfo }),
      closed: () => {},
    });
    const error = await failureOf(new Caller(page).connect());
    expect(error.code).toBe('ProtocolMismatch');
  });

  it('runs calls in parallel and gives each its own answer', async () => {
    const { caller, scripted } = await connected();
    const slow = caller.call('catalog.get', { database: 'd' });
    const answers = await Promise.all(
      (['open', 'create', 'open'] as const).map((purpose) =>
        caller.call('host.pickFolder', { purpose }),
      ),
    );
    await until(() => scripted.waiting.length === 1);
    scripted.waiting[0]?.finish();
    expect([...answers, await slow]).toEqual([
      { path: 'open' },
      { path: 'create' },
      { path: 'open' },
      { version: 1, collections: [] },
    ]);
  });

  it('cancels: the call is rejected at once and the handler is told', async () => {
    const { caller, scripted } = await connected();
    const controller = new AbortController();
    const call = caller.call('catalog.get', { database: 'd' }, { signal: controller.signal });
    await until(() => scripted.waiting.length === 1);
    controller.abort();
    const error = await failureOf(call);
    await until(() => scripted.waiting[0]?.signal.aborted === true);
    // The late answer to the cancelled call is dropped, and the channel works on.
    expect([error.code, await caller.call('host.info', {})]).toEqual(['Cancelled', hostInfo]);
  });

  it('does not send a call whose signal is aborted already', async () => {
    const { caller, scripted } = await connected();
    const signal = AbortSignal.abort();
    const error = await failureOf(caller.call('catalog.get', { database: 'd' }, { signal }));
    await caller.call('host.info', {});
    expect([error.code, scripted.waiting.length]).toEqual(['Cancelled', 0]);
  });

  it('carries code, hint, span, details and diagnostics of an error', async () => {
    const { caller } = await connected();
    const error = await failureOf(caller.call('databases.open', { path: '/x' }));
    expect(error.toShape()).toEqual({
      code: 'DatabaseNotFound',
      message: 'There is no database at /x.',
      hint: 'Create it.',
      span: { start: 1, end: 2 },
      details: { path: '/x', nested: { list: [1, null, 'x'] } },
      diagnostics: [
        { code: 'SyntaxError', severity: 'error', span: { start: 3, end: 4 }, message: 'No.' },
      ],
    });
  });

  it('answers unknown methods, unknown topics and invalid parameters with errors', async () => {
    const { caller, scripted } = await connected();
    const codes = await Promise.all([
      failureOf(caller.call('no.such' as 'host.info', {})),
      failureOf(caller.call('toString' as 'host.info', {})),
      failureOf(caller.call('host.info', 'text' as never)),
      failureOf(
        new Promise((_resolve, reject) => {
          caller.subscribe('weather' as 'databases', {}, () => {}, reject);
        }),
      ),
      failureOf(
        new Promise((_resolve, reject) => {
          caller.subscribe('catalog', { database: 'd' }, () => {}, reject);
        }),
      ),
    ]);
    expect([codes.map((error) => error.code), scripted.waiting.length]).toEqual([
      ['UnknownMethod', 'UnknownMethod', 'InvalidParams', 'UnknownTopic', 'DatabaseNotOpen'],
      0,
    ]);
  });

  it('sends what a handler threw through the error mapping only', async () => {
    const { caller } = await connected();
    const error = await failureOf(caller.call('databases.list', {}));
    expect(error.toShape()).toEqual({ code: 'Internal', message: 'A fault of the program.' });
  });

  it('bounds the open calls of a channel', async () => {
    const { caller, scripted } = await connected({ callsOpenMax: 2 });
    const open = [1, 2].map(() => caller.call('catalog.get', { database: 'd' }));
    const error = await failureOf(caller.call('host.info', {}));
    for (const call of scripted.waiting) call.finish();
    await Promise.all(open);
    expect([error.code, await caller.call('host.info', {})]).toEqual(['TooManyCalls', hostInfo]);
  });

  it('delivers the present state, then the newest of states that pile up', async () => {
    const { caller, scripted } = await connected();
    const counts: number[] = [];
    caller.subscribe('databases', {}, (list) => counts.push(list.recent.length));
    await until(() => counts.length === 1);
    const recent = { name: 'a', path: '/a', openedAt: 0, exists: true };
    for (let count = 1; count <= 500; count += 1) {
      scripted.sinks.databases[0]?.emit({ open: [], recent: Array(count).fill(recent) });
    }
    await until(() => counts.length > 1);
    await caller.call('host.info', {});
    expect(counts).toEqual([0, 500]);
  });

  it('delivers every event of a topic whose events count, and ends it when too many wait', async () => {
    const { caller, scripted } = await connected({ eventsPendingMax: 3 });
    const heard: string[] = [];
    caller.subscribe(
      'host.command',
      {},
      ({ command }) => heard.push(command),
      (error) => heard.push(error?.code ?? 'ended'),
    );
    await until(() => scripted.sinks.commands.length === 1);
    for (const command of ['a', 'b', 'c', 'd', 'e']) scripted.sinks.commands[0]?.emit({ command });
    await until(() => heard.includes('SubscriptionLagged'));
    expect([heard, scripted.topicsStopped]).toEqual([['a', 'b', 'c', 'SubscriptionLagged'], 1]);
  });

  it('stops a topic when the page unsubscribes, and says no more', async () => {
    const { caller, scripted } = await connected();
    const heard: unknown[] = [];
    const unsubscribe = caller.subscribe(
      'databases',
      {},
      (list) => heard.push(list),
      (error) => heard.push(error),
    );
    await until(() => heard.length === 1);
    unsubscribe();
    await until(() => scripted.topicsStopped === 1);
    scripted.sinks.databases[0]?.emit({ open: [], recent: [] });
    await caller.call('host.info', {});
    expect(heard).toEqual([{ open: [], recent: [] }]);
  });

  it('tells the page when the host ends a subscription', async () => {
    const { caller, scripted } = await connected();
    const ended = new Promise((resolve) => {
      caller.subscribe('databases', {}, () => {}, resolve);
    });
    await until(() => scripted.sinks.databases.length === 1);
    scripted.sinks.databases[0]?.end();
    expect([await ended, scripted.topicsStopped]).toEqual([undefined, 1]);
  });

  it.each(['page', 'host'] as const)(
    'settles everything when the %s closes mid-call',
    async (end) => {
      const { caller, scripted } = await connected();
      const reasons: string[] = [];
      caller.onClosed((reason) => reasons.push(reason));
      const call = failureOf(caller.call('catalog.get', { database: 'd' }));
      const ended = new Promise<WireError | undefined>((resolve) => {
        caller.subscribe('databases', {}, () => {}, resolve);
      });
      await until(() => scripted.waiting.length === 1 && scripted.sinks.databases.length === 1);
      if (end === 'page') caller.close();
      else scripted.responder?.close();
      const codes = [(await call).code, (await ended)?.code];
      await until(() => scripted.waiting[0]?.signal.aborted === true);
      const late = await failureOf(caller.call('host.info', {}));
      expect([codes, late.code, reasons.length, scripted.topicsStopped]).toEqual([
        ['Disconnected', 'Disconnected'],
        'Disconnected',
        1,
        1,
      ]);
    },
  );

  it('carries big batches whole and in order', async () => {
    const { caller, scripted } = await connected();
    const parts: ResultPart[] = [];
    for await (const part of readRun(caller, noRun, { rowsMax: 20_000 })) parts.push(part);
    const rows = parts.map((part) => part.kind === 'rows' && [part.result, part.batch.rowCount]);
    await until(() => scripted.cursorsOpen === 0);
    expect(rows).toEqual(Array.from({ length: 10 }, (_, index) => [index + 1, 20_000]));
  });

  it('produces only what a reader pulls, three batches ahead', async () => {
    const { caller, scripted } = await connected();
    scripted.batchesTotal = 1000;
    const reader = readRun(caller, noRun, { rowsMax: 10 });
    const produced: number[] = [];
    for (let taken = 0; taken < 4; taken += 1) {
      await reader.next();
      // Whatever the host could still do without being pulled happens before these calls are answered.
      for (let turn = 0; turn < 20; turn += 1) await caller.call('host.info', {});
      produced.push(scripted.batchesProduced);
    }
    await reader.return();
    await until(() => scripted.cursorsOpen === 0);
    expect([produced, scripted.batchesProduced]).toEqual([[3, 4, 5, 6], 6]);
  });

  it('ends a run when its reader is aborted', async () => {
    const { caller, scripted } = await connected();
    scripted.batchesTotal = 1000;
    const controller = new AbortController();
    let taken = 0;
    const reading = async () => {
      for await (const _part of readRun(caller, noRun, { signal: controller.signal, rowsMax: 1 })) {
        taken += 1;
        if (taken === 5) controller.abort();
      }
    };
    const error = await failureOf(reading());
    await until(() => scripted.cursorsOpen === 0);
    expect([error.code, taken]).toEqual(['Cancelled', 5]);
  });
});

describe('a page that does not keep up', () => {
  it('gets the newest state only once its transport is ready again', async () => {
    const { page, host } = createChannelPair();
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const scripted = new ScriptedHost();
    scripted.serve({ ...host, ready: () => gate });
    const caller = new Caller(page);
    await caller.connect();
    const counts: number[] = [];
    caller.subscribe('databases', {}, (list) => counts.push(list.recent.length));
    await until(() => scripted.sinks.databases.length === 1);
    const recent = { name: 'a', path: '/a', openedAt: 0, exists: true };
    for (let count = 1; count <= 5; count += 1) {
      scripted.sinks.databases[0]?.emit({ open: [], recent: Array(count).fill(recent) });
      await caller.call('host.info', {});
    }
    open();
    await until(() => counts.length > 0);
    await caller.call('host.info', {});
    expect(counts).toEqual([5]);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { Caller, type ClientMessage, type ResponderLimits, type WireError } from '#contract';
import { failureOf, until } from '../testing/awaited.ts';
import { hostInfo, ScriptedHost } from '../testing/scripted-host.ts';
import { type TransportEnds, transports } from '../testing/transport-ends.ts';

/*
 * One suite over every transport: what a page may rely on does not depend on how its messages travel. The host behind
 * it is a small scripted one, so that the suite decides when calls end and what is produced.
 */

const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of toClose.splice(0)) await dispose();
});

describe.each(Object.entries(transports))('%s', (_name, openEnds) => {
  async function ends(): Promise<TransportEnds> {
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
      { version: 1, collections: [], migrations: [] },
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
});

import { afterEach, describe, expect, it } from 'vitest';
import {
  Caller,
  createChannelPair,
  type ResponderLimits,
  type ResultPart,
  readRun,
} from '#contract';
import { failureOf, until } from '../testing/awaited.ts';
import { ScriptedHost } from '../testing/scripted-host.ts';
import { type TransportEnds, transports } from '../testing/transport-ends.ts';

/* What streams over every transport: events of topics, which coalesce, and results of runs, which are pulled. */

const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of toClose.splice(0)) await dispose();
});

const noRun = { database: 'd', text: '' };

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
    await caller.connect();
    return { caller, scripted };
  }

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

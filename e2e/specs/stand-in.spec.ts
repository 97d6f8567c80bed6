import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { launchStandIn, type StandInStudio } from '../hosts/stand-in-host.ts';
import type { LaunchOptions } from '../hosts/studio.ts';
import { builtBundle, test } from '../hosts.ts';
import { openPortSession } from '../port-session.ts';
import { copySample } from '../sample-data.ts';

/*
 * The built main process and preload, unmodified, in the stand-in for Electron. What is asserted here is wiring: the
 * window, the port, the menu, and that a page cannot leave. The faults below are planted into copies of the build to
 * show that each of these assertions can fail.
 */

const stand = test.extend<{
  /** Starts the stand-in; with a bundle of its own when one is given. */
  readonly standIn: (options?: LaunchOptions) => Promise<StandInStudio>;
}>({
  standIn: async ({ host }, use, testInfo) => {
    expect(host).toBe('stand-in');
    const started: StandInStudio[] = [];
    await use(async (options = {}) => {
      const dataFolder = testInfo.outputPath('data');
      await mkdir(dataFolder, { recursive: true });
      await copySample(dataFolder);
      const studio = await launchStandIn({
        args: [],
        bundle: builtBundle,
        dataFolder,
        ...options,
      });
      started.push(studio);
      return studio;
    });
    for (const studio of started) await studio.kill();
  },
});

stand.describe('stand-in', () => {
  // One after the other in one window: what none of them changes needs no start of its own.
  stand.describe.configure({ mode: 'default' });
  let dataFolder = '';
  let studio: StandInStudio;

  stand.beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'aurora-stand-in-'));
    await copySample(dataFolder);
    studio = await launchStandIn({ args: [], bundle: builtBundle, dataFolder });
  });

  stand.afterAll(async () => {
    await studio.kill();
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  });

  stand('opens one window and shows the page of the bundle', () => {
    expect(studio.page.url()).toBe('http://app.aurora.localhost/index.html');
    expect(studio.events.filter((event) => event.event === 'window')).toHaveLength(1);
  });

  stand('shows the page nothing of Node and nothing of Electron', async () => {
    const seen = await studio.page.evaluate(() => ({
      names: ['require', 'process', 'module', 'Buffer', '__standInToMain'].filter(
        (name) => name in window,
      ),
      handover: Object.keys(Reflect.get(window, 'auroraDesktop') ?? {}),
    }));
    expect(seen).toEqual({ names: [], handover: ['requestPort'] });
  });

  stand('blocks a navigation away', async () => {
    await navigateAway(studio);
    expect(studio.events).toContainEqual({
      event: 'navigation-blocked',
      url: 'http://elsewhere.localhost/',
    });
  });

  stand('denies permissions', async () => {
    const answer = await studio.command({ command: 'ask-permission', permission: 'media' });
    expect(answer).toEqual({ granted: false, checked: false });
  });

  stand('closes the earlier port of a page that asks again', async () => {
    await openPortSession(studio.page);
    const session = await openPortSession(studio.page);
    expect(await session.call('databases.list', {})).toMatchObject({ open: [] });
  });

  stand('hands the folder that a person picks to the page', async () => {
    const session = await openPortSession(studio.page);
    await studio.command({ command: 'answer-dialog', paths: ['/somewhere/my.db'] });
    await studio.command({ command: 'answer-dialog', paths: [] });
    expect(await session.call('host.pickFolder', { purpose: 'open' })).toEqual({
      path: '/somewhere/my.db',
    });
    expect(await session.call('host.pickFolder', { purpose: 'open' })).toEqual({ path: null });
  });

  stand('writes an export to the file that a person picks', async () => {
    const path = stand.info().outputPath('directors.json');
    const session = await openPortSession(studio.page);
    const { database } = (await session.call('databases.openSample', {})) as { database: string };
    const task = {
      from: { kind: 'collection', collection: 'directors', where: '' },
      ...{ name: 'directors', format: 'json', delimiter: ',', nullToken: '', hasHeader: true },
      nested: 'json',
    };
    await studio.command({ command: 'answer-dialog', paths: [] });
    await studio.command({ command: 'answer-dialog', paths: [path] });
    expect(await session.call('exports.begin', { database, task })).toEqual({ kind: 'none' });
    expect(await session.call('exports.begin', { database, task })).toMatchObject({ path });
    const countIn = async () => {
      const text = await readFile(path, 'utf8').catch(() => '[]');
      const documents: unknown = JSON.parse(text);
      return Array.isArray(documents) ? documents.length : 0;
    };
    await expect.poll(countIn).toBe(550);
  });

  stand('brings a menu item to the page', async () => {
    await sendMenuCommand(studio);
  });

  stand('hands over a port, over which a query runs', async () => {
    await runQuery(studio);
  });

  stand('opens no second window for a page', async () => {
    const { page, events } = studio;
    // The page is stopped while its window is refused, at times for good: nobody waits for it, and no test comes after.
    await page.evaluate(() => {
      setTimeout(() => window.open('http://elsewhere.localhost/'));
    });
    const denied = { event: 'window-denied', url: 'http://elsewhere.localhost/' };
    await expect.poll(() => events).toContainEqual(denied);
  });
});

stand.describe('stand-in with a start of its own', () => {
  stand('makes the data folder that it is told to use', async ({ standIn }, testInfo) => {
    const dataFolder = testInfo.outputPath('new', 'folder');
    const studio = await standIn({ dataFolder });
    expect(await studio.close()).toBe(0);
    expect(await readdir(dataFolder)).toContain('window.json');
  });

  stand('quits in order and comes back to its place', async ({ standIn }, testInfo) => {
    const studio = await standIn();
    expect(await studio.close()).toBe(0);
    const state: unknown = JSON.parse(
      await readFile(join(testInfo.outputPath('data'), 'window.json'), 'utf8'),
    );
    expect(state).toMatchObject({ bounds: { width: 1360, height: 860 } });
  });
});

stand.describe('stand-in with a planted fault turns red:', () => {
  stand('a wrong name of the channel', async ({ standIn }, testInfo) => {
    const bundle = await plantFault(testInfo.outputPath('fault'), 'preload', (text) =>
      text
        .replaceAll('"aurora:port"', '"aurora:prot"')
        .replaceAll("'aurora:port'", "'aurora:prot'"),
    );
    const studio = await standIn({ bundle });
    await expect(openPortSession(studio.page)).rejects.toThrow('No port came');
  });

  stand('a preload that requires node:fs', async ({ standIn }, testInfo) => {
    const bundle = await plantFault(
      testInfo.outputPath('fault'),
      'preload',
      (text) => `const fs = require("node:fs");\n${text}`,
    );
    const studio = await standIn({ bundle });
    await expect(openPortSession(studio.page)).rejects.toThrow('The preload exposed nothing');
    expect(studio.problems.join('\n')).toContain('module not found: node:fs');
  });

  stand('a navigation that is not blocked', async ({ standIn }, testInfo) => {
    const bundle = await plantFault(testInfo.outputPath('fault'), 'main', (text) =>
      text.replace(/\.on\((["'])will-frame-navigate\1/, '.on($1will-redirect$1'),
    );
    const studio = await standIn({ bundle });
    await expect(navigateAway(studio)).rejects.toThrow();
    expect(studio.page.url()).toBe('http://elsewhere.localhost/');
  });
});

async function runQuery({ page }: StandInStudio): Promise<void> {
  const session = await openPortSession(page);
  const { database } = (await session.call('databases.openSample', {})) as { database: string };
  const catalog = (await session.call('catalog.get', { database })) as {
    readonly collections: readonly { readonly name: string; readonly documentCount: number }[];
  };
  const [collection] = catalog.collections;
  if (!collection) throw new Error('The sample has no collection');
  const text = `query { ${collection.name}(limit: 3) { id } }`;
  const { cursor } = (await session.call('query.open', { database, text })) as { cursor: string };
  const parts: { readonly kind: string; readonly batch?: { readonly rowCount: number } }[] = [];
  for (let isDone = false; !isDone; ) {
    const answer = (await session.call('query.next', { cursor, rowsMax: 100 })) as {
      readonly parts: typeof parts;
      readonly done: boolean;
    };
    parts.push(...answer.parts);
    isDone = answer.done;
  }
  const rowCount = parts.reduce((sum, part) => sum + (part.batch?.rowCount ?? 0), 0);
  expect(rowCount).toBe(3);
}

async function sendMenuCommand(studio: StandInStudio): Promise<void> {
  const session = await openPortSession(studio.page);
  await session.send({ type: 'subscribe', id: 1_000, topic: 'host.command', params: {} });
  await session.call('host.info', {});
  await studio.clickMenu('Query', 'Run statement');
  await expect
    .poll(session.received)
    .toContainEqual({ type: 'event', id: 1_000, value: { command: 'query.run' } });
}

/** Tries to leave, as a page with a planted link would; fails when it got anywhere. */
async function navigateAway({ page, events }: StandInStudio): Promise<void> {
  const before = page.url();
  await page.evaluate(() => {
    window.location.href = 'http://elsewhere.localhost/';
  });
  const hasHappened = () =>
    events.some((event) => event.event === 'navigation-blocked') || page.url() !== before;
  await expect.poll(hasHappened).toBe(true);
  expect(page.url()).toBe(before);
}

/** A copy of the build in which one file is changed; the change must have changed something. */
async function plantFault(
  folder: string,
  part: 'main' | 'preload',
  change: (text: string) => string,
): Promise<string> {
  const bundle = join(folder, 'out');
  await mkdir(bundle, { recursive: true });
  await cp(join(builtBundle, 'main'), join(bundle, 'main'), { recursive: true });
  await cp(join(builtBundle, 'preload'), join(bundle, 'preload'), { recursive: true });
  await symlink(join(builtBundle, 'renderer'), join(bundle, 'renderer'), 'junction');
  for (const name of ['resources', 'node_modules']) {
    await symlink(join(builtBundle, '..', name), join(folder, name), 'junction');
  }
  const file = join(bundle, part === 'main' ? 'main/index.js' : 'preload/preload.cjs');
  const text = await readFile(file, 'utf8');
  const changed = change(text);
  expect(changed, 'the fault must be planted').not.toBe(text);
  await writeFile(file, changed);
  return bundle;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { WebSocket } from 'ws';
import { Caller, type ClientMessage, type HostMessage, type ResultPart } from '#contract';
import { createSocketChannel } from '../../src-main/web/socket-channel.ts';
import { type HostProcess, startProcess } from '../hosts/host-process.ts';
import { copyShippedFiles } from '../shipped-files.ts';

/*
 * Shows that the package is complete: exactly the files that electron-builder would ship stand in a folder with no
 * node_modules above it, and the browser host serves the page and runs a query from there.
 */

test.describe('what is packaged', () => {
  let folder: string;
  let host: HostProcess | undefined;
  test.beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aurora-packaged-'));
  });
  test.afterEach(async () => {
    await host?.kill();
    await rm(folder, { recursive: true, maxRetries: 3 });
  });

  test('starts from an empty folder, serves the page and runs a query', async () => {
    const fileCount = await copyShippedFiles(join(folder, 'application'));
    expect(fileCount).toBeGreaterThan(100);
    host = startProcess([
      join(folder, 'application/out/main/web-host.js'),
      ...['--port', '0', '--no-open', '--data', join(folder, 'data')],
    ]);
    const [, origin = '', token = ''] = await host.outputMatching(
      /Aurora Studio is at (http:\/\/[^/]+)\/#token=(\S+)/,
    );
    const page = await fetch(origin);
    expect(await page.text()).toContain('<script type="module"');

    const caller = await connect(origin, token);
    const { database } = await caller.call('databases.openSample', {});
    const { collections } = await caller.call('catalog.get', { database });
    const [collection] = collections;
    const text = `query { ${collection?.name}(limit: 5) { id } }`;
    const { cursor } = await caller.call('query.open', { database, text });
    const parts: ResultPart[] = [];
    for (let isDone = false; !isDone; ) {
      const answer = await caller.call('query.next', { cursor, rowsMax: 100 });
      parts.push(...answer.parts);
      isDone = answer.done;
    }
    const rows = parts.filter((part) => part.kind === 'rows');
    expect(rows.reduce((sum, part) => sum + part.batch.rowCount, 0)).toBe(5);
    caller.close();
  });
});

/** What a browser does: the token for a session cookie, the cookie for a socket. */
async function connect(origin: string, token: string): Promise<Caller> {
  const session = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  expect(session.status).toBe(204);
  const [cookie = ''] = session.headers.getSetCookie();
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/channel`, {
    headers: { origin, cookie: cookie.split(';')[0] ?? '' },
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const caller = new Caller(createSocketChannel<ClientMessage, HostMessage>(socket));
  await caller.connect();
  return caller;
}

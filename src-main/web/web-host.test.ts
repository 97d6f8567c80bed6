import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  Caller,
  type Channel,
  type ClientMessage,
  type HostInfo,
  type HostMessage,
  protocolVersion,
} from '#contract';
import { readBundle } from '../services/page-bundle.ts';
import { createSocketChannel } from './socket-channel.ts';
import { messageBytesMax, startWebHost, type WebHost } from './web-host.ts';

/** Polls end when their condition holds; how long that takes on a busy machine is no matter of the test. */
const patience = { timeout: 15_000 };

const hostInfo: HostInfo = {
  product: 'Aurora Studio',
  version: '0.0.0',
  host: 'web',
  platform: 'test',
  capabilities: { dialogs: false, menus: false },
  homeFolder: '/',
};

let folder: string;
let host: WebHost;
let closedReasons: string[];
const sockets: WebSocket[] = [];

/** Welcomes a page and answers nothing else: this suite is about who gets that far. */
function serve(channel: Channel<HostMessage, ClientMessage>): void {
  channel.receive({
    message: () => channel.post({ type: 'welcome', protocol: protocolVersion, host: hostInfo }),
    closed: (reason) => closedReasons.push(reason),
  });
}

beforeEach(async () => {
  closedReasons = [];
  folder = await mkdtemp(join(tmpdir(), 'aurora-web-host-'));
  const bundleFolder = join(folder, 'renderer');
  await mkdir(join(bundleFolder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"secret": true}');
  await writeFile(join(bundleFolder, 'index.html'), '<!doctype html><title>Aurora</title>');
  await writeFile(join(bundleFolder, 'assets', 'index-a1b2.js'), 'export {};');
  host = await startWebHost({
    host: '127.0.0.1',
    port: 0,
    bundle: await readBundle(bundleFolder),
    devOrigin: 'http://localhost:5173',
    serve,
    exports: { find: () => undefined },
    onFault: (error) => expect.unreachable(String(error)),
  });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await host.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request whose path and headers go out exactly as they are written here. */
function ask(
  path: string,
  options: { method?: string; headers?: OutgoingHttpHeaders; body?: string } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: host.port, path, method, headers });
    asked.on('error', reject);
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.end(body);
  });
}

function origin(): string {
  return `http://127.0.0.1:${host.port}`;
}

function tokenOf(url: string): string {
  return new URLSearchParams(new URL(url).hash.slice(1)).get('token') ?? '';
}

function startSession(token: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
  return ask('/session', {
    method: 'POST',
    headers: { origin: origin(), 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  });
}

async function cookie(): Promise<string> {
  const { headers } = await startSession(tokenOf(host.url));
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

function connect(headers: OutgoingHttpHeaders, path = '/channel'): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, {
    headers: headers as { [name: string]: string },
  });
  sockets.push(socket);
  return socket;
}

/** The status with which an upgrade was turned away, or 101. */
function upgradeStatus(headers: OutgoingHttpHeaders, path?: string): Promise<number> {
  const socket = connect(headers, path);
  return new Promise((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
}

describe('the page', () => {
  it('is served with a strict policy and the other security headers', async () => {
    const { status, headers, body } = await ask('/');
    expect({ status, body, headers }).toMatchObject({
      status: 200,
      body: '<!doctype html><title>Aurora</title>',
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
          `font-src 'self'; connect-src 'self' ws://127.0.0.1:${host.port}; worker-src 'self'; base-uri 'none'; ` +
          "form-action 'none'; frame-ancestors 'none'; object-src 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
      },
    });
  });

  it('lets browsers keep files whose name holds a hash, and asks about the others again', async () => {
    const asset = await ask('/assets/index-a1b2.js');
    const page = await ask('/index.html', { headers: { 'if-none-match': '"other"' } });
    const known = await ask('/index.html', { headers: { 'if-none-match': page.headers.etag } });
    expect([
      asset.headers['content-type'],
      asset.headers['cache-control'],
      page.status,
      known.status,
    ]).toEqual(['text/javascript; charset=utf-8', 'public, max-age=31536000, immutable', 200, 304]);
  });

  it.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/assets/../../package.json',
    '/assets/..%5c..%5cpackage.json',
    '//etc/passwd',
    '/assets/',
    '/assets/index-a1b2.js%00',
    'http://127.0.0.1/../package.json',
    '/constructor',
  ])('is all there is: %s is not found', async (path) => {
    const { status, body } = await ask(path);
    expect([status, body]).toEqual([404, 'There is nothing here.\n']);
  });

  it('refuses other methods', async () => {
    const { status } = await ask('/', { method: 'DELETE' });
    expect(status).toBe(405);
  });

  it('is not served under a foreign name, which a rebound DNS name would be', async () => {
    const statuses = await Promise.all(
      ['evil.example', `evil.example:${host.port}`, '127.0.0.1', `127.0.0.1:${host.port + 1}`].map(
        async (name) => (await ask('/', { headers: { host: name } })).status,
      ),
    );
    const own = await ask('/', { headers: { host: `localhost:${host.port}` } });
    expect([statuses, own.status]).toEqual([[403, 403, 403, 403], 200]);
  });
});

describe('a session', () => {
  it('is started with the token of the printed address', async () => {
    const { status, headers } = await startSession(tokenOf(host.url));
    expect([status, headers['set-cookie']]).toEqual([
      204,
      [expect.stringMatching(/^aurora-session-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)],
    ]);
  });

  it.each([
    ['a wrong token', '{"token":"wrong"}', 401],
    ['an empty token', '{"token":""}', 401],
    ['a token that is no text', '{"token":[]}', 401],
    ['no token', '{}', 401],
    ['no JSON', 'token', 401],
    ['a body beyond bounds', JSON.stringify({ token: 'x'.repeat(100_000) }), 413],
  ])('is not started with %s', async (_what, body, expected) => {
    const { status, headers } = await ask('/session', {
      method: 'POST',
      headers: { origin: origin() },
      body,
    });
    expect([status, headers['set-cookie']]).toEqual([expected, undefined]);
  });

  it('is not started by a foreign page, or by one that does not say where it is from', async () => {
    const foreign = await startSession(tokenOf(host.url), { origin: 'http://evil.example' });
    const silent = await ask('/session', {
      method: 'POST',
      body: JSON.stringify({ token: tokenOf(host.url) }),
    });
    expect([foreign.status, silent.status]).toEqual([403, 403]);
  });

  it('says whether the cookie is known', async () => {
    const known = await ask('/session', { headers: { cookie: `other=1; ${await cookie()}` } });
    const unknown = await ask('/session', {
      headers: { cookie: `aurora-session-${host.port}=x` },
    });
    const none = await ask('/session');
    expect([known.status, unknown.status, none.status]).toEqual([204, 401, 401]);
  });

  it('can be started once only with the token for opening a browser', async () => {
    const token = tokenOf(host.launchUrl());
    const first = await startSession(token);
    const second = await startSession(token);
    expect([first.status, second.status]).toEqual([204, 401]);
  });
});

describe('the channel', () => {
  it('opens for a session of the page, and again after a reload', async () => {
    const headers = { cookie: await cookie(), origin: origin() };
    const answers: HostInfo[] = [];
    for (let load = 1; load <= 2; load += 1) {
      const socket = connect(headers);
      await once(socket, 'open');
      const caller = new Caller(createSocketChannel(socket));
      answers.push(await caller.connect());
      caller.close();
    }
    expect(answers).toEqual([hostInfo, hostInfo]);
  });

  it('opens for the development server that was named', async () => {
    const headers = { cookie: await cookie(), origin: 'http://localhost:5173' };
    const proxied = await upgradeStatus({ ...headers, host: 'localhost:5173' });
    expect([await upgradeStatus(headers), proxied]).toEqual([101, 101]);
  });

  it('is refused without a session, to foreign pages, under foreign names and elsewhere', async () => {
    const good = { cookie: await cookie(), origin: origin() };
    const statuses = await Promise.all([
      upgradeStatus({ origin: good.origin }),
      upgradeStatus({ ...good, cookie: `aurora-session-${host.port}=guess` }),
      upgradeStatus({ cookie: good.cookie }),
      upgradeStatus({ ...good, origin: 'http://evil.example' }),
      upgradeStatus({ ...good, origin: 'null' }),
      upgradeStatus({ ...good, origin: `https://127.0.0.1:${host.port}` }),
      upgradeStatus({ ...good, origin: 'http://localhost:5174' }),
      upgradeStatus({
        ...good,
        host: `evil.example:${host.port}`,
        origin: `http://evil.example:${host.port}`,
      }),
      upgradeStatus(good, '/other'),
    ]);
    expect(statuses).toEqual([401, 401, 403, 403, 403, 403, 403, 403, 404]);
  });

  it('is closed by a message beyond bounds', async () => {
    const socket = connect({ cookie: await cookie(), origin: origin() });
    await once(socket, 'open');
    socket.on('error', () => undefined);
    socket.send('x'.repeat(messageBytesMax + 1));
    const [code] = await once(socket, 'close');
    await expect.poll(() => closedReasons, patience).toEqual(['Max payload size exceeded']);
    expect(code).toBe(1009);
  });

  it.each([
    ['text that is no JSON', 'hello?'],
    ['bytes', Buffer.from('{"type":"hello"}')],
  ])('is closed by %s', async (_what, message) => {
    const socket = connect({ cookie: await cookie(), origin: origin() });
    await once(socket, 'open');
    socket.send(message);
    const [code] = await once(socket, 'close');
    expect(code).toBe(1003);
  });

  it('is closed with its reason when the host shuts down', async () => {
    const socket = connect({ cookie: await cookie(), origin: origin() });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await host.close();
    const [code, reason] = await closed;
    host = await startWebHost({
      host: '127.0.0.1',
      port: 0,
      bundle: new Map(),
      serve,
      exports: { find: () => undefined },
      onFault: () => undefined,
    });
    expect([code, String(reason)]).toEqual([1001, 'The host is shutting down.']);
  });
});

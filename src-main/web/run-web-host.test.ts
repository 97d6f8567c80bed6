import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Caller } from '#contract';
import { Aurora } from '#engine';
import { buildPrograms } from '../../engine/test/durability/child-programs.ts';
import { createSocketChannel } from './socket-channel.ts';

/** Polls end when their condition holds; how long that takes on a busy machine is no matter of the test. */
const patience = { timeout: 15_000 };

/* The browser host as a process of its own, as a person starts it, with a page of one line. */

let folder: string;
let module = '';
let removeModule = (): void => undefined;
const processes: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  const built = await buildPrograms({ host: join(import.meta.dirname, 'run-web-host.ts') });
  module = pathToFileURL(join(built.folder, 'host.js')).href;
  removeModule = built.remove;
}, 120_000);

afterAll(() => removeModule());

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'aurora-run-')));
  await mkdir(join(folder, 'renderer'));
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html>');
});

afterEach(async () => {
  for (const child of processes.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(folder, { recursive: true });
});

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly output: { out: string; error: string };
  readonly exit: Promise<unknown>;
}

function startHost(argv: readonly string[], bundleFolder = join(folder, 'renderer')): Started {
  const places = {
    bundleFolder,
    sampleFolder: join(folder, 'no-sample'),
    packageFile: join(import.meta.dirname, '../../package.json'),
  };
  const script = `import { runWebHost } from ${JSON.stringify(module)};
    process.exitCode = await runWebHost(process.argv.slice(1), ${JSON.stringify(places)});`;
  const all = [...argv, '--no-open', '--data', join(folder, 'data')];
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...all]);
  processes.push(child);
  const output = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    output.out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output.error += String(chunk);
  });
  return { child, output, exit: once(child, 'close').then(([code]) => code) };
}

async function urlOf(started: Started): Promise<URL> {
  await Promise.race([
    expect.poll(() => started.output.out, patience).toMatch(/\n$/),
    started.exit,
  ]);
  const match = /^Aurora Studio is at (http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43})\n$/.exec(
    started.output.out,
  );
  expect([match === null ? started.output : 'one line']).toEqual(['one line']);
  return new URL(match?.[1] ?? '');
}

async function connect(url: URL): Promise<Caller> {
  const answer = await fetch(new URL('session', url), {
    method: 'POST',
    headers: { origin: url.origin },
    body: JSON.stringify({ token: new URLSearchParams(url.hash.slice(1)).get('token') }),
  });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const socket = new WebSocket(`ws://${url.host}/channel`, {
    headers: { cookie, origin: url.origin },
  });
  await once(socket, 'open');
  const caller = new Caller(createSocketChannel(socket));
  await caller.connect();
  return caller;
}

describe('the browser host as a process', () => {
  it('opens the database it was given, and closes everything on SIGTERM', async () => {
    const path = join(folder, 'my.db');
    await (await Aurora.open(path)).close();
    const started = startHost([path]);
    const url = await urlOf(started);
    const caller = await connect(url);
    const { open } = await caller.call('databases.list', {});
    const closed = new Promise((resolve) => caller.onClosed(resolve));
    started.child.kill('SIGTERM');
    const exitCode = await started.exit;
    await closed;
    // Closed databases can be opened by another process at once.
    const again = await Aurora.open({ dbPath: path, create: false });
    await again.close();
    expect([exitCode, open.map((info) => info.path), started.output.error]).toEqual([
      0,
      [path],
      '',
    ]);
  });

  it('says that a port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const started = startHost(['--port', String(port)]);
    const exitCode = await started.exit;
    taken.close();
    expect([exitCode, started.output]).toEqual([
      1,
      {
        out: '',
        error: `Port ${port} is in use. Choose another with --port, or leave it out to take a free one.\n`,
      },
    ]);
  });

  it('says that a database is not there, and creates none', async () => {
    const path = join(folder, 'missing.db');
    const started = startHost([path]);
    const exitCode = await started.exit;
    expect([exitCode, started.output.error]).toEqual([
      1,
      `There is no database at ${path}. Check the path, or create a new database there.\n`,
    ]);
  });

  it('says that the page is not built', async () => {
    const started = startHost([], join(folder, 'nothing'));
    expect([await started.exit, started.output.error]).toEqual([
      1,
      'The page of the studio is not built. Run: npm run build\n',
    ]);
  });

  it('tells wrong use from failure', async () => {
    const started = startHost(['--port', 'many']);
    const exitCode = await started.exit;
    expect([exitCode, started.output.error.split('\n')[0]]).toEqual([
      2,
      '--port takes a number from 0 to 65535, not "many".',
    ]);
  });

  it.each(['SIGINT', 'SIGHUP'] as const)(
    'keeps what it knows in its data folder over %s',
    async (signal) => {
      const path = join(folder, 'my.db');
      await (await Aurora.open(path)).close();
      const started = startHost([path]);
      await urlOf(started);
      started.child.kill(signal);
      const exitCode = await started.exit;
      const recent = await readFile(join(folder, 'data', 'recent-databases.json'), 'utf8');
      expect([exitCode, JSON.parse(recent)]).toEqual([
        0,
        [expect.objectContaining({ path, openedAt: expect.any(Number) })],
      ]);
    },
  );
});

// `npm run dev`: the studio with hot reload. In Electron where it can run, else in a browser: Vite serves the page and
// passes what belongs to the host on to a Node host, which is rebuilt and started anew when its sources change.
//
//   npm run dev -- [database folder] [--sample] [--data DIR] [--web] [--no-open]
import { spawn } from 'node:child_process';
import { createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { resolveConfig } from 'electron-vite';
import { build, createServer } from 'vite';
import { electronBinary, hasDisplay } from './electron-binary.mjs';
import { root } from './run-command.mjs';

const args = process.argv.slice(2);
if (!args.includes('--web') && electronBinary() !== undefined && hasDisplay()) {
  developDesktop();
} else {
  console.log(
    'Aurora Studio: browser mode, because Electron cannot run here or --web asks for it.',
  );
  await developBrowser(args.filter((arg) => arg !== '--web'));
}

function developDesktop() {
  const tool = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const asRoot = process.getuid?.() === 0 ? ['--noSandbox'] : [];
  const child = spawn(process.execPath, [tool, 'dev', '--watch', ...asRoot, '--', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  endWith(child);
  child.on('exit', (code) => process.exit(code ?? 1));
}

/** @param {readonly string[]} hostArgs */
async function developBrowser(hostArgs) {
  const port = await freePort();
  const target = `http://127.0.0.1:${port}`;
  const { config: serving } = await resolveConfig({}, 'serve', 'development');
  const page = await createServer({
    ...serving?.renderer,
    configFile: false,
    server: {
      host: '127.0.0.1',
      proxy: {
        // The Origin header stays the page's; the host is told to accept it.
        '/session': { target, changeOrigin: true },
        '/export': { target, changeOrigin: true },
        '/channel': { target, changeOrigin: true, ws: true },
      },
    },
  });
  await page.listen();
  const pageUrl = page.resolvedUrls?.local[0] ?? '';
  const pageOrigin = new URL(pageUrl).origin;

  const { config: building } = await resolveConfig({}, 'build', 'development');
  const watcher = await build({
    ...building?.main,
    configFile: false,
    logLevel: 'warn',
    build: { ...building?.main?.build, watch: {} },
  });
  if (!('on' in watcher)) throw new Error('Vite gave no watcher for the host');

  /** @type {import('node:child_process').ChildProcess | undefined} */
  let host;
  const startHost = () => {
    const options = ['--port', String(port), '--dev-origin', pageOrigin];
    const wanted = hostArgs.includes('--no-open') ? hostArgs : [...hostArgs, '--no-open'];
    host = spawn(process.execPath, [join(root, 'out/main/web-host.js'), ...options, ...wanted], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    endWith(host);
    host.stdout?.on('data', (chunk) => {
      // The page comes from Vite; only the token is the host's.
      console.log(String(chunk).trimEnd().replaceAll(`${target}/`, pageUrl));
    });
  };
  watcher.on('event', (event) => {
    if (event.code === 'ERROR') console.error(event.error.message);
    if (event.code !== 'BUNDLE_END') return;
    if (host === undefined || hasEnded(host)) {
      startHost();
    } else if (!host.killed) {
      // Built again before the host has ended, it is started once, from the newest build.
      host.once('exit', startHost);
      host.kill('SIGTERM');
    }
  });
}

/**
 * Lets a process close what it has open, and ends with it.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function endWith(child) {
  const end = () => {
    if (hasEnded(child)) process.exit(0);
    child.once('exit', () => process.exit(0));
  };
  // Ctrl+C reaches the child by itself; sent on, it would come twice.
  process.removeAllListeners('SIGINT').once('SIGINT', end);
  for (const signal of ['SIGTERM', 'SIGHUP']) {
    process.removeAllListeners(signal).once(signal, () => {
      child.kill('SIGTERM');
      end();
    });
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createNetServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

// `npm start`: the desktop application where Electron can run, else the same studio in a browser.
//
//   npm start -- [database folder] [--sample] [--data DIR]        either host
//   npm start -- --web [--port N] [--no-open] …                   the browser host, and its options
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { isBuildNeeded } from './build-state.mjs';
import { electronBinary, electronFolder, hasDisplay } from './electron-binary.mjs';
import { root, runScript, runTool } from './run-command.mjs';

/** Options that only the browser host has; naming one asks for it. */
const browserOptions = ['--web', '--port', '--no-open', '--host', '--allow-remote'];

const args = process.argv.slice(2);
if (isBuildNeeded()) {
  console.log('Building Aurora Studio, because there is no build of these sources yet.');
  const { code } = await runScript('build');
  if (code !== 0) process.exit(code);
}

const host = await chooseHost();
if (host.kind === 'browser') console.log(`Aurora Studio: browser mode, because ${host.reason}.`);
const child =
  host.kind === 'desktop'
    ? // The folder comes first: Electron leaves what is before it among the application's own arguments.
      spawn(host.binary, ['.', ...sandboxArguments(), ...args], { cwd: root, stdio: 'inherit' })
    : spawn(
        process.execPath,
        [join(root, 'out/main/web-host.js'), ...args.filter((arg) => arg !== '--web')],
        { stdio: 'inherit' },
      );
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// Ctrl+C reaches the child by itself; sent on, it would come twice, and the second one ends a host without closing.
process.on('SIGINT', () => undefined);
child.on('error', (error) => {
  console.error(`Aurora Studio could not be started: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));

/** @returns {Promise<{ kind: 'desktop', binary: string } | { kind: 'browser', reason: string }>} */
async function chooseHost() {
  const asked = args.find((arg) => browserOptions.includes(arg.split('=', 1)[0] ?? ''));
  if (asked) return { kind: 'browser', reason: `${asked} asks for it` };
  if (!hasDisplay()) return { kind: 'browser', reason: 'there is no display' };
  const binary = electronBinary() ?? (await fetchElectron());
  if (binary) return { kind: 'desktop', binary };
  return {
    kind: 'browser',
    reason: 'Electron’s binary is not installed (npx install-electron fetches it)',
  };
}

/** Fetches Electron's binary once it can be used; AURORA_FETCH_ELECTRON=0 leaves that out. */
async function fetchElectron() {
  if (electronFolder() === undefined || process.env['AURORA_FETCH_ELECTRON'] === '0') {
    return undefined;
  }
  console.log('Fetching Electron’s binary (about 110 MB, once; AURORA_FETCH_ELECTRON=0 skips it).');
  await runTool('electron/install.js', []);
  return electronBinary();
}

/** Chromium refuses to start its sandbox as root. */
function sandboxArguments() {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

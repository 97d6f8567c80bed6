// Finds a Chromium for the end-to-end tests, or installs one, and says what it does.
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, runTool } from './run-command.mjs';

// Where it is there, the one that has no windows: it starts and draws faster.
const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];

/**
 * The path of a Chromium or Chrome: AURORA_CHROMIUM, one in PATH, one where macOS and Windows keep it, Playwright's own.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined}
 */
export function findChromium(environment = process.env) {
  const asked = environment['AURORA_CHROMIUM'];
  if (asked) {
    if (isExecutable(asked)) return asked;
    throw new Error(`AURORA_CHROMIUM names "${asked}", which cannot be executed.`);
  }
  return candidates(environment).find(isExecutable) ?? playwrightChromium();
}

/** Switches for every start: no traffic of the browser's own, and no sandbox where root cannot have one. */
export function chromiumArguments() {
  return [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
}

/**
 * Finds Chromium or installs it: Debian's as root where there is apt-get, else, or when that fails as it does on Ubuntu,
 * whose package is none, Playwright's own.
 *
 * @returns {Promise<string | undefined>}
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) {
    console.log(`Chromium: ${found}`);
    return found;
  }
  const hasApt = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (hasApt) {
    console.log('Chromium: none found; installing Debian’s with apt-get (about 40 s).');
    if (!(await aptInstall())) {
      console.log('Chromium: apt-get failed; trying once more.');
      await aptInstall();
    }
  }
  if (findChromium() === undefined) {
    console.log('Chromium: none found; installing Playwright’s own.');
    const libraries = hasApt ? ['--with-deps'] : [];
    await runTool('@playwright/test/cli.js', ['install', ...libraries, 'chromium']);
  }
  const installed = findChromium();
  if (installed === undefined) {
    console.error('Chromium: could not be installed. Set AURORA_CHROMIUM to the path of one.');
  } else {
    console.log(`Chromium: ${installed}`);
  }
  return installed;
}

async function aptInstall() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const update = await runCommand('apt-get', ['update', '-qq'], { env });
  if (update.code !== 0) return false;
  const install = ['install', '-y', '-qq', '--no-install-recommends', 'chromium'];
  return (await runCommand('apt-get', install, { env })).code === 0;
}

/** @param {NodeJS.ProcessEnv} environment */
function candidates(environment) {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform === 'win32') {
    const roots = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'];
    const programs = [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ];
    return roots
      .map((name) => environment[name])
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => programs.map((program) => join(folder, program)));
  }
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name)));
}

function playwrightChromium() {
  const { chromium } = createRequire(import.meta.url)('@playwright/test');
  const path = chromium.executablePath();
  return path && isExecutable(path) ? path : undefined;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not ours to run: the next candidate is tried.
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await ensureChromium()) === undefined ? 1 : 0;
}

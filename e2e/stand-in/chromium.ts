import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';
import { Cdp } from './cdp.ts';

export interface Chromium {
  readonly cdp: Cdp;
  /** Where a test can connect to the same browser. */
  readonly endpoint: string;
  readonly pid: number;
  readonly profile: string;
  kill(): void;
}

/** Starts Chromium with an empty profile; every host name but `*.localhost` is unknown to it. */
export async function startChromium(options: { readonly port: number }): Promise<Chromium> {
  const binary = findChromium();
  if (binary === undefined) throw new Error('Chromium was not found: npm run chromium installs it');
  const profile = mkdtempSync(join(tmpdir(), 'aurora-stand-in-'));
  const child = spawn(
    binary,
    [
      '--headless=new',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      `--host-resolver-rules=MAP *.localhost:80 127.0.0.1:${options.port}, MAP * ~NOTFOUND`,
      ...chromiumArguments(),
      'about:blank',
    ],
    // A group of its own, so that its children can be ended with it.
    { stdio: ['ignore', 'ignore', 'pipe'], detached: process.platform !== 'win32' },
  );
  const kill = () => {
    killChromium(child.pid ?? 0);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  process.on('exit', kill);
  const endpoint = await debuggerEndpoint(child);
  return { cdp: await Cdp.connect(endpoint), endpoint, pid: child.pid ?? 0, profile, kill };
}

/** Ends the browser and its children; one that is gone already is no failure. */
export function killChromium(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isGone) throw error;
  }
}

function debuggerEndpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += String(chunk);
      const endpoint = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (endpoint) resolve(endpoint);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`Chromium ended with ${code}: ${text}`)));
  });
}

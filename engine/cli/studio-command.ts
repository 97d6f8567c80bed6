/*
 * `aurora studio` starts the built host as a process of its own: Electron when its program and a display are here,
 * else the browser host. The engine does not know the studio; it only knows where the build puts its hosts.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findElectronBinary } from './electron-binary.ts';
import { findPackageRoot } from './package-root.ts';
import type { Terminal } from './terminal.ts';

export interface StudioOptions {
  readonly web?: boolean;
  readonly port?: number;
  /** False with `--no-open`. */
  readonly open: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is started, and why it is not the desktop application when it is not. */
export interface StudioLaunch {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly note?: string;
}

export async function runStudio(
  terminal: Terminal,
  databasePath: string | undefined,
  options: StudioOptions,
): Promise<number> {
  const { folder } = findPackageRoot();
  const launch = planLaunch(folder, databasePath, options, process.env);
  if (launch.note !== undefined) terminal.writeError(`${launch.note}\n`);
  const child = spawn(launch.program, launch.arguments, { stdio: 'inherit' });
  // Ctrl+C reaches the child by itself; this is for a signal to this process alone.
  const stop = (): boolean => child.kill('SIGTERM');
  terminal.signal.addEventListener('abort', stop, { once: true });
  return new Promise<number>((settle, fail) => {
    child.once('error', (error) => {
      fail(new Error(`"${launch.program}" could not be started.`, { cause: error }));
    });
    child.once('exit', (code) => settle(code === 0 || terminal.signal.aborted ? 0 : 1));
  });
}

/** Decides which host serves the studio, and with which arguments. */
export function planLaunch(
  packageFolder: string,
  databasePath: string | undefined,
  options: StudioOptions,
  environment: Environment,
): StudioLaunch {
  const webHost = join(packageFolder, 'out/main/web-host.js');
  if (!existsSync(webHost)) {
    throw new Error(`The studio is not built: "${webHost}" is missing. Run "npm run build".`);
  }
  const database = databasePath === undefined ? [] : [resolve(databasePath)];
  const electron = findElectronBinary(environment);
  const reason = whyBrowser(options, electron, environment);
  if (electron !== undefined && reason === undefined) {
    return { program: electron, arguments: [packageFolder, ...database] };
  }
  const port = options.port === undefined ? [] : ['--port', String(options.port)];
  const open = options.open ? [] : ['--no-open'];
  const isAsked = options.web === true || options.port !== undefined || !options.open;
  return {
    program: process.execPath,
    arguments: [webHost, ...database, ...port, ...open],
    ...(isAsked || reason === undefined ? {} : { note: `Opening in the browser: ${reason}.` }),
  };
}

function whyBrowser(
  options: StudioOptions,
  electron: string | undefined,
  environment: Environment,
): string | undefined {
  if (options.web === true) return 'asked for with --web';
  if (options.port !== undefined || !options.open) return 'a port or --no-open was given';
  if (electron === undefined) return 'the Electron program is not installed';
  const hasDisplay =
    process.platform !== 'linux' ||
    environment['DISPLAY'] !== undefined ||
    environment['WAYLAND_DISPLAY'] !== undefined;
  return hasDisplay ? undefined : 'there is no display';
}

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createServices, type Services } from '../services/create-services.ts';
import { type Bundle, readBundle } from '../services/page-bundle.ts';
import { parseArguments, usage, type WebHostArguments } from './command-line.ts';
import { defaultDataFolder } from './data-folder.ts';
import { openBrowser } from './open-browser.ts';
import { SessionFile } from './session-file.ts';
import { startWebHost, type WebHost } from './web-host.ts';

/*
 * The life of the browser host: opens what it was asked to, listens, prints its address as the one line on standard
 * output, and on the first signal closes sockets and databases before it ends. A second Ctrl+C ends it at once.
 */

/** Where the files beside the built host are. */
export interface WebHostPlaces {
  readonly bundleFolder: string;
  readonly sampleFolder: string;
  readonly packageFile: string;
}

const exitDone = 0;
const exitFailed = 1;
const exitWrongUse = 2;
const noticeAfterMs = 1000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs until it is interrupted; gives the exit code of the process. */
export async function runWebHost(argv: readonly string[], places: WebHostPlaces): Promise<number> {
  const parsed = parseArguments(argv);
  if (parsed.kind === 'help') {
    process.stdout.write(usage);
    return exitDone;
  }
  if (parsed.kind === 'wrong') {
    process.stderr.write(`${parsed.message}\n\n${usage}`);
    return exitWrongUse;
  }
  const interrupted = waitForInterrupt();
  const services = createServices({
    dataFolder: dataFolderOf(parsed.arguments),
    version: await readVersion(places.packageFile),
    host: 'web',
    sampleFolder: places.sampleFolder,
  });
  try {
    const starting = start(parsed.arguments, places, services);
    const host = await Promise.race([starting, interrupted]);
    if (host === undefined) {
      abandon(starting);
      return exitDone;
    }
    process.stdout.write(`Aurora Studio is at ${host.url}\n`);
    if (parsed.arguments.isBrowserWanted) openBrowser(host.launchUrl());
    await interrupted;
    await host.close();
    return exitDone;
  } catch (error) {
    process.stderr.write(`${explain(error, parsed.arguments)}\n`);
    return exitFailed;
  } finally {
    await services.close();
  }
}

async function start(
  wanted: WebHostArguments,
  places: WebHostPlaces,
  services: Services,
): Promise<WebHost> {
  const bundle = await readBundle(places.bundleFolder);
  checkBundle(bundle, wanted);
  if (wanted.isSampleWanted) await openSample(services);
  if (wanted.database !== undefined) await services.openDatabase(resolve(wanted.database));
  return await startWebHost({
    host: wanted.host,
    port: wanted.port,
    bundle,
    devOrigin: wanted.devOrigin,
    exports: services.exports,
    serve: services.serve,
    sessionFile: new SessionFile({
      dataFolder: dataFolderOf(wanted),
      now: Date.now,
      log: console.error,
    }),
    onFault: (error) => console.error(error),
  });
}

function dataFolderOf({ dataFolder }: WebHostArguments): string {
  return resolve(dataFolder ?? defaultDataFolder());
}

/** Interrupted while it started: whatever came of that is closed, and its failure is of no interest any more. */
function abandon(starting: Promise<WebHost>): void {
  starting.then(
    (host) => host.close(),
    () => undefined,
  );
}

/** The first time the sample is built, which takes long enough to say so. */
async function openSample(services: Services): Promise<void> {
  const notice = setTimeout(() => {
    process.stderr.write('The sample database is being prepared.\n');
  }, noticeAfterMs);
  try {
    await services.openSample();
  } finally {
    clearTimeout(notice);
  }
}

/** A development server serves the page itself; without one there must be a built page. */
function checkBundle(bundle: Bundle, wanted: WebHostArguments): void {
  if (bundle.has('/') || wanted.devOrigin !== undefined) return;
  throw new Error('The page of the studio is not built. Run: npm run build');
}

async function readVersion(packageFile: string): Promise<string> {
  const content: unknown = JSON.parse(await readFile(packageFile, 'utf8'));
  const hasVersion = typeof content === 'object' && content !== null && 'version' in content;
  return hasVersion ? String(content.version) : 'unknown';
}

function waitForInterrupt(): Promise<undefined> {
  return new Promise((resolve) => {
    let isInterrupted = false;
    for (const signal of signals) {
      process.on(signal, () => {
        // The others come twice when they go to a whole process group, from which `npm start` passes them on.
        if (isInterrupted && signal === 'SIGINT') process.exit(exitFailed);
        isInterrupted = true;
        resolve(undefined);
      });
    }
  });
}

function explain(error: unknown, wanted: WebHostArguments): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${wanted.port} is in use. Choose another with --port, or leave it out to take a free one.`;
  }
  if (code === 'EACCES' && 'syscall' in error && error.syscall === 'listen') {
    return `Port ${wanted.port} may not be listened on by this user. Choose one above 1023 with --port.`;
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `"${wanted.host}" is no address of this machine. Leave out --host to listen on 127.0.0.1.`;
  }
  const hint = 'hint' in error && typeof error.hint === 'string' ? ` ${error.hint}` : '';
  return `${error.message}${hint}`;
}

import { parseArgs } from 'node:util';
import { isLoopback } from './request-guard.ts';

export interface WebHostArguments {
  /** Folder of a database to open at start. */
  readonly database: string | undefined;
  readonly isSampleWanted: boolean;
  readonly host: string;
  readonly port: number;
  readonly dataFolder: string | undefined;
  readonly devOrigin: string | undefined;
  readonly isBrowserWanted: boolean;
}

export type ParsedArguments =
  | { readonly kind: 'run'; readonly arguments: WebHostArguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

export const usage = `Usage: web-host [database folder] [options]

Serves Aurora Studio to a browser on this machine.

  --sample              open the sample database, building it the first time
  --port N              listen on this port; 0, the default, takes a free one
  --data DIR            keep settings, recent databases and the sample here
  --no-open             do not open a browser
  --host ADDRESS        listen on this address instead of 127.0.0.1
  --allow-remote        needed for an address that other machines can reach
  --dev-origin URL      accept pages of this development server on this machine
  --help                show this
`;

/** Reads the arguments of the web host; wrong ones are told, not thrown. */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        sample: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        data: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        host: { type: 'string', default: '127.0.0.1' },
        'allow-remote': { type: 'boolean', default: false },
        'dev-origin': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const message =
      checkPositionals(positionals) ??
      checkPort(values.port) ??
      checkHost(values.host, values['allow-remote']) ??
      checkDevOrigin(values['dev-origin']);
    if (message !== undefined) return { kind: 'wrong', message };
    return {
      kind: 'run',
      arguments: {
        database: positionals[0],
        isSampleWanted: values.sample,
        host: values.host,
        port: Number(values.port),
        dataFolder: values.data,
        devOrigin: values['dev-origin'],
        isBrowserWanted: !values['no-open'],
      },
    };
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
}

function checkPositionals(positionals: readonly string[]): string | undefined {
  if (positionals.length <= 1) return undefined;
  return `Only one database can be opened at start, and ${positionals.length} were named.`;
}

function checkPort(port: string): string | undefined {
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return undefined;
  return `--port takes a number from 0 to 65535, not "${port}".`;
}

function checkHost(host: string, isRemoteAllowed: boolean): string | undefined {
  if (isLoopback(host) || isRemoteAllowed) return undefined;
  return `Other machines could reach the studio at "${host}". Add --allow-remote if they shall; the connection is not encrypted.`;
}

function checkDevOrigin(origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url !== undefined && url.origin === origin && isLoopback(url.hostname)) return undefined;
  return `--dev-origin takes the origin of a server on this machine, such as http://localhost:5173, not "${origin}".`;
}

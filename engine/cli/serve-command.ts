/* `aurora serve`: serves a database over HTTP until it is interrupted. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Aurora } from '#engine';
import { type AccessToken, createServer, type ServerOptions } from '#server';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  /** False with `--no-token`; true when no token was given. */
  readonly token: readonly string[] | boolean;
  readonly tokenFile?: string;
  readonly readOnly?: boolean;
  /** True without a name of its own. */
  readonly auditLog?: string | true;
  readonly cors?: readonly string[];
  readonly hostName?: readonly string[];
  readonly rate?: number;
  /** In seconds. */
  readonly timeLimit?: number;
  readonly bodyLimit?: number;
  readonly depthLimit?: number;
  readonly json?: boolean;
}

export async function runServe(
  terminal: Terminal,
  databasePath: string,
  options: ServeOptions,
): Promise<number> {
  const given = await readTokens(options);
  const made = given === undefined ? randomBytes(24).toString('base64url') : undefined;
  const tokens = given ?? [{ token: made ?? '', scope: 'admin' as const }];
  const db = await Aurora.open({
    dbPath: databasePath,
    create: false,
    readOnly: options.readOnly ?? false,
    auditLogPath: auditLogPath(options),
  });
  try {
    const server = await createServer(db, serverOptions(terminal, options, tokens));
    try {
      await announce(terminal, options, {
        url: server.url,
        ...(made === undefined ? {} : { token: made }),
      });
      if (!terminal.signal.aborted) await once(terminal.signal, 'abort');
    } finally {
      await server.close();
    }
  } finally {
    await db.close();
  }
  return 0;
}

/** A name that is given is meant from where the command runs. */
function auditLogPath({ auditLog }: ServeOptions): string | undefined {
  return typeof auditLog === 'string' ? resolve(auditLog) : auditLog && 'audit.jsonl';
}

function serverOptions(
  terminal: Terminal,
  options: ServeOptions,
  tokens: ServerOptions['tokens'],
): ServerOptions {
  return {
    tokens,
    host: options.host,
    port: options.port,
    readOnly: options.readOnly,
    corsOrigins: options.cors,
    hostNames: options.hostName,
    requestsPerSecondMax: options.rate,
    timeMsMax: options.timeLimit === undefined ? undefined : options.timeLimit * 1_000,
    bodyBytesMax: options.bodyLimit,
    depthMax: options.depthLimit,
    onFault: (error) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      terminal.writeError(`fault: ${text}\n`);
    },
  };
}

/** The tokens that were given; undefined when one has to be made. */
async function readTokens({
  token,
  tokenFile,
}: ServeOptions): Promise<ServerOptions['tokens'] | undefined> {
  if (token === false && tokenFile !== undefined) {
    throw new UsageError('--no-token and --token-file exclude each other.');
  }
  if (token === false) return 'none';
  const lines = tokenFile === undefined ? [] : (await readTokenFile(tokenFile)).split('\n');
  const texts = [
    ...(token === true || token === undefined ? [] : token),
    ...lines.map((line) => line.trim()),
  ];
  const tokens = texts.filter((text) => text !== '' && !text.startsWith('#')).map(parseToken);
  if (tokens.length > 0) return tokens;
  if (tokenFile !== undefined) throw new UsageError(`There is no token in "${tokenFile}".`);
  return undefined;
}

async function readTokenFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`The file "${file}" cannot be read.`, { cause: error });
  }
}

/** `name=scope/collection,collection:secret`, of which name and collections may be left out. */
function parseToken(text: string): AccessToken {
  const form = /^(?:([^\s=:/]+)=)?(read|write|admin)(?:\/([^\s:]+))?:(.*)$/s;
  const [, name, scope, collections, token = ''] = form.exec(text) ?? [];
  if (scope !== 'read' && scope !== 'write' && scope !== 'admin') {
    throw new UsageError(
      'A token is given as read:…, write:… or admin:…, for some collections as read/users,orders:… .',
    );
  }
  if (!/^\S{8,}$/.test(token)) {
    throw new UsageError('The secret of a token has at least 8 characters and no spaces.');
  }
  return { token, scope, name, collections: collections?.split(',') };
}

async function announce(
  terminal: Terminal,
  { json }: ServeOptions,
  listening: { readonly url: string; readonly token?: string },
): Promise<void> {
  if (json === true) {
    await terminal.write(`${JSON.stringify(listening)}\n`);
    return;
  }
  const { url, token } = listening;
  await terminal.write(
    `Serving at ${url}/graphql\nRoutes at ${url}/reference, GraphiQL at ${url}/graphiql\n`,
  );
  if (token !== undefined) await terminal.write(`Token (everything allowed): ${token}\n`);
}

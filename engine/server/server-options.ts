import { AuroraError } from '#engine';
import type { AccessToken } from './access.ts';
import { isLoopback } from './host-names.ts';
import { serverLimits } from './server-limits.ts';

/** How a database is served. */
export interface ServerOptions {
  /** The address to listen on; `127.0.0.1`, which only this machine reaches, unless told. */
  readonly host?: string | undefined;
  /** The port to listen on; 0, the default, takes a free one. */
  readonly port?: number | undefined;
  /** Who may do what; `none` lets everybody on this machine do everything, and is refused for other hosts. */
  readonly tokens: readonly AccessToken[] | 'none';
  /** Lets nobody write, whatever their token says. */
  readonly readOnly?: boolean | undefined;
  /** Further names that the server goes by in the Host header, of a proxy in front for example. */
  readonly hostNames?: readonly string[] | undefined;
  /** Origins of pages that may use the server, or `*` for all; none unless told. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Requests per second of one client; without limit on loopback, else 1,000, unless told. */
  readonly requestsPerSecondMax?: number | undefined;
  /** How long a request may run; 30,000 unless told. Streams may go on. */
  readonly timeMsMax?: number | undefined;
  /** Bytes of a body; 8 MiB unless told. */
  readonly bodyBytesMax?: number | undefined;
  /** Levels of selections in an operation; 20 unless told. */
  readonly depthMax?: number | undefined;
  /** Subscriptions that are followed at a time; 500 unless told. */
  readonly subscriptionsMax?: number | undefined;
  /** Told about faults in answering, which clients are not told. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

export type CompleteOptions = {
  readonly [Name in keyof ServerOptions]-?: Exclude<ServerOptions[Name], undefined>;
};

/** @throws AuroraError `InvalidOption` */
export function completeOptions(options: ServerOptions): CompleteOptions {
  const host = options.host ?? '127.0.0.1';
  if (options.tokens === 'none' && !isLoopback(host)) {
    throw new AuroraError('InvalidOption', `Others can reach "${host}", so tokens are needed.`, {
      hint: 'Give tokens, or listen on 127.0.0.1.',
    });
  }
  if (options.tokens !== 'none' && options.tokens.some(({ token }) => !/^\S{8,}$/.test(token))) {
    throw new AuroraError('InvalidOption', 'A token has at least 8 characters and no spaces.');
  }
  const rateDefault = isLoopback(host)
    ? Number.POSITIVE_INFINITY
    : serverLimits.ratePerSecondDefault;
  return {
    host,
    port: options.port ?? 0,
    tokens: options.tokens,
    readOnly: options.readOnly ?? false,
    hostNames: options.hostNames ?? [],
    corsOrigins: options.corsOrigins ?? [],
    requestsPerSecondMax: requirePositive(options, 'requestsPerSecondMax', rateDefault),
    timeMsMax: requirePositive(options, 'timeMsMax', serverLimits.timeMsDefault),
    bodyBytesMax: requirePositive(options, 'bodyBytesMax', serverLimits.bodyBytesDefault),
    depthMax: requirePositive(options, 'depthMax', serverLimits.depthDefault),
    subscriptionsMax: requirePositive(
      options,
      'subscriptionsMax',
      serverLimits.subscriptionsDefault,
    ),
    onFault: options.onFault ?? (() => undefined),
  };
}

type NumberOption =
  | 'requestsPerSecondMax'
  | 'timeMsMax'
  | 'bodyBytesMax'
  | 'depthMax'
  | 'subscriptionsMax';

function requirePositive(options: ServerOptions, name: NumberOption, otherwise: number): number {
  const value = options[name];
  if (value === undefined) return otherwise;
  if (value > 0) return value;
  throw new AuroraError('InvalidOption', `"${name}" must be above 0, not ${value}.`);
}

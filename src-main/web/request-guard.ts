import { isIP } from 'node:net';

/*
 * Which requests belong to our page. A foreign page can make a browser send requests here, but not choose the Origin
 * header; a foreign name that resolves to this machine (DNS rebinding) shows in the Host header, because a browser
 * sends the name it was asked for.
 */

export interface RequestGuard {
  /** True when the Host header names this host by an address or name it goes by. */
  isHostAllowed(host: string | undefined): boolean;
  /** True when the Origin header is the page's own, or the development server's. A missing one is foreign. */
  isOriginAllowed(origin: string | undefined, host: string | undefined): boolean;
}

export interface RequestGuardOptions {
  /** The address or name that the host listens on. */
  readonly host: string;
  readonly port: number;
  /** Origin of a development server on this machine that proxies to the host. */
  readonly devOrigin?: string | undefined;
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

export function isLoopback(host: string): boolean {
  return loopbackNames.includes(host) || host === '::1';
}

export function createRequestGuard(options: RequestGuardOptions): RequestGuard {
  const { port, devOrigin } = options;
  // Browsers leave out the port that http has by itself.
  const suffix = port === 80 ? '' : `:${port}`;
  const names = new Set([...loopbackNames, hostInUrl(options.host)].map((name) => name + suffix));
  if (devOrigin !== undefined) names.add(new URL(devOrigin).host);
  const isRemote = !isLoopback(options.host);
  const isHostAllowed = (host: string | undefined) =>
    host !== undefined && (names.has(host) || (isRemote && isAddressWithPort(host, suffix)));
  return {
    isHostAllowed,
    isOriginAllowed: (origin, host) =>
      origin !== undefined &&
      isHostAllowed(host) &&
      (origin === devOrigin || origin === `http://${host}`),
  };
}

/** The host as it stands in a URL: IPv6 addresses in brackets. */
export function hostInUrl(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** A host that listens to the network answers under each of its addresses; an address cannot be rebound. */
function isAddressWithPort(host: string, suffix: string): boolean {
  if (!host.endsWith(suffix)) return false;
  return isIP(host.slice(0, host.length - suffix.length).replace(/^\[(.*)\]$/, '$1')) !== 0;
}

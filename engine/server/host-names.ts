import { isIP } from 'node:net';

/*
 * Which requests are meant for this server. A foreign name that resolves to this machine (DNS rebinding) shows in the
 * Host header, because a browser sends the name it was asked for; a foreign page shows in the Origin header.
 */

const loopbackNames: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

export interface HostNames {
  /** True when the Host header names this server by an address or name it goes by. */
  isOurs(host: string | undefined): boolean;
}

export interface HostNamesOptions {
  /** The address or name that the server listens on. */
  readonly host: string;
  readonly port: number;
  /** Further names, of a proxy in front for example; with a port, or for every port. */
  readonly names: readonly string[];
}

export function isLoopback(host: string): boolean {
  return loopbackNames.includes(host) || host === '::1';
}

export function createHostNames({ host, port, names }: HostNamesOptions): HostNames {
  const own = [...loopbackNames, hostInUrl(host)].flatMap((name) =>
    // Clients leave out the port that http has by itself.
    port === 80 ? [name, `${name}:80`] : [`${name}:${port}`],
  );
  const exact = new Set([...own, ...names]);
  const anyPort = new Set(names);
  const isRemote = !isLoopback(host);
  // What most requests are sent to; found without taking it apart.
  const plain = `${hostInUrl(host)}:${port}`;
  return {
    isOurs: (given) => {
      if (given === undefined) return false;
      if (given === plain) return true;
      const name = given.toLowerCase();
      const withoutPort = name.replace(/:\d+$/, '');
      if (exact.has(name) || anyPort.has(withoutPort)) return true;
      // A server that listens to the network answers under each of its addresses; an address cannot be rebound.
      return isRemote && isIP(withoutPort.replace(/^\[(.*)\]$/, '$1')) !== 0;
    },
  };
}

/** The host as it stands in a URL: IPv6 addresses in brackets. */
export function hostInUrl(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/* Serves a database over HTTP: listening, the bounds of connections, and the end. */
import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { Database } from '#engine';
import { createRequestAnswerer, type RequestAnswerer } from './answer-request.ts';
import { hostInUrl } from './host-names.ts';
import { serverLimits } from './server-limits.ts';
import { completeOptions, type ServerOptions } from './server-options.ts';

export type { AccessToken } from './access.ts';
export type { Scope } from './grant.ts';
export type { ServerOptions } from './server-options.ts';

/** A server that listens. */
export interface DatabaseServer {
  readonly port: number;
  /** Where it listens: `http://127.0.0.1:4000`. */
  readonly url: string;
  /**
   * Takes no further requests and ends those that run: after 5 s their connections are cut. The database stays open.
   * May be called again.
   */
  close(): Promise<void>;
}

/**
 * Starts serving a database: GraphQL at `/graphql`, documents at `/:collection`, and what else stands in engine/docs/server.md.
 * @throws AuroraError `InvalidOption`; the system's error when the port is taken
 * @example
 * const server = await createServer(db, { tokens: [{ token: secret, scope: 'read' }] });
 */
export async function createServer(db: Database, options: ServerOptions): Promise<DatabaseServer> {
  const complete = completeOptions(options);
  const server = createHttpServer({
    maxHeaderSize: serverLimits.headerBytesMax,
    headersTimeout: serverLimits.headersMsMax,
    requestTimeout: serverLimits.requestMsMax,
    keepAliveTimeout: serverLimits.keepAliveMs,
    connectionsCheckingInterval: 1_000,
  });
  server.maxHeadersCount = serverLimits.headersMax;
  server.maxConnections = serverLimits.connectionsMax;
  const port = await listen(server, complete.host, complete.port);
  const answerer = createRequestAnswerer(db, complete, port);
  server.on('request', answerer.answer);
  server.on('upgrade', answerer.upgrade);
  let closing: Promise<void> | undefined;
  return {
    port,
    url: `http://${hostInUrl(complete.host)}:${port}`,
    close: () => {
      closing ??= closeServer(server, answerer);
      return closing;
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen({ host, port });
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function closeServer(server: Server, answerer: RequestAnswerer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const streamsEnded = answerer.endStreams();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), serverLimits.closeMsMax);
  await streamsEnded;
  await closed;
  clearTimeout(timer);
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Channel, ClientMessage, HostMessage } from '#contract';
import type { ExportService } from '../services/export-service.ts';
import type { Bundle } from '../services/page-bundle.ts';
import { answerRequest, type HttpRoutes, readSessionCookie } from './http-routes.ts';
import { createRequestGuard, hostInUrl } from './request-guard.ts';
import type { SessionFile } from './session-file.ts';
import { Sessions } from './sessions.ts';
import { createSocketChannel } from './socket-channel.ts';

/*
 * The browser host: serves the page's files from memory and one WebSocket at /channel. A socket is opened for a known
 * session, from the page's own origin, under a name this host goes by; everything else is turned away before the
 * upgrade. What runs over the socket is the contract's, and the services' business.
 */

export interface WebHostOptions {
  /** The address or name to listen on. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly bundle: Bundle;
  readonly devOrigin?: string | undefined;
  /** Files that pages have asked for. */
  readonly exports: Pick<ExportService, 'find'>;
  /** Serves one page until its channel closes. */
  readonly serve: (channel: Channel<HostMessage, ClientMessage>) => void;
  /** Where sessions outlive the host; without it they end with it. */
  readonly sessionFile?: SessionFile | undefined;
  /** Told about faults in answering a request. */
  readonly onFault: (error: unknown) => void;
}

export interface WebHost {
  readonly port: number;
  /** The address to open, with its token. */
  readonly url: string;
  /** The same with a token that is good once and for a minute, for command lines that others can read. */
  launchUrl(): string;
  /** Closes all sockets and stops listening. */
  close(): Promise<void>;
}

/** Bytes of one message from a page: a query's text and variables, a setting; never rows. */
export const messageBytesMax = 8 << 20;
const socketsMax = 64;
const closeGraceMs = 1000;

/** Starts listening. Rejects with the system's error when the port is taken. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 });
  const port = await listen(server, options.host, options.port);
  const { sessionFile } = options;
  const sessions = new Sessions(Date.now, await sessionFile?.read(), (digest) => {
    // Logs what goes wrong and never rejects.
    void sessionFile?.keep(digest);
  });
  const routes: HttpRoutes = {
    bundle: options.bundle,
    exports: options.exports,
    guard: createRequestGuard({ host: options.host, port, devOrigin: options.devOrigin }),
    sessions,
    cookieName: `aurora-session-${port}`,
  };
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  });
  server.on('request', (request, response) => {
    answerRequest(routes, request, response).catch((error: unknown) => {
      // A client that hangs up in the middle of its request is no fault of ours.
      if (!request.socket.destroyed) options.onFault(error);
      response.destroy();
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = refuseUpgrade(routes, request, sockets.clients.size);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      options.serve(createSocketChannel(accepted));
    });
  });
  const address = `http://${hostInUrl(options.host)}:${port}/`;
  return {
    port,
    url: `${address}#token=${sessions.token}`,
    launchUrl: () => `${address}#token=${sessions.issueLaunchToken()}`,
    close: () => closeAll(server, sockets),
  };
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen({ host, port });
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** The status line that turns an upgrade away, or undefined when it is welcome. */
function refuseUpgrade(
  routes: HttpRoutes,
  request: IncomingMessage,
  socketCount: number,
): string | undefined {
  const { guard, sessions, cookieName } = routes;
  const { host, origin } = request.headers;
  if (!guard.isHostAllowed(host) || !guard.isOriginAllowed(origin, host)) return '403 Forbidden';
  if (request.url !== '/channel') return '404 Not Found';
  if (!sessions.has(readSessionCookie(request, cookieName))) return '401 Unauthorized';
  return socketCount >= socketsMax ? '503 Service Unavailable' : undefined;
}

async function closeAll(server: Server, sockets: WebSocketServer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await Promise.all([...sockets.clients].map(closeSocket));
  server.closeAllConnections();
  await closed;
}

async function closeSocket(socket: WebSocket): Promise<void> {
  // Not events.once, which would reject when the socket fails on its way out.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const timer = setTimeout(() => socket.terminate(), closeGraceMs);
  socket.close(1001, 'The host is shutting down.');
  await closed;
  clearTimeout(timer);
}

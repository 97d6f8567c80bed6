/*
 * Requests that become sockets: the same gates as for all others, in the same order, only that the token may also come
 * with the first message, because a page in a browser cannot send headers here.
 */
import type { IncomingMessage } from 'node:http';
import { type Duplex, finished } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Grant } from './grant.ts';
import type { GraphqlOperations } from './graphql-operations.ts';
import { HttpFailure, statusOf } from './http-failure.ts';
import { closeCodes, socketProtocol } from './socket-messages.ts';
import { SocketSession } from './socket-session.ts';

export interface SocketRouteOptions {
  readonly operations: GraphqlOperations;
  /** The gates before the token. @throws HttpFailure 403, 429 */
  readonly passOrigin: (request: IncomingMessage) => void;
  /** @throws HttpFailure 401 */
  readonly grantOf: (authorization: string | undefined) => Grant;
  readonly isWithinRate: (address: string) => boolean;
  readonly bodyBytesMax: number;
  readonly timeMsMax: number;
  readonly onFault: (error: unknown) => void;
}

export class SocketRoute {
  readonly #options: SocketRouteOptions;
  readonly #server: WebSocketServer;
  readonly #sessions = new Set<SocketSession>();

  constructor(options: SocketRouteOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: options.bodyBytesMax,
      perMessageDeflate: false,
      handleProtocols: (protocols) => (protocols.has(socketProtocol) ? socketProtocol : false),
    });
  }

  /** Never throws. */
  answer(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    finished(socket, () => socket.destroy());
    try {
      this.#options.passOrigin(request);
      const [path = ''] = (request.url ?? '').split('?');
      if (path !== '/graphql' && path !== '/aql') {
        throw new HttpFailure(404, 'NotFound', 'There is no WebSocket here.');
      }
    } catch (error) {
      refuse(socket, error);
      if (!(error instanceof HttpFailure)) this.#options.onFault(error);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      if (webSocket.protocol !== socketProtocol) {
        webSocket.on('error', () => webSocket.terminate());
        webSocket.close(closeCodes.noSuchProtocol, 'Subprotocol not acceptable');
        return;
      }
      const { operations, grantOf, timeMsMax, onFault } = this.#options;
      const address = request.socket.remoteAddress ?? '';
      const session = new SocketSession(webSocket, {
        operations,
        grantOf,
        timeMsMax,
        onFault,
        authorization: request.headers.authorization,
        isWithinRate: () => this.#options.isWithinRate(address),
      });
      this.#sessions.add(session);
      webSocket.once('close', () => this.#sessions.delete(session));
    });
  }

  /** Ends all sockets. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
    this.#server.close();
  }
}

function refuse(socket: Duplex, error: unknown): void {
  const status = statusOf(error);
  const message = error instanceof HttpFailure ? error.message : '';
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
      `Content-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
  );
}

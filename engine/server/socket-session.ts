/*
 * One socket of graphql-transport-ws: it says who it is, then runs operations side by side. Each operation has a signal
 * that ends with it, with the socket and with the server. A result is sent when what was sent before has left, so that
 * a slow client slows its own events, which the engine bounds, and nothing else; one that takes nothing is cut off.
 */
import type { WebSocket } from 'ws';
import { AuroraError, auditedAs } from '#engine';
import type { Grant } from './grant.ts';
import { graphqlErrors } from './graphql-errors.ts';
import { type Followed, type GraphqlOperations, isFollowed } from './graphql-operations.ts';
import { checkParameters } from './graphql-request.ts';
import { HttpFailure, isFault } from './http-failure.ts';
import { serverLimits } from './server-limits.ts';
import {
  authorizationOf,
  BadMessage,
  type ClientMessage,
  closeCodes,
  readMessage,
} from './socket-messages.ts';

export interface SocketSessionOptions {
  readonly operations: GraphqlOperations;
  /** What a token lets its bearer do; without one, what everybody may. @throws HttpFailure 401 */
  readonly grantOf: (authorization: string | undefined) => Grant;
  /** The Authorization header of the request that became this socket. */
  readonly authorization: string | undefined;
  /** Counts an operation; false when the client asks too often. */
  readonly isWithinRate: () => boolean;
  readonly timeMsMax: number;
  readonly onFault: (error: unknown) => void;
}

export class SocketSession {
  readonly #socket: WebSocket;
  readonly #options: SocketSessionOptions;
  readonly #running = new Map<string, AbortController>();
  readonly #initTimer: NodeJS.Timeout;
  readonly #pingTimer: NodeJS.Timeout;
  #grant: Grant | undefined;
  #isAlive = true;

  constructor(socket: WebSocket, options: SocketSessionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#initTimer = setTimeout(
      () => socket.close(closeCodes.initTimeout, 'Connection initialisation timeout'),
      serverLimits.headersMsMax,
    );
    this.#pingTimer = setInterval(() => this.#ping(), serverLimits.eventPingMs);
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('message', (data, isBinary) => this.#take(String(data), isBinary));
    // An error is followed by the end, which is all there is to do about it.
    socket.on('error', () => socket.terminate());
    socket.once('close', () => this.#end());
  }

  /** Asks the client to go; resolves when it has, or was cut off. */
  async close(): Promise<void> {
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#socket.terminate(), serverLimits.closeMsMax);
      this.#socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#socket.close(closeCodes.goingAway, 'The server is closed');
    });
  }

  #end(): void {
    clearTimeout(this.#initTimer);
    clearInterval(this.#pingTimer);
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
  }

  /** Who has not answered since the last time is gone. */
  #ping(): void {
    if (!this.#isAlive) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }

  #take(text: string, isBinary: boolean): void {
    try {
      if (isBinary) throw new BadMessage('Messages are texts.');
      this.#handle(readMessage(text));
    } catch (error) {
      if (error instanceof BadMessage || error instanceof HttpFailure) {
        this.#socket.close(closeCodes.badMessage, reasonOf(error.message));
        return;
      }
      this.#options.onFault(error);
      this.#socket.close(closeCodes.fault, 'Internal server error');
    }
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case 'connection_init':
        this.#init(message.payload);
        break;
      case 'ping':
        this.#post({ type: 'pong' });
        break;
      case 'pong':
        break;
      case 'complete':
        this.#running.get(message.id)?.abort();
        this.#running.delete(message.id);
        break;
      case 'subscribe':
        this.#subscribe(message.id, message.payload);
        break;
    }
  }

  #init(payload: unknown): void {
    if (this.#grant !== undefined) {
      this.#socket.close(closeCodes.tooManyInits, 'Too many initialisation requests');
      return;
    }
    clearTimeout(this.#initTimer);
    try {
      this.#grant = this.#options.grantOf(this.#options.authorization ?? authorizationOf(payload));
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      this.#socket.close(closeCodes.forbidden, 'Forbidden');
      return;
    }
    this.#post({ type: 'connection_ack' });
  }

  #subscribe(id: string, payload: unknown): void {
    const grant = this.#grant;
    if (grant === undefined) {
      this.#socket.close(closeCodes.unauthorized, 'Unauthorized');
      return;
    }
    if (this.#running.has(id)) {
      this.#socket.close(closeCodes.idInUse, reasonOf(`Subscriber for ${id} already exists`));
      return;
    }
    const controller = new AbortController();
    this.#running.set(id, controller);
    const run = () => this.#run(id, grant, payload, controller);
    auditedAs(grant.caller, run).catch((error: unknown) => {
      this.#options.onFault(error);
      this.#socket.terminate();
    });
  }

  async #run(
    id: string,
    grant: Grant,
    payload: unknown,
    controller: AbortController,
  ): Promise<void> {
    const { signal } = controller;
    const isCurrent = () => this.#running.get(id) === controller;
    const timer = setTimeout(
      () => controller.abort(new DOMException('The time is over.', 'TimeoutError')),
      this.#options.timeMsMax,
    );
    let text = '';
    try {
      this.#requireRoom();
      const request = checkParameters(payload);
      text = request.query;
      this.#options.operations.check(request, {
        grant,
        mayChange: true,
      });
      const options = { signal, mayFollow: true, grant };
      const outcome = await this.#options.operations.execute(request, options);
      clearTimeout(timer);
      if (isFollowed(outcome)) await this.#follow(id, outcome, signal);
      else if (isCurrent()) await this.#send({ id, type: 'next', payload: outcome });
      if (isCurrent()) await this.#send({ id, type: 'complete' });
    } catch (error) {
      if (!isCurrent()) return;
      if (isFault(error) && !signal.aborted) this.#options.onFault(error);
      await this.#send({
        id,
        type: 'error',
        payload: graphqlErrors(timedOut(signal, error), text),
      });
    } finally {
      clearTimeout(timer);
      if (isCurrent()) this.#running.delete(id);
    }
  }

  async #follow(id: string, { results, release }: Followed, signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', release);
    if (signal.aborted) release();
    try {
      for await (const result of results) {
        if (signal.aborted) break;
        await this.#send({ id, type: 'next', payload: result });
      }
    } finally {
      signal.removeEventListener('abort', release);
      release();
    }
  }

  /** @throws HttpFailure 429 */
  #requireRoom(): void {
    if (this.#running.size > serverLimits.operationsPerSocketMax) {
      throw new HttpFailure(429, 'LimitExceeded', 'Too many operations run over this connection.');
    }
    if (this.#options.isWithinRate()) return;
    throw new HttpFailure(429, 'LimitExceeded', 'This client asks too often.');
  }

  /** Sends without waiting, for answers that are as many as the client's own messages. */
  #post(message: object): void {
    if (this.#socket.bufferedAmount > serverLimits.pieceBytes) this.#socket.terminate();
    else if (this.#socket.readyState === this.#socket.OPEN) {
      this.#socket.send(JSON.stringify(message));
    }
  }

  /** Resolves when the message has left, or the socket has ended. */
  #send(message: object): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN) return Promise.resolve();
    return new Promise((resolve) => {
      const stalled = setTimeout(() => this.#socket.terminate(), serverLimits.stalledMsMax);
      // The error of a socket that has ended is told by its end.
      this.#socket.send(JSON.stringify(message), () => {
        clearTimeout(stalled);
        resolve();
      });
    });
  }
}

function timedOut(signal: AbortSignal, error: unknown): unknown {
  const { reason } = signal;
  if (!(reason instanceof DOMException) || reason.name !== 'TimeoutError') return error;
  return new AuroraError('Timeout', 'The operation took longer than this server lets it.');
}

/** What a close frame can hold: 123 bytes. */
function reasonOf(message: string): string {
  return message.replace(/[^ -~]/g, '?').slice(0, 120);
}

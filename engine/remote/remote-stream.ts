/*
 * Something that is followed at the owner, pulled from here. It is opened at once, so that it sees whatever this guest
 * commits afterwards.
 */
import { AuroraError } from '../errors.ts';
import type { EventStream } from '../live/event-stream.ts';
import type { FollowRequest } from '../live/follow-request.ts';
import type { ChangePosition } from '../transactions/change-log.ts';
import type { WireValueStart } from './guest-protocol.ts';
import type { OwnerConnection } from './owner-connection.ts';

export interface RemoteStreamParts {
  readonly connection: OwnerConnection;
  readonly request: FollowRequest;
  /** Brings a value here that comes in parts. */
  readonly receive: (start: WireValueStart) => Promise<unknown>;
  /** Called once, when the owner holds nothing of it any more. */
  readonly onEnd: () => void;
}

interface OpenedStream {
  readonly stream: number;
  /** Where the owner stood then. */
  readonly position: ChangePosition;
}

export class RemoteStream implements EventStream<unknown> {
  readonly opened: Promise<OpenedStream>;
  readonly #parts: RemoteStreamParts;
  #events: unknown[] = [];
  #isClosed = false;
  #isOver = false;

  constructor(parts: RemoteStreamParts) {
    this.#parts = parts;
    const { connection, request } = parts;
    this.opened = connection.call('stream.open', { request });
    // Whoever pulls gets the error; nobody may.
    this.opened.catch(() => this.#end());
  }

  take(): unknown {
    return this.#isClosed ? undefined : this.#events.shift();
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    const { connection, receive } = this.#parts;
    const { stream } = await this.opened;
    const release = connection.holdOpen();
    try {
      while (!this.#isClosed && !this.#isOver && this.#events.length === 0) {
        const { done, ...start } = await connection.call('stream.next', { stream });
        this.#events = eventsOf(await receive(start));
        if (done) this.#isOver = true;
      }
    } catch (error) {
      this.#end();
      if (this.#isClosed) return { done: true, value: undefined };
      throw error;
    } finally {
      release();
    }
    if (!this.#isClosed && this.#events.length > 0) {
      return { done: false, value: this.#events.shift() };
    }
    this.#end();
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#events = [];
    const { connection } = this.#parts;
    // The owner closes it by itself when the connection is lost.
    this.opened
      .then(({ stream }) => connection.call('stream.close', { stream }))
      .catch(() => undefined);
    this.#end();
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    return { next: () => this.next(), return: () => this.return() };
  }

  #end(): void {
    this.#isOver = true;
    this.#parts.onEnd();
  }
}

function eventsOf(value: unknown): unknown[] {
  if (typeof value === 'object' && value !== null) {
    if ('event' in value) return [value.event];
    if ('events' in value && Array.isArray(value.events)) return value.events;
  }
  throw new AuroraError('OwnerFailed', 'The owner sent no events where some were asked for.');
}

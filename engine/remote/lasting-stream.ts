/*
 * What a guest follows, beyond the life of one owner. When the owner is lost it is opened again with whoever takes its
 * place; continuity.ts sees to it that the consumer misses nothing and gets nothing twice.
 */
import type { DatabaseBackend } from '../database-backend.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { EventStream } from '../live/event-stream.ts';
import type { FollowRequest } from '../live/follow-request.ts';
import { type Continuity, continuityOf } from './continuity.ts';
import { RemoteStream } from './remote-stream.ts';

export interface LastingStreamParts {
  /** Whoever has the data, as soon as somebody has. */
  readonly backend: () => Promise<DatabaseBackend>;
  readonly isOpen: () => boolean;
  readonly onEnd: () => void;
}

export class LastingStream implements EventStream<unknown> {
  readonly #continuity: Continuity;
  readonly #parts: LastingStreamParts;
  #current: Promise<EventStream<unknown>>;
  #ready: unknown[] = [];
  #isClosed = false;

  constructor(request: FollowRequest, parts: LastingStreamParts) {
    this.#continuity = continuityOf(request);
    this.#parts = parts;
    this.#current = this.#open();
    // Whoever pulls gets the error; nobody may.
    this.#current.catch(() => undefined);
  }

  /** What is behind the events of the last pull is not here before it is pulled. */
  take(): unknown {
    return this.#isClosed ? undefined : this.#ready.shift();
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    while (!this.#isClosed && this.#parts.isOpen()) {
      if (this.#ready.length > 0) return { done: false, value: this.#ready.shift() };
      try {
        const result = await (await this.#current).next();
        // Nothing that is followed ends by itself: an owner that ends it is going away.
        if (result.done !== true) this.#ready = [...this.#continuity.pass(result.value)];
        else if (!this.#isClosed) await this.#openAgain();
      } catch (error) {
        if (this.#isClosed || !this.#parts.isOpen()) break;
        if (!(error instanceof AuroraError) || error.code !== 'OwnerLost') throw error;
        await this.#openAgain();
      }
    }
    this.close();
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ready = [];
    this.#current.then((stream) => stream.close()).catch(() => undefined);
    this.#parts.onEnd();
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    return { next: () => this.next(), return: () => this.return() };
  }

  async #openAgain(): Promise<void> {
    // The loss may be known here before it is known to whoever looks for a successor.
    await new Promise((resolve) => setTimeout(resolve, limits.takeoverPollMsMin));
    // What its consumer has closed ends here too; opened again, nobody would ever close it.
    if (this.#isClosed) return;
    this.#continuity.lost();
    this.#current = this.#open();
    this.#current.catch(() => undefined);
  }

  async #open(): Promise<EventStream<unknown>> {
    const backend = await this.#parts.backend();
    const stream = backend.follow(this.#continuity.request());
    const position =
      stream instanceof RemoteStream ? (await stream.opened).position : await backend.position();
    this.#continuity.opened(position);
    return stream;
  }
}

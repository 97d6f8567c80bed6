/*
 * What a guest follows, beyond the life of one owner. When the owner is lost it is opened again with whoever takes its
 * place. A feed of changes goes on from the last place that it gave, out of the log, so that nothing is missing or
 * doubled; where that cannot be, it says `Lagged`.
 */

import type { DatabaseBackend } from '../database-backend.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { EventStream } from '../live/event-stream.ts';
import type { FollowRequest } from '../live/follow-request.ts';
import type { ChangePosition } from '../transactions/change-log.ts';
import { RemoteStream } from './remote-stream.ts';

export interface LastingStreamParts {
  /** Whoever has the data, as soon as somebody has. */
  readonly backend: () => Promise<DatabaseBackend>;
  readonly isOpen: () => boolean;
  readonly onEnd: () => void;
}

export class LastingStream implements EventStream<unknown> {
  readonly #request: FollowRequest;
  readonly #parts: LastingStreamParts;
  /** Where the consumer is; `undefined` before anything is known. */
  #position: ChangePosition | undefined;
  /** Events that were given of the commit behind it. */
  #givenCount = 0;
  /** Events that come again and were given already. */
  #skipCount = 0;
  #current: Promise<EventStream<unknown>>;
  #isClosed = false;

  constructor(request: FollowRequest, parts: LastingStreamParts) {
    this.#request = request;
    this.#parts = parts;
    this.#position = request.after;
    this.#current = this.#open();
    // Whoever pulls gets the error; nobody may.
    this.#current.catch(() => undefined);
  }

  /** Nothing is here before it is pulled. */
  take(): undefined {
    return undefined;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    while (!this.#isClosed && this.#parts.isOpen()) {
      try {
        const result = await (await this.#current).next();
        // Nothing that is followed ends by itself: an owner that ends it is going away.
        if (result.done === true) await this.#openAgain();
        else if (this.#isNew(result.value)) return result;
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
    this.#current.then((stream) => stream.close()).catch(() => undefined);
    this.#parts.onEnd();
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    return { next: () => this.next(), return: () => this.return() };
  }

  /** Notes where the consumer is with an event; false for one that it was given before the owner was lost. */
  #isNew(event: unknown): boolean {
    const position = positionOf(event);
    if (position === undefined) return true;
    if (this.#skipCount > 0 && !isLagged(event)) {
      this.#skipCount -= 1;
      return false;
    }
    this.#skipCount = 0;
    if (endsCommit(event)) {
      this.#position = position;
      this.#givenCount = 0;
    } else this.#givenCount += 1;
    return true;
  }

  async #openAgain(): Promise<void> {
    // The loss may be known here before it is known to whoever looks for a successor.
    await new Promise((resolve) => setTimeout(resolve, limits.takeoverPollMsMin));
    this.#skipCount = this.#givenCount;
    this.#current = this.#open();
    this.#current.catch(() => undefined);
  }

  async #open(): Promise<EventStream<unknown>> {
    const backend = await this.#parts.backend();
    const after = this.#position;
    const stream = backend.follow({ ...this.#request, ...(after === undefined ? {} : { after }) });
    if (stream instanceof RemoteStream) {
      const { position } = await stream.opened;
      this.#position ??= position;
    } else this.#position ??= await backend.position();
    return stream;
  }
}

function positionOf(event: unknown): ChangePosition | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  if (!('epoch' in event) || !('lsn' in event)) return undefined;
  const { epoch, lsn } = event;
  return typeof epoch === 'number' && typeof lsn === 'number' ? { epoch, lsn } : undefined;
}

function isLagged(event: unknown): boolean {
  return typeof event === 'object' && event !== null && !('endsCommit' in event);
}

function endsCommit(event: unknown): boolean {
  if (typeof event !== 'object' || event === null || !('endsCommit' in event)) return true;
  return event.endsCommit === true;
}

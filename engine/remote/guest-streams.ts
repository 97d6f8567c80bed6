/*
 * What one guest follows at its owner. Events are pulled: a pull waits until there is an event, then takes what else is
 * there, up to a message. What the guest does not pull waits in the stream, which bounds it by its own means.
 */
import { WireError } from '#contract';
import type { JsonValue } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { EventStream } from '../live/event-stream.ts';
import { roughBytes } from './value-parts.ts';

/** The events of one pull: several, or one that is large. */
export type PulledEvents = {
  readonly value: JsonValue;
  readonly done: boolean;
};

export class GuestStreams {
  readonly #streams = new Map<number, EventStream<unknown>>();
  #lastStream = 0;

  /** @throws AuroraError `LimitExceeded` */
  add(open: () => EventStream<unknown>): number {
    if (this.#streams.size >= limits.guestStreamsMax) {
      throw new AuroraError(
        'LimitExceeded',
        `This process follows ${limits.guestStreamsMax} things already, and no more fit.`,
        { hint: 'Close streams that are not read any more.' },
      );
    }
    this.#lastStream += 1;
    this.#streams.set(this.#lastStream, open());
    return this.#lastStream;
  }

  /** @throws what ended the stream */
  async next(stream: number): Promise<PulledEvents> {
    const open = this.#streams.get(stream);
    if (open === undefined) {
      throw new WireError({
        code: 'CursorNotFound',
        message: 'The stream is not open any more.',
        hint: 'Open it again.',
      });
    }
    try {
      const first = await open.next();
      if (first.done !== true) return { value: gather(open, first.value), done: false };
    } catch (error) {
      this.close(stream);
      throw error;
    }
    this.#streams.delete(stream);
    return { value: { events: [] }, done: true };
  }

  close(stream: number): void {
    this.#streams.get(stream)?.close();
    this.#streams.delete(stream);
  }

  closeAll(): void {
    for (const stream of [...this.#streams.keys()]) this.close(stream);
  }
}

function gather(stream: EventStream<unknown>, first: unknown): JsonValue {
  let bytes = roughBytes(first);
  if (bytes >= limits.remoteBatchBytesMax) return plain({ event: first });
  const events = [first];
  while (bytes < limits.remoteBatchBytesMax && events.length < limits.remoteBatchRowsMax) {
    const event = stream.take();
    if (event === undefined) break;
    events.push(event);
    bytes += roughBytes(event);
  }
  return plain({ events });
}

/** What streams give is JSON already; its types are narrower than the type of JSON values. */
function plain(value: unknown): JsonValue {
  return value as JsonValue;
}

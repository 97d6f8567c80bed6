/*
 * How events leave the engine: as an async iterable that is pulled. Nothing is pushed at a consumer, so whatever makes
 * the events decides what becomes of those that are not taken in time: a change feed counts them, a live query lets
 * them collapse. A stream holds no event itself.
 */
import { AuroraError } from '../errors.ts';

/**
 * Events in order. Leaving a `for await` loop ends the stream, and so does `close`; it also ends when its database is
 * closed. Only one consumer may pull at a time.
 */
export interface EventStream<Event> extends AsyncIterable<Event> {
  /** The next event, as soon as there is one; `done` when the stream has ended. @throws AuroraError what ended it */
  next(): Promise<IteratorResult<Event, undefined>>;
  /** The next event if it is there already. */
  take(): Event | undefined;
  /** Ends the stream; events that were not taken are dropped. May be called again. */
  close(): void;
}

/** Ends a stream with its signal. */
export function untilAborted<Event>(
  stream: EventStream<Event>,
  signal: AbortSignal | undefined,
): EventStream<Event> {
  if (signal?.aborted === true) stream.close();
  else signal?.addEventListener('abort', () => stream.close(), { once: true });
  return stream;
}

/** A stream as those hold it who decide when it ends. */
export interface EndableStream<Event> extends EventStream<Event> {
  /** Ends the stream behind the events that are there; with an error, the consumer gets it once. */
  finish(error?: unknown): void;
  /** Calls the listener once, when nothing will come any more. */
  onClosed(listener: (stream: EndableStream<Event>) => void): void;
}

/** Whatever makes the events of one stream. */
export interface EventSource<Event> {
  /** The next event; `undefined` when there is none at the moment. */
  take(): Event | undefined;
  /** Nothing more is wanted: what is there may still be taken. */
  stop(): void;
  /** Called once when the stream has ended, from whichever side. */
  ended(): void;
}

/** Resolves what a consumer waits for; with a rejected promise where the stream fails. */
type Waiting<Event> = (
  result: IteratorResult<Event, undefined> | Promise<IteratorResult<Event, undefined>>,
) => void;

export class SourceStream<Event> implements EndableStream<Event> {
  readonly #source: EventSource<Event>;
  #waiting: Waiting<Event> | undefined;
  /** What comes after the events that are still there. */
  #end: { readonly error: unknown } | undefined;
  #isClosed = false;
  #onClosed: ((stream: EndableStream<Event>) => void) | undefined;

  constructor(source: EventSource<Event>) {
    this.#source = source;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  onClosed(listener: (stream: EndableStream<Event>) => void): void {
    this.#onClosed = listener;
  }

  /** The source may have an event now. */
  wake(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    this.#give(waiting);
  }

  finish(error?: unknown): void {
    if (this.#end !== undefined || this.#isClosed) return;
    this.#end = { error };
    this.#source.stop();
    this.wake();
  }

  take(): Event | undefined {
    return this.#isClosed || this.#waiting !== undefined ? undefined : this.#source.take();
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    if (this.#waiting !== undefined) {
      return Promise.reject(
        new AuroraError('InvalidOption', 'A stream of events has one consumer at a time.'),
      );
    }
    return new Promise((resolve) => this.#give(resolve));
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#source.ended();
    this.#onClosed?.(this);
    waiting?.({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    return this;
  }

  #give(waiting: Waiting<Event>): void {
    const event = this.#isClosed ? undefined : this.#source.take();
    if (event !== undefined) {
      waiting({ done: false, value: event });
      return;
    }
    if (this.#end === undefined && !this.#isClosed) {
      this.#waiting = waiting;
      return;
    }
    const error = this.#end?.error;
    this.#end = { error: undefined };
    this.close();
    waiting(error === undefined ? { done: true, value: undefined } : Promise.reject(error));
  }
}

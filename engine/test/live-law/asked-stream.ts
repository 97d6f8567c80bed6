import type { EventStream } from '#engine';

/** Asks a stream for its next event, and gives it when it is there. What ended the stream is thrown then. */
export class AskedStream<Event> {
  readonly #stream: EventStream<Event>;
  #answer: { readonly event: Event | undefined } | { readonly error: unknown } | undefined;

  constructor(stream: EventStream<Event>) {
    this.#stream = stream;
    this.#ask();
  }

  take(): Event | undefined {
    const answer = this.#answer;
    if (answer === undefined) return undefined;
    if ('error' in answer) throw answer.error;
    this.#answer = undefined;
    if (answer.event !== undefined) this.#ask();
    return answer.event;
  }

  close(): void {
    this.#stream.close();
  }

  #ask(): void {
    this.#stream.next().then(
      ({ value: event }) => {
        this.#answer = { event };
      },
      (error: unknown) => {
        this.#answer = { error };
      },
    );
  }
}

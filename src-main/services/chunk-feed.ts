/*
 * Bytes that a page sends, for a reader that takes them when it wants them. At most one chunk waits: a sender hears that
 * its chunk was taken, and sends the next one only then, so memory does not depend on how much there is.
 */
import { WireError } from '#contract';

export class ChunkFeed implements AsyncIterable<Uint8Array> {
  #waiting: { readonly chunk: Uint8Array; answer(isWanted: boolean): void } | undefined;
  #reader:
    | { resolve(result: IteratorResult<Uint8Array>): void; reject(error: unknown): void }
    | undefined;
  /** No chunk comes any more. */
  #isEnded = false;
  /** Nobody reads any more. */
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;

  /**
   * Resolves when the chunk was taken, or with false when nobody wants it.
   * @throws WireError `InvalidParams` while another one waits, or after the last one
   */
  send(chunk: Uint8Array, { isLast }: { readonly isLast: boolean }): Promise<boolean> {
    if (this.#isOver) return Promise.resolve(false);
    if (this.#isEnded || this.#waiting !== undefined) throw outOfTurn();
    if (isLast) this.#isEnded = true;
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      reader.resolve({ done: false, value: chunk });
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      this.#waiting = { chunk, answer: resolve };
    });
  }

  /** Ends the reading with an error, at once. */
  fail(error: unknown): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#failure = { error };
    else reader.reject(error);
    this.end();
  }

  /** Nobody reads any more: who waits is told so. */
  end(): void {
    this.#isOver = true;
    this.#waiting?.answer(false);
    this.#waiting = undefined;
    this.#reader?.resolve({ done: true, value: undefined });
    this.#reader = undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.end();
        return { done: true, value: undefined };
      },
    };
  }

  #next(): Promise<IteratorResult<Uint8Array>> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) return Promise.reject(failure.error);
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting.answer(true);
      return Promise.resolve({ done: false, value: waiting.chunk });
    }
    if (this.#isEnded || this.#isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }
}

function outOfTurn(): WireError {
  return new WireError({
    code: 'InvalidParams',
    message: 'A chunk came while another one waited, or after the last one.',
    hint: 'Send each chunk when the one before was answered.',
  });
}

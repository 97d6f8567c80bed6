/*
 * What a command sees of the process it runs in. A reader that goes away (`aurora exec … | head`) and Ctrl+C both
 * abort the one signal that every command hands to the engine, so there is one way to stop.
 */
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

export interface Terminal {
  readonly input: AsyncIterable<Uint8Array>;
  /** True when people read the output. */
  readonly isInteractive: boolean;
  /** True when people see what is written beside the output: there progress is told. */
  readonly isErrorInteractive: boolean;
  /** Aborted by Ctrl+C, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** True after the reader of the output went away; there is nobody left to tell anything. */
  readonly isOutputClosed: boolean;
  /** Why the output takes no more, when that is not its reader's wish: a full disk, for example. */
  readonly outputFailure: Error | undefined;
  /** Resolves when the output takes more, so that a slow reader slows the query down. */
  write(text: string): Promise<void>;
  writeError(text: string): void;
}

export interface ProcessStreams {
  readonly input: Readable;
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly errors: Writable & { readonly isTTY?: boolean };
}

/** The terminal of a process. Only one may exist for the same streams. */
export class ProcessTerminal implements Terminal {
  readonly #streams: ProcessStreams;
  readonly #controller = new AbortController();
  #isOutputClosed = false;
  #outputFailure: Error | undefined;

  constructor(streams: ProcessStreams) {
    this.#streams = streams;
    streams.output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') this.#isOutputClosed = true;
      else this.#outputFailure ??= error;
      this.#controller.abort(error);
    });
    // When nobody reads the errors either, they are lost; that is no reason to die of it.
    streams.errors.on('error', (error) => this.#controller.abort(error));
  }

  get input(): AsyncIterable<Uint8Array> {
    return this.#streams.input;
  }

  get isInteractive(): boolean {
    return this.#streams.output.isTTY === true;
  }

  get isErrorInteractive(): boolean {
    return this.#streams.errors.isTTY === true;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isOutputClosed(): boolean {
    return this.#isOutputClosed;
  }

  get outputFailure(): Error | undefined {
    return this.#outputFailure;
  }

  /** What Ctrl+C does the first time; the second time the process ends at once. */
  interrupt(): void {
    this.#controller.abort(new Error('Interrupted by the keyboard.'));
  }

  async write(text: string): Promise<void> {
    if (this.#isOutputClosed || this.#outputFailure !== undefined || text === '') return;
    if (this.#streams.output.write(text)) return;
    try {
      await once(this.#streams.output, 'drain', { signal: this.signal });
    } catch (error) {
      // The command notices the signal at its next step, and closes what it has open.
      if (!this.signal.aborted) throw error;
    }
  }

  writeError(text: string): void {
    this.#streams.errors.write(text);
  }
}

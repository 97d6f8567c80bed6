import type { Terminal } from './terminal.ts';

/** One line that tells people how far a long command is, and is gone when the command is done. */
export class ProgressLine {
  readonly #terminal: Terminal;
  #shownMs = Number.NEGATIVE_INFINITY;
  #isShown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows the text instead of the last one, at most ten times a second; nothing where nobody watches. */
  show(text: string): void {
    const nowMs = performance.now();
    if (!this.#terminal.isErrorInteractive || nowMs - this.#shownMs < 100) return;
    this.#shownMs = nowMs;
    this.#isShown = true;
    this.#terminal.writeError(`\r\x1b[K${text}`);
  }

  clear(): void {
    if (this.#isShown) this.#terminal.writeError('\r\x1b[K');
    this.#isShown = false;
  }
}

import type { RunHead, RunPart } from '#engine';
import type { ResultWriter } from './result-writer.ts';
import { rowDocuments } from './row-documents.ts';
import type { Terminal } from './terminal.ts';

/** One JSON object a line for each row of each result; what statements say besides goes to the error output. */
export class NdjsonResultWriter implements ResultWriter {
  readonly #terminal: Terminal;
  #head: RunHead | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  async write(part: RunPart): Promise<void> {
    if (part.kind === 'head') this.#head = part;
    if (part.kind === 'summary' && part.message !== undefined) {
      this.#terminal.writeError(`${part.message}\n`);
    }
    if (part.kind !== 'rows' || this.#head === undefined) return;
    let text = '';
    for (const document of rowDocuments(this.#head, part)) text += `${JSON.stringify(document)}\n`;
    await this.#terminal.write(text);
  }

  /** Lines need nothing after them. */
  async end(): Promise<void> {
    this.#head = undefined;
  }
}

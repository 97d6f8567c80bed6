/*
 * One JSON object for a whole run, written while the run goes on:
 *
 *     {"results":[{"kind":"query","title":"films","rows":[{…},{…}],"rowCount":2,"elapsedMs":3.1}],
 *      "errors":[{"code":"UnknownField","message":"…","line":3,"column":14}]}
 *
 * `errors` is there only when something failed. The output is complete JSON even then.
 */
import type { RunFailure, RunHead, RunPart } from '#engine';
import { errorEntries } from './error-entries.ts';
import type { SourceText } from './error-text.ts';
import type { ResultWriter } from './result-writer.ts';
import { rowDocuments } from './row-documents.ts';
import type { Terminal } from './terminal.ts';

export class JsonResultWriter implements ResultWriter {
  readonly #terminal: Terminal;
  readonly #source: SourceText;
  #head: RunHead | undefined;
  #resultCount = 0;
  #rowCount = 0;
  #isBegun = false;
  #failure: RunFailure | undefined;

  constructor(terminal: Terminal, source: SourceText) {
    this.#terminal = terminal;
    this.#source = source;
  }

  async write(part: RunPart): Promise<void> {
    switch (part.kind) {
      case 'head':
        await this.#begin(part);
        return;
      case 'rows': {
        if (this.#head === undefined) return;
        let text = '';
        for (const document of rowDocuments(this.#head, part)) {
          text += `${this.#rowCount === 0 ? '\n' : ',\n'}${JSON.stringify(document)}`;
          this.#rowCount += 1;
        }
        await this.#terminal.write(text);
        return;
      }
      case 'summary': {
        const { rowCount, elapsedMs, message } = part;
        const facts = JSON.stringify({ rowCount, elapsedMs, message }).slice(1);
        this.#head = undefined;
        await this.#terminal.write(`],${facts}`);
        return;
      }
      case 'failed':
        this.#failure = part;
    }
  }

  async end(): Promise<void> {
    const start = this.#isBegun ? '' : '{"results":[';
    const open = this.#head === undefined ? '' : ']}';
    const errors =
      this.#failure === undefined
        ? ''
        : `,"errors":${JSON.stringify(errorEntries(this.#failure.error, this.#source, this.#failure.span))}`;
    await this.#terminal.write(`${start}${open}]${errors}}\n`);
  }

  async #begin(head: RunHead): Promise<void> {
    const start = this.#isBegun ? '' : '{"results":[';
    const comma = this.#resultCount === 0 ? '\n' : ',\n';
    const { statementKind: kind, title, collection } = head;
    const facts = JSON.stringify({ kind, title, collection }).slice(0, -1);
    this.#isBegun = true;
    this.#head = head;
    this.#resultCount += 1;
    this.#rowCount = 0;
    await this.#terminal.write(`${start}${comma}${facts},"rows":[`);
  }
}

/*
 * `aurora shell`: AQL line by line. A text runs when it is whole, or at an empty line; words that begin with a dot are
 * the shell's own. Ctrl+C takes back what was typed or cancels what runs, and the database stays open.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Aurora, type Database } from '#engine';
import { countText } from './count-text.ts';
import { describeError } from './error-text.ts';
import { createResultWriter, type ResultFormat, resultFormats } from './result-writer.ts';
import { completeLine } from './shell-completion.ts';
import { readHistory, writeHistory } from './shell-history.ts';
import { isComplete } from './statement-text.ts';
import type { Terminal } from './terminal.ts';
import { isSubscription, writeEvents } from './write-events.ts';
import { writeRun } from './write-run.ts';

export interface ShellOptions {
  readonly readOnly?: boolean;
  readonly format?: ResultFormat;
  /** Where what was typed is kept; false to keep nothing. */
  readonly history?: string | boolean;
}

export interface ShellStreams {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
}

const prompts = { first: 'aurora> ', more: '     -> ' } as const;
const help = `A text of AQL runs when its brackets are closed, or at an empty line; a subscription until Ctrl+C.
  .collections          names and counts
  .schema [collection]  fields and their types
  .format table|json|ndjson
  .help
  .quit                 or Ctrl+D
Tab completes, Up and Down go through what was typed before, Ctrl+C takes back or cancels.
`;

export async function runShell(
  terminal: Terminal,
  streams: ShellStreams,
  databasePath: string,
  options: ShellOptions,
): Promise<number> {
  const readOnly = options.readOnly ?? false;
  const db = await Aurora.open({ dbPath: databasePath, create: false, readOnly });
  try {
    await new Shell(terminal, db, options).talk(streams);
    return 0;
  } finally {
    await db.close();
  }
}

class Shell {
  readonly #terminal: Terminal;
  readonly #db: Database;
  readonly #historyFile: string | undefined;
  #format: ResultFormat;
  /** Lines of a text that is not whole yet. */
  #lines: string[] = [];
  #entries: string[];
  #running: AbortController | undefined;

  constructor(terminal: Terminal, db: Database, { format, history }: ShellOptions) {
    this.#terminal = terminal;
    this.#db = db;
    this.#format = format ?? 'table';
    this.#historyFile =
      history === false
        ? undefined
        : typeof history === 'string'
          ? history
          : join(homedir(), '.aurora_history');
    this.#entries = this.#historyFile === undefined ? [] : readHistory(this.#historyFile);
  }

  /** Reads lines until there are no more, or a person has had enough. */
  async talk({ input, output }: ShellStreams): Promise<void> {
    const isTerminal = input.isTTY === true;
    const lines = createInterface({
      input,
      output,
      terminal: isTerminal,
      history: [...this.#entries],
      completer: (line: string) => this.#complete(line),
    });
    lines.on('history', (entries: string[]) => {
      this.#entries = entries;
    });
    lines.on('SIGINT', () => this.#interrupt(lines));
    let isClosed = false;
    lines.once('close', () => {
      isClosed = true;
    });
    const ask = (prompt: string) => {
      if (!isTerminal || isClosed) return;
      lines.setPrompt(prompt);
      lines.prompt();
    };
    const stop = () => lines.close();
    this.#terminal.signal.addEventListener('abort', stop);
    try {
      if (isTerminal) await this.#greet();
      ask(prompts.first);
      for await (const line of lines) {
        if ((await this.#take(line)) === 'quit') break;
        ask(this.#lines.length === 0 ? prompts.first : prompts.more);
      }
      if (this.#lines.length > 0 && !isTerminal) await this.#run(this.#lines.join('\n'));
    } finally {
      this.#terminal.signal.removeEventListener('abort', stop);
      lines.close();
      if (isTerminal && this.#historyFile !== undefined) {
        writeHistory(this.#historyFile, this.#entries);
      }
    }
  }

  async #greet(): Promise<void> {
    const count = this.#db.catalog().collections.filter(({ name }) => !name.startsWith('_')).length;
    await this.#terminal.write(
      `${this.#db.path}: ${countText(count, 'collection')}. ".help" tells what can be typed here.\n`,
    );
  }

  #interrupt(lines: Interface): void {
    if (this.#running !== undefined) {
      this.#running.abort(new Error('Interrupted by the keyboard.'));
      return;
    }
    this.#lines = [];
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    this.#terminal.writeError('\n');
    lines.setPrompt(prompts.first);
    lines.prompt();
  }

  #complete(line: string): [string[], string] {
    const [words, typed] = line.startsWith('.')
      ? [['.collections', '.schema ', '.format ', '.help', '.quit'], line]
      : completeLine([...this.#lines, line].join('\n'), this.#db.catalog());
    return [words.filter((word) => line.startsWith('.') === word.startsWith('.')), typed];
  }

  async #take(line: string): Promise<'quit' | undefined> {
    if (this.#lines.length === 0 && line.trim() === '') return undefined;
    if (this.#lines.length === 0 && line.trim().startsWith('.')) return this.#command(line.trim());
    this.#lines.push(line);
    const text = this.#lines.join('\n');
    if (line.trim() !== '' && !isComplete(text)) return undefined;
    this.#rememberAsOne(text);
    this.#lines = [];
    await this.#run(text);
    return undefined;
  }

  /** The lines of a text become one entry, which can be called up as a whole. */
  #rememberAsOne(text: string): void {
    const count = this.#lines.filter((line) => line.trim() !== '').length;
    if (count < 2 || text.includes('#') || text.includes('"""')) return;
    this.#entries.splice(0, count, text.replaceAll(/\s*\n\s*/g, ' ').trim());
  }

  async #run(text: string): Promise<void> {
    const source = { name: 'shell', text };
    const controller = new AbortController();
    this.#running = controller;
    const signal = AbortSignal.any([controller.signal, this.#terminal.signal]);
    try {
      if (isSubscription(this.#db, text)) {
        await writeEvents(this.#terminal, this.#db, source, { signal });
        return;
      }
      const writer = createResultWriter(this.#format, this.#terminal, source);
      const failure = await writeRun(writer, signal, () => this.#db.run(text, { signal }));
      if (failure !== undefined) {
        this.#terminal.writeError(describeError(failure.error, source, failure.span));
      }
    } finally {
      this.#running = undefined;
    }
  }

  async #command(line: string): Promise<'quit' | undefined> {
    const [name = '', argument = ''] = line.split(/\s+/);
    switch (name) {
      case '.quit':
      case '.exit':
        return 'quit';
      case '.help':
        await this.#terminal.write(help);
        return undefined;
      case '.collections':
        await this.#run(
          '{ _collections(orderBy: { name: ASC }) { name document_count field_count index_count } }',
        );
        return undefined;
      case '.schema':
        await this.#run(
          argument === ''
            ? '{ _fields(orderBy: [{ collection: ASC }]) { collection name type required indexed unique references } }'
            : `{ _fields(where: { collection: { eq: ${JSON.stringify(argument)} } }) { name type required indexed unique references } }`,
        );
        return undefined;
      case '.format':
        return this.#setFormat(argument);
      default:
        this.#terminal.writeError(`There is no "${name}". ".help" tells what there is.\n`);
        return undefined;
    }
  }

  #setFormat(name: string): undefined {
    const format = resultFormats.find((each) => each === name);
    if (format === undefined) {
      this.#terminal.writeError(`A format is one of ${resultFormats.join(', ')}.\n`);
    } else this.#format = format;
    return undefined;
  }
}

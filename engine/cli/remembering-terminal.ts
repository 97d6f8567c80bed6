/* The command line within a test: what a command wrote is remembered. */
import { runCommandLine } from './program.ts';
import type { Terminal } from './terminal.ts';

export interface CommandOutcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** A terminal that remembers what was written to it. */
export class RememberingTerminal implements Terminal {
  readonly input: AsyncIterable<Uint8Array>;
  readonly isInteractive: boolean;
  readonly isErrorInteractive: boolean;
  readonly signal: AbortSignal;
  readonly isOutputClosed = false;
  readonly outputFailure = undefined;
  output = '';
  errors = '';
  readonly #onWrite: (text: string) => void;

  /** `input`: what is typed or piped into it; interactive are neither output nor errors unless told. */
  constructor({
    input = '',
    isInteractive = false,
    isErrorInteractive = false,
    signal = new AbortController().signal,
    onWrite = () => undefined,
  }: CommandCircumstances = {}) {
    this.input = typeof input === 'string' ? bytesOf(input) : input;
    this.isInteractive = isInteractive;
    this.isErrorInteractive = isErrorInteractive;
    this.signal = signal;
    this.#onWrite = onWrite;
  }

  async write(text: string): Promise<void> {
    this.output += text;
    this.#onWrite(text);
  }

  writeError(text: string): void {
    this.errors += text;
  }
}

export interface CommandCircumstances
  extends Partial<Pick<Terminal, 'isInteractive' | 'isErrorInteractive' | 'signal'>> {
  readonly input?: string | AsyncIterable<Uint8Array>;
  readonly onWrite?: (text: string) => void;
}

/** Runs a command line of `aurora` within this process, and gives what it wrote. */
export async function runAurora(
  words: readonly string[],
  circumstances: CommandCircumstances = {},
): Promise<CommandOutcome> {
  const terminal = new RememberingTerminal(circumstances);
  const code = await runCommandLine(words, terminal);
  const { output, errors } = terminal;
  return { code, output, errors };
}

async function* bytesOf(text: string) {
  if (text !== '') yield new TextEncoder().encode(text);
}

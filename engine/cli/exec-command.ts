import { readFile } from 'node:fs/promises';
import {
  Aurora,
  AuroraError,
  type JsonValue,
  type Run,
  type RunFailure,
  type RunPart,
} from '#engine';
import { describeError, type SourceText } from './error-text.ts';
import { createResultWriter, type ResultFormat, type ResultWriter } from './result-writer.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface ExecOptions {
  readonly query?: string;
  readonly variables?: string;
  readonly format?: ResultFormat;
}

const rowsPerPull = 1_000;

/** `aurora exec`: runs a text statement by statement and writes results while they come. */
export async function runExec(
  terminal: Terminal,
  databasePath: string,
  file: string | undefined,
  options: ExecOptions,
): Promise<number> {
  const variables = parseVariables(options.variables);
  const source = await readSource(terminal, file, options.query);
  const db = await Aurora.open({ dbPath: databasePath });
  try {
    const format = options.format ?? (terminal.isInteractive ? 'table' : 'json');
    const writer = createResultWriter(format, terminal, source);
    const failure = await writeRun(terminal, writer, () =>
      db.run(source.text, { variables, signal: terminal.signal }),
    );
    // A reader that has seen enough cancels the run, which is no failure.
    if (failure === undefined || terminal.isOutputClosed) return 0;
    // What the signal stopped is told once, with its reason, by whoever runs the command.
    if (terminal.outputFailure !== undefined) return 1;
    terminal.writeError(describeError(failure.error, source, failure.span));
    return 1;
  } finally {
    await db.close();
  }
}

/** Pulls a run to its end and writes its parts; gives what it failed with. */
async function writeRun(
  terminal: Terminal,
  writer: ResultWriter,
  start: () => Run,
): Promise<RunFailure | undefined> {
  let failure: RunFailure | undefined;
  for await (const part of partsOf(start, terminal.signal)) {
    if (part.kind === 'failed') failure = part;
    await writer.write(part);
  }
  await writer.end();
  return failure;
}

/** The parts of a run. A text that is wrong, and a cancellation, end it with a part like any other failure. */
async function* partsOf(start: () => Run, signal: AbortSignal): AsyncGenerator<RunPart> {
  let run: Run;
  try {
    run = start();
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    yield { kind: 'failed', error };
    return;
  }
  try {
    for (let isDone = false; !isDone; ) {
      const pulled = await run.next(rowsPerPull);
      yield* pulled.parts;
      isDone = pulled.done;
      if (!signal.aborted || isDone) continue;
      yield { kind: 'failed', error: cancelled(signal) };
      return;
    }
  } finally {
    await run.close();
  }
}

function cancelled(signal: AbortSignal): AuroraError {
  return new AuroraError('Cancelled', 'The run was cancelled.', { cause: signal.reason });
}

function parseVariables(text: string | undefined): Readonly<Record<string, JsonValue>> {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw notVariables(reason);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw notVariables('it is no object');
  }
  return value as Readonly<Record<string, JsonValue>>;
}

function notVariables(reason: string): UsageError {
  return new UsageError(`--variables must be a JSON object such as '{"min": 25}': ${reason}.`);
}

async function readSource(
  terminal: Terminal,
  file: string | undefined,
  query: string | undefined,
): Promise<SourceText> {
  if ((file === undefined) === (query === undefined)) {
    throw new UsageError('Give either a file (- for the standard input) or a text with -q.');
  }
  if (query !== undefined) return { name: '-q', text: query };
  if (file === '-' || file === undefined) {
    return { name: 'standard input', text: await readAll(terminal.input) };
  }
  try {
    return { name: file, text: await readFile(file, 'utf8') };
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): Error {
  return new Error(`The file "${file}" cannot be read.`, { cause });
}

async function readAll(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

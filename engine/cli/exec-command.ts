import { readFile } from 'node:fs/promises';
import { Aurora, type JsonValue } from '#engine';
import { describeError, type SourceText } from './error-text.ts';
import { createResultWriter, type ResultFormat } from './result-writer.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { isSubscription, writeEvents } from './write-events.ts';
import { writeRun } from './write-run.ts';

export interface ExecOptions {
  readonly query?: string;
  readonly variables?: string;
  readonly format?: ResultFormat;
  /** How many events of a subscription are waited for. */
  readonly limit?: number;
  /** Seconds that the statements may take together, or a subscription is followed. */
  readonly timeout?: number;
}

/**
 * `aurora exec`: runs a text statement by statement and writes results while they come. A subscription is followed, with a
 * line of JSON for each event whatever the format, as nobody knows which will be the last one.
 */
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
    const { timeout } = options;
    const signal =
      timeout === undefined
        ? terminal.signal
        : AbortSignal.any([terminal.signal, AbortSignal.timeout(Math.ceil(timeout * 1_000))]);
    if (isSubscription(db, source.text)) {
      return await writeEvents(terminal, db, source, {
        variables,
        signal,
        eventsMax: options.limit,
      });
    }
    if (options.limit !== undefined) {
      throw new UsageError('--limit counts events of a subscription; a query says its own limit.');
    }
    const format = options.format ?? (terminal.isInteractive ? 'table' : 'json');
    const writer = createResultWriter(format, terminal, source);
    const failure = await writeRun(writer, signal, () =>
      db.run(source.text, { variables, signal }),
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

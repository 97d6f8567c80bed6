import { AuroraError } from '#engine';
import { errorEntries } from './error-entries.ts';
import { describeError, type SourceOf, type SourceText } from './error-text.ts';
import type { Terminal } from './terminal.ts';

/**
 * Tells what the engine has refused: with the place in its text, and as `{"errors":[…]}` where JSON is asked for. Gives
 * the exit code. What is no such failure, or has nobody left to be told to, is thrown again.
 */
export async function tellError(
  terminal: Terminal,
  error: unknown,
  { json, source }: { readonly json: boolean; readonly source?: SourceText | SourceOf | undefined },
): Promise<number> {
  const isHeard = !terminal.isOutputClosed && terminal.outputFailure === undefined;
  if (!(error instanceof AuroraError) || !isHeard) throw error;
  if (json) await terminal.write(`${JSON.stringify({ errors: errorEntries(error, source) })}\n`);
  terminal.writeError(describeError(error, source));
  return 1;
}

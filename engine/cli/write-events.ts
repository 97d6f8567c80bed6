import type { Database, JsonValue } from '#engine';
import { describeError, type SourceText } from './error-text.ts';
import type { Terminal } from './terminal.ts';

export interface WriteEventsOptions {
  readonly variables?: Readonly<Record<string, JsonValue>>;
  /** Ends it, which is no failure. */
  readonly signal: AbortSignal;
  /** How many events are waited for; all that come unless told. */
  readonly eventsMax?: number | undefined;
}

/** True for a text that is followed, not run: its only statement is a subscription. */
export function isSubscription(db: Database, text: string): boolean {
  const { statements } = db.check(text);
  return statements.length === 1 && statements[0]?.kind === 'subscription';
}

/** Follows a subscription and writes a line of JSON for each event; gives the exit code. */
export async function writeEvents(
  terminal: Terminal,
  db: Database,
  source: SourceText,
  { variables = {}, signal, eventsMax = Number.POSITIVE_INFINITY }: WriteEventsOptions,
): Promise<number> {
  if (signal.aborted) return 0;
  try {
    // Says what is wrong with the text also where another process has the data.
    db.prepare(source.text);
    const events = db.stream(source.text, { variables, signal });
    let eventCount = 0;
    if (terminal.isErrorInteractive) terminal.writeError('Waiting for changes; Ctrl+C ends it.\n');
    for await (const event of events) {
      await terminal.write(`${JSON.stringify(event)}\n`);
      eventCount += 1;
      if (eventCount >= eventsMax || signal.aborted) break;
    }
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    terminal.writeError(describeError(error, source));
    return 1;
  }
}

import type { Caller } from './caller.ts';
import type { CancelSignal } from './cancel-signal.ts';
import type { Params, Result } from './methods.ts';
import { WireError } from './wire-error.ts';
import type { ResultPart } from './wire-types.ts';

/*
 * Reads a run by pulling. Three `query.next` calls are under way at a time: measured, one at a time costs 1.6 to 1.9
 * times the wall clock, and more than three gain nothing. The host produces only what was asked for, so a reader that
 * stops taking parts stops the run at most three batches further on.
 */

export const pullsInFlight = 3;

export interface ReadRunOptions {
  /** Ends the run; the reader throws `Cancelled`. */
  readonly signal?: CancelSignal;
  /** Rows per pull at most; 1,000 when left out. */
  readonly rowsMax?: number;
}

/**
 * Opens a run and gives its parts in order. Leaving the loop early, aborting and failing all close the cursor.
 * @throws WireError of the host: all findings of a wrong text in one error, before the first part.
 */
export async function* readRun(
  caller: Caller,
  run: Params<'query.open'>,
  options: ReadRunOptions = {},
): AsyncGenerator<ResultPart, void, undefined> {
  const { signal, rowsMax = 1000 } = options;
  const cursor = await openRun(caller, run, signal);
  try {
    const pull = () => pullAhead(caller, { cursor, rowsMax }, signal);
    const ahead: Promise<Result<'query.next'>>[] = [];
    for (let isDone = false; !isDone; ) {
      while (ahead.length < pullsInFlight) ahead.push(pull());
      const { parts, done } = (await ahead.shift()) ?? { parts: [], done: true };
      for (const part of parts) {
        // Batches that arrived before the abort are not given after it.
        if (signal?.aborted === true) throw cancelled();
        yield part;
      }
      isDone = done;
    }
  } finally {
    closeRun(caller, cursor);
  }
}

/**
 * An open that is aborted on its way may still succeed on the host. Its cursor is then closed when the answer comes,
 * while the reader does not wait for it.
 */
async function openRun(
  caller: Caller,
  run: Params<'query.open'>,
  signal: CancelSignal | undefined,
): Promise<string> {
  if (signal?.aborted === true) throw cancelled();
  const opening = caller.call('query.open', run);
  if (signal === undefined) return (await opening).cursor;
  return await new Promise<string>((resolve, reject) => {
    const abort = () => reject(cancelled());
    signal.addEventListener('abort', abort);
    opening.then(
      ({ cursor }) => {
        signal.removeEventListener('abort', abort);
        if (signal.aborted) closeRun(caller, cursor);
        else resolve(cursor);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', abort);
        reject(error);
      },
    );
  });
}

function pullAhead(
  caller: Caller,
  params: Params<'query.next'>,
  signal: CancelSignal | undefined,
): Promise<Result<'query.next'>> {
  const pulled = caller.call('query.next', params, signal === undefined ? {} : { signal });
  // Pulls that are still under way when the reader stops are rejected unseen; the others are awaited in the loop.
  pulled.catch(() => undefined);
  return pulled;
}

/** Closing can only fail because the channel is gone, and with it the host has closed the cursor. */
function closeRun(caller: Caller, cursor: string): void {
  caller.call('query.close', { cursor }).catch(() => undefined);
}

function cancelled(): WireError {
  return new WireError({ code: 'Cancelled', message: 'The run was cancelled.' });
}

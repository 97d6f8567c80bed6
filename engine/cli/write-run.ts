import { AuroraError, type Run, type RunFailure, type RunPart } from '#engine';
import type { ResultWriter } from './result-writer.ts';

const rowsPerPull = 1_000;

/** Pulls a run to its end and writes its parts; gives what it failed with. */
export async function writeRun(
  writer: ResultWriter,
  signal: AbortSignal,
  start: () => Run,
): Promise<RunFailure | undefined> {
  let failure: RunFailure | undefined;
  for await (const part of partsOf(start, signal)) {
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

function cancelled({ reason }: AbortSignal): AuroraError {
  if (reason instanceof Error && reason.name === 'TimeoutError') {
    return new AuroraError('Timeout', 'The run ran into its time limit.', { cause: reason });
  }
  return new AuroraError('Cancelled', 'The run was cancelled.', { cause: reason });
}

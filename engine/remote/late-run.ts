import { AuroraError } from '../errors.ts';
import type { Run, RunPart } from '../exec/run-part.ts';

/** A run that begins as soon as there is somebody to run it. What goes wrong with that is its only part. */
export class LateRun implements Run {
  readonly #start: () => Promise<Run>;
  #run: Promise<Run> | undefined;
  #isClosed = false;

  constructor(start: () => Promise<Run>) {
    this.#start = start;
  }

  async next(
    rowsMax: number,
  ): Promise<{ readonly parts: readonly RunPart[]; readonly done: boolean }> {
    if (this.#isClosed) return { parts: [], done: true };
    let run: Run;
    try {
      this.#run ??= this.#start();
      run = await this.#run;
    } catch (error) {
      if (!(error instanceof AuroraError)) throw error;
      this.#isClosed = true;
      return { parts: [{ kind: 'failed', error }], done: true };
    }
    return run.next(rowsMax);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const run = await this.#run?.catch(() => undefined);
    await run?.close();
  }
}

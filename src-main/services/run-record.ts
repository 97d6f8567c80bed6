import type { ResultPart } from '#contract';
import { AuroraError } from '#engine';
import type { Clock } from './clock.ts';
import type { RecordedRun } from './history-service.ts';

/** Follows one run for the history: how long the host worked on it, how many rows it gave, what went wrong. */
export class RunRecord {
  readonly #recorded: RecordedRun;
  readonly #clock: Clock;
  #elapsedMs = 0;
  #rowCount = 0;
  #message: string | undefined;

  constructor(recorded: RecordedRun, clock: Clock) {
    this.#recorded = recorded;
    this.#clock = clock;
  }

  /** Counts the time of a piece of work. */
  async time<Value>(work: () => Promise<Value>): Promise<Value> {
    const startedAt = this.#clock.now();
    try {
      return await work();
    } finally {
      this.#elapsedMs += this.#clock.now() - startedAt;
    }
  }

  take(parts: readonly ResultPart[]): void {
    for (const part of parts) {
      if (part.kind === 'rows') this.#rowCount += part.batch.rowCount;
      else if (part.kind === 'failed') this.#message = part.error.message;
    }
  }

  /** The run was read to its end. */
  done(): void {
    this.#end(this.#message === undefined ? 'done' : 'failed');
  }

  /** The page closed the run before its end. */
  stopped(): void {
    this.#end('stopped');
  }

  failed(error: unknown): void {
    const isCancelled = error instanceof AuroraError && error.code === 'Cancelled';
    if (isCancelled) this.#end('cancelled');
    else {
      this.#message = error instanceof Error ? error.message : String(error);
      this.#end('failed');
    }
  }

  #end(outcome: 'done' | 'stopped' | 'failed' | 'cancelled'): void {
    const message = this.#message;
    this.#recorded.end({
      outcome,
      elapsedMs: this.#elapsedMs,
      rowCount: this.#rowCount,
      ...(message === undefined ? {} : { message }),
    });
  }
}

/*
 * Compacts a database by itself, when that is worth it and nobody would notice. It looks every interval, and so
 * compacts at most as often; a database that is being written to is looked at again soon, until it rests:
 *
 *   opened ──interval──▶ look ── not at rest ──quiet──▶ look ── at rest, and worth it ──▶ compact ──interval──▶ look …
 *
 * It is the same online compaction that anybody may ask for, so readers and writers go on beside it.
 */
import type { Clock } from '../base/clock.ts';
import { AuroraError, type ErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import { readColdMark } from '../storage/cold-mode.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';

/** Calls back after a time unless it is ended first. */
type Later = (afterMs: number, action: () => void) => () => void;

export interface IdleCompactionOptions {
  readonly pipeline: CommitPipeline;
  readonly clock: Clock;
  /** The shortest time between two compactions, and between the opening and the first one. */
  readonly intervalMs: number;
  /** A timer that does not keep the process alive, unless told. */
  readonly later?: Later;
}

export interface IdleCompactionStats {
  readonly isRunning: boolean;
  readonly intervalMs: number;
  /** How often it has compacted since the database was opened. */
  readonly count: number;
  /** Why the last attempt changed nothing; null when it did, and before the first. */
  readonly failure: ErrorCode | null;
}

export class IdleCompaction {
  readonly #options: IdleCompactionOptions;
  readonly #closing = new AbortController();
  #endTimer: () => void;
  #running: Promise<void> | undefined;
  #count = 0;
  #failure: ErrorCode | null = null;

  constructor(options: IdleCompactionOptions) {
    this.#options = options;
    this.#endTimer = this.#later(options.intervalMs);
  }

  get stats(): IdleCompactionStats {
    return {
      isRunning: this.#running !== undefined,
      intervalMs: this.#options.intervalMs,
      count: this.#count,
      failure: this.#failure,
    };
  }

  /** Ends it; resolves when a compaction that runs has given up. */
  async close(): Promise<void> {
    this.#endTimer();
    this.#closing.abort();
    await this.#running;
  }

  #later(afterMs: number): () => void {
    return (this.#options.later ?? timer)(afterMs, () => this.#look());
  }

  #look(): void {
    const { pipeline, clock, intervalMs } = this.#options;
    if (clock.elapsed() - pipeline.lastCommitMs < limits.idleCompactionQuietMs) {
      this.#endTimer = this.#later(limits.idleCompactionQuietMs);
      return;
    }
    if (pipeline.readOnly || !isWorthwhile(pipeline)) {
      this.#endTimer = this.#later(intervalMs);
      return;
    }
    this.#running = this.#compact().finally(() => {
      this.#running = undefined;
      if (!this.#closing.signal.aborted) this.#endTimer = this.#later(intervalMs);
    });
  }

  async #compact(): Promise<void> {
    try {
      const { signal } = this.#closing;
      await this.#options.pipeline.maintenance.compact({ cause: 'idle', signal });
      this.#count += 1;
      this.#failure = null;
    } catch (error) {
      // Nothing has changed then; the figures say why, and it is tried again.
      if (!(error instanceof AuroraError)) throw error;
      this.#failure = error.code;
    }
  }
}

/** Whether enough of the file is free, or documents wait to be brought into the form of the cold mode. */
function isWorthwhile(pipeline: CommitPipeline): boolean {
  const { sizeBytes, usedBytes } = pipeline.maintenance.stats();
  const { mode, isApplied } = pipeline.maintenance.readStore(readColdMark);
  if (!isApplied) return true;
  const freeBytes = sizeBytes - usedBytes;
  const freeShareMin =
    mode === 'LowSpace' ? limits.idleCompactionLowSpaceShare : limits.idleCompactionShare;
  return freeBytes >= limits.idleCompactionBytesMin && freeBytes >= freeShareMin * sizeBytes;
}

function timer(afterMs: number, action: () => void): () => void {
  const timeout = setTimeout(action, afterMs).unref();
  return () => clearTimeout(timeout);
}

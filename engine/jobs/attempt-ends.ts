/*
 * Ends of attempts that could not be written. For what passes, such as a full disk, one is tried again after pauses that
 * grow up to a bound, until it is written: its handler has run, and only its end says so. Whoever stops the workers waits
 * for that up to a deadline; then each is tried a last time, and kept by the queue for the workers that start next in this
 * process. When the process ends before, its jobs are taken back as those that it was running.
 */
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { AttemptNotes, AttemptOutcome, JobQueue } from './job-queue.ts';
import type { StoredJob } from './job-store.ts';
import type { JobTimers } from './job-timers.ts';

/** How an attempt ended that is still to be written. */
export interface OwedEnd {
  readonly stored: StoredJob;
  readonly outcome: AttemptOutcome;
  readonly notes: AttemptNotes;
  /** How it ended instead, when its result cannot be stored. */
  readonly failed: (error: unknown) => AttemptOutcome;
}

/** What another moment may allow. */
const passing: ReadonlySet<string> = new Set(['DiskFull', 'LimitExceeded', 'WriteConflict']);
/** How often it is tried again after anything else. */
const triesMax = 5;

export class AttemptEnds {
  readonly #queue: JobQueue;
  readonly #timers: JobTimers;
  /** Ends the pauses of those that wait. */
  readonly #waking = new Set<() => void>();
  #isLate = false;

  constructor(queue: JobQueue, timers: JobTimers) {
    this.#queue = queue;
    this.#timers = timers;
  }

  /** Writes an end. @throws what keeps it from being written, at last */
  write(end: OwedEnd): Promise<unknown> {
    const { stored, outcome, notes } = end;
    return this.#queue
      .finish(stored, outcome, notes)
      .catch((error: unknown) => this.#writeAgain(end, error));
  }

  /** Begins to write what workers before have left. */
  writeOwed(): readonly Promise<unknown>[] {
    return this.#queue.takeOwed().map((end) => this.write(end));
  }

  /** Nobody waits any longer: what cannot be written now is left to the workers that start next. */
  giveUp(): void {
    this.#isLate = true;
    for (const wake of this.#waking) wake();
  }

  async #writeAgain(end: OwedEnd, refusal: unknown): Promise<unknown> {
    const { stored, outcome, notes } = end;
    let failure = refusal;
    let pauseMs: number = limits.jobEndRetryMs;
    for (let tries = 0; ; tries += 1) {
      if (outcome.kind === 'completed' && isOfDocument(failure)) {
        return this.write({ ...end, outcome: end.failed(failure) });
      }
      const mayPass = isPassing(failure);
      if (mayPass && this.#isLate) this.#queue.owe(end);
      if (this.#isLate || isClosed(failure) || (!mayPass && tries >= triesMax)) throw failure;
      await this.#pause(pauseMs);
      pauseMs = Math.min(2 * pauseMs, limits.jobEndRetryMsMax);
      try {
        return await this.#queue.finish(stored, outcome, notes);
      } catch (error) {
        failure = error;
      }
    }
  }

  async #pause(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        endTimer();
        this.#waking.delete(wake);
        resolve();
      };
      const endTimer = this.#timers.after(delayMs, wake);
      this.#waking.add(wake);
    });
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof AuroraError && passing.has(error.code) && !isOfDocument(error);
}

/** True when a document is beyond a bound; else the database has too much to do at the moment. */
function isOfDocument(error: unknown): boolean {
  const isLimit = error instanceof AuroraError && error.code === 'LimitExceeded';
  return isLimit && error.details['id'] !== undefined;
}

function isClosed(error: unknown): boolean {
  return error instanceof AuroraError && error.code === 'DatabaseClosed';
}

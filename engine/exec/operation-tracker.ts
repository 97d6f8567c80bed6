/*
 * What was asked of a database object and how it ended, for whoever wants to know: the audit log. Nothing is measured
 * or made while nobody does.
 */
import type { Clock } from '../base/clock.ts';
import { AuroraError, type ErrorCode } from '../errors.ts';
import type { CommitReport } from '../transactions/snapshot.ts';
import type { ExecEnvironment } from './environment.ts';
import { currentCaller } from './operation-caller.ts';

type OperationAction =
  | 'open'
  | 'close'
  | 'get'
  | 'select'
  | 'count'
  | 'insert'
  | 'update'
  | 'delete'
  /** A text that is wrong, or that has statements of several kinds. */
  | 'execute'
  | 'query'
  | 'mutation'
  | 'schema'
  | 'subscription'
  | 'migration'
  | 'plan'
  | 'preview'
  | 'history'
  | 'inverse'
  | 'transaction'
  | 'enqueue'
  | 'verify'
  | 'backup'
  | 'compact';

/** What is asked. */
export interface OperationDescription {
  readonly action: OperationAction;
  readonly collection?: string;
  readonly documentId?: string;
  /** The AQL text. */
  readonly text?: string;
  /** How it was carried out. */
  readonly plan?: string;
  /** Documents and index entries that it has read. */
  readonly rowsRead?: number;
  /** How long it was worked on, where that is not all the time until its end. */
  readonly workedMs?: number;
  /** Where a backup goes. */
  readonly target?: string;
  /** It reads the audit log, and nothing else. */
  readonly isAboutLog?: boolean;
  /** What the operation is a part of. */
  readonly source?: 'import' | undefined;
  /** The transaction that the operation is a statement of, numbered as they began. */
  readonly transaction?: number;
}

/** How it ended. */
export interface EndedOperation extends Omit<OperationDescription, 'workedMs'> {
  /** Who has asked for it, where the program works for others. */
  readonly caller?: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly elapsedMs: number;
  /** `InternalError` for what is no error of ours. */
  readonly outcome: 'ok' | ErrorCode | 'InternalError';
  readonly message?: string;
  /** Documents changed, or given when none was changed. */
  readonly rowCount: number;
  /** The last commit that it has made. */
  readonly sequence?: number;
}

/** Hears of operations as they end. Must not throw. */
export type OperationObserver = (operation: EndedOperation) => void;

/** An operation under way. */
export interface TrackedOperation {
  /** Says more exactly what it is, once that is known. */
  describe(more: Partial<OperationDescription>): void;
  /** The environment, with its commits counted. */
  observe(environment: ExecEnvironment): ExecEnvironment;
}

const untracked: TrackedOperation = {
  describe() {
    // Nobody wants to know.
  },
  observe: (environment) => environment,
};

export class OperationTracker {
  readonly #clock: Clock;
  readonly #observer: () => OperationObserver | undefined;
  readonly #timer: OperationObserver | undefined;
  #transactionCount = 0;

  /**
   * `observer` is asked once for each operation; `undefined` when nobody observes. Then `timer` hears of texts that were
   * run, and has them timed at least.
   */
  constructor(
    clock: Clock,
    observer: () => OperationObserver | undefined,
    timer?: OperationObserver,
  ) {
    this.#clock = clock;
    this.#observer = observer;
    this.#timer = timer;
  }

  /** Time for those who measure what is worked. */
  elapsed(): number {
    return this.#clock.elapsed();
  }

  /** True while somebody hears of operations. */
  get isObserved(): boolean {
    return this.#observer() !== undefined;
  }

  /** The number of a transaction that begins. */
  nextTransaction(): number {
    this.#transactionCount += 1;
    return this.#transactionCount;
  }

  /** Runs an operation; `rowsOf` tells how many rows its result has, `moreOf` what else is known of it at its end. */
  async track<Result>(
    description: OperationDescription,
    work: (operation: TrackedOperation) => Promise<Result>,
    rowsOf: (result: Result) => number = noRows,
    moreOf?: (result: Result) => Partial<OperationDescription>,
  ): Promise<Result> {
    const timer = description.text === undefined ? undefined : this.#timer;
    const observer = this.#observer() ?? timer;
    if (observer === undefined) return work(untracked);
    const operation = new RunningOperation(this.#clock, description);
    try {
      const result = await work(observer === timer ? untracked : operation);
      if (moreOf !== undefined) operation.describe(moreOf(result));
      observer(operation.end(rowsOf(result)));
      return result;
    } catch (error) {
      observer(operation.fail(error));
      throw error;
    }
  }

  /** Runs an operation that is not asynchronous. */
  trackNow<Result>(
    description: OperationDescription,
    work: () => Result,
    rowsOf: (result: Result) => number = noRows,
  ): Result {
    const observer = this.#observer();
    if (observer === undefined) return work();
    const operation = new RunningOperation(this.#clock, description);
    try {
      const result = work();
      observer(operation.end(rowsOf(result)));
      return result;
    } catch (error) {
      observer(operation.fail(error));
      throw error;
    }
  }

  /** Runs an operation that may find nothing to do: then another one takes its place, and is told instead. */
  trackFound<Item>(
    description: OperationDescription,
    work: () => readonly Item[] | undefined,
  ): readonly Item[] | undefined {
    const observer = this.#observer();
    if (observer === undefined) return work();
    const operation = new RunningOperation(this.#clock, description);
    const found = work();
    if (found !== undefined) observer(operation.end(found.length));
    return found;
  }

  /** Begins an operation whose end the caller tells. */
  begin(description: OperationDescription): TrackedOperation & {
    end(rowCount: number, error?: unknown): void;
  } {
    const watching = this.#observer();
    const observer = watching ?? this.#timer;
    if (observer === undefined) return { ...untracked, end: () => undefined };
    const operation = new RunningOperation(this.#clock, description);
    return {
      describe: (more) => operation.describe(more),
      observe: (environment) =>
        watching === undefined ? environment : operation.observe(environment),
      end: (rowCount, error) =>
        observer(error === undefined ? operation.end(rowCount) : operation.fail(error)),
    };
  }
}

class RunningOperation implements TrackedOperation {
  readonly #clock: Clock;
  readonly #caller = currentCaller();
  readonly #startedAt: number;
  readonly #startedElapsed: number;
  #description: OperationDescription;
  #changedCount = 0;
  #sequence: number | undefined;

  constructor(clock: Clock, description: OperationDescription) {
    this.#clock = clock;
    this.#description = description;
    this.#startedAt = clock.now();
    this.#startedElapsed = clock.elapsed();
  }

  describe(more: Partial<OperationDescription>): void {
    this.#description = { ...this.#description, ...more };
  }

  observe(environment: ExecEnvironment): ExecEnvironment {
    return {
      ...environment,
      commit: async (changes) => {
        const report = await environment.commit(changes);
        this.#didCommit(report);
        return report;
      },
    };
  }

  end(rowCount: number): EndedOperation {
    return this.#ended('ok', this.#changedCount > 0 ? this.#changedCount : rowCount);
  }

  fail(error: unknown): EndedOperation {
    const outcome = error instanceof AuroraError ? error.code : 'InternalError';
    const message = error instanceof Error ? error.message : String(error);
    return { ...this.#ended(outcome, this.#changedCount), message };
  }

  #ended(outcome: EndedOperation['outcome'], rowCount: number): EndedOperation {
    const { workedMs, ...description } = this.#description;
    return {
      ...description,
      ...(this.#caller === undefined ? {} : { caller: this.#caller }),
      startedAt: this.#startedAt,
      elapsedMs: workedMs ?? this.#clock.elapsed() - this.#startedElapsed,
      outcome,
      rowCount,
      ...(this.#sequence === undefined ? {} : { sequence: this.#sequence }),
    };
  }

  #didCommit({ sequence, insertedCount, replacedCount, deletedCount }: CommitReport): void {
    this.#changedCount += insertedCount + replacedCount + deletedCount;
    // A statement of a transaction has no commit of its own.
    if (this.#description.transaction === undefined || this.#description.action === 'transaction') {
      this.#sequence = sequence;
    }
  }
}

function noRows(): number {
  return 0;
}

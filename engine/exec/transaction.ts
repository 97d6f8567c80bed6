/*
 * A transaction: several statements that read one snapshot and their own writes, and are committed as one commit or
 * not at all.
 *
 * Every statement runs in an environment of the transaction: its snapshots show the writes so far, and what it commits
 * is only taken into the writes. So queries and mutations are the same code inside and outside, and a statement that
 * fails leaves the transaction as it was. Statements run one after the other, however they were called.
 *
 *   open ──▶ callback returns ──▶ commit ──▶ the callback's value       first committer wins: WriteConflict
 *     └────▶ callback throws, signal, deadline, database closes ──▶ ended, nothing was changed
 *
 * Nobody waits for a transaction: it holds no lock, only its snapshot. Since an old snapshot makes the file grow, a
 * transaction has a deadline. A callback that is still running when its transaction ends is not waited for either:
 * its next call fails with TransactionEnded. So a database can be closed, and transactions started, inside a callback.
 */
import type { BoundStatement } from '#engine/aql';
import { TimeSlicer } from '../base/scheduler.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CommitReport, DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import { cancellationOf } from './drain.ts';
import type { ExecEnvironment } from './environment.ts';
import { TransactionSnapshot } from './transaction-snapshot.ts';
import { TransactionWrites } from './transaction-writes.ts';

export interface TransactionOptions {
  /** Ends the transaction: it rejects with `Cancelled`, or `Timeout` for a signal of `AbortSignal.timeout`. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may be open before its commit begins, in milliseconds; 10,000 unless told, at most 600,000. */
  readonly timeoutMs?: number | undefined;
}

type State = 'open' | 'committing' | 'ended';

/** What a statement of the transaction runs in. */
type TransactionWork<Result> = (environment: ExecEnvironment) => Promise<Result>;

export class TransactionRun {
  readonly #environment: ExecEnvironment;
  #base: Snapshot;
  readonly #writes: TransactionWrites;
  #view: TransactionSnapshot;
  readonly #queue = new SerialQueue();
  #runningCount = 0;
  #state: State = 'open';

  constructor(
    environment: ExecEnvironment,
    base: Snapshot,
    changesMax: number = limits.commitChangesMax,
  ) {
    this.#environment = environment;
    this.#base = base;
    this.#writes = new TransactionWrites(changesMax);
    this.#view = new TransactionSnapshot(base, this.#writes);
  }

  /** Calls that have not ended yet. */
  get runningCount(): number {
    return this.#runningCount;
  }

  /** What has been written so far, as a commit wants it. */
  get changes(): readonly DocumentChange[] {
    return this.#writes.changes();
  }

  /** What the transaction sees. @throws AuroraError `TransactionEnded` */
  get view(): Snapshot {
    this.#assertOpen();
    return this.#view;
  }

  /** Runs a statement when those before it have ended. @throws AuroraError `TransactionEnded` */
  async run<Result>(
    signal: AbortSignal | undefined,
    work: TransactionWork<Result>,
  ): Promise<Result> {
    this.#assertOpen();
    this.#runningCount += 1;
    try {
      return await this.#queue.run(() => work(this.#statementEnvironment(signal)));
    } catch (error) {
      throw cancellationOf(error);
    } finally {
      this.#runningCount -= 1;
    }
  }

  /** Commits what was written. @throws AuroraError as a commit does; `TransactionEnded` when calls still run */
  async commit(): Promise<void> {
    const { runningCount } = this;
    this.#state = 'committing';
    await this.#queue.drained();
    if (runningCount > 0) throw stillRunning(runningCount);
    const { changes } = this;
    if (changes.length > 0) await this.#environment.commit(changes);
  }

  /** Ends it, whatever it has written, once what runs has ended; the snapshot is released then. */
  async end(): Promise<void> {
    this.#state = 'ended';
    await this.#queue.drained();
    this.#base.release();
  }

  #assertOpen(): void {
    if (this.#state === 'open') return;
    throw new AuroraError(
      'TransactionEnded',
      'The transaction has ended; it takes no more calls.',
      {
        hint: 'Await every call inside the callback, and use the transaction nowhere else.',
      },
    );
  }

  #statementEnvironment(signal: AbortSignal | undefined): ExecEnvironment {
    const { slicerOptions } = this.#environment;
    const signals = [slicerOptions.signal, signal].filter((each) => each !== undefined);
    const environment: ExecEnvironment = {
      ...this.#environment,
      slicerOptions: { ...slicerOptions, signal: AbortSignal.any(signals) },
      // Its statements run one after the other, over one snapshot.
      exclusively: (operation) => operation(environment),
      snapshot: () => this.#view,
      settledSnapshot: () => this.#settledView(),
      commit: (changes) => this.#absorb(changes, signals),
      defineCollection: refuseSchema,
      dropCollection: refuseSchema,
    };
    return environment;
  }

  /** The moment at which the transaction began stays the same. */
  async #settledView(): Promise<Snapshot> {
    if (this.#base.isSettled) return this.#view;
    const settled = await this.#base.settled();
    this.#base.release();
    this.#base = settled;
    this.#view = new TransactionSnapshot(settled, this.#writes);
    return this.#view;
  }

  async #absorb(
    changes: readonly DocumentChange[],
    signals: readonly AbortSignal[],
  ): Promise<CommitReport> {
    const { clock } = this.#environment;
    const checking = new TimeSlicer(clock, { signal: AbortSignal.any([...signals]) });
    // What has been checked is taken in as a whole, so nothing cancels it.
    const applying = new TimeSlicer(clock);
    const sources = { view: this.#view, base: this.#base };
    await this.#writes.absorb(changes, sources, { checking, applying });
    const count = (kind: DocumentChange['kind']): number =>
      changes.filter((change) => change.kind === kind).length;
    return {
      sequence: this.#base.sequence,
      insertedCount: count('insert'),
      replacedCount: count('replace'),
      deletedCount: count('delete'),
    };
  }
}

/**
 * Runs a callback in a transaction, and gives its value after the commit is durable.
 * @throws what the callback throws; AuroraError `WriteConflict`, `TransactionEnded`, `Timeout`, `Cancelled`,
 * `DatabaseClosed`, and what a commit throws; nothing was changed then
 */
export async function runTransaction<Result>(
  environment: ExecEnvironment,
  deadline: TransactionDeadline,
  callback: (run: TransactionRun) => Promise<Result>,
): Promise<Result> {
  const run = new TransactionRun(environment, environment.snapshot());
  try {
    const result = await untilAborted(environment.slicerOptions.signal, () => callback(run));
    deadline.end();
    await run.commit();
    return result;
  } catch (error) {
    throw cancellationOf(error);
  } finally {
    await run.end();
  }
}

/** How long a transaction may be open: its signal is aborted then, unless it was ended before. */
export interface TransactionDeadline {
  readonly signal: AbortSignal;
  end(): void;
}

/** Begins the deadline of a transaction. @throws AuroraError `InvalidOption` */
export function startDeadline(timeoutMs: number | undefined): TransactionDeadline {
  const waitMs = timeoutMs ?? limits.transactionMs;
  const isAllowed = Number.isInteger(waitMs) && waitMs >= 1 && waitMs <= limits.transactionMsMax;
  if (!isAllowed) {
    throw new AuroraError(
      'InvalidOption',
      `"timeoutMs" is ${waitMs}; it must be a whole number of milliseconds from 1 to ${limits.transactionMsMax}.`,
      { details: { option: 'timeoutMs', value: waitMs } },
    );
  }
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(tooLong(waitMs)), waitMs);
  return { signal: abort.signal, end: () => clearTimeout(timer) };
}

/** Schema changes are commits of their own; so are migrations and what a subscription would wait for. */
export function refuseInTransaction(statements: readonly BoundStatement[]): void {
  for (const { kind, span } of statements) {
    if (kind === 'query' || kind === 'mutation') continue;
    const what = kind === 'schema' ? 'A schema block' : `A ${kind}`;
    throw new AuroraError('NotInTransaction', `${what} cannot run inside a transaction.`, {
      span,
      details: { kind },
      hint: 'Run it with db.execute, before or after the transaction.',
    });
  }
}

async function refuseSchema(): Promise<never> {
  throw new AuroraError('NotInTransaction', 'The schema cannot be changed inside a transaction.');
}

/** The callback's value, or the reason of the signal as soon as it is aborted. */
export async function untilAborted<Result>(
  signal: AbortSignal | undefined,
  callback: () => Promise<Result>,
): Promise<Result> {
  if (signal === undefined) return callback();
  const listening = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void =>
      reject(
        new AuroraError('Cancelled', 'The transaction was cancelled.', { cause: signal.reason }),
      );
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true, signal: listening.signal });
  });
  try {
    return await Promise.race([aborted, callback()]);
  } finally {
    listening.abort();
  }
}

function stillRunning(count: number): AuroraError {
  const calls = count === 1 ? 'a call' : `${count} calls`;
  return new AuroraError(
    'TransactionEnded',
    `The callback of the transaction ended while ${calls} of it still ran; nothing was changed.`,
    { hint: 'Await every call inside the callback.', details: { runningCount: count } },
  );
}

function tooLong(timeoutMs: number): AuroraError {
  return new AuroraError(
    'Timeout',
    `The transaction was open for more than ${timeoutMs} ms; nothing was changed.`,
    {
      hint: 'Read and compute before the transaction, or give it more time with timeoutMs.',
      details: { timeoutMs },
    },
  );
}

import { randomUUID } from 'node:crypto';
import {
  auditCallers,
  type DatabaseId,
  type Params,
  type Result,
  WireError,
  type WireErrorShape,
} from '#contract';
import { AuroraError, auditedAs, type Database, type Run } from '#engine';
import type { Clock } from './clock.ts';
import type { DatabaseService } from './database-service.ts';
import type { HistoryService } from './history-service.ts';
import { serviceLimits } from './limits.ts';
import { RunRecord } from './run-record.ts';
import { isSubscription, SubscriptionRun } from './subscription-run.ts';
import { toResultPart } from './to-wire.ts';
import type { WriteGate } from './write-gate.ts';

/*
 * The runs of one page. A run advances only by pulls, one at a time and in the order in which they came, whatever the
 * page sends ahead. It ends when it is done, closed, cancelled, idle for long, when its database closes or when its
 * page goes away; a cursor that is done stays known until it is closed, so that pulls sent ahead find the end.
 */

type CursorState =
  | { readonly kind: 'running' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown };

interface Cursor {
  readonly database: DatabaseId;
  readonly run: Run | SubscriptionRun;
  readonly record: RunRecord;
  readonly abort: AbortController;
  state: CursorState;
  /** Settles, never rejects, after the last pull that came so far. */
  turn: Promise<void>;
  pullsWaiting: number;
  usedAt: number;
}

export interface QueryServiceOptions {
  readonly databases: DatabaseService;
  readonly clock: Clock;
  readonly history: HistoryService;
  readonly gate: WriteGate;
  readonly toWireError: (error: unknown) => WireErrorShape;
  readonly log: (line: string) => void;
}

export class QueryService {
  readonly #options: QueryServiceOptions;
  readonly #cursors = new Map<string, Cursor>();
  readonly #removeCloseListener: () => void;
  #cancelSweep: (() => void) | undefined;

  constructor(options: QueryServiceOptions) {
    this.#options = options;
    this.#removeCloseListener = options.databases.onWillClose((id) => this.#endRunsOf(id));
  }

  get openCount(): number {
    return this.#cursors.size;
  }

  /**
   * @throws AuroraError with all findings when the text is wrong; WireError `PreviewRequired` when it writes to
   * production and was not previewed.
   */
  async open(params: Params<'query.open'>): Promise<Result<'query.open'>> {
    const { clock, databases, gate } = this.#options;
    const isGuarded = await gate.isGuarded(params);
    const database = databases.get(params.database);
    this.#makeRoom();
    const abort = new AbortController();
    const record = this.#recordOf(database, params);
    const admit = () => gate.admit(params, { isGuarded });
    const run = startRun(database, params, { signal: abort.signal, record, admit });
    const id = randomUUID();
    this.#cursors.set(id, {
      database: params.database,
      run,
      record,
      abort,
      state: { kind: 'running' },
      turn: Promise.resolve(),
      pullsWaiting: 0,
      usedAt: clock.now(),
    });
    this.#sweepLater();
    return { cursor: id };
  }

  async next(params: Params<'query.next'>, signal: AbortSignal): Promise<Result<'query.next'>> {
    const cursor = this.#cursors.get(params.cursor);
    if (cursor === undefined) throw cursorNotFound();
    const cancel = () => this.#cancel(cursor);
    signal.addEventListener('abort', cancel);
    cursor.pullsWaiting += 1;
    const pulled = cursor.turn.then(() => this.#pull(cursor, params.rowsMax));
    cursor.turn = pulled.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await pulled;
    } finally {
      signal.removeEventListener('abort', cancel);
      cursor.pullsWaiting -= 1;
      cursor.usedAt = this.#options.clock.now();
    }
  }

  async close(id: string): Promise<void> {
    const cursor = this.#cursors.get(id);
    if (cursor === undefined) return;
    this.#cursors.delete(id);
    cursor.record.stopped();
    await this.#end(cursor, cancelled());
  }

  /** Ends every run; the page is gone. */
  async closeAll(): Promise<void> {
    this.#removeCloseListener();
    this.#cancelSweep?.();
    const ids = [...this.#cursors.keys()];
    await Promise.all(ids.map((id) => this.close(id)));
  }

  #recordOf(database: Database, { text, variables, isForView }: Params<'query.open'>): RunRecord {
    const { history, clock } = this.#options;
    if (isForView === true) return new RunRecord({ end: () => undefined }, clock);
    const run = { text, databaseName: database.name, databasePath: database.path };
    return new RunRecord(
      history.begin(variables === undefined ? run : { ...run, variables }),
      clock,
    );
  }

  async #pull(cursor: Cursor, rowsMax: number): Promise<Result<'query.next'>> {
    throwIfFailed(cursor);
    if (cursor.state.kind === 'done') return { parts: [], done: true };
    try {
      const pulled = await cursor.record.time(async () => await cursor.run.next(rowsMax));
      const { parts, done, progress } = pulled;
      // A run that was ended meanwhile tells its reader why, whatever it still gave.
      throwIfFailed(cursor);
      const wireParts = parts.map((part) => toResultPart(part, this.#options.toWireError));
      if (progress !== undefined) wireParts.push({ kind: 'progress', ...progress });
      cursor.record.take(wireParts);
      if (done) {
        cursor.state = { kind: 'done' };
        cursor.record.done();
        await cursor.run.close();
      }
      return { parts: wireParts, done };
    } catch (error) {
      await this.#end(cursor, error);
      throw error;
    }
  }

  #cancel(cursor: Cursor): void {
    this.#end(cursor, cancelled()).catch((error: unknown) => this.#logFailedEnd(error));
  }

  /** Ends a run once; pulls that wait for their turn fail with the error. */
  async #end(cursor: Cursor, error: unknown): Promise<void> {
    if (cursor.state.kind !== 'running') return;
    cursor.state = { kind: 'failed', error };
    cursor.record.failed(error);
    cursor.abort.abort();
    await cursor.run.close();
  }

  async #endRunsOf(database: DatabaseId): Promise<void> {
    const error = new AuroraError('DatabaseClosed', 'The database was closed while the query ran.');
    const cursors = [...this.#cursors.values()].filter((cursor) => cursor.database === database);
    await Promise.all(
      cursors.map((cursor) =>
        this.#end(cursor, error).catch((failure: unknown) => this.#logFailedEnd(failure)),
      ),
    );
  }

  /** Cursors that are over make room first; a page with too many running ones is told. */
  #makeRoom(): void {
    const { cursorsOpenMax } = serviceLimits;
    for (const [id, cursor] of this.#cursors) {
      if (this.#cursors.size < cursorsOpenMax) return;
      if (cursor.state.kind !== 'running') this.#cursors.delete(id);
    }
    if (this.#cursors.size < cursorsOpenMax) return;
    throw new WireError({
      code: 'TooManyCalls',
      message: `${cursorsOpenMax} queries are running for this page, and no more fit.`,
      hint: 'Wait for one of them, or cancel it.',
    });
  }

  #sweepLater(): void {
    this.#cancelSweep ??= this.#options.clock.after(serviceLimits.cursorSweepMs, () => {
      this.#cancelSweep = undefined;
      this.#sweep();
    });
  }

  #sweep(): void {
    const idleSince = this.#options.clock.now() - serviceLimits.cursorIdleMsMax;
    for (const [id, cursor] of this.#cursors) {
      if (cursor.pullsWaiting > 0 || cursor.usedAt > idleSince) continue;
      this.close(id).catch((error: unknown) => this.#logFailedEnd(error));
    }
    if (this.#cursors.size > 0) this.#sweepLater();
  }

  #logFailedEnd(error: unknown): void {
    this.#options.log(`A run could not be ended cleanly: ${String(error)}`);
  }
}

/** Admits, binds and prepares a run; one that is refused or wrong goes into the history too. */
function startRun(
  database: Database,
  { text, variables, isForView = false, hasOrigins: origins = false }: Params<'query.open'>,
  {
    signal,
    record,
    admit,
  }: { readonly signal: AbortSignal; readonly record: RunRecord; readonly admit: () => void },
): Run | SubscriptionRun {
  try {
    admit();
    if (isSubscription(database, text)) return new SubscriptionRun(database, text, variables ?? {});
    const options = { signal, origins };
    const run = () =>
      database.run(text, variables === undefined ? options : { ...options, variables });
    return isForView ? auditedAs(auditCallers.page, run, { isOwner: true }) : run();
  } catch (error) {
    record.failed(error);
    throw error;
  }
}

function throwIfFailed(cursor: Cursor): void {
  if (cursor.state.kind === 'failed') throw cursor.state.error;
}

function cancelled(): AuroraError {
  return new AuroraError('Cancelled', 'The query was cancelled.');
}

function cursorNotFound(): WireError {
  return new WireError({
    code: 'CursorNotFound',
    message: `The rest of this result is gone: nothing was read from it for ${serviceLimits.cursorIdleMsMax / 60_000} minutes, or it was closed.`,
    hint: 'The rows that were read stay. Run the query again for the others.',
  });
}

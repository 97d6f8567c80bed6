/*
 * The one loop that changes things. It takes what waits, in order: commits in rounds that share one write of the log,
 * schema changes and work on the store one by one. A round is staged in one turn of the event loop, becomes durable,
 * is published, and only then resolves. Whoever commits meanwhile shares the next round, so many small writers share
 * one sync. Nothing is staged while a round waits for the disk: what a failing disk takes back, nobody has built on.
 *
 * A small commit that waits for no sync, and finds nobody before it, is done at once: staged, written and published
 * within the call. Only so many in one turn of the event loop, which belongs to others too.
 */
import type { Clock } from '../base/clock.ts';
import { nextTurn } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { KvStore } from '../storage/kv-store.ts';
import type { BufferRoom } from './buffer-room.ts';
import type { CommitLog } from './commit-log.ts';
import { encodeOperations } from './log-payload.ts';
import { applyOperations, OperationRecorder } from './operation-recorder.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { CommitTask, ImmediateCommit, SchemaTask, StoreTask } from './pipeline-task.ts';
import { runStoreTask } from './run-store-task.ts';
import type { CommitReport } from './snapshot.ts';
import type { StagedCommit } from './stage-commit.ts';
import { RoundStaging, type StagedEntry, type WaitingCommit } from './stage-round.ts';
import { writeSequence } from './stored-sequence.ts';

export interface CommitLoopOptions {
  readonly clock: Clock;
  readonly store: KvStore;
  readonly state: PipelineState;
  readonly log: CommitLog | undefined;
  /** True when commits are applied to the store before they resolve. */
  readonly appliesAtOnce: boolean;
  /** Applies what is visible and buffered. */
  readonly settle: () => Promise<unknown>;
  /** Applies what was staged, and makes it visible. */
  readonly applyPending: () => Promise<void>;
  /** Before a round, what it may need is taken here. */
  readonly room: Pick<BufferRoom, 'takeAtOnce' | 'makeFor'>;
  readonly emit: (commit: Pick<StagedCommit, 'published'>) => void;
}

type Entry =
  | { readonly kind: 'commit'; readonly waiting: WaitingCommit }
  | {
      readonly kind: 'alone';
      readonly run: () => Promise<void>;
      readonly fail: (error: unknown) => void;
    };

export class CommitLoop {
  readonly #options: CommitLoopOptions;
  readonly #staging: RoundStaging;
  readonly #entries: Entry[] = [];
  readonly #atRest: (() => void)[] = [];
  /** Brings a schema change into the store that only the log has; nothing else is changed before it. */
  #owed: (() => Promise<void>) | undefined;
  #running: Promise<void> | undefined;
  #isBusy = false;
  /** Commits that were done at once in this turn. */
  #atOnceCount = 0;

  constructor(options: CommitLoopOptions) {
    this.#options = options;
    this.#staging = new RoundStaging(options);
  }

  /** Resolves when the commit is durable and visible. */
  commit(task: CommitTask): Promise<CommitReport> {
    if (task.pace === 'atOnce' && this.#mayCommitAtOnce(task)) return this.#commitAtOnce(task);
    return new Promise((resolve, reject) => {
      this.#add({ kind: 'commit', waiting: { task, resolve, reject } }, reject);
    });
  }

  /**
   * Runs an operation before everything that waits; nothing else changes while it runs. Its own commits go through
   * `commit`, at once.
   */
  exclusively<Result>(
    operation: (
      commit: (task: CommitTask) => Promise<CommitReport>,
      tasks: Pick<CommitLoop, 'change' | 'work'>,
    ) => Promise<Result>,
  ): Promise<Result> {
    const tasks: Pick<CommitLoop, 'change' | 'work'> = {
      change: (task) => this.#change(task),
      work: (task) => this.#work(task),
    };
    return new Promise((resolve, reject) => {
      const run = () => operation((task) => this.#commitNow(task), tasks).then(resolve, reject);
      this.#entries.unshift({ kind: 'alone', run, fail: reject });
      this.#running ??= this.#runAll();
    });
  }

  /** Resolves when the change is durable and visible. */
  change<Result>(task: SchemaTask<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const run = () => this.#change(task).then(resolve, reject);
      this.#add({ kind: 'alone', run, fail: reject }, reject);
    });
  }

  /** Resolves when the store has done it. */
  work<Result>(task: StoreTask<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const run = () => this.#work(task).then(resolve, reject);
      this.#add({ kind: 'alone', run, fail: reject }, reject);
    });
  }

  /** Calls back at once when no commit is on its way, else as soon as the present round has ended. */
  atRest(action: () => void): void {
    if (this.#isBusy) this.#atRest.push(action);
    else action();
  }

  /** Resolves when everything has ended that waits now. */
  passed(): Promise<void> {
    if (this.#running === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#entries.push({ kind: 'alone', run: async () => resolve(), fail: () => resolve() });
    });
  }

  /** Resolves when nothing waits or runs. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Waits as `drained`, and tries once more to bring what only the log has into the store; gives what keeps it from that. */
  async finish(): Promise<AuroraError | undefined> {
    await this.drained();
    try {
      await this.#settleOwed();
      return undefined;
    } catch (error) {
      if (error instanceof AuroraError) return error;
      throw error;
    }
  }

  #commitNow(task: CommitTask): Promise<CommitReport> {
    return new Promise((resolve, reject) => {
      this.#runRound([{ task, resolve, reject }]).catch(reject);
    });
  }

  #add(entry: Entry, reject: (error: unknown) => void): void {
    if (this.#entries.length >= limits.commitQueueMax) {
      reject(
        new AuroraError('LimitExceeded', `${limits.commitQueueMax} commits are already waiting.`, {
          hint: 'Wait for earlier writes before starting more.',
        }),
      );
      return;
    }
    this.#entries.push(entry);
    this.#running ??= this.#runAll();
  }

  /** True when nobody is before a commit, and nothing but its own write keeps it from being done. */
  #mayCommitAtOnce(task: ImmediateCommit): boolean {
    const { log, room, appliesAtOnce } = this.#options;
    const isFirst = this.#running === undefined && !this.#isBusy && this.#owed === undefined;
    if (!isFirst || appliesAtOnce || this.#atOnceCount >= limits.commitsPerTurnMax) return false;
    return log?.mayWriteAtOnce(task) !== false && room.takeAtOnce(task);
  }

  #commitAtOnce(task: ImmediateCommit): Promise<CommitReport> {
    const { state, log, emit } = this.#options;
    if (this.#atOnceCount === 0) {
      setImmediate(() => {
        this.#atOnceCount = 0;
      });
    }
    this.#atOnceCount += 1;
    let commit: StagedCommit;
    try {
      commit = this.#staging.stageOne(task);
    } catch (error) {
      return Promise.reject(error);
    }
    let isWritten: boolean;
    try {
      isWritten = log?.writeAtOnce() ?? true;
    } catch (error) {
      state.dropPending();
      return Promise.reject(error);
    }
    if (!isWritten) {
      return new Promise((resolve, reject) => {
        this.#running = this.#goOn([{ waiting: { task, resolve, reject }, commit }]);
      });
    }
    state.publish();
    emit(commit);
    return Promise.resolve(commit.report);
  }

  async #runAll(): Promise<void> {
    // Whoever commits in the same turn of the event loop joins this round.
    await nextTurn();
    await this.#runEntries();
  }

  /** Ends a round that is staged, and goes on with what has come meanwhile. */
  async #goOn(staged: readonly StagedEntry[]): Promise<void> {
    this.#isBusy = true;
    await this.#endRound(staged);
    await this.#runEntries();
  }

  async #runEntries(): Promise<void> {
    this.#callAtRest();
    for (let [first] = this.#entries; first !== undefined; [first] = this.#entries) {
      if (first.kind === 'alone') {
        this.#entries.shift();
        await first.run().then(nextTurn); // Its next step may be here already: others get a turn before.
      } else {
        await this.#runRound(this.#takeRound());
      }
      this.#callAtRest();
    }
    this.#running = undefined;
  }

  #callAtRest(): void {
    if (this.#atRest.length > 0) for (const action of this.#atRest.splice(0)) action();
  }

  #takeRound(): readonly WaitingCommit[] {
    const round: WaitingCommit[] = [];
    let weight = 0;
    for (const entry of this.#entries) {
      if (entry.kind !== 'commit') break;
      if (round.length > 0 && weight + entry.waiting.task.weight > limits.groupWeightMax) break;
      weight += entry.waiting.task.weight;
      round.push(entry.waiting);
    }
    this.#entries.splice(0, round.length);
    return round;
  }

  async #runRound(round: readonly WaitingCommit[]): Promise<void> {
    const { log, room } = this.#options;
    try {
      if (this.#owed !== undefined) await this.#settleOwed();
      const size = sizeOf(round);
      if (!room.takeAtOnce(size)) await room.makeFor(size);
      if (log?.writeAhead === undefined) await log?.begin();
    } catch (error) {
      for (const { reject } of round) reject(error);
      return;
    }
    this.#isBusy = true;
    await this.#endRound(await this.#staging.stage(round));
  }

  /** Makes a round durable and visible, and tells those who wait. */
  async #endRound(staged: readonly StagedEntry[]): Promise<void> {
    const { log, appliesAtOnce, state } = this.#options;
    const last = staged.at(-1)?.commit.report.sequence;
    if (last !== undefined) {
      try {
        await log?.durable(last, {
          isRelaxed: staged.every(({ waiting }) => waiting.task.isRelaxed),
        });
      } catch (error) {
        state.dropPending();
        for (const { waiting } of staged) waiting.reject(error);
        this.#isBusy = false;
        return;
      }
      if (appliesAtOnce) await this.#applyAndPublish(staged);
      else {
        state.publish();
        this.#resolve(staged);
      }
    }
    this.#isBusy = false;
  }

  async #applyAndPublish(staged: readonly StagedEntry[]): Promise<void> {
    const { applyPending, state, log } = this.#options;
    try {
      await applyPending();
    } catch (error) {
      if (log === undefined || !(error instanceof AuroraError)) {
        if (log === undefined) state.dropPending();
        for (const { waiting } of staged) waiting.reject(error);
        return;
      }
      // Its record is durable, so it is committed: whatever else it said would be untrue after a restart. It is read
      // out of the buffer, and the store takes it before the next round (buffer-room.ts).
      state.publish();
    }
    this.#resolve(staged);
  }

  #resolve(staged: readonly StagedEntry[]): void {
    for (const { waiting, commit } of staged) {
      this.#options.emit(commit);
      waiting.resolve(commit.report);
    }
  }

  async #work<Result>(task: StoreTask<Result>): Promise<Result> {
    await this.#settleOwed();
    return runStoreTask(task, this.#options);
  }

  async #change<Result>(task: SchemaTask<Result>): Promise<Result> {
    const { state, store, log, settle, emit } = this.#options;
    await this.#settleOwed();
    await settle();
    const pending = state.begin();
    const write = task.check(pending);
    await log?.begin();
    // What is logged cannot wait for room any more.
    assertRoom(store, task.bytesExpected);
    // What earlier work on the store has built must be on disk before the log speaks of it.
    await store.flushed();
    const recorder = new OperationRecorder();
    const { result, event } = write(recorder);
    if (event === undefined) return result;
    const apply = async (): Promise<void> => {
      store.transact((writer) => {
        applyOperations(writer, recorder.operations);
        writeSequence(writer, pending.sequence);
      }, task.bytesExpected);
      await store.flushed();
      state.publishStored();
      emit({ published: () => ({ event, changed: [] }) });
    };
    state.take(pending);
    this.#isBusy = true;
    let isLogged = false;
    try {
      log?.append(pending.sequence, 'catalog', encodeOperations(pending.now, recorder.operations));
      await log?.synced(pending.sequence);
      isLogged = log !== undefined;
      await apply();
    } catch (error) {
      if (isLogged && error instanceof AuroraError) {
        this.#owed = apply;
        throw committedAllTheSame(error);
      }
      if (!isLogged) state.dropPending();
      throw error;
    } finally {
      this.#isBusy = false;
    }
    return result;
  }

  /** @throws AuroraError `DiskFull`, `StorageFailure` */
  async #settleOwed(): Promise<void> {
    if (this.#owed === undefined) return;
    await this.#owed();
    this.#owed = undefined;
  }
}

/** @throws AuroraError `DiskFull` */
function assertRoom(store: KvStore, neededBytes: number): void {
  const freeBytes = Math.max(0, store.roomBytes());
  if (freeBytes >= neededBytes) return;
  throw new AuroraError(
    'DiskFull',
    `Not enough free space to change the schema: ${freeBytes} bytes are free beside the reserve, ${neededBytes} may be needed.`,
    { details: { freeBytes, neededBytes }, hint: 'Free some space. Nothing was changed.' },
  );
}

function committedAllTheSame(cause: AuroraError): AuroraError {
  return new AuroraError(
    cause.code,
    `The change of the schema is logged, and so it is committed, but the store could not take it: ${cause.message}`,
    {
      cause,
      details: { ...cause.details, isCommitted: true },
      hint: 'It becomes visible before the next write, or when the database is opened again. Do not repeat it.',
    },
  );
}

function sizeOf(round: readonly WaitingCommit[]) {
  let weight = 0;
  let bytesExpected = 0;
  for (const { task } of round) {
    weight += task.weight;
    bytesExpected += task.bytesExpected;
  }
  return { weight, bytesExpected };
}

/*
 * The one loop that changes things. It takes what waits, in order: commits in rounds that share one write of the log
 * (commit-rounds.ts), schema changes and work on the store one by one, when no round is on its way. Whoever commits
 * meanwhile shares the next round, so many small writers share one sync.
 *
 * A small commit that waits for no sync, and finds nobody before it, is done at once: staged, written and published
 * within the call. So is one that waits for a sync, where only one caller commits (lone-caller.ts). Only so many in one
 * turn of the event loop, which belongs to others too.
 */
import type { Clock } from '../base/clock.ts';
import { nextTurn } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { type BufferRoom, type RoundSize, sizeOfRound } from './buffer-room.ts';
import type { CommitCaller } from './commit-caller.ts';
import type { CommitLog } from './commit-log.ts';
import { CommitRounds } from './commit-rounds.ts';
import { encodeOperations } from './log-payload.ts';
import { LoneCaller } from './lone-caller.ts';
import { applyOperations, OperationRecorder } from './operation-recorder.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { CommitTask, ImmediateCommit, SchemaTask, StoreTask } from './pipeline-task.ts';
import { runStoreTask } from './run-store-task.ts';
import { assertRoom, committedAllTheSame } from './schema-refusals.ts';
import type { CommitReport } from './snapshot.ts';
import type { StagedCommit } from './stage-commit.ts';
import type { WaitingCommit } from './stage-round.ts';
import { writeSequence } from './stored-sequence.ts';
import { TurnBudget } from './turn-budget.ts';

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
  readonly #rounds: CommitRounds;
  readonly #entries: Entry[] = [];
  readonly #atRest: (() => void)[] = [];
  /** Brings a schema change into the store that only the log has; nothing else is changed before it. */
  #owed: (() => Promise<void>) | undefined;
  #running: Promise<void> | undefined;
  /** Wakes the loop when it waits for a round and could take more. */
  #come: (() => void) | undefined;
  /** True while a schema change is on its way. */
  #isChanging = false;
  /** True while a round was taken that is not on its way yet. */
  #isTaking = false;
  /** True while an operation runs beside which nothing else changes. */
  #isAlone = false;
  readonly #turn: TurnBudget;
  readonly #lone = new LoneCaller();

  constructor(options: CommitLoopOptions) {
    this.#options = options;
    this.#turn = new TurnBudget(options.clock);
    this.#rounds = new CommitRounds(options);
  }

  /**
   * Tells the caller when the commit is durable and visible. One that is so within the call gives its report instead, or
   * throws what refuses it.
   */
  commit(task: CommitTask, caller: CommitCaller): CommitReport | undefined {
    if (task.pace === 'atOnce' && this.#mayCommitAtOnce(task)) {
      return this.#commitAtOnce(task, caller);
    }
    this.#lone.goesToRound();
    // Who joins others is not alone.
    const mayBeAlone = this.#entries.length === 0 && this.#options.log?.isSyncWanted(task) === true;
    const { resolve, reject } = mayBeAlone ? this.#lone.noted(task, caller) : caller;
    this.#add({ kind: 'commit', waiting: { task, resolve, reject } }, reject);
    return undefined;
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
      this.#come?.();
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
    if (this.#isAtRest) action();
    else this.#atRest.push(action);
  }

  /** True while something waits or is on its way, and until the turn after. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Resolves when `isRunning` has ended. */
  async ended(): Promise<void> {
    await this.#running;
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

  get #isAtRest(): boolean {
    return this.#rounds.isAtRest && !this.#isChanging;
  }

  #commitNow(task: CommitTask): Promise<CommitReport> {
    return new Promise((resolve, reject) => {
      this.#beginRound([{ task, resolve, reject }]).catch(reject);
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
    this.#come?.();
  }

  /** True when nobody is before a commit, and nothing but its own write keeps it from being done. */
  #mayCommitAtOnce(task: ImmediateCommit): boolean {
    const { log, room, appliesAtOnce } = this.#options;
    // The loop may be running still: who was woken by its last round is here before it has seen that nobody waits.
    const hasOthers = this.#isTaking || this.#isAlone || this.#entries.length > 0;
    if (hasOthers || !this.#isAtRest || this.#atRest.length > 0) return false;
    if (this.#owed !== undefined) return false;
    if (appliesAtOnce || this.#turn.isSpent) return false;
    const mayEnd =
      log === undefined ||
      log.mayWriteAtOnce(task) ||
      (this.#lone.makes(task) && log.maySyncAtOnce(task));
    return mayEnd && room.takeAtOnce(task);
  }

  #commitAtOnce(task: ImmediateCommit, caller: CommitCaller): CommitReport | undefined {
    const { state, log, emit } = this.#options;
    this.#turn.spend(1);
    const commit = this.#rounds.stageOne(task);
    let isWritten: boolean;
    try {
      isWritten = log?.endAtOnce(task) ?? true;
    } catch (error) {
      state.dropPending();
      throw error;
    }
    if (!isWritten) {
      this.#rounds.sendStaged({ waiting: { task, ...caller }, commit });
      this.#running ??= this.#runEntries();
      return undefined;
    }
    state.publish();
    emit(commit);
    if (log?.isSyncWanted(task) === true) this.#lone.ended(true, task);
    return commit.report;
  }

  async #runAll(): Promise<void> {
    // Whoever commits in the same turn of the event loop joins this round.
    await nextTurn();
    await this.#runEntries();
  }

  async #runEntries(): Promise<void> {
    for (;;) {
      const [first] = this.#entries;
      if (this.#rounds.isAtRest) this.#callAtRest();
      else if (!this.#mayFollow(first)) {
        await this.#roundEndedOrCome(first);
        // Whoever was waiting for that round, or comes in the same turn, joins the next.
        if (!this.#rounds.isAtRest) await nextTurn();
        continue;
      }
      if (first === undefined) {
        if (await this.#isOver()) break;
        continue;
      }
      // Where nothing waits for the disk, callers that come again at once would never leave others a turn.
      if (this.#turn.isSpent) {
        await nextTurn();
        continue;
      }
      if (first.kind === 'commit') await this.#beginRound(this.#takeRound());
      else await this.#runAlone(first.run);
    }
    this.#running = undefined;
  }

  /**
   * True when nobody has come by the next turn. Until then the loop stays: who was told of a commit a moment ago may be
   * about to make the next, which would wait for a turn to begin a loop.
   */
  async #isOver(): Promise<boolean> {
    await Promise.race([nextTurn(), new Promise<void>((resolve) => (this.#come = resolve))]);
    this.#come = undefined;
    return this.#entries.length === 0 && this.#rounds.isAtRest;
  }

  async #runAlone(run: () => Promise<void>): Promise<void> {
    this.#entries.shift();
    this.#isAlone = true;
    // Its next step may be here already: others get a turn before.
    await run().then(nextTurn);
    this.#isAlone = false;
  }

  /** Resolves when a round has ended, or before that when somebody comes whose commit may follow the one on its way. */
  async #roundEndedOrCome(first: Entry | undefined): Promise<void> {
    const ended = this.#rounds.firstEnded();
    if (first !== undefined || !this.#rounds.isFlowing) return ended;
    await Promise.race([ended, new Promise<void>((resolve) => (this.#come = resolve))]);
    this.#come = undefined;
  }

  /** True when an entry may go on although a round is on its way; not while somebody waits for the end of that. */
  #mayFollow(entry: Entry | undefined): boolean {
    if (entry?.kind !== 'commit' || this.#atRest.length > 0) return false;
    return this.#rounds.mayFollow(entry.waiting.task, this.#entries.length);
  }

  #callAtRest(): void {
    if (this.#atRest.length > 0) for (const action of this.#atRest.splice(0)) action();
  }

  #takeRound(): readonly WaitingCommit[] {
    const isFollowing = !this.#rounds.isAtRest;
    const round: WaitingCommit[] = [];
    let weight = 0;
    for (const entry of this.#entries) {
      if (entry.kind !== 'commit') break;
      if (isFollowing && !this.#rounds.isFit(entry.waiting.task)) break;
      if (round.length > 0 && weight + entry.waiting.task.weight > limits.groupWeightMax) break;
      weight += entry.waiting.task.weight;
      round.push(entry.waiting);
    }
    this.#entries.splice(0, round.length);
    return round;
  }

  async #beginRound(round: readonly WaitingCommit[]): Promise<void> {
    const { log, room } = this.#options;
    this.#turn.spend(round.length);
    this.#lone.beginsRound(round.length);
    this.#isTaking = true;
    try {
      if (this.#owed !== undefined) await this.#settleOwed();
      const size = sizeOfRound(round);
      if (!room.takeAtOnce(size)) await this.#makeRoom(size);
      if (log?.writeAhead === undefined) await log?.begin();
    } catch (error) {
      for (const { reject } of round) reject(error);
      return;
    } finally {
      this.#isTaking = false;
    }
    await this.#rounds.begin(round);
  }

  /** Another buffer begins only when no round is on its way. */
  async #makeRoom(size: RoundSize): Promise<void> {
    await this.#rounds.ended();
    this.#callAtRest();
    await this.#options.room.makeFor(size);
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
    this.#isChanging = true;
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
      this.#isChanging = false;
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

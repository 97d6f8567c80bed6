/*
 * Gets the write buffer into the store: because it has grown, because writers find it full, because time has passed, because
 * somebody wants to scan, or for a checkpoint. It freezes the buffer at a moment when no commit is on its way, and applies it
 * in steps of a few milliseconds between which everything else goes on. A buffer that nobody waits for is applied behind the
 * commits of the moment: they have the thread first, for a while before each step. Where commits come now and then, it goes
 * right behind each for a while, when the next is farthest away, and so does what lmdb's thread writes, whose syncs are those
 * of one disk with the log's.
 */
import type { Clock } from '../base/clock.ts';
import { nextTurn, TimeSlicer } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { BufferApplication } from './apply-buffer.ts';
import type { CommitLog } from './commit-log.ts';
import type { PublishedState } from './engine-snapshot.ts';
import { laidOver } from './laid-over.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { WriteBuffer } from './write-buffer.ts';

export interface BufferFlusherOptions {
  readonly store: KvStore;
  readonly state: PipelineState;
  readonly log: CommitLog | undefined;
  readonly clock: Clock;
  /** True when what is applied becomes visible with it, and so must be on disk first. */
  readonly flushesEach: boolean;
  /** Calls back at the next moment when no commit is on its way; at once if there is none. */
  readonly atRest: (action: () => void) => void;
  /** True while somebody commits, and in the turn after. */
  readonly isCommitting: () => boolean;
  /** Resolves when that has ended. */
  readonly commitsEnded: () => Promise<void>;
}

export interface SettleOptions {
  /** True when nobody waits for it: whoever commits meanwhile goes first. */
  readonly isPatient?: boolean;
}

type Waiter = {
  readonly isPatient: boolean;
  readonly deliver: (state: PublishedState) => void;
  readonly fail: (error: unknown) => void;
};

/** Failures that leave the buffer where it is. */
const unwritable: ReadonlySet<string> = new Set(['DiskFull', 'StorageFailure', 'ReadOnly']);

const stepRowsMin = 16;
const firstStepRows = 64;
const stepRowsMax = 2_000;
/** What a change may add to the file, with some keys in several indexes. */
const recoveredChangeBytes = 16 * 1024;
/** Fewer changes are not worth waiting for readers, and somebody may wait for them. */
const floatedChangesMin = 1_000;
/** Where more changes come while a buffer is applied, writers are too many to go first: they would wait for it in the end. */
const patientChangesMax = 1_000;
/** What a queue is given at once; a change of an index waits until the one before it can be read. */
const queueRowsMax = 20_000;

export class BufferFlusher {
  readonly #options: BufferFlusherOptions;
  readonly #waiting: Waiter[] = [];
  /** Called when another buffer has begun. */
  readonly #roomWanted = new Set<() => void>();
  #running: Promise<void> | undefined;
  #application: BufferApplication | undefined;
  #stepRows = firstStepRows;
  /** True while nobody waits for what is being applied. */
  #isPatient = false;
  #overlaid: PublishedState | undefined;
  #committedAtMs = Number.NEGATIVE_INFINITY;
  /** Ends a wait for the next commit. */
  #endWait: (() => void) | undefined;
  /** Resolves when the last copy of the store has begun. */
  #copyBeginning: Promise<void> = Promise.resolve();

  constructor(options: BufferFlusherOptions) {
    this.#options = options;
  }

  /** True while a buffer is being applied or waits for it. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** A commit was made. */
  committed(): void {
    this.#committedAtMs = this.#options.clock.elapsed();
    this.#endWait?.();
  }

  /**
   * Applies everything that is visible now. Hands the settled state to `take` in the turn in which it comes to be, so
   * that it can be held. @throws AuroraError `DiskFull`, `StorageFailure`; what was buffered stays buffered
   */
  settle<Result>(
    take: (state: PublishedState) => Result,
    { isPatient = false }: SettleOptions = {},
  ): Promise<Result> {
    const { state } = this.#options;
    if (state.isSettled) return Promise.resolve(take(state.published));
    return new Promise<Result>((resolve, reject) => {
      const deliver = (settled: PublishedState): void => resolve(take(settled));
      this.#waiting.push({ isPatient, deliver, fail: reject });
      if (!isPatient) this.#endWait?.();
      this.#running ??= this.#runAll();
    });
  }

  /**
   * Resolves as soon as another buffer has begun, while the one before is applied. Whoever goes on then hears of a failure when
   * it needs room again. @throws AuroraError as `settle`
   */
  async makeRoom(): Promise<void> {
    if (this.#options.state.active.isEmpty) return;
    let tell = (): void => undefined;
    const begun = new Promise<void>((resolve) => (tell = resolve));
    this.#roomWanted.add(tell);
    const applied = this.settle(() => undefined);
    applied.catch((error: unknown) => {
      // Who waits no longer is not told of what it has no part in; a bug is kept from nobody.
      if (!this.#roomWanted.delete(tell) && !(error instanceof AuroraError)) throw error;
    });
    await Promise.race([begun, applied]);
  }

  /**
   * Applies what was staged and is not visible yet, which becomes visible with it; for modes that resolve only then.
   * Called by the loop while its round is on its way.
   */
  async applyPending(): Promise<void> {
    const { state } = this.#options;
    if (state.frozen !== undefined) await this.#apply([]);
    state.freeze();
    await this.#apply([]);
  }

  async #runAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const { state } = this.#options;
      try {
        await this.#rest();
        // A buffer whose applying failed comes first; who waits now may want more than is in it.
        if (state.frozen !== undefined) await this.#apply([]);
        await this.#apply(await this.#freeze());
      } catch (error) {
        for (const { fail } of this.#waiting.splice(0)) fail(error);
      }
    }
    this.#running = undefined;
  }

  /** Applies what is visible while others go on. Who is refused room, or closes, sees what goes wrong. */
  startInBackground(): void {
    this.settle(() => undefined, { isPatient: true }).catch((error: unknown) => {
      if (!(error instanceof AuroraError)) throw error;
    });
  }

  /**
   * As `settle`, but a store that cannot be written does not keep anybody from reading: then what is buffered is laid
   * over it in memory.
   */
  async settleForReading<Result>(take: (state: PublishedState) => Result): Promise<Result> {
    try {
      return await this.settle(take);
    } catch (error) {
      if (!(error instanceof AuroraError) || !unwritable.has(error.code)) throw error;
    }
    await this.#rest();
    const { state } = this.#options;
    if (state.isSettled) return take(state.published);
    if (this.#overlaid?.sequence === state.published.sequence) return take(this.#overlaid);
    const { published } = state;
    const overlaid = await laidOver(published);
    this.close();
    this.#overlaid = overlaid;
    const result = take(overlaid);
    if (state.published.base !== published.base) this.close();
    return result;
  }

  /** Lets go what `settleForReading` keeps. */
  close(): void {
    this.#overlaid?.base.letGo();
    this.#overlaid = undefined;
  }

  /**
   * Copies the store as of a moment when it holds one whole state: nothing is applied until the copy has begun, since
   * a buffer is applied in several transactions. @throws AuroraError `DiskFull`, `StorageFailure`, and what copying throws
   */
  async copy(start: (onBegun: () => void) => Promise<void>): Promise<void> {
    const started = await this.settle(() => {
      let begin = (): void => undefined;
      this.#copyBeginning = new Promise((resolve) => {
        begin = resolve;
      });
      // Wrapped, so that who waits for the settled state does not wait for the copy.
      return { done: start(begin).finally(begin) };
    });
    await started.done;
  }

  /** Resolves when no commit is on its way. */
  #rest(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.atRest(resolve);
    });
  }

  /**
   * Resolves to those whose wishes are met once the frozen buffer is applied. Where nothing is buffered they are met at
   * that very moment: a commit that is done within its call may come before the promise is heard of.
   */
  #freeze(): Promise<readonly Waiter[]> {
    const { atRest, state } = this.#options;
    return new Promise((resolve) => {
      atRest(() => {
        const waiting = this.#waiting.splice(0);
        if (state.active.isEmpty) {
          for (const { deliver } of waiting) deliver(state.published);
          resolve([]);
        } else {
          state.freeze();
          resolve(waiting);
        }
        for (const tell of this.#roomWanted) tell();
        this.#roomWanted.clear();
      });
    });
  }

  async #apply(waiting: readonly Waiter[]): Promise<void> {
    const { state, log } = this.#options;
    const { frozen } = state;
    if (frozen === undefined) return;
    this.#isPatient = waiting.length > 0 && waiting.every(({ isPatient }) => isPatient);
    try {
      await this.#copyBeginning;
      await log?.synced(frozen.lastLsn);
      if (this.#isUnhurried) await this.#turn();
      const application = this.#applicationOf(frozen);
      while (!application.isDone) {
        if (!(await this.#queue(application))) this.#step(application);
        if (!application.isDone) await this.#turn();
      }
    } catch (error) {
      for (const { fail } of waiting) fail(error);
      throw error;
    }
    this.#application = undefined;
    if (this.#options.flushesEach) await this.#options.store.flushed();
    const settled = state.rebase();
    // The store was written again: it needs nothing laid over it.
    this.close();
    for (const { deliver } of waiting) deliver(settled);
    await this.#turn();
    const slicer = this.#slicer();
    for (const _ of state.hints.noteAll(frozen)) await slicer.yieldIfDue();
  }

  /** One that failed is gone on with, unless its buffer was dropped meanwhile. */
  #applicationOf(frozen: WriteBuffer): BufferApplication {
    if (this.#application?.buffer === frozen) return this.#application;
    this.#application = new BufferApplication(frozen, this.#options.state.applyTarget);
    return this.#application;
  }

  /**
   * Hands rows to the store's own thread, which spares this one the B-trees and the disk; false when they must be written
   * here: without a log nothing repeats what a crash interrupts, and where space is tight small steps find their place.
   */
  async #queue(application: BufferApplication): Promise<boolean> {
    const { store, log } = this.#options;
    const { buffer } = application;
    // One that was read from the log does not say what it may need.
    const bytesExpected = Math.max(buffer.bytesExpected, buffer.changeCount * recoveredChangeBytes);
    const hasRoom = store.roomBytes() >= bytesExpected + limits.queueRoomBytesMin;
    if (log === undefined || !hasRoom) return false;
    if (buffer.changeCount >= floatedChangesMin) await this.#floated();
    const queue = store.queue(bytesExpected);
    if (queue === undefined) return false;
    const slicer = this.#slicer();
    let isQueued = false;
    try {
      for (const _ of application.queueRows(queueRowsMax, store.live(), queue)) {
        if (slicer.isDue) await slicer.yieldIfDue();
      }
      if (this.#isUnhurried) await this.#turn();
      isQueued = true;
    } finally {
      await queue.done().then(
        () => application.didQueue(isQueued),
        (error: unknown) => {
          application.didQueue(false);
          throw error;
        },
      );
    }
    return true;
  }

  #slicer(): TimeSlicer {
    const yieldTurn = () => this.#turn();
    return new TimeSlicer(this.#options.clock, { sliceMs: limits.applySliceMs, yieldTurn });
  }

  /** Lets others have a turn, and those who commit at this moment as many as they need. */
  async #turn(): Promise<void> {
    await nextTurn();
    if (this.#isBetweenCommits) await this.#nextCommit();
    await this.#giveWay();
  }

  /** True where commits come now and then, and the next may come at any moment. */
  get #isBetweenCommits(): boolean {
    const sinceMs = this.#options.clock.elapsed() - this.#committedAtMs;
    const isBetween = sinceMs > limits.applyBehindCommitMs && sinceMs < limits.commitsAwaitedMs;
    return isBetween && this.#isUnhurried;
  }

  /** Resolves when one has been made, somebody comes to wait for the buffer, or it has taken long enough. */
  async #nextCommit(): Promise<void> {
    const made = new Promise<void>((resolve) => (this.#endWait = resolve));
    await endedOrLate(made, limits.commitAwaitedMs);
    this.#endWait = undefined;
  }

  /** Resolves when nobody commits who goes first. Not for ever later: others may come all the time. */
  async #giveWay(): Promise<void> {
    const { clock, commitsEnded } = this.#options;
    const start = clock.elapsed();
    while (this.#mustGiveWay && clock.elapsed() - start < limits.applyGivesWayMs) {
      // Not turn by turn: the disk too wants the processor.
      await endedOrLate(commitsEnded(), limits.applyGivesWayMs);
      // Who was told of a commit may be about to make the next.
      await nextTurn();
    }
  }

  /** True when somebody commits who goes first: nobody waits for the buffer, and little has come meanwhile. */
  get #mustGiveWay(): boolean {
    return this.#isUnhurried && this.#options.isCommitting();
  }

  get #isUnhurried(): boolean {
    if (!this.#isPatient || this.#waiting.some(({ isPatient }) => !isPatient)) return false;
    return this.#options.state.active.changeCount < patientChangesMax;
  }

  /** Resolves when nobody stands on the state before; readers that were told to let it go get some time for that. */
  async #floated(): Promise<void> {
    const { state, clock } = this.#options;
    const start = clock.elapsed();
    while (!state.floatBase() && clock.elapsed() - start < limits.floatWaitMs) await nextTurn();
  }

  #step(application: BufferApplication): void {
    const { store, log, clock } = this.#options;
    // Without a log nothing repeats what a crash interrupts, so the store gets it in one transaction.
    if (log === undefined) {
      application.step(Number.POSITIVE_INFINITY, (action, bytes) => store.transact(action, bytes));
      return;
    }
    let tookMs = 0;
    // The store's own sync is not counted: it costs the same for few rows as for many.
    const transact: KvStore['transact'] = (action, bytesExpected) =>
      store.transact((writer) => {
        const startedMs = clock.elapsed();
        const result = action(writer);
        tookMs = clock.elapsed() - startedMs;
        return result;
      }, bytesExpected);
    try {
      application.step(this.#stepRows, transact);
    } catch (error) {
      const isTight = error instanceof AuroraError && error.code === 'DiskFull';
      if (!isTight || this.#stepRows === 1) throw error;
      this.#stepRows = Math.max(1, this.#stepRows >>> 2);
      return;
    }
    if (tookMs > limits.applyStepMs) {
      this.#stepRows = Math.max(stepRowsMin, this.#stepRows >>> 1);
    } else if (tookMs < limits.applyStepMs / 3) {
      this.#stepRows = Math.min(stepRowsMax, this.#stepRows * 2);
    }
  }
}

async function endedOrLate(ended: Promise<void>, afterMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, afterMs);
  });
  await Promise.race([ended, late]);
  clearTimeout(timer);
}

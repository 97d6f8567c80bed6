/*
 * The one loop that changes things. It takes what waits, in order: commits in rounds that share one write of the log,
 * schema changes and work on the store one by one. A round is staged in one turn of the event loop, becomes durable,
 * is published, and only then resolves. Whoever commits meanwhile shares the next round, so many small writers share
 * one sync. Nothing is staged while a round waits for the disk: what a failing disk takes back, nobody has built on.
 */
import type { Clock } from '../base/clock.ts';
import { nextTurn, TimeSlicer } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { KvStore } from '../storage/kv-store.ts';
import type { CommitLog } from './commit-log.ts';
import { encodeOperations } from './log-payload.ts';
import { applyOperations, OperationRecorder } from './operation-recorder.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { CommitTask, PublishedCommit, SchemaTask, StoreTask } from './pipeline-task.ts';
import type { CommitReport } from './snapshot.ts';
import type { StagedCommit } from './stage-commit.ts';
import { writeSequence } from './stored-sequence.ts';

/** Steps of staging between two looks at the clock. */
const stepsPerLook = 32;

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
  /** Called before a round with what it may need; may refuse it with `DiskFull`, or wait until there is room. */
  readonly makeRoom: (round: {
    readonly weight: number;
    readonly bytesExpected: number;
  }) => Promise<void>;
  readonly emit: (commit: PublishedCommit) => void;
}

interface Waiting<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

type WaitingCommit = Waiting<CommitTask, CommitReport>;
type Entry =
  | { readonly kind: 'commit'; readonly waiting: WaitingCommit }
  | {
      readonly kind: 'alone';
      readonly run: () => Promise<void>;
      readonly fail: (error: unknown) => void;
    };

export class CommitLoop {
  readonly #options: CommitLoopOptions;
  readonly #entries: Entry[] = [];
  readonly #atRest: (() => void)[] = [];
  /** Brings a schema change into the store that only the log has; nothing else is changed before it. */
  #owed: (() => Promise<void>) | undefined;
  #running: Promise<void> | undefined;
  #isBusy = false;

  constructor(options: CommitLoopOptions) {
    this.#options = options;
  }

  /** Resolves when the commit is durable and visible. */
  commit(task: CommitTask): Promise<CommitReport> {
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

  async #runAll(): Promise<void> {
    // Whoever commits in the same turn of the event loop joins this round.
    await nextTurn();
    for (let [first] = this.#entries; first !== undefined; [first] = this.#entries) {
      if (first.kind === 'alone') {
        this.#entries.shift();
        await first.run();
      } else {
        await this.#runRound(this.#takeRound());
      }
      for (const action of this.#atRest.splice(0)) action();
    }
    this.#running = undefined;
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
    const { log, makeRoom, appliesAtOnce, state } = this.#options;
    try {
      await this.#settleOwed();
      await makeRoom(sizeOf(round));
      await log?.begin();
    } catch (error) {
      for (const { reject } of round) reject(error);
      return;
    }
    this.#isBusy = true;
    const staged = await this.#stage(round);
    const last = staged.at(-1)?.[1].report.sequence;
    if (last !== undefined) {
      try {
        await log?.durable(last, { isRelaxed: staged.every(([{ task }]) => task.isRelaxed) });
      } catch (error) {
        state.dropPending();
        for (const [{ reject }] of staged) reject(error);
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

  /** Stages each commit of a round; those that are refused are told so, and leave nothing behind. */
  async #stage(
    round: readonly WaitingCommit[],
  ): Promise<readonly (readonly [WaitingCommit, StagedCommit])[]> {
    const { state, log, clock } = this.#options;
    const staged: (readonly [WaitingCommit, StagedCommit])[] = [];
    const slicer = new TimeSlicer(clock);

    for (const waiting of round) {
      const isSmall = waiting.task.weight <= limits.smallCommitMax;
      // The store may move on while a large commit is staged in steps; what it is checked against stays.
      const held = isSmall ? undefined : state.snapshot();
      const pending = state.begin();
      let commit: StagedCommit;
      try {
        const steps = waiting.task.stage(pending);
        commit = isSmall ? atOnce(steps) : await inSlices(steps, slicer);
        log?.append(commit.report.sequence, 'commit', commit.payload);
      } catch (error) {
        // The log refuses what it has no room for; the commit may be in the buffer by then.
        state.dropUntaken();
        waiting.reject(error);
        continue;
      } finally {
        held?.release();
      }
      commit.onLogged();
      state.take(pending);
      staged.push([waiting, commit]);
    }
    return staged;
  }

  async #applyAndPublish(
    staged: readonly (readonly [WaitingCommit, StagedCommit])[],
  ): Promise<void> {
    const { applyPending, state, log } = this.#options;
    try {
      await applyPending();
    } catch (error) {
      if (log === undefined || !(error instanceof AuroraError)) {
        if (log === undefined) state.dropPending();
        for (const [{ reject }] of staged) reject(error);
        return;
      }
      // Its record is durable, so it is committed: whatever else it said would be untrue after a restart. It is read
      // out of the buffer, and the store takes it before the next round (buffer-room.ts).
      state.publish();
    }
    this.#resolve(staged);
  }

  #resolve(staged: readonly (readonly [WaitingCommit, StagedCommit])[]): void {
    for (const [{ resolve }, { report, published }] of staged) {
      this.#options.emit(published);
      resolve(report);
    }
  }

  async #work<Result>(task: StoreTask<Result>): Promise<Result> {
    await this.#settleOwed();
    const { state, store, settle } = this.#options;
    if (task.needsSettled) await settle();
    await store.idle();
    const pending = state.begin();
    return store.transact((writer) => task.run(writer, pending), task.bytesExpected);
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
      emit({ event, changed: [] });
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

function atOnce<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Takes steps as long as a slice lasts. One that ends within it costs no turn of the event loop. */
async function inSlices<Result>(
  steps: Generator<void, Result>,
  slicer: TimeSlicer,
): Promise<Result> {
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (count % stepsPerLook === 0 && slicer.isDue) await slicer.yieldIfDue();
  }
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

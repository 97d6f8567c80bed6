/*
 * Rounds: commits that share one write of the log and one sync. A round is staged in one turn of the event loop, becomes
 * durable, is published, and only then resolves; what was refused is told so when its round has ended.
 *
 *     round 1   stage │ write, sync ······ │ publish, resolve
 *     round 2           stage │ (waits)    │ write, sync ······ │ publish, resolve
 *
 * While one round waits for the disk, one more may be staged over it (docs/decisions/0009). It is written when the sync
 * of the first has ended, published after it, and falls with it: a failed sync ends the log for good, so that whatever was
 * built on what the disk takes back is taken back too, and everybody in both rounds is told why.
 */
import type { Clock } from '../base/clock.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CommitLog } from './commit-log.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { CommitTask, ImmediateCommit } from './pipeline-task.ts';
import type { StagedCommit } from './stage-commit.ts';
import {
  RoundStaging,
  type StagedEntry,
  type StagedRound,
  type WaitingCommit,
} from './stage-round.ts';

export interface CommitRoundsOptions {
  readonly clock: Clock;
  readonly state: PipelineState;
  readonly log: CommitLog | undefined;
  /** True when commits are applied to the store before they resolve. */
  readonly appliesAtOnce: boolean;
  /** Applies what was staged, and makes it visible. */
  readonly applyPending: () => Promise<void>;
  readonly emit: (commit: Pick<StagedCommit, 'published'>) => void;
}

/** Why the log could not make a round durable. */
interface Loss {
  readonly failure: unknown;
}

/** Rounds that may be staged and not published at a time. */
const underWayMax = 2;

export class CommitRounds {
  readonly #options: CommitRoundsOptions;
  readonly #staging: RoundStaging;
  /** Rounds that wait for the disk, the earlier first. Each resolves to why it is lost, if so. */
  readonly #underWay: Promise<Loss | undefined>[] = [];
  #isStaging = false;
  /** True while rounds follow each other without waiting for the disk in between. */
  #isFlowing = false;
  /** What staging a commit took in the last round. */
  #stagingMsEach = 0;

  constructor(options: CommitRoundsOptions) {
    this.#options = options;
    this.#staging = new RoundStaging(options);
  }

  /** True when no commit is on its way. */
  get isAtRest(): boolean {
    return !this.#isStaging && this.#underWay.length === 0;
  }

  /** True when a round of so many commits, of which this is one, may be staged while another is on its way. */
  mayFollow(task: CommitTask, commitCount: number): boolean {
    return this.isFlowing && this.isFit(task) && this.#isWorthIt(2 * commitCount);
  }

  /** True when a commit may share a round that follows another: it waits for the disk, and is staged at once. */
  isFit(task: CommitTask): boolean {
    const { log, appliesAtOnce } = this.#options;
    if (log === undefined || appliesAtOnce || task.pace !== 'atOnce') return false;
    return log.isSyncWanted(task);
  }

  /** True when a round may be staged while the one before it waits for the disk. */
  get isFlowing(): boolean {
    return this.#isFlowing && this.#underWay.length < underWayMax;
  }

  /** Resolves when the earliest round has ended that is on its way. */
  async firstEnded(): Promise<void> {
    await this.#underWay[0];
  }

  /** Resolves when nothing is on its way. */
  async ended(): Promise<void> {
    while (this.#underWay.length > 0) await this.#underWay[0];
  }

  /** Stages one small commit. @throws what refuses it; then it has left nothing behind */
  stageOne(task: ImmediateCommit): StagedCommit {
    return this.#staging.stageOne(task);
  }

  /**
   * Stages a round and sends it on its way. A large one goes in two, where that keeps disk and processor busy at once:
   * the first half is on its way to the disk while the second is staged.
   */
  async begin(round: readonly WaitingCommit[]): Promise<void> {
    if (this.#underWay.length === 0) this.#isFlowing = this.#isSplit(round);
    const isWhole = !this.#isFlowing || this.#underWay.length > 0;
    const half = isWhole ? round.length : round.length >> 1;
    await this.#stage(round.slice(0, half));
    if (half < round.length) await this.#stage(round.slice(half));
  }

  /** Sends a commit on its way that is staged already. */
  sendStaged(entry: StagedEntry): void {
    this.#isFlowing = false;
    this.#send({ staged: [entry], refused: [] });
  }

  #isSplit(round: readonly WaitingCommit[]): boolean {
    const isLarge = round.length >= limits.splitRoundMin && this.#isWorthIt(round.length);
    return isLarge && round.every(({ task }) => this.isFit(task));
  }

  /**
   * True when a sync takes no longer than the work of so many commits: else the more share one, the better. Never on a disk
   * that is waited for at once: what a call through another thread takes longer, twice as often, is more than what it spares.
   */
  #isWorthIt(commitCount: number): boolean {
    const { log } = this.#options;
    if (log === undefined || log.mayHoldForSync) return false;
    return log.syncMsLast < limits.commitWorkPerStaging * this.#stagingMsEach * commitCount;
  }

  async #stage(round: readonly WaitingCommit[]): Promise<void> {
    const { clock } = this.#options;
    this.#isStaging = true;
    try {
      const startedAt = clock.elapsed();
      const staged = await this.#staging.stage(round);
      if (round.length > 0) this.#stagingMsEach = (clock.elapsed() - startedAt) / round.length;
      this.#send(staged);
    } finally {
      this.#isStaging = false;
    }
  }

  #send(round: StagedRound): void {
    const previous = this.#underWay.at(-1);
    this.#underWay.push(this.#end(round, this.#durable(round), previous));
  }

  /** Resolves to what the log says in the end, which nobody may hear of before it is the round's turn. */
  #durable({ staged }: StagedRound): Promise<Loss | undefined> {
    const { log } = this.#options;
    const last = staged.at(-1)?.commit.report.sequence;
    if (last === undefined || log === undefined) return Promise.resolve(undefined);
    const isRelaxed = staged.every(({ waiting }) => waiting.task.isRelaxed);
    return log.durable(last, { isRelaxed, mayHold: !this.#isFlowing }).then(
      () => undefined,
      (failure: unknown) => ({ failure }),
    );
  }

  /** Makes a round visible once it is durable and it is its turn, and tells those who wait. */
  async #end(
    round: StagedRound,
    durable: Promise<Loss | undefined>,
    previous: Promise<Loss | undefined> | undefined,
  ): Promise<Loss | undefined> {
    const { state, log, appliesAtOnce } = this.#options;
    const { taken } = state;
    let loss: Loss | undefined;
    let unapplied: Loss | undefined;
    try {
      loss = (await previous) ?? (await durable);
      if (loss !== undefined) state.dropPending();
      else if (round.staged.length > 0) {
        if (appliesAtOnce) unapplied = await this.#applyAndPublish();
        else state.publish(taken);
      }
    } finally {
      // Before anybody is told, since who commits again at once finds nobody before it.
      this.#underWay.shift();
    }
    if (loss === undefined) this.#tell(round, unapplied);
    // Refusals too may rest on what is lost.
    else
      for (const { waiting } of [...round.staged, ...round.refused]) waiting.reject(loss.failure);
    // The round behind this one goes to the disk before its callers have their turn.
    if (this.#underWay.length > 0 && loss === undefined) log?.push();
    return loss;
  }

  /** Gives why the store did not take what was staged, when it is not committed for that. */
  async #applyAndPublish(): Promise<Loss | undefined> {
    const { applyPending, state, log } = this.#options;
    try {
      await applyPending();
    } catch (error) {
      if (log === undefined || !(error instanceof AuroraError)) {
        if (log === undefined) state.dropPending();
        return { failure: error };
      }
      // Its record is durable, so it is committed: whatever else it said would be untrue after a restart. It is read
      // out of the buffer, and the store takes it before the next round (buffer-room.ts).
      state.publish();
    }
    return undefined;
  }

  #tell({ staged, refused }: StagedRound, unapplied: Loss | undefined): void {
    for (const { waiting, commit } of staged) {
      if (unapplied === undefined) {
        this.#options.emit(commit);
        waiting.resolve(commit.report);
      } else waiting.reject(unapplied.failure);
    }
    for (const { waiting, error } of refused) waiting.reject(error);
  }
}

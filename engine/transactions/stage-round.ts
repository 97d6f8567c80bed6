/*
 * The commits of a round take their places, one after the other: into the write buffer and into the log's own buffer,
 * so that one write and one sync carry all of them.
 */
import type { Clock } from '../base/clock.ts';
import { inSlices, TimeSlicer } from '../base/scheduler.ts';
import type { CommitCaller } from './commit-caller.ts';
import type { CommitLog } from './commit-log.ts';
import { LatestState } from './latest-state.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { CommitTask, ImmediateCommit, PendingState, SteppedCommit } from './pipeline-task.ts';
import type { StagedCommit } from './stage-commit.ts';

/** A commit whose caller waits for it. */
export interface WaitingCommit extends CommitCaller {
  readonly task: CommitTask;
}

export interface StagedEntry {
  readonly waiting: WaitingCommit;
  readonly commit: StagedCommit;
}

/** What became of the commits of a round when they were staged. */
export interface StagedRound {
  readonly staged: readonly StagedEntry[];
  readonly refused: readonly { readonly waiting: WaitingCommit; readonly error: unknown }[];
}

export interface RoundStagingOptions {
  readonly clock: Clock;
  readonly state: PipelineState;
  readonly log: CommitLog | undefined;
}

export class RoundStaging {
  readonly #options: RoundStagingOptions;
  /** For commits that follow each other in one turn, between which nothing else can change. */
  #turn: { readonly pending: PendingState; readonly latest: LatestState } | undefined;

  constructor(options: RoundStagingOptions) {
    this.#options = options;
  }

  /** Stages each commit of a round; those that are refused leave nothing behind. */
  async stage(round: readonly WaitingCommit[]): Promise<StagedRound> {
    const staged: StagedEntry[] = [];
    const refused: { readonly waiting: WaitingCommit; readonly error: unknown }[] = [];
    let slicer: TimeSlicer | undefined;
    this.#turn = undefined;
    for (const waiting of round) {
      const { task } = waiting;
      try {
        if (task.pace === 'atOnce') {
          staged.push({ waiting, commit: this.#stageInTurn(task) });
          continue;
        }
        this.#turn = undefined;
        slicer ??= new TimeSlicer(this.#options.clock);
        staged.push({ waiting, commit: await this.#stageInSteps(task, slicer) });
      } catch (error) {
        refused.push({ waiting, error });
      }
    }
    this.#turn = undefined;
    return { staged, refused };
  }

  /** Stages one small commit. @throws what refuses it; then it has left nothing behind */
  stageOne(task: ImmediateCommit): StagedCommit {
    this.#turn = undefined;
    const commit = this.#stageInTurn(task);
    this.#turn = undefined;
    return commit;
  }

  #stageInTurn(task: ImmediateCommit): StagedCommit {
    const { state } = this.#options;
    this.#turn ??= beginTurn(state);
    const { pending, latest } = this.#turn;
    try {
      const commit = task.stage(pending, latest);
      this.#log(commit);
      state.take(pending);
      return commit;
    } catch (error) {
      this.#turn = undefined;
      // The log refuses what it has no room for; the commit may be in the buffer by then.
      state.dropUntaken();
      throw error;
    }
  }

  async #stageInSteps(task: SteppedCommit, slicer: TimeSlicer): Promise<StagedCommit> {
    const { state } = this.#options;
    // The store may move on meanwhile; what the commit is checked against stays.
    const held = state.snapshot();
    const pending = state.begin();
    try {
      const commit = await inSlices(task.stage(pending), slicer);
      this.#log(commit);
      state.take(pending);
      return commit;
    } catch (error) {
      state.dropUntaken();
      throw error;
    } finally {
      held.release();
    }
  }

  #log(commit: StagedCommit): void {
    this.#options.log?.append(commit.report.sequence, 'commit', commit.payload);
    commit.onLogged();
  }
}

function beginTurn(state: PipelineState) {
  const pending = state.begin();
  const latest = new LatestState(pending);
  return { pending, latest };
}

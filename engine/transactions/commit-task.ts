import type { Clock } from '../base/clock.ts';
import { inSlices, TimeSlicer, throwIfCancelled } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { insertsOf, prepareInserts } from './insert-commit.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { CommitTask, PendingState } from './pipeline-task.ts';
import { type PreparedChanges, prepareAtOnce, prepareChanges } from './prepared-changes.ts';
import { SingleCommit } from './single-commit.ts';
import { singleInsertOf } from './single-insert.ts';
import type { DocumentChange } from './snapshot.ts';
import { stageCommit } from './stage-commit.ts';
import type { StoreBase } from './store-base.ts';

export interface CommitOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Resolves when the operating system has the log record, also where the mode waits for the disk: for what may be
   * lost in a power cut because it is done again then. A killed process loses nothing.
   */
  readonly isRelaxed?: boolean;
  /** Says of a small commit that probably nobody else is about to make one with which it could share a sync. */
  readonly isAlone?: boolean;
  /** The store that the one document was read from in this very turn (`StateLookup.base`); spares it a second look. */
  readonly readFrom?: StoreBase | undefined;
}

/**
 * A commit that is ready to take its place: encoded, in time slices, against the state of this moment.
 * @throws AuroraError `TransactionTooLarge`, `CollectionNotFound`, `LimitExceeded`, `InvalidValue`, `Cancelled`
 */
export async function prepareCommit(
  changes: readonly DocumentChange[],
  { state, clock }: { readonly state: PipelineState; readonly clock: Clock },
  { signal, isRelaxed = false }: CommitOptions,
): Promise<CommitTask> {
  if (changes.length > limits.commitChangesMax) throw tooLarge(changes.length);
  const slicer = new TimeSlicer(clock, { signal });
  const inserts = insertsOf(changes);
  if (inserts !== undefined) {
    const commit = await inSlices(prepareInserts(inserts, state.preparationSource), slicer);
    throwIfCancelled(signal);
    const { bytesExpected } = commit;
    const stage = (pending: PendingState) => commit.stage(pending);
    return { weight: changes.length, bytesExpected, isRelaxed, pace: 'inSteps', stage };
  }
  const prepared = await prepareChanges(changes, state.preparationSource, slicer);
  throwIfCancelled(signal);
  return {
    ...sizeOf(prepared, changes),
    isRelaxed,
    pace: 'inSteps',
    stage: (pending) => stageCommit(prepared, pending),
  };
}

/** The same at once, for so few changes that it takes no time to speak of. */
export function prepareSmallCommit(
  changes: readonly DocumentChange[],
  { state }: { readonly state: PipelineState },
  { signal, isRelaxed = false, isAlone = false, readFrom }: CommitOptions,
): CommitTask {
  throwIfCancelled(signal);
  const [only] = changes;
  const source = state.preparationSource;
  if (only !== undefined && changes.length === 1) {
    const options = { isRelaxed, isAlone, readFrom };
    return singleInsertOf(only, source, options) ?? new SingleCommit(only, source, options);
  }
  const inserts = insertsOf(changes);
  if (inserts !== undefined) {
    const commit = allSteps(prepareInserts(inserts, source));
    const { bytesExpected } = commit;
    const stage = (pending: PendingState) => allSteps(commit.stage(pending));
    return { weight: changes.length, bytesExpected, isRelaxed, isAlone, pace: 'atOnce', stage };
  }
  const prepared = prepareAtOnce(changes, source);
  return {
    ...sizeOf(prepared, changes),
    isRelaxed,
    isAlone,
    pace: 'atOnce',
    stage: (pending) => allSteps(stageCommit(prepared, pending)),
  };
}

function sizeOf({ bytesExpected }: PreparedChanges, changes: readonly DocumentChange[]) {
  return { weight: changes.length, bytesExpected };
}

function allSteps<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function tooLarge(changeCount: number): AuroraError {
  return new AuroraError(
    'TransactionTooLarge',
    `A commit would change ${changeCount} documents; at most ${limits.commitChangesMax} are allowed.`,
    {
      details: { changeCount, changesMax: limits.commitChangesMax },
      hint: 'Split the work into several commits, for example by a narrower filter.',
    },
  );
}

import type { Clock } from '../base/clock.ts';
import { TimeSlicer, throwIfCancelled } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { CommitTask } from './pipeline-task.ts';
import { type PreparedChanges, prepareAtOnce, prepareChanges } from './prepared-changes.ts';
import type { DocumentChange } from './snapshot.ts';
import { stageCommit } from './stage-commit.ts';

export interface CommitOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Resolves when the operating system has the log record, also where the mode waits for the disk: for what may be
   * lost in a power cut because it is done again then. A killed process loses nothing.
   */
  readonly isRelaxed?: boolean;
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
  const prepared = await prepareChanges(changes, state.preparationSource, slicer);
  throwIfCancelled(signal);
  return taskOf(prepared, { weight: changes.length, isRelaxed });
}

/** The same at once, for so few changes that it takes no time to speak of. */
export function prepareSmallCommit(
  changes: readonly DocumentChange[],
  { state }: { readonly state: PipelineState },
  { signal, isRelaxed = false }: CommitOptions,
): CommitTask {
  throwIfCancelled(signal);
  const prepared = prepareAtOnce(changes, state.preparationSource);
  return taskOf(prepared, { weight: changes.length, isRelaxed });
}

function taskOf(
  prepared: PreparedChanges,
  { weight, isRelaxed }: { readonly weight: number; readonly isRelaxed: boolean },
): CommitTask {
  return {
    kind: 'commit',
    isRelaxed,
    weight,
    bytesExpected: prepared.bytesExpected,
    stage: (pending) => stageCommit(prepared, pending),
  };
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

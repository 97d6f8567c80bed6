/*
 * Runs the tasks of the commit pipeline: one loop that takes what waits, applies it in one transaction of the store,
 * waits until that is on disk, publishes it, and only then resolves. Everybody who arrives meanwhile shares the next
 * round, so many small writers share one sync. Nothing is applied while a round waits for the disk, so what is
 * published is exactly what is on disk.
 */
import { nextTurn } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { KvStore } from '../storage/kv-store.ts';
import type { CommitEvent, PendingState, PipelineTask, TaskOutcome } from './pipeline-task.ts';

interface QueuedTask {
  readonly weight: number;
  readonly bytesExpected: number;
  /** Runs check and write; a failed check is kept for `settle` and writes nothing. */
  run(writer: Parameters<Parameters<KvStore['transact']>[0]>[0], state: PendingState): void;
  /** Resolves or rejects whoever waits; gives the event to publish. */
  settle(): void;
  readonly event: CommitEvent | undefined;
  fail(error: unknown): void;
}

export interface PipelineQueueOptions {
  /** The state from which the next transaction starts. */
  readonly begin: () => PendingState;
  /** Takes over the state of a transaction that is on disk. */
  readonly publish: (state: PendingState) => void;
  readonly emit: (event: CommitEvent) => void;
}

export class PipelineQueue {
  readonly #store: KvStore;
  readonly #options: PipelineQueueOptions;
  readonly #waiting: QueuedTask[] = [];
  #running: Promise<void> | undefined;

  constructor(store: KvStore, options: PipelineQueueOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Adds a task; resolves when its effect is on disk and visible. */
  add<Result>(task: PipelineTask<Result>): Promise<Result> {
    if (this.#waiting.length >= limits.commitQueueMax) {
      return Promise.reject(
        new AuroraError('LimitExceeded', `${limits.commitQueueMax} commits are already waiting.`, {
          hint: 'Wait for earlier writes before starting more.',
        }),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push(queuedTask(task, resolve, reject));
      this.#running ??= this.#runAll();
    });
  }

  /** Resolves when nothing waits or runs. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #runAll(): Promise<void> {
    // Whoever commits in the same turn of the event loop joins this round.
    await nextTurn();
    while (this.#waiting.length > 0) await this.#runRound(this.#takeRound());
    this.#running = undefined;
  }

  #takeRound(): readonly QueuedTask[] {
    let count = 0;
    let weight = 0;
    for (const task of this.#waiting) {
      if (count > 0 && weight + task.weight > limits.groupWeightMax) break;
      weight += task.weight;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #runRound(tasks: readonly QueuedTask[]): Promise<void> {
    try {
      const state = this.#options.begin();
      const bytesExpected = tasks.reduce((sum, task) => sum + task.bytesExpected, 0);
      this.#store.transact((writer) => {
        for (const task of tasks) task.run(writer, state);
      }, bytesExpected);
      for (const onApplied of state.onApplied) onApplied();
      await this.#store.flushed();
      this.#options.publish(state);
    } catch (error) {
      for (const task of tasks) task.fail(error);
      return;
    }
    for (const task of tasks) {
      if (task.event !== undefined) this.#options.emit(task.event);
      task.settle();
    }
  }
}

function queuedTask<Result>(
  task: PipelineTask<Result>,
  resolve: (result: Result) => void,
  reject: (error: unknown) => void,
): QueuedTask {
  let outcome: TaskOutcome<Result> | undefined;
  let refusal: { readonly error: unknown } | undefined;
  return {
    weight: task.weight,
    bytesExpected: task.bytesExpected,
    run(writer, state) {
      let write: ReturnType<typeof task.check>;
      try {
        write = task.check(writer, state);
      } catch (error) {
        refusal = { error };
        return;
      }
      outcome = write(writer);
    },
    settle() {
      if (outcome !== undefined) resolve(outcome.result);
      else reject(refusal?.error);
    },
    get event() {
      return outcome?.event;
    },
    fail(error) {
      reject(refusal === undefined ? error : refusal.error);
    },
  };
}

/*
 * Work on the store that nobody reads yet: through the store's own thread where it can, which spares this one the
 * B-trees and the disk, so that readers go on in between; else as one transaction, which holds the event loop until it
 * is on the disk, and so must be short. Writers wait either way: nothing else is changed while it runs.
 */
import type { Clock } from '../base/clock.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { KvQueue, KvStore, KvWriter } from '../storage/kv-store.ts';
import { StagedWrites } from '../storage/staged-writes.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { PendingState, StoreTask } from './pipeline-task.ts';

interface TaskPlace {
  readonly store: KvStore;
  readonly state: PipelineState;
  readonly clock: Clock;
  /** Applies what is visible and buffered. */
  readonly settle: () => Promise<unknown>;
}

/** Resolves when the store has done it. To be called while nothing else is changed. */
export async function runStoreTask<Result>(
  task: StoreTask<Result>,
  { store, state, clock, settle }: TaskPlace,
): Promise<Result> {
  try {
    await settle();
  } catch (error) {
    // What only deletes may be what brings the room that is missing.
    if (task.needsSettled || !(error instanceof AuroraError)) throw error;
  }
  await store.idle();
  const hasRoom = store.roomBytes() >= task.bytesExpected + limits.queueRoomBytesMin;
  // What is still buffered would want a queue meanwhile, and there is one at a time.
  const queue = state.isSettled && hasRoom ? store.queue(task.bytesExpected) : undefined;
  const pending = state.begin();
  if (queue === undefined) {
    return store.transact((writer) => runAtOnce(task, writer, pending), task.bytesExpected);
  }
  const work = new QueuedWork(store, queue, task.bytesExpected);
  try {
    return await work.run(task, pending, new TimeSlicer(clock));
  } finally {
    await work.end();
  }
}

function runAtOnce<Result>(task: StoreTask<Result>, writer: KvWriter, state: PendingState): Result {
  const steps = task.steps(writer, state, limits.sliceMs);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

class QueuedWork {
  readonly #store: KvStore;
  readonly #bytesExpected: number;
  readonly #writer: StagedWrites;
  #queue: KvQueue | undefined;
  /** What is written at once at the end, because the store takes no queue since it is being compacted. */
  #late: ((writer: KvWriter) => void)[] = [];

  constructor(store: KvStore, queue: KvQueue, bytesExpected: number) {
    this.#store = store;
    this.#queue = queue;
    this.#bytesExpected = bytesExpected;
    this.#writer = new StagedWrites(store.live(), {
      put: (key, value) => {
        if (this.#queue === undefined) this.#late.push((writer) => writer.put(key, value));
        else this.#queue.put(key, value);
      },
      remove: (key) => {
        if (this.#queue === undefined) this.#late.push((writer) => writer.remove(key));
        else this.#queue.remove(key);
      },
    });
  }

  async run<Result>(
    task: StoreTask<Result>,
    state: PendingState,
    slicer: TimeSlicer,
  ): Promise<Result> {
    const steps = task.steps(this.#writer, state, limits.storeTaskMs);
    for (;;) {
      const step = steps.next();
      this.#writer.pass();
      if (step.done === true) return step.value;
      if (step.value === 'wait') {
        await this.end();
        this.#queue = this.#store.queue(this.#bytesExpected);
      }
      if (slicer.isDue) await slicer.yieldIfDue();
    }
  }

  /** Resolves when everything that was passed on is in the store. */
  async end(): Promise<void> {
    const queue = this.#queue;
    this.#queue = undefined;
    await queue?.done();
    const late = this.#late;
    this.#late = [];
    if (late.length === 0) return;
    this.#store.transact((writer) => {
      for (const write of late) write(writer);
    }, this.#bytesExpected);
  }
}

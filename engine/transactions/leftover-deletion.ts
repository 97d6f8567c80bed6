/* Deletes the keys of what was dropped, step by step, while everything else goes on. */
import { AuroraError } from '../errors.ts';
import { deleteLeftoverTask } from './background-tasks.ts';
import type { CommitLoop } from './commit-loop.ts';

export class LeftoverDeletion {
  readonly #loop: CommitLoop;
  readonly #signal: AbortSignal;
  readonly #running = new Set<Promise<void>>();

  /** Aborting the signal ends it after the present step. */
  constructor(loop: CommitLoop, signal: AbortSignal) {
    this.#loop = loop;
    this.#signal = signal;
  }

  /** Deletes everything under these storage ids. */
  start(storageIds: readonly number[]): void {
    if (storageIds.length === 0) return;
    const work = this.#delete(storageIds).catch((error: unknown) => {
      // They stay noted as leftovers, so the next open takes them up; writers see the store's failure themselves.
      if (!(error instanceof AuroraError)) throw error;
    });
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  /** Resolves when nothing is being deleted. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #delete(storageIds: readonly number[]): Promise<void> {
    for (const storageId of storageIds) {
      let isDone = false;
      while (!isDone && !this.#signal.aborted) {
        isDone = await this.#loop.work(deleteLeftoverTask(storageId));
      }
    }
  }
}

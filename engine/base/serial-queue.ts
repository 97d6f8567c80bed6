/** Runs asynchronous tasks one after the other, in the order in which they were added. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();
  #pendingCount = 0;

  /** True when nothing waits or runs. */
  get isIdle(): boolean {
    return this.#pendingCount === 0;
  }

  /** Resolves or rejects as the task does. A task that fails does not keep the next ones from running. */
  run<T>(task: () => Promise<T>): Promise<T> {
    this.#pendingCount += 1;
    const ended = (): void => {
      this.#pendingCount -= 1;
    };
    const result = this.#last.then(task);
    this.#last = result.then(ended, ended);
    return result;
  }

  /** Resolves when everything that was added so far has ended. */
  async drained(): Promise<void> {
    await this.#last;
  }
}

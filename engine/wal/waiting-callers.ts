interface Waiter {
  readonly lsn: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Callers that wait until the log has come as far as their sequence number. */
export class WaitingCallers {
  #waiters: Waiter[] = [];
  #highestLsn = 0;

  get count(): number {
    return this.#waiters.length;
  }

  /** True when somebody would be content with that number. */
  isAnyContentWith(lsn: number): boolean {
    return this.#waiters.some((waiter) => waiter.lsn <= lsn);
  }

  add(lsn: number): Promise<void> {
    this.#highestLsn = Math.max(this.#highestLsn, lsn);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ lsn, resolve, reject });
    });
  }

  resolveUpTo(lsn: number): void {
    if (this.#waiters.length === 0) return;
    const waiters = this.#waiters;
    if (this.#highestLsn <= lsn) {
      this.#waiters = [];
      this.#highestLsn = 0;
      for (const waiter of waiters) waiter.resolve();
      return;
    }
    this.#waiters = waiters.filter((waiter) => waiter.lsn > lsn);
    for (const waiter of waiters) if (waiter.lsn <= lsn) waiter.resolve();
  }

  rejectAll(error: Error): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    this.#highestLsn = 0;
    for (const waiter of waiters) waiter.reject(error);
  }
}

/** What a caller waits for. */
export interface LogWish {
  readonly lsn: number;
  /** False when the caller has something to do until then. */
  readonly mayHold: boolean;
}

interface Waiter extends LogWish {
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

  /** True when only one waits, who has nothing to do meanwhile. */
  get mayHold(): boolean {
    return this.#waiters.length === 1 && this.#waiters[0]?.mayHold === true;
  }

  add({ lsn, mayHold }: LogWish): Promise<void> {
    this.#highestLsn = Math.max(this.#highestLsn, lsn);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ lsn, mayHold, resolve, reject });
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

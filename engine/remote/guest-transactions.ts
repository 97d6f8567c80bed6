/*
 * The transactions of one guest at its owner. The engine runs a transaction for as long as its callback does; here the
 * callback waits for the guest to say how it ends. It ends as well with its deadline and with the guest's connection.
 */
import type { DatabaseBackend, TransactionBackend } from '../database-backend.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';

interface OpenTransaction {
  readonly statements: TransactionBackend;
  /** Lets the callback end: without an error for a commit. */
  readonly end: (error?: Error) => void;
  /** What became of it. */
  readonly outcome: Promise<void>;
}

export class GuestTransactions {
  readonly #open = new Map<number, OpenTransaction>();
  #last = 0;

  /** Begins one and gives its number. */
  async begin(backend: DatabaseBackend, timeoutMs: number | undefined): Promise<number> {
    if (this.#open.size >= limits.guestTransactionsMax) {
      throw new AuroraError(
        'LimitExceeded',
        `${limits.guestTransactionsMax} transactions are open for this process, and no more fit.`,
        { hint: 'End some of them first.' },
      );
    }
    return new Promise((resolve, reject) => {
      const outcome = backend.transaction(
        (statements) =>
          new Promise<void>((succeed, fail) => {
            this.#last += 1;
            const number = this.#last;
            const end = (error?: Error) => (error === undefined ? succeed() : fail(error));
            // Its outcome is known by the time that anybody can ask for it.
            queueMicrotask(() => {
              this.#open.set(number, { statements, end, outcome });
              resolve(number);
            });
          }),
        { timeoutMs },
      );
      // What ends it early is told to whoever ends it; what keeps it from beginning is told here.
      outcome.catch(reject);
    });
  }

  /** @throws AuroraError `TransactionEnded` */
  statements(number: number): TransactionBackend {
    return this.#get(number).statements;
  }

  async commit(number: number): Promise<void> {
    const { end, outcome } = this.#get(number);
    this.#open.delete(number);
    end();
    await outcome;
  }

  async rollback(number: number): Promise<void> {
    const open = this.#open.get(number);
    if (open === undefined) return;
    this.#open.delete(number);
    open.end(new RolledBack());
    // That it ends with an error is what was asked for.
    await open.outcome.catch(() => undefined);
  }

  #get(number: number): OpenTransaction {
    const open = this.#open.get(number);
    if (open !== undefined) return open;
    throw new AuroraError(
      'TransactionEnded',
      'The transaction has ended; it takes no more calls.',
      {
        hint: 'Await every call inside the callback, and use the transaction nowhere else.',
      },
    );
  }
}

class RolledBack extends Error {}

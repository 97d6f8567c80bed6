/*
 * Rewrites of the catalog that are under way, for whoever wants to know how far they are, to hold one for a while, or to
 * end it. A rewrite that is held keeps what it has written, and costs nobody anything but the room.
 */
import { throwIfCancelled } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';

/** How far a rewrite is. */
export interface RewriteProgress {
  /** What it was named by whoever began it. */
  readonly name: string;
  readonly documentsDone: number;
  /** As it was when the rewrite began. */
  readonly documentsTotal: number;
  readonly isPaused: boolean;
}

export type RewriteOrder = 'pause' | 'resume' | 'cancel';

interface RewriteNeeds {
  readonly name: string;
  readonly documentsTotal: number;
  readonly documentsDone: () => number;
  readonly signal: AbortSignal | undefined;
}

export class RunningRewrites {
  readonly #running = new Set<RunningRewrite>();

  /** One that begins; it must be ended. */
  begin(needs: RewriteNeeds): RunningRewrite {
    const rewrite = new RunningRewrite(needs, () => this.#running.delete(rewrite));
    this.#running.add(rewrite);
    return rewrite;
  }

  list(): readonly RewriteProgress[] {
    return [...this.#running].map((rewrite) => rewrite.progress);
  }

  order(order: RewriteOrder): void {
    for (const rewrite of this.#running) rewrite.take(order);
  }
}

export class RunningRewrite {
  readonly #needs: RewriteNeeds;
  readonly #onEnd: () => void;
  readonly #cancelling = new AbortController();
  #isPaused = false;
  #goOn: () => void = () => undefined;

  constructor(needs: RewriteNeeds, onEnd: () => void) {
    this.#needs = needs;
    this.#onEnd = onEnd;
  }

  get progress(): RewriteProgress {
    const { name, documentsTotal, documentsDone } = this.#needs;
    return { name, documentsTotal, documentsDone: documentsDone(), isPaused: this.#isPaused };
  }

  take(order: RewriteOrder): void {
    if (order === 'cancel') {
      this.#cancelling.abort(new AuroraError('Cancelled', 'The migration was cancelled.'));
    }
    this.#isPaused = order === 'pause';
    if (!this.#isPaused) this.#goOn();
  }

  /** Resolves when the next step may be taken. @throws AuroraError `Cancelled`, also while it is held */
  async mayGoOn(): Promise<void> {
    const { signal } = this.#needs;
    while (this.#isPaused && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        const goOn = () => {
          signal?.removeEventListener('abort', goOn);
          resolve();
        };
        this.#goOn = goOn;
        signal?.addEventListener('abort', goOn, { once: true });
      });
    }
    this.throwIfCancelled();
  }

  /** @throws AuroraError `Cancelled` */
  throwIfCancelled(): void {
    throwIfCancelled(this.#needs.signal);
    throwIfCancelled(this.#cancelling.signal);
  }

  end(): void {
    this.#onEnd();
  }
}

/*
 * When a query that is pulled lets go of its snapshot.
 *
 * A snapshot of the latest state of the store costs nothing: the store keeps that state anyway. Once others have
 * written, it keeps the store from reusing the space of whatever they replace, and the file grows with every commit.
 * So as soon as the store begins to go on to a later state, the query reads on, beside its consumer, until it needs
 * the snapshot no more. Steps of some milliseconds alternate with pulls, so that neither waits for long. One whose state is still the latest reads on when
 * its consumer has stayed away and the snapshot is `limits.snapshotMsMax` old; a consumer that keeps pulling is not
 * slowed down.
 *
 * When no more can be kept, a snapshot of the latest state stays. A superseded one stays until it is
 * `limits.snapshotMsMax` old, since the consumer may make room; then the result is cut.
 */
import type { Clock } from '../base/clock.ts';
import type { SerialQueue } from '../base/serial-queue.ts';
import { limits } from '../limits.ts';
import type { ExecEnvironment } from './environment.ts';
import type { QueryStatementRun } from './query-statement.ts';

export class SnapshotWatch {
  readonly #queue: SerialQueue;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #close = (): void => this.#enqueue((query) => query.close());
  #query: QueryStatementRun | undefined;
  #endSupersede: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #openedMs = 0;
  #isSuperseded = false;
  #isConsumerAway = false;
  #isStepQueued = false;
  #failure: { readonly error: unknown } | undefined;

  /** The queue runs everything that reads from the query, one after the other. */
  constructor(queue: SerialQueue, { clock, slicerOptions }: ExecEnvironment) {
    this.#queue = queue;
    this.#clock = clock;
    this.#signal = slicerOptions.signal;
  }

  /** Watches a query that has just taken its snapshot. */
  begin(query: QueryStatementRun): void {
    this.#query = query;
    this.#openedMs = this.#clock.elapsed();
    this.#isSuperseded = false;
    this.#isStepQueued = false;
    this.#signal?.addEventListener('abort', this.#close);
    this.#endSupersede = query.onDidSupersede(() => {
      this.#isSuperseded = true;
      this.#queueStep();
    });
  }

  /** The query ends. */
  end(): void {
    this.pause();
    this.#endSupersede?.();
    this.#signal?.removeEventListener('abort', this.#close);
    this.#query = undefined;
  }

  /** The consumer pulls. */
  pause(): void {
    this.#isConsumerAway = false;
    clearTimeout(this.#timer);
  }

  /** The consumer has got what it pulled; it may stay away now, unless it has pulled again. */
  resume({ hasPulledAgain }: { readonly hasPulledAgain: boolean }): void {
    if (this.#query?.holdsSnapshot !== true) return;
    if (this.#isSuperseded) this.#queueStep();
    if (hasPulledAgain) return;
    this.#wakeWhenOld();
  }

  /** @throws what was wrong in reading on and is no error of ours */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** A timer counts whole milliseconds and may end within the last of them, so it gets one more. */
  #wakeWhenOld(): void {
    const leftMs = this.#openedMs + limits.snapshotMsMax - this.#clock.elapsed();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#isConsumerAway = true;
        this.#queueStep();
      },
      Math.max(Math.ceil(leftMs) + 1, limits.readerPauseMsMin),
    );
    this.#timer.unref();
  }

  #queueStep(): void {
    if (this.#isStepQueued) return;
    this.#isStepQueued = true;
    this.#enqueue((query) => this.#step(query));
  }

  async #step(query: QueryStatementRun): Promise<void> {
    this.#isStepQueued = false;
    const isDue = this.#isSuperseded || this.#isConsumerAway;
    if (!isDue || !query.holdsSnapshot) return;
    const outcome = await query.spool(limits.spoolStepMs);
    if (outcome.kind === 'going') this.#queueStep();
    if (outcome.kind !== 'full' || !this.#isSuperseded) return;
    const ageMs = this.#clock.elapsed() - this.#openedMs;
    if (ageMs >= limits.snapshotMsMax) query.cut(outcome.error);
  }

  #enqueue(task: (query: QueryStatementRun) => Promise<void>): void {
    this.#queue
      .run(async () => {
        const query = this.#query;
        if (query !== undefined) await task(query);
      })
      .catch((error: unknown) => {
        this.#failure = { error };
      });
  }
}

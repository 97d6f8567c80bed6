/*
 * A run at the owner, pulled from here. It is opened with the first pull; pulls are answered in order. As with any run,
 * what goes wrong is its last part: also that the text is wrong, or that the owner was lost.
 */
import { SerialQueue } from '../base/serial-queue.ts';
import { AuroraError } from '../errors.ts';
import { cancellationOf } from '../exec/drain.ts';
import type { Run, RunPart, RunPull } from '../exec/run-part.ts';
import { limits } from '../limits.ts';
import type { WireText } from './guest-protocol.ts';
import type { OwnerConnection } from './owner-connection.ts';
import { fromWirePart } from './wire-run.ts';

export interface RemoteRunOptions {
  readonly connection: OwnerConnection;
  readonly text: WireText;
  /** True unless the text is known to hold nothing but queries. */
  readonly mayWrite: boolean;
  /** Cancels the run. */
  readonly signal: AbortSignal;
  /** Sees to it that the guest's copy of the schema is at least of this version. */
  readonly keepUp: (schemaVersion: number) => Promise<void>;
  /** Called once, when the owner holds nothing of the run any more. */
  readonly onEnd: () => void;
}

export class RemoteRun implements Run {
  readonly #options: RemoteRunOptions;
  readonly #queue = new SerialQueue();
  readonly #cancel: () => void;
  #cursor: number | undefined;
  #isDone = false;
  /** It was closed before its end, and nobody was told yet why. */
  #isCut = false;
  #isEnded = false;

  constructor(options: RemoteRunOptions) {
    this.#options = options;
    this.#cancel = () => this.#cancelAtOwner();
    options.signal.addEventListener('abort', this.#cancel);
  }

  next(rowsMax: number): Promise<RunPull> {
    return this.#queue.run(() => this.#pull(rowsMax));
  }

  async close(): Promise<void> {
    this.#cancelAtOwner();
    await this.#queue.run(async () => {
      this.#isCut = !this.#isDone;
      this.#end();
    });
  }

  async #pull(rowsMax: number): Promise<RunPull> {
    if (this.#isDone) return this.#afterEnd();
    const { connection, text, mayWrite, signal, keepUp } = this.#options;
    try {
      if (signal.aborted) throw cancelled(signal);
      this.#cursor ??= (await connection.call('run.open', text)).cursor;
      const rows = Math.max(1, Math.min(rowsMax, limits.remoteBatchRowsMax));
      // Aborting is told to the run, whose answer then says how far it came.
      const pulled = await connection.call(
        'run.next',
        { cursor: this.#cursor, rowsMax: rows },
        { isWrite: mayWrite },
      );
      await keepUp(pulled.schemaVersion);
      if (pulled.done) this.#end();
      return {
        parts: pulled.parts.map((part) => this.#received(fromWirePart(part))),
        done: pulled.done,
        ...(pulled.progress === undefined ? {} : { progress: pulled.progress }),
      };
    } catch (error) {
      this.#end();
      if (!(error instanceof AuroraError)) throw error;
      return { parts: [{ kind: 'failed', error }], done: true };
    }
  }

  /** What the loss of the owner or of the database has closed must not pass for the whole. */
  #afterEnd(): RunPull {
    const { reason } = this.#options.signal;
    const isTold = !this.#isCut || !(reason instanceof AuroraError) || reason.code === 'Cancelled';
    this.#isCut = false;
    return { parts: isTold ? [] : [{ kind: 'failed', error: reason }], done: true };
  }

  /** The owner knows only that the run was cancelled; why, stands in the signal. */
  #received(part: RunPart): RunPart {
    const { signal } = this.#options;
    const isCancelled = part.kind === 'failed' && part.error.code === 'Cancelled';
    return isCancelled && signal.aborted ? { ...part, error: cancelled(signal) } : part;
  }

  #cancelAtOwner(): void {
    if (this.#cursor === undefined || this.#isDone) return;
    // A run whose owner is lost is cancelled by that.
    this.#options.connection.call('run.cancel', { cursor: this.#cursor }).catch(() => undefined);
  }

  #end(): void {
    this.#isDone = true;
    if (this.#isEnded) return;
    this.#isEnded = true;
    const { connection, signal, onEnd } = this.#options;
    signal.removeEventListener('abort', this.#cancel);
    if (this.#cursor !== undefined) {
      // The owner closes it by itself when the connection is lost.
      connection.call('run.close', { cursor: this.#cursor }).catch(() => undefined);
    }
    onEnd();
  }
}

function cancelled(signal: AbortSignal): AuroraError {
  const error = new AuroraError('Cancelled', 'The run was cancelled.', { cause: signal.reason });
  const explained = cancellationOf(error);
  return explained instanceof AuroraError ? explained : error;
}

/*
 * Checkpoints: what is buffered goes into the store, the store onto the disk, and the log lets go what neither recovery
 * nor feeds need. By time, by the length of the log, and at the end. The buffer is also applied on its own, more often,
 * so that it does not grow old.
 */
import { SerialQueue } from '../base/serial-queue.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { KvStore } from '../storage/kv-store.ts';
import type { BufferFlusher } from './buffer-flusher.ts';
import type { CommitLog } from './commit-log.ts';
import type { Durability } from './durability.ts';
import type { PipelineState } from './pipeline-state.ts';

export interface CheckpointsOptions {
  readonly store: KvStore;
  readonly state: PipelineState;
  readonly log: CommitLog | undefined;
  readonly flusher: BufferFlusher;
  readonly durability: Durability;
}

export class Checkpoints {
  readonly #options: CheckpointsOptions;
  readonly #queue = new SerialQueue();
  #flushTimer: NodeJS.Timeout | undefined;
  #checkpointTimer: NodeJS.Timeout | undefined;
  /** True from when the log has become long until the checkpoint has ended that this asks for. */
  #isShortening = false;
  #isClosed = false;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
  }

  /** A commit was made: it will be applied, and a checkpoint taken, in time. */
  committed(): void {
    this.#options.flusher.committed();
    if (this.#isClosed) return;
    const { durability, log } = this.#options;
    const { buffer, checkpointIntervalMs } = durability;
    if (buffer !== undefined) {
      this.#flushTimer ??= later(buffer.flushIntervalMs, () => {
        this.#flushTimer = undefined;
        this.#options.flusher.startInBackground();
      });
    }
    if (!Number.isFinite(checkpointIntervalMs)) return;
    const isLong = (log?.bytesSinceRetired ?? 0) > limits.checkpointLogBytes;
    // The log stays long until the checkpoint has ended, and each commit until then comes by here.
    if (isLong && !this.#isShortening) {
      this.#isShortening = true;
      clearTimeout(this.#checkpointTimer);
      this.#checkpointTimer = this.#checkpointLater(0);
    }
    this.#checkpointTimer ??= this.#checkpointLater(checkpointIntervalMs);
  }

  /** @throws AuroraError `DiskFull`, `StorageFailure`; then the log keeps everything, and the next one tries again */
  run(): Promise<void> {
    return this.#queue.run(async () => {
      const { flusher, store, log } = this.#options;
      // Who closes waits for it, and nobody commits any more.
      const isPatient = !this.#isClosed;
      const sequence = await flusher.settle((settled) => settled.sequence, { isPatient });
      await store.flushed();
      await log?.retire(sequence);
    });
  }

  /** The last checkpoint; gives what kept the store from holding everything on disk. No timer runs afterwards. */
  async close(): Promise<AuroraError | undefined> {
    this.#isClosed = true;
    clearTimeout(this.#flushTimer);
    clearTimeout(this.#checkpointTimer);
    if (this.#options.store.readOnly) return undefined;
    return this.#inBackground();
  }

  #checkpointLater(afterMs: number): NodeJS.Timeout {
    return later(afterMs, () => {
      this.#checkpointTimer = undefined;
      void this.#inBackground().then(() => {
        this.#isShortening = false;
      });
    });
  }

  /** Whoever writes sees the failure of storage; until then the log has everything. */
  async #inBackground(): Promise<AuroraError | undefined> {
    try {
      await this.run();
      return undefined;
    } catch (error) {
      if (error instanceof AuroraError) return error;
      throw error;
    }
  }
}

/** A timer that does not keep the process alive. */
function later(afterMs: number, action: () => void): NodeJS.Timeout {
  return setTimeout(action, afterMs).unref();
}

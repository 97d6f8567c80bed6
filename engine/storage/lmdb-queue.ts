import type { RootDatabase } from 'lmdb';
import { nextTurn } from '../base/scheduler.ts';
import { limits } from '../limits.ts';
import type { KvEntry, KvQueue } from './kv-store.ts';
import { withinTime } from './time-box.ts';

const poolBytes = 256 * 1024;
/** Handed over in one turn of the event loop, which takes 2 to 5 ms. */
const changesPerBatch = 8_000;

interface QueuedChange {
  readonly key: Uint8Array;
  /** `undefined` for a removal. */
  readonly value: Buffer | undefined;
}

/**
 * Puts and removals for lmdb's writing thread, so that the caller neither waits for its B-trees nor for the disk. They are
 * gathered and handed over in large batches: given one by one, the thread would commit whatever it has got, and copy
 * the same pages for each of many transactions. Values are gathered in large buffers, because lmdb asks for the address
 * of each buffer that it has not seen, which takes longer than to copy a small value.
 */
export class LmdbQueue implements KvQueue {
  readonly #environment: RootDatabase<Buffer, Uint8Array>;
  readonly #owner: { fail(error: unknown): Error; end(): void };
  readonly #changes: QueuedChange[] = [];
  /** What must not come apart: the end of the last batch. */
  #last: readonly KvEntry[] = [];
  /** One for each batch. */
  readonly #commits: Promise<unknown>[] = [];
  #pool = Buffer.allocUnsafeSlow(poolBytes);
  #poolOffset = 0;
  /** Resolves when the queue is done, however it went. */
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;

  constructor(
    environment: RootDatabase<Buffer, Uint8Array>,
    owner: { fail(error: unknown): Error; end(): void },
  ) {
    this.#environment = environment;
    this.#owner = owner;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#changes.push({ key, value: this.#pooled(value) });
  }

  remove(key: Uint8Array): void {
    this.#changes.push({ key, value: undefined });
  }

  putLast(entries: readonly KvEntry[]): void {
    this.#last = entries;
  }

  async done(): Promise<void> {
    try {
      const batchCount = Math.max(1, Math.ceil(this.#changes.length / changesPerBatch));
      for (let batch = 0; batch < batchCount; batch += 1) {
        if (batch > 0) await nextTurn();
        const isLast = batch === batchCount - 1;
        if (isLast) for (const { key, value } of this.#last) this.put(key, value);
        const start = batch * changesPerBatch;
        this.#write(this.#changes.slice(start, isLast ? undefined : start + changesPerBatch));
      }
      await withinTime(Promise.all(this.#commits), limits.flushMsMax);
    } catch (error) {
      throw this.#owner.fail(error);
    } finally {
      this.#environment.resetReadTxn();
      this.#owner.end();
      this.#end();
    }
  }

  /** lmdb makes one transaction of a batch, or of several when it has not got to the first one. */
  #write(changes: readonly QueuedChange[]): void {
    if (changes.length === 0) return;
    const commit = this.#environment.batch(() => {
      for (const { key, value } of changes) {
        // The promise of a change says nothing; that of the batch does.
        if (value === undefined) void this.#environment.remove(key);
        else void this.#environment.put(key, value);
      }
    });
    this.#commits.push(commit);
    // Its failure is told by `done`; nobody listens until then.
    commit.catch(() => undefined);
  }

  #pooled(value: Uint8Array): Buffer {
    const { length } = value;
    if (length > poolBytes / 4) return Buffer.from(value);
    if (this.#poolOffset + length > poolBytes) {
      this.#pool = Buffer.allocUnsafeSlow(poolBytes);
      this.#poolOffset = 0;
    }
    const start = this.#poolOffset;
    this.#pool.set(value, start);
    this.#poolOffset += length;
    return this.#pool.subarray(start, this.#poolOffset);
  }
}

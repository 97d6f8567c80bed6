import type { RootDatabase } from 'lmdb';
import { assert } from '../base/assert.ts';
import { nextTurn } from '../base/scheduler.ts';
import { limits } from '../limits.ts';
import type { KvEntry, KvQueue } from './kv-store.ts';
import { withinTime } from './time-box.ts';

const poolBytes = 256 * 1024;
const pooledBytesMax = poolBytes / 4;
/** Handed over in one turn of the event loop, which takes 2 to 5 ms. */
const changesPerBatch = 8_000;

/** lmdb takes a part of a buffer as the value, when the buffer says which: that spares a view for each. */
type PooledBuffer = Buffer & { start?: number; end?: number };

/**
 * Puts and removals for lmdb's writing thread, so that the caller neither waits for its B-trees nor for the disk. They are
 * gathered and handed over in large batches: given one by one, the thread would commit whatever it has got, and copy
 * the same pages for each of many transactions. Values are gathered in large buffers, because lmdb asks for the address
 * of each buffer that it has not seen, which takes longer than to copy a small value.
 */
export class LmdbQueue implements KvQueue {
  readonly #environment: RootDatabase<Buffer, Uint8Array>;
  readonly #owner: { fail(error: unknown): Error; end(): void };
  /** Keys, and at the same places where their values lie; no buffer for a removal. */
  readonly #keys: Uint8Array[] = [];
  readonly #buffers: (PooledBuffer | undefined)[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** What must not come apart: the end of the last batch. */
  #last: readonly KvEntry[] = [];
  /** One for each batch. */
  readonly #commits: Promise<unknown>[] = [];
  #pool: PooledBuffer = Buffer.allocUnsafeSlow(poolBytes);
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
    const { length } = value;
    if (length > pooledBytesMax) this.#add(key, Buffer.from(value), 0, length);
    else {
      const start = this.#reserve(length);
      this.#pool.set(value, start);
      this.#add(key, this.#pool, start, start + length);
    }
  }

  putJoined(key: Uint8Array, head: Uint8Array, rest: Uint8Array): void {
    const length = head.length + rest.length;
    if (length > pooledBytesMax) this.#add(key, Buffer.concat([head, rest]), 0, length);
    else {
      const start = this.#reserve(length);
      this.#pool.set(head, start);
      this.#pool.set(rest, start + head.length);
      this.#add(key, this.#pool, start, start + length);
    }
  }

  remove(key: Uint8Array): void {
    this.#add(key, undefined, 0, 0);
  }

  putLast(entries: readonly KvEntry[]): void {
    this.#last = entries;
  }

  async done(): Promise<void> {
    try {
      const batchCount = Math.max(1, Math.ceil(this.#keys.length / changesPerBatch));
      for (let batch = 0; batch < batchCount; batch += 1) {
        if (batch > 0) await nextTurn();
        const isLast = batch === batchCount - 1;
        if (isLast) for (const { key, value } of this.#last) this.put(key, value);
        const start = batch * changesPerBatch;
        this.#write(start, isLast ? this.#keys.length : start + changesPerBatch);
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
  #write(first: number, end: number): void {
    if (first === end) return;
    const commit = this.#environment.batch(() => {
      for (let at = first; at < end; at += 1) {
        const key = this.#keys[at];
        const buffer = this.#buffers[at];
        assert(key !== undefined, 'every change has a key');
        // The promise of a change says nothing; that of the batch does.
        if (buffer === undefined) {
          void this.#environment.remove(key);
          continue;
        }
        buffer.start = this.#starts[at] ?? 0;
        buffer.end = this.#ends[at] ?? 0;
        void this.#environment.put(key, buffer);
      }
    });
    this.#commits.push(commit);
    // Its failure is told by `done`; nobody listens until then.
    commit.catch(() => undefined);
  }

  /** Where so many bytes of the pool begin. */
  #reserve(length: number): number {
    if (this.#poolOffset + length > poolBytes) {
      this.#pool = Buffer.allocUnsafeSlow(poolBytes);
      this.#poolOffset = 0;
    }
    const start = this.#poolOffset;
    this.#poolOffset += length;
    return start;
  }

  #add(key: Uint8Array, buffer: PooledBuffer | undefined, start: number, end: number): void {
    this.#keys.push(key);
    this.#buffers.push(buffer);
    this.#starts.push(start);
    this.#ends.push(end);
  }
}

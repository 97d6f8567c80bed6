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
 * the same pages for each of many transactions. Keys and values are gathered in large buffers, because lmdb asks for the
 * address of each buffer that it has not seen, which takes longer than to copy a small value, and because tens of
 * thousands of small arrays that wait are what the collector has to copy.
 *
 *     buffer   … | key | value | key | value | key | …        a key without a value is removed
 */
export class LmdbQueue implements KvQueue {
  readonly #environment: RootDatabase<Buffer, Uint8Array>;
  readonly #owner: { fail(error: unknown): Error; end(): void };
  /** Where each change lies: its buffer, where its key begins, where it ends and its value begins, and where that ends. */
  readonly #buffers: PooledBuffer[] = [];
  readonly #keyStarts: number[] = [];
  readonly #starts: number[] = [];
  /** -1 for a removal. */
  readonly #ends: number[] = [];
  /** Values that are too large for the pool, by change. */
  readonly #large = new Map<number, Buffer>();
  /** By length: lmdb copies a key at once, and takes its length from the array. */
  readonly #keysByLength: Uint8Array[] = [];
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
    if (value.length > pooledBytesMax) {
      this.#addLarge(key, Buffer.from(value));
      return;
    }
    // Found first, since that may take another pool.
    const start = this.#add(key, value.length);
    this.#pool.set(value, start);
  }

  putJoined(key: Uint8Array, head: Uint8Array, rest: Uint8Array): void {
    const length = head.length + rest.length;
    if (length > pooledBytesMax) {
      this.#addLarge(key, Buffer.concat([head, rest]));
      return;
    }
    const start = this.#add(key, length);
    this.#pool.set(head, start);
    this.#pool.set(rest, start + head.length);
  }

  remove(key: Uint8Array): void {
    this.#add(key, 0);
    this.#ends[this.#ends.length - 1] = -1;
  }

  putLast(entries: readonly KvEntry[]): void {
    this.#last = entries;
  }

  async done(): Promise<void> {
    try {
      const batchCount = Math.max(1, Math.ceil(this.#buffers.length / changesPerBatch));
      for (let batch = 0; batch < batchCount; batch += 1) {
        if (batch > 0) await nextTurn();
        const isLast = batch === batchCount - 1;
        if (isLast) for (const { key, value } of this.#last) this.put(key, value);
        const start = batch * changesPerBatch;
        this.#write(start, isLast ? this.#buffers.length : start + changesPerBatch);
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
        const buffer = this.#buffers[at];
        assert(buffer !== undefined, 'every change lies in a buffer');
        const start = this.#starts[at] ?? 0;
        const end = this.#ends[at] ?? 0;
        const key = this.#keyAt(buffer, this.#keyStarts[at] ?? 0, start);
        const large = this.#large.get(at);
        // The promise of a change says nothing; that of the batch does.
        if (end < 0) void this.#environment.remove(key);
        else if (large !== undefined) void this.#environment.put(key, large);
        else {
          buffer.start = start;
          buffer.end = end;
          void this.#environment.put(key, buffer);
        }
      }
    });
    this.#commits.push(commit);
    // Its failure is told by `done`; nobody listens until then.
    commit.catch(() => undefined);
  }

  #addLarge(key: Uint8Array, value: Buffer): void {
    this.#large.set(this.#buffers.length, value);
    this.#add(key, 0);
  }

  /** Puts a key into the pool, and gives where its value is to be put. */
  #add(key: Uint8Array, valueBytes: number): number {
    const bytes = key.length + valueBytes;
    if (this.#poolOffset + bytes > poolBytes) {
      this.#pool = Buffer.allocUnsafeSlow(poolBytes);
      this.#poolOffset = 0;
    }
    const keyStart = this.#poolOffset;
    const start = keyStart + key.length;
    this.#pool.set(key, keyStart);
    this.#buffers.push(this.#pool);
    this.#keyStarts.push(keyStart);
    this.#starts.push(start);
    this.#ends.push(start + valueBytes);
    this.#poolOffset += bytes;
    return start;
  }

  #keyAt(buffer: Buffer, start: number, end: number): Uint8Array {
    const length = end - start;
    let key = this.#keysByLength[length];
    if (key === undefined) {
      key = new Uint8Array(length);
      this.#keysByLength[length] = key;
    }
    for (let at = 0; at < length; at += 1) key[at] = buffer[start + at] ?? 0;
    return key;
  }
}

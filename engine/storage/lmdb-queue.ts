import { assert } from '../base/assert.ts';
import { limits } from '../limits.ts';
import type { KvEntry, KvQueue } from './kv-store.ts';
import { InstructionPool, keyBytesMax, poolBytes } from './lmdb-instructions.ts';
import { type LmdbThread, runStatus } from './lmdb-thread.ts';
import { withinTime } from './time-box.ts';

const pooledBytesMax = poolBytes / 4;
/** Handed over together first, so that the thread has something to do soon; each time twice as many, up to the most. */
const changesPerBatchMin = 2_000;
const changesPerBatchMax = 16_000;
/**
 * Pools that a store keeps for its next queues: twice as many as the last one had, since the next begins while the thread
 * brings that to the disk.
 */
const sparePoolsMin = 4;
const sparePoolsMax = 48;

export interface LmdbQueueOwner {
  /** Something could not be written: the store only reads from now on. */
  fail(error: unknown): Error;
  /** One more transaction can be read. */
  didCommit(): void;
  /** The thread was called; `finished` resolves when what it then wrote is on disk. */
  didBegin(finished: Promise<void>): void;
  /** The queue is done. */
  end(): void;
}

/**
 * Puts and removals for lmdb's writing thread, so that the caller neither waits for its B-trees nor for the disk. They are
 * written as its instructions and handed over in batches: given one by one, the thread would commit whatever it has got, and
 * copy the same pages for each of many transactions; given all together, it would have nothing to do until the last is
 * there. Where it is still busy when the next batch is there, it goes on with that in the same transaction. Where it has
 * stopped, it is called again once that transaction is visible: were it to fail, nothing behind it may be written, least of
 * all what comes last. A batch never comes apart, since it is whole before the thread is told of it.
 *
 * The pools come from queues before: what a queue per step of a long work leaves behind is what brings the collector.
 */
export class LmdbQueue implements KvQueue {
  readonly #thread: LmdbThread;
  readonly #owner: LmdbQueueOwner;
  readonly #spare: InstructionPool[];
  readonly #pools: InstructionPool[] = [];
  /** Values that are too large for the pool; nobody else keeps them until they are written. */
  readonly #large: Uint8Array[] = [];
  #pool: InstructionPool;
  /** Where the present batch begins. */
  #batchAddress: number;
  #count = 0;
  /** So many are handed over; no more are at the end, where what comes last must not come apart. */
  #batchMax = changesPerBatchMin;
  /** Where the thread stops. */
  #lastEnd: { readonly pool: InstructionPool; readonly at: number } | undefined;
  #last: readonly KvEntry[] = [];
  /** True while the thread makes a transaction that is not visible yet. */
  #isRunning = false;
  /** Where the thread is to begin when that is visible. */
  #waitingAddress: number | undefined;
  /** From then on nothing is handed over. */
  #failure: Error | undefined;
  #noteChange: () => void = () => undefined;
  readonly #finished: Promise<void>[] = [];
  /** Resolves when the queue is done, however it went. */
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;

  /** `spare` holds pools that nobody uses; the queue takes them, and puts some back when everything is written. */
  constructor(thread: LmdbThread, spare: InstructionPool[], owner: LmdbQueueOwner) {
    this.#thread = thread;
    this.#spare = spare;
    this.#owner = owner;
    this.#pool = this.#takePool();
    this.#batchAddress = this.#pool.nextAddress;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  put(key: Uint8Array, value: Uint8Array): void {
    const { length } = value;
    if (length > pooledBytesMax) {
      this.#putLarge(key, Buffer.from(value));
      return;
    }
    // Found first, since that may take another pool.
    const at = this.#placeOf(key, length);
    this.#pool.setValue(value, at);
  }

  putJoined(key: Uint8Array, head: Uint8Array, rest: Uint8Array): void {
    const length = head.length + rest.length;
    if (length > pooledBytesMax) {
      this.#putLarge(key, Buffer.concat([head, rest]));
      return;
    }
    const at = this.#placeOf(key, length);
    this.#pool.setValue(head, at);
    this.#pool.setValue(rest, at + head.length);
  }

  remove(key: Uint8Array): void {
    this.#begin(key);
    const { database } = this.#thread;
    if (!this.#pool.remove(database, key)) this.#nextPool().remove(database, key);
  }

  putLast(entries: readonly KvEntry[]): void {
    this.#last = entries;
  }

  async done(): Promise<void> {
    try {
      this.#batchMax = Number.POSITIVE_INFINITY;
      for (const { key, value } of this.#last) this.put(key, value);
      this.#handOver();
      await withinTime(this.#visible(), limits.flushMsMax);
      Promise.all(this.#finished).then(
        () => this.#giveBack(),
        () => undefined,
      );
    } catch (error) {
      const failure = this.#owner.fail(error);
      this.stop(failure);
      throw failure;
    } finally {
      this.#owner.end();
      this.#end();
    }
  }

  /** Hands nothing over any more, though the thread goes on with what it has; `done` fails unless all is visible. */
  stop(failure: Error): void {
    this.#failure ??= failure;
    this.#noteChange();
  }

  async #visible(): Promise<void> {
    while (this.#isRunning && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#noteChange = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Where a value of so many bytes is to be put, in the pool that is the present one then. */
  #placeOf(key: Uint8Array, valueBytes: number): number {
    this.#begin(key);
    const { database } = this.#thread;
    const at = this.#pool.put(database, key, valueBytes);
    return at >= 0 ? at : this.#nextPool().put(database, key, valueBytes);
  }

  #putLarge(key: Uint8Array, value: Uint8Array<ArrayBuffer>): void {
    this.#begin(key);
    this.#large.push(value);
    const { database } = this.#thread;
    const address = this.#thread.addressOf(value.buffer) + value.byteOffset;
    const place = { address, length: value.length };
    if (!this.#pool.putAt(database, key, place)) this.#nextPool().putAt(database, key, place);
  }

  #begin(key: Uint8Array): void {
    // The thread would give up its transaction for another, and one that is too long for a pool would leave that.
    assert(key.length > 0 && key.length <= keyBytesMax, 'a key has a length that lmdb takes');
    if (this.#count >= this.#batchMax) {
      this.#handOver();
      this.#batchMax = Math.min(2 * this.#batchMax, changesPerBatchMax);
    }
    this.#count += 1;
  }

  #handOver(): void {
    if (this.#count === 0) return;
    const address = this.#batchAddress;
    const end = { pool: this.#pool, at: this.#pool.end() };
    this.#count = 0;
    this.#batchAddress = this.#pool.nextAddress;
    if (this.#failure !== undefined) return;
    const isGoingOn = this.#lastEnd?.pool.link(this.#lastEnd.at, address) === true;
    this.#lastEnd = end;
    if (isGoingOn) return;
    if (this.#isRunning) this.#waitingAddress = address;
    else this.#run(address);
  }

  #run(address: number): void {
    this.#isRunning = true;
    let isVisible = false;
    const finished = new Promise<void>((resolve, reject) => {
      this.#thread.run(address, (status) => {
        const failure = this.#thread.failureOf(status);
        if (failure !== undefined) {
          this.stop(failure);
          reject(failure);
          return;
        }
        this.#owner.didCommit();
        if (!isVisible) this.#goOn();
        isVisible = true;
        if (status === runStatus.finished) resolve();
      });
    });
    this.#finished.push(finished);
    // When calling the thread fails, and so before anybody waits for it.
    finished.catch((error: unknown) => {
      this.stop(error instanceof Error ? error : new Error(String(error)));
    });
    this.#owner.didBegin(finished);
  }

  /** What the thread was given is visible. */
  #goOn(): void {
    const address = this.#waitingAddress;
    this.#waitingAddress = undefined;
    this.#isRunning = false;
    if (address !== undefined && this.#failure === undefined) this.#run(address);
    else this.#noteChange();
  }

  #nextPool(): InstructionPool {
    const next = this.#takePool();
    this.#pool.continueIn(next);
    this.#pool = next;
    return next;
  }

  #takePool(): InstructionPool {
    const pool = this.#spare.pop() ?? new InstructionPool(this.#thread.addressOf);
    pool.reset();
    this.#pools.push(pool);
    return pool;
  }

  /** The thread writes into pools until it has finished. */
  #giveBack(): void {
    const kept = Math.min(sparePoolsMax, Math.max(sparePoolsMin, 2 * this.#pools.length));
    this.#spare.push(...this.#pools);
    if (this.#spare.length > kept) this.#spare.length = kept;
  }
}

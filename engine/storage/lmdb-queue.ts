import type { RootDatabase } from 'lmdb';
import { assert } from '../base/assert.ts';
import { limits } from '../limits.ts';
import type { KvEntry, KvQueue } from './kv-store.ts';
import { withinTime } from './time-box.ts';

const poolBytes = 256 * 1024;
const pooledBytesMax = poolBytes / 4;
/** Handed over together, which takes about a millisecond. */
const changesPerBatch = 2_000;
/** Those of the end, by which time nobody needs the thread for more of them: some at a time. */
const changesPerPiece = 250;
/** Pools that a store keeps for its next queue. */
const sparePoolsMax = 4;
/** Numbers that say where a change lies. */
const placeWidth = 4;

/** lmdb takes a part of a buffer as the value, when the buffer says which: that spares a view for each. */
export type PooledBuffer = Buffer & { start?: number; end?: number };

/**
 * Puts and removals for lmdb's writing thread, so that the caller neither waits for its B-trees nor for the disk. They are
 * gathered and handed over in batches: given one by one, the thread would commit whatever it has got, and copy
 * the same pages for each of many transactions; given all together, it would have nothing to do until the last is
 * there. Keys and values are gathered in large buffers, because lmdb asks for the
 * address of each buffer that it has not seen, which takes longer than to copy a small value, and because tens of
 * thousands of small arrays that wait are what the collector has to copy.
 *
 *     pool     … | key | value | key | value | key | …        a key without a value is removed
 *
 * Where each lies is kept in one array of numbers, and pools come from the queue before: what a queue per step of a long
 * work leaves behind is what brings the collector.
 */
export class LmdbQueue implements KvQueue {
  readonly #environment: RootDatabase<Buffer, Uint8Array>;
  readonly #owner: { fail(error: unknown): Error; end(): void };
  readonly #spare: PooledBuffer[];
  readonly #pools: PooledBuffer[] = [];
  /** Of each change that waits: its pool, where its key begins, where that ends and its value begins, and where that ends or -1 for a removal. */
  #places = new Int32Array(placeWidth * 1_024);
  #count = 0;
  /** So many of them are handed over. */
  #handedCount = 0;
  /** So many are handed over; no more are at the end, where what comes last must not come apart. */
  #batchMax = changesPerBatch;
  /** Values that are too large for the pool, by change. */
  readonly #large = new Map<number, Buffer>();
  /** By length: lmdb copies a key at once, and takes its length from the array. */
  readonly #keysByLength: Uint8Array[] = [];
  /** What must not come apart: the end of the last batch. */
  #last: readonly KvEntry[] = [];
  /** One for each batch. */
  readonly #commits: Promise<unknown>[] = [];
  #pool: PooledBuffer;
  #poolOffset = 0;
  /** Resolves when the queue is done, however it went. */
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;

  /** `spare` holds pools that nobody uses; the queue takes them, and puts some back when everything is written. */
  constructor(
    environment: RootDatabase<Buffer, Uint8Array>,
    spare: PooledBuffer[],
    owner: { fail(error: unknown): Error; end(): void },
  ) {
    this.#environment = environment;
    this.#spare = spare;
    this.#owner = owner;
    this.#pool = this.#takePool();
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
    this.#places[this.#count * placeWidth - 1] = -1;
  }

  putLast(entries: readonly KvEntry[]): void {
    this.#last = entries;
  }

  async done(pause: () => Promise<void> | undefined = neverPause): Promise<void> {
    try {
      while (this.#count - this.#handedCount > changesPerPiece) {
        this.#handOver(this.#handedCount + changesPerPiece);
        await pause();
      }
      this.#batchMax = Number.POSITIVE_INFINITY;
      for (const { key, value } of this.#last) this.put(key, value);
      this.#handOver(this.#count);
      await withinTime(Promise.all(this.#commits), limits.flushMsMax);
      for (const pool of this.#pools)
        if (this.#spare.length < sparePoolsMax) this.#spare.push(pool);
    } catch (error) {
      throw this.#owner.fail(error);
    } finally {
      this.#environment.resetReadTxn();
      this.#owner.end();
      this.#end();
    }
  }

  /** lmdb makes one transaction of a batch, or of several when it has not got to the first one. */
  #handOver(end: number): void {
    const start = this.#handedCount;
    if (start === end) return;
    const commit = this.#environment.batch(() => {
      for (let at = start; at < end; at += 1) {
        const place = at * placeWidth;
        const buffer = this.#pools[this.#places[place] ?? 0];
        assert(buffer !== undefined, 'every change lies in a pool');
        const valueStart = this.#places[place + 2] ?? 0;
        const valueEnd = this.#places[place + 3] ?? 0;
        const key = this.#keyAt(buffer, this.#places[place + 1] ?? 0, valueStart);
        const large = this.#large.get(at);
        // The promise of a change says nothing; that of the batch does.
        if (valueEnd < 0) void this.#environment.remove(key);
        else if (large !== undefined) void this.#environment.put(key, large);
        else {
          buffer.start = valueStart;
          buffer.end = valueEnd;
          void this.#environment.put(key, buffer);
        }
      }
    });
    this.#handedCount = end;
    if (end === this.#count) this.#startOver();
    this.#commits.push(commit);
    // Its failure is told by `done`; nobody listens until then.
    commit.catch(() => undefined);
  }

  #startOver(): void {
    this.#count = 0;
    this.#handedCount = 0;
    this.#large.clear();
  }

  #addLarge(key: Uint8Array, value: Buffer): void {
    this.#add(key, 0);
    this.#large.set(this.#count - 1, value);
  }

  /** Puts a key into the pool, and gives where its value is to be put. */
  #add(key: Uint8Array, valueBytes: number): number {
    if (this.#count >= this.#batchMax) this.#handOver(this.#count);
    const bytes = key.length + valueBytes;
    if (this.#poolOffset + bytes > poolBytes) {
      this.#pool = this.#takePool();
      this.#poolOffset = 0;
    }
    const keyStart = this.#poolOffset;
    const start = keyStart + key.length;
    this.#pool.set(key, keyStart);
    const place = this.#count * placeWidth;
    if (place === this.#places.length) this.#growPlaces();
    this.#places[place] = this.#pools.length - 1;
    this.#places[place + 1] = keyStart;
    this.#places[place + 2] = start;
    this.#places[place + 3] = start + valueBytes;
    this.#count += 1;
    this.#poolOffset += bytes;
    return start;
  }

  #takePool(): PooledBuffer {
    const pool = this.#spare.pop() ?? Buffer.allocUnsafeSlow(poolBytes);
    this.#pools.push(pool);
    return pool;
  }

  #growPlaces(): void {
    const places = new Int32Array(2 * this.#places.length);
    places.set(this.#places);
    this.#places = places;
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

function neverPause(): undefined {
  return undefined;
}

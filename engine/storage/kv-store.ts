/*
 * The contract between the engine and whatever holds its bytes: an ordered map from byte strings to byte strings
 * with atomic transactions and snapshots. Everything is synchronous but waiting for the disk: a transaction is one
 * uninterrupted turn, so nobody ever sees half of one. `conformance.test.ts` says what every store must do.
 */
import type { AuroraError } from '../errors.ts';

export interface KvEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface KvRange {
  /** The lowest key inside. */
  readonly start: Uint8Array;
  /** The lowest key above the range. */
  readonly end: Uint8Array;
  /** From the highest key down. */
  readonly reverse?: boolean;
  readonly limit: number;
  /** Ends after the entry with which the values come to so many bytes, so that at least one entry is given. */
  readonly bytesMax?: number;
}

/**
 * Takes an entry, whose bytes are as those of `peek`: to be used before anything else is read. With false it ends the
 * walk.
 */
export type KvVisit = (key: Uint8Array, value: Uint8Array) => unknown;

/** Reads of one state. The bytes it gives stay as they are and must not be changed. */
export interface KvReader {
  get(key: Uint8Array): Uint8Array | undefined;
  /**
   * As `get`, without a copy where the store can spare it: the bytes are to be used before anything else is read. Their
   * `length` is right, but not that of views made without an end.
   */
  peek(key: Uint8Array): Uint8Array | undefined;
  /** The entries of a range in key order, at most `limit`. */
  range(range: KvRange): readonly KvEntry[];
  /** As `range`, of entries that nobody keeps: a pass over many leaves nothing for the collector. */
  visit(range: KvRange, visit: KvVisit): void;
}

/** A `visit` of entries that are there. */
export function visitEntries(entries: readonly KvEntry[], visit: KvVisit): void {
  for (const { key, value } of entries) if (visit(key, value) === false) return;
}

/** Reads and writes inside a transaction; reads see the writes. */
export interface KvWriter extends KvReader {
  put(key: Uint8Array, value: Uint8Array): void;
  remove(key: Uint8Array): void;
}

/**
 * Changes that a store writes in a thread of its own. They reach it in their order, in any number of transactions; reads
 * see them once `done` has resolved, and some of them before. What it is given is copied within the call.
 */
export interface KvQueue extends Pick<KvWriter, 'put' | 'remove'> {
  /** As `put`, of a value that is in two pieces. */
  putJoined(key: Uint8Array, head: Uint8Array, rest: Uint8Array): void;
  /** Puts all or none behind everything else: no reader and no crash ever finds a part of them. Once in a queue. */
  putLast(entries: readonly KvEntry[]): void;
  /**
   * Resolves when all of them are visible; `flushed` waits until they are on disk. Must be called.
   * @throws AuroraError `StorageFailure`; then the store only reads
   */
  done(): Promise<void>;
}

/** A state that stays as it is while others write. */
export interface KvSnapshot extends KvReader {
  /** Must be called once; a snapshot that stays keeps the store from reusing space. */
  release(): void;
}

/** How far a long operation on a store is. */
export interface KvProgress {
  readonly phase: 'copying' | 'comparing';
  /** The part of this phase that is done, from 0 to 1. */
  readonly fraction: number;
}

export interface KvCopyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: KvProgress) => void) | undefined;
}

/** Changes values on their way into a compacted copy. Keys stay as they are. */
export interface KvRewrite {
  /** The value that the copy gets for an entry of the store. */
  rewritten(entry: KvEntry, reader: KvReader): Uint8Array;
  /** What a value says, whatever its form: the same for both, by which the copy is compared with the store. */
  content(entry: KvEntry, reader: KvReader): Uint8Array;
}

export interface KvCompactOptions extends KvCopyOptions {
  /** Without it the copy has the same values. */
  readonly rewrite?: KvRewrite | undefined;
}

/** What a store takes up. */
export interface KvStats {
  /** Bytes of the file; 0 in memory. */
  readonly sizeBytes: number;
  /** Bytes of the file that hold something; the rest is reused by later writes. */
  readonly usedBytes: number;
  readonly entryCount: number;
}

export interface KvStore {
  /** The state after the last transaction. */
  snapshot(): KvSnapshot;
  /** Reads whatever state the store has at each call, which need not be the very last one; keeps nothing from it. */
  live(): KvReader;
  /**
   * Runs a synchronous action whose writes are applied together, or not at all when it throws.
   * `bytesExpected` is what the action may add to the file, for the check of free space.
   * @throws AuroraError `DiskFull`, `StorageFailure`, `ReadOnly`, `DatabaseClosed`
   */
  transact<T>(action: (writer: KvWriter) => T, bytesExpected: number): T;
  /**
   * Begins to write in the background; `undefined` when the store cannot at this time. One queue is open at a time, and no
   * transaction runs until it is done.
   * @throws AuroraError as `transact`
   */
  queue(bytesExpected: number): KvQueue | undefined;
  /** True while a queue is open. */
  readonly hasQueue: boolean;
  /** Resolves soon after no queue is open; by then another may be. */
  idle(): Promise<void>;
  /** Resolves when every transaction so far is on disk. @throws AuroraError `StorageFailure`; then the store only reads. */
  flushed(): Promise<void>;
  readonly readOnly: boolean;
  /** Set once a transaction has failed: the store only reads from then on. */
  readonly failure: AuroraError | undefined;
  /** Bytes that may be written until the reserve of free space is reached; infinite for a store in memory. */
  roomBytes(): number;
  /** Bytes that the store takes on disk; 0 for one in memory. */
  sizeBytes(): number;
  /** O(1). */
  stats(): KvStats;
  /**
   * Writes one state of the store to a new file, while others read and write, and brings it to the disk. `onBegun` is
   * called when that state is chosen: later transactions are not in the copy, earlier ones are. What
   * fails or is cancelled leaves nothing once the store is closed.
   * @throws AuroraError `Cancelled`, `DiskFull`, `StorageFailure`, `InvalidOption` for a store that has no file
   */
  copyTo(
    path: string,
    options?: KvCopyOptions & { readonly onBegun?: (() => void) | undefined },
  ): Promise<void>;
  /**
   * Gives free space back to the disk while others read and write: the store moves to a new file in which nothing is
   * free. The old one goes when its last snapshot was released. When it fails or is cancelled, nothing has changed.
   * @throws AuroraError `Cancelled`, `DiskFull`, `StorageFailure`, `DatabaseCorrupt`, `LimitExceeded` when too much was
   * written meanwhile, `ReadOnly`, `InvalidOption` for a store that has no file or is being compacted
   */
  compact(options?: KvCompactOptions): Promise<void>;
  /** Waits for the disk and lets everything go. Snapshots must have been released. Idempotent. */
  close(options?: {
    /** Not even the time of closing is noted. */ readonly isLeftAsItIs?: boolean;
  }): Promise<void>;
}

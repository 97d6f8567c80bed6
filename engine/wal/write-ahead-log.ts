/*
 * The write-ahead log: records go in with ascending numbers, and callers wait until theirs was handed to the operating
 * system (`written`) or is on disk (`synced`).
 *
 * Group commit without a timer: a batch begins in the turn after its first record, so that all callers of one turn
 * share it, and whoever arrives while a sync is under way shares the next. A batch is one write. While the disk has
 * been fast, small batches are written by a synchronous call, and a caller that waits alone is synced by one.
 * Nothing is written between a write that somebody wants synced and its sync, so that what a crash may tear is one
 * batch; callers that want their record only written do not wait for syncs, and share one every `syncIntervalMs`.
 *
 * The first write or sync that fails ends the log: everybody who waits gets the error, `onFailure` is called once, and
 * nothing is tried again, because after a failed sync the system may have dropped what it could not write.
 */
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { DiskPace } from './disk-pace.ts';
import { logFailure } from './log-failure.ts';
import type { LogOptions, LogStats } from './log-options.ts';
import type { LogRecord, LogRecordKind } from './log-record.ts';
import { type OpenSegments, openSegments } from './open-segments.ts';
import { readSegments } from './read-segments.ts';
import { type Batch, RecordBuffer } from './record-buffer.ts';
import type { Retention } from './retained-segments.ts';
import { SegmentWriter } from './segment-writer.ts';
import { type LogWish, WaitingCallers } from './waiting-callers.ts';

export class WriteAheadLog {
  readonly epoch: number;
  readonly #options: LogOptions;
  readonly #clock: Clock;
  readonly #writer: SegmentWriter;
  readonly #pending: RecordBuffer;
  readonly #writtenCallers = new WaitingCallers();
  readonly #syncedCallers = new WaitingCallers();
  readonly #writePace: DiskPace;
  readonly #syncPace: DiskPace;
  #lastLsn: number;
  #writtenLsn: number;
  #syncedLsn: number;
  #bytesInFlight = 0;
  #isWoken = false;
  #writing: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  /** What the sync that is under way will cover. */
  #syncingLsn = 0;
  #isSyncDue = false;
  #syncTimer: NodeJS.Timeout | undefined;
  #failure: AuroraError | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: LogOptions, segments: OpenSegments) {
    this.#options = options;
    this.#clock = options.clock;
    this.epoch = options.epoch;
    const fastCallsMax = limits.logFastCallsMax;
    this.#writePace = new DiskPace({ fastCallsPerSlow: limits.logWritesPerSlow, fastCallsMax });
    this.#syncPace = new DiskPace({ fastCallsPerSlow: limits.logSyncsPerSlow, fastCallsMax });
    this.#writer = new SegmentWriter({
      ...options,
      ...segments,
      syncPace: this.#syncPace,
      beforeSeal: () => this.#syncEnded(),
      onSealed: (lsn) => {
        this.#markWritten(lsn);
        this.#markSynced(lsn);
      },
    });
    this.#pending = new RecordBuffer(options.partBytesMax ?? limits.logPartBytesMax);
    this.#lastLsn = options.nextLsn - 1;
    this.#writtenLsn = this.#lastLsn;
    this.#syncedLsn = this.#lastLsn;
  }

  /**
   * Opens the log for writing. After a crash `recoverLog` and `sealTail` come first.
   * @throws AuroraError `FormatTooNew`, `DatabaseCorrupt`
   */
  static async open(options: LogOptions): Promise<WriteAheadLog> {
    return new WriteAheadLog(options, await openSegments(options));
  }

  /** Resolves when a segment is there for the first record, if one can be made. */
  getReady(): Promise<void> {
    return this.#writer.prepared();
  }

  /** Number of the last record that was appended. */
  get lastLsn(): number {
    return this.#lastLsn;
  }

  /** Everything up to this number was handed to the operating system. */
  get writtenLsn(): number {
    return this.#writtenLsn;
  }

  /** Everything up to this number is on disk. */
  get syncedLsn(): number {
    return this.#syncedLsn;
  }

  /**
   * Copies a record into the batch that is written next; nothing has happened when it throws.
   * @throws AuroraError `DatabaseClosed`; `StorageFailure` or `DiskFull` when the log has failed; `DiskFull` while
   * there is no space for another segment; `LimitExceeded` when too much waits; `TransactionTooLarge`
   */
  append(record: {
    readonly lsn: number;
    readonly kind: LogRecordKind;
    readonly payload: readonly Uint8Array[];
  }): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined) throw logClosed();
    const { lsn, kind, payload } = record;
    assert(Number.isSafeInteger(lsn) && lsn > this.#lastLsn, 'log sequence numbers ascend');
    let payloadBytes = 0;
    for (const chunk of payload) payloadBytes += chunk.length;
    const waiting = this.#bytesInFlight + this.#pending.bytes;
    this.#writer.checkSpace(waiting + this.#pending.bytesOf(payloadBytes));
    this.#pending.append(lsn, kind, payload, payloadBytes);
    this.#lastLsn = lsn;
    this.#wake();
  }

  /**
   * Resolves when everything up to the number was handed to the operating system: it survives the end of this process,
   * and within `syncIntervalMs` also a power cut. @throws AuroraError `StorageFailure`, `DiskFull`
   */
  written(lsn: number): Promise<void> {
    return this.#wait(this.#writtenCallers, { lsn, mayHold: true }, this.#writtenLsn);
  }

  /**
   * Resolves when everything up to the number is on disk. `mayHold`: false when the caller has something to do meanwhile.
   * @throws AuroraError `StorageFailure`, `DiskFull`
   */
  synced(lsn: number, mayHold = true): Promise<void> {
    return this.#wait(this.#syncedCallers, { lsn, mayHold }, this.#syncedLsn);
  }

  /** How long the last sync took, in milliseconds. */
  get syncMsLast(): number {
    return this.#syncPace.lastMs;
  }

  /** True while the disk is so fast that a sync may hold the event loop. */
  get mayHoldForSync(): boolean {
    return this.#syncPace.isFast;
  }

  /** Begins at once what would begin in the next turn: whoever calls it knows that nobody else is about to append. */
  push(): void {
    this.#step();
  }

  /** True when `writeAtOnce` would write a small record. */
  get mayWriteAtOnce(): boolean {
    const isIdle = this.#failure === undefined && this.#writing === undefined;
    // What somebody wants synced is synced before anything else is written.
    return isIdle && this.#syncedCallers.count === 0 && this.#writePace.isFast;
  }

  /**
   * Writes what waits within this call, which holds the event loop; false, with nothing done, where that is not the
   * quickest. @throws AuroraError `StorageFailure`, `DiskFull`
   */
  writeAtOnce(): boolean {
    if (!this.mayWriteAtOnce || !this.#fitsHolding(this.#pending.bytes)) return false;
    this.#write();
    if (this.#failure !== undefined) throw this.#failure;
    return true;
  }

  /** True when `syncAtOnce` would bring a small record to the disk. */
  get maySyncAtOnce(): boolean {
    const isAlone = this.#syncing === undefined && this.#writtenCallers.count === 0;
    return isAlone && this.mayWriteAtOnce && this.#syncPace.isFast;
  }

  /** As `writeAtOnce`, and brings it to the disk within this call too. */
  syncAtOnce(): boolean {
    if (!this.maySyncAtOnce || !this.#fitsHolding(this.#pending.bytes)) return false;
    if (this.#writeHolding(this.#pending.take())) this.#syncHolding();
    if (this.#failure !== undefined) throw this.#failure;
    return true;
  }

  /** Gives up segments that are applied and past retention, oldest first. Durable when it resolves. */
  retire(retention: Retention): Promise<void> {
    return this.#writer.retire(retention);
  }

  /**
   * Records from that number on, up to what is on disk at the moment of the read.
   * @throws AuroraError `ChangeLogGap` when they are no longer all there, `DatabaseCorrupt` when one does not verify
   */
  read(fromLsn: number): AsyncGenerator<LogRecord> {
    return readSegments({
      folder: this.#options.folder,
      source: this.#writer,
      syncedLsn: () => this.#syncedLsn,
      fromLsn,
    });
  }

  stats(): LogStats {
    return {
      ...this.#writer.stats(),
      syncMsLast: this.#syncPace.lastMs,
      lastLsn: this.#lastLsn,
      syncedLsn: this.#syncedLsn,
      oldestLsn: this.#writer.oldestLsn ?? this.#lastLsn + 1,
      epoch: this.epoch,
    };
  }

  /** Syncs what waits and seals the log, so that opening it again reads no records. Never throws. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // A failure has been told to those who wait and to `onFailure`.
    await this.synced(this.#lastLsn).catch((error: unknown) => this.#fail(error));
    clearTimeout(this.#syncTimer);
    await this.#writing;
    await this.#syncing;
    try {
      await this.#writer.close(this.#failure === undefined);
    } catch (error) {
      this.#fail(error);
    }
  }

  #wait(callers: WaitingCallers, wish: LogWish, reachedLsn: number): Promise<void> {
    const { lsn } = wish;
    assert(lsn <= this.#lastLsn, 'callers wait for records that were appended');
    if (lsn <= reachedLsn) return Promise.resolve();
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#wake();
    return callers.add(wish);
  }

  /** In the next turn, when all callers of this one have come. */
  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      this.#step();
    });
  }

  /** Begins what is to be done next, if anything. */
  #step(): void {
    if (this.#failure !== undefined || this.#writing !== undefined) return;
    const isUnsynced = this.#syncedLsn < this.#writtenLsn;
    const isSyncWanted =
      isUnsynced && (this.#isSyncDue || this.#syncedCallers.isAnyContentWith(this.#writtenLsn));
    if (this.#syncing === undefined && isSyncWanted) {
      this.#sync();
      return;
    }
    const isBeingSynced = this.#syncing !== undefined && this.#syncingLsn >= this.#writtenLsn;
    if (isUnsynced && !isBeingSynced) this.#syncLater();
    const mayWrite = this.#syncing === undefined || this.#writtenCallers.count > 0;
    if (this.#pending.bytes > 0 && mayWrite) this.#write();
  }

  #write(): void {
    const batch = this.#pending.take();
    if (this.#writePace.isFast && this.#fitsHolding(batch.bytes)) {
      if (this.#writeHolding(batch)) this.#step();
      return;
    }
    const startedAt = this.#clock.elapsed();
    this.#bytesInFlight = batch.bytes;
    this.#writing = this.#writer.write(batch).then(
      (lsn) => {
        this.#writing = undefined;
        this.#bytesInFlight = 0;
        this.#markWritten(lsn);
        this.#writeEnded(batch, startedAt, limits.logPooledWriteMsMax);
        this.#step();
      },
      (error: unknown) => {
        this.#writing = undefined;
        this.#fail(error);
      },
    );
  }

  /** False when it failed. */
  #writeHolding(batch: Batch): boolean {
    const startedAt = this.#clock.elapsed();
    try {
      this.#markWritten(this.#writer.writeHolding(batch));
    } catch (error) {
      this.#fail(error);
      return false;
    }
    this.#writeEnded(batch, startedAt, limits.logFastCallMsMax);
    return true;
  }

  #fitsHolding(bytes: number): boolean {
    return bytes <= limits.logHoldingWriteBytesMax && bytes <= this.#writer.roomBytes;
  }

  #writeEnded(batch: Batch, startedAt: number, slowMs: number): void {
    this.#writePace.record(this.#clock.elapsed() - startedAt, slowMs);
    this.#pending.giveBack(batch);
  }

  #markWritten(lsn: number): void {
    if (this.#failure !== undefined) return;
    this.#writtenLsn = lsn;
    this.#writtenCallers.resolveUpTo(lsn);
  }

  #sync(): void {
    if (this.#syncedCallers.mayHold && this.#syncPace.isFast) {
      if (this.#syncHolding()) this.#wake();
      return;
    }
    this.#endWaitForSync();
    const lsn = this.#writtenLsn;
    this.#syncingLsn = lsn;
    this.#syncing = this.#writer.sync().then(
      () => {
        this.#syncing = undefined;
        this.#markSynced(lsn);
        this.#wake();
      },
      (error: unknown) => {
        this.#syncing = undefined;
        this.#fail(error);
      },
    );
  }

  /** False when it failed. */
  #syncHolding(): boolean {
    this.#endWaitForSync();
    const lsn = this.#writtenLsn;
    try {
      this.#writer.syncHolding();
    } catch (error) {
      this.#fail(error);
      return false;
    }
    this.#markSynced(lsn);
    return true;
  }

  #endWaitForSync(): void {
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    this.#isSyncDue = false;
  }

  /** Resolves when no sync is under way. @throws AuroraError when it, or anything before it, has failed */
  async #syncEnded(): Promise<void> {
    await this.#syncing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #markSynced(lsn: number): void {
    if (this.#failure !== undefined) return;
    this.#syncedLsn = lsn;
    this.#syncedCallers.resolveUpTo(lsn);
  }

  #syncLater(): void {
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = undefined;
      this.#isSyncDue = true;
      this.#step();
    }, this.#options.syncIntervalMs);
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    const failure = logFailure(error);
    this.#failure = failure;
    clearTimeout(this.#syncTimer);
    this.#writtenCallers.rejectAll(failure);
    this.#syncedCallers.rejectAll(failure);
    this.#options.onFailure(failure);
  }
}

function logClosed(): AuroraError {
  return new AuroraError('DatabaseClosed', 'The log was closed.');
}

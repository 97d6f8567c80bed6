/*
 * The write-ahead log as the pipeline uses it. It is opened with the first change, so that a database that is only
 * read is not written to. The store keeps a mark beside it:
 *
 *     log mark   { epoch, isClean, hasWitness }
 *
 * `isClean` stands there from the end of a clean close to the first change after it; an opening that finds it reads no
 * log. Each opening that changes something writes under an epoch of its own, so that LSNs of commits which a power cut
 * took away are never mistaken for new ones.
 *
 * `hasWitness` says that an empty file stands beside the segments, on disk before the mark. Segments come and go; the
 * witness never does. So a log that somebody deleted is told from one that a crash left without a segment.
 */
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { AuroraError } from '../errors.ts';
import { metaKey } from '../storage/key-space.ts';
import type { KvReader, KvStore, KvWriter } from '../storage/kv-store.ts';
import type { LogFolder } from '../wal/log-folder.ts';
import type { LogRecordKind } from '../wal/log-record.ts';
import { WriteAheadLog } from '../wal/write-ahead-log.ts';

export type DurabilityMode = 'None' | 'WAL' | 'Strict' | 'Synchronous';

export interface LogMark {
  readonly epoch: number;
  readonly isClean: boolean;
  readonly hasWitness: boolean;
}

export interface CommitLogOptions {
  readonly folder: LogFolder;
  readonly databaseId: string;
  readonly clock: Clock;
  readonly mode: DurabilityMode;
  readonly segmentBytes: number;
  readonly syncIntervalMs: number;
  /** How much of the log outlives its use for recovery, for change feeds. */
  readonly retainedBytesMax: number;
  readonly retentionMs: number;
}

const markBytesExpected = 64 * 1024;
const newMark: LogMark = { epoch: 0, isClean: true, hasWitness: false };
const witnessName = 'wal-begun';

/** @throws AuroraError `DatabaseCorrupt` */
export function readLogMark(reader: KvReader): LogMark {
  const bytes = reader.get(metaKey('log'));
  if (bytes === undefined) return newMark;
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const isMark =
    typeof value === 'object' &&
    value !== null &&
    'epoch' in value &&
    typeof value.epoch === 'number' &&
    'isClean' in value &&
    typeof value.isClean === 'boolean';
  if (!isMark) throw new AuroraError('DatabaseCorrupt', 'The mark of the log is damaged.');
  const hasWitness = 'hasWitness' in value && value.hasWitness === true;
  return { epoch: Number(value.epoch), isClean: value.isClean === true, hasWitness };
}

function writeLogMark(writer: Pick<KvWriter, 'put'>, mark: LogMark): void {
  writer.put(metaKey('log'), Buffer.from(JSON.stringify(mark)));
}

/** Notes that the store holds all that the log does. */
export async function markLogClean(store: KvStore, epoch: number): Promise<void> {
  const mark = { epoch, isClean: true, hasWitness: false };
  store.transact((writer) => writeLogMark(writer, mark), markBytesExpected);
  await store.flushed();
}

/** True when the files of the log were deleted under a mark that relies on them. */
export async function isLogDeleted(mark: LogMark, folder: LogFolder): Promise<boolean> {
  return !mark.isClean && mark.hasWitness && !(await hasWitness(folder));
}

async function hasWitness(folder: LogFolder): Promise<boolean> {
  return (await folder.list()).some(({ name }) => name === witnessName);
}

/** False when the disk refuses: then the log goes on without one. */
async function putWitness(folder: LogFolder): Promise<boolean> {
  if (await hasWitness(folder)) return true;
  try {
    await (await folder.create(witnessName, 0)).close();
    return true;
  } catch {
    return false;
  }
}

export class CommitLog {
  readonly #options: CommitLogOptions;
  readonly #store: KvStore;
  #epoch: number;
  #nextLsn: number;
  #log: WriteAheadLog | undefined;
  #beginning: Promise<void> | undefined;
  #failure: AuroraError | undefined;
  #bytesSinceRetired = 0;

  /** `epoch` and `nextLsn`: the highest epoch so far, and the lowest LSN that was never given out. */
  constructor(
    store: KvStore,
    options: CommitLogOptions,
    position: { readonly epoch: number; readonly nextLsn: number },
  ) {
    this.#store = store;
    this.#options = options;
    this.#epoch = position.epoch;
    this.#nextLsn = position.nextLsn;
  }

  /** Set once a write or sync of the log has failed: nothing can be made durable any more. */
  get failure(): AuroraError | undefined {
    return this.#failure;
  }

  /** The open log; `undefined` before the first change. */
  get writeAhead(): WriteAheadLog | undefined {
    return this.#log;
  }

  /** Under which the next record is written, or was the last one. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Bytes that were appended since the last checkpoint. */
  get bytesSinceRetired(): number {
    return this.#bytesSinceRetired;
  }

  /** Gets ready for appending. Resolves at once but for the first time. */
  async begin(): Promise<void> {
    if (this.#log !== undefined) return;
    // Feeds that read the log open it as well; a failure is tried again by the next.
    this.#beginning ??= this.#open().finally(() => {
      this.#beginning = undefined;
    });
    await this.#beginning;
  }

  /** As `begin`, and waits until the first record has its place. */
  async getReady(): Promise<void> {
    await this.begin();
    await this.#log?.getReady();
  }

  append(lsn: number, kind: LogRecordKind, payload: readonly Uint8Array[]): void {
    assert(this.#log !== undefined, 'the log is opened before the first record');
    this.#log.append({ lsn, kind, payload });
    this.#nextLsn = lsn + 1;
    for (const part of payload) this.#bytesSinceRetired += part.length;
  }

  /** True when a commit that is written is durable enough, and the log can probably write it at once. */
  mayWriteAtOnce({ isRelaxed }: { readonly isRelaxed: boolean }): boolean {
    const isWrittenEnough = isRelaxed || this.#options.mode === 'WAL';
    return isWrittenEnough && this.#log?.mayWriteAtOnce === true;
  }

  /** True when a commit waits for the disk, and the log can probably bring it there at once. */
  maySyncAtOnce(task: { readonly isRelaxed: boolean }): boolean {
    return this.isSyncWanted(task) && this.#log?.maySyncAtOnce === true;
  }

  /** Makes what was appended durable within this call; false when it could not, and `durable` must be waited for. */
  endAtOnce(task: { readonly isRelaxed: boolean }): boolean {
    assert(this.#log !== undefined, 'the log is opened before the first record');
    return this.isSyncWanted(task) ? this.#log.syncAtOnce() : this.#log.writeAtOnce();
  }

  /** True when a commit waits for the disk. */
  isSyncWanted({ isRelaxed }: { readonly isRelaxed: boolean }): boolean {
    return !isRelaxed && this.#options.mode !== 'WAL';
  }

  /** How long the last sync took, in milliseconds. */
  get syncMsLast(): number {
    return this.#log?.syncMsLast ?? 0;
  }

  /** True while the disk is so fast that a sync may hold the event loop. */
  get mayHoldForSync(): boolean {
    return this.#log?.mayHoldForSync ?? false;
  }

  /**
   * Resolves when everything up to an LSN is as durable as the mode promises; `isRelaxed`: as `WAL` does; `mayHold`: when
   * there is nothing else to do meanwhile, so that a sync may hold the event loop.
   */
  async durable(
    lsn: number,
    { isRelaxed, mayHold }: { readonly isRelaxed: boolean; readonly mayHold: boolean },
  ): Promise<void> {
    if (this.#log === undefined) return;
    const reached = this.isSyncWanted({ isRelaxed })
      ? this.#log.synced(lsn, mayHold)
      : this.#log.written(lsn);
    // The round is complete, and the next one waits for it.
    this.#log.push();
    await reached;
  }

  /** Lets the log begin at once what it would begin in the next turn. */
  push(): void {
    this.#log?.push();
  }

  /** Resolves when everything up to an LSN is on disk; the store must not get it earlier. */
  async synced(lsn: number): Promise<void> {
    if (this.#log !== undefined && this.#log.syncedLsn < lsn) await this.#log.synced(lsn);
  }

  /** The store holds everything up to an LSN on disk: what recovery and feeds no longer need may go. */
  async retire(appliedLsn: number): Promise<void> {
    const { retainedBytesMax, retentionMs } = this.#options;
    this.#bytesSinceRetired = 0;
    await this.#log?.retire({ appliedLsn, bytesMax: retainedBytesMax, retentionMs });
  }

  /** Closes the log; `isComplete` when the store holds all of it on disk, so that the next opening need not read it. */
  async close(isComplete: boolean): Promise<void> {
    if (this.#log === undefined) return;
    await this.#log.close();
    if (!isComplete || this.#failure !== undefined) return;
    try {
      await markLogClean(this.#store, this.#epoch);
    } catch (error) {
      // The next opening reads the log again, and finds that the store has it all.
      if (!(error instanceof AuroraError)) throw error;
    }
  }

  async #open(): Promise<void> {
    this.#epoch += 1;
    const isWitnessed = await putWitness(this.#options.folder);
    // A recovered buffer may be applied meanwhile, and no transaction runs beside a queue.
    while (this.#store.hasQueue) await this.#store.idle();
    const mark = { epoch: this.#epoch, isClean: false, hasWitness: isWitnessed };
    this.#store.transact((writer) => writeLogMark(writer, mark), markBytesExpected);
    await this.#store.flushed();
    const { folder, databaseId, clock, segmentBytes, syncIntervalMs } = this.#options;
    this.#log = await WriteAheadLog.open({
      folder,
      databaseId,
      clock,
      segmentBytes,
      syncIntervalMs,
      epoch: this.#epoch,
      nextLsn: this.#nextLsn,
      onFailure: (error) => {
        this.#failure = error;
      },
    });
  }
}

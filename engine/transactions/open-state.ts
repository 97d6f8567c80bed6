/*
 * From an opened store to a state that can be read and written. After a clean close the store has everything. After a
 * crash the log is read above the store's LSN:
 *
 *   its end is whole or torn   what it holds comes back; the torn tail was never acknowledged, and is cut off
 *   it is damaged in between   what lies before the damage comes back, in memory only; the database only reads, and
 *                              says what is lost
 *
 * A store that is opened read-only is not written to either: what the log holds is laid over it in memory.
 */
import type { Clock } from '../base/clock.ts';
import type { ColumnCache } from '../cache/column-cache.ts';
import type { RowCache } from '../cache/row-cache.ts';
import { AuroraError } from '../errors.ts';
import type { KvStore } from '../storage/kv-store.ts';
import { openOverlayStore } from '../storage/overlay-store.ts';
import type { LogFolder } from '../wal/log-folder.ts';
import type { LogEnd, LogRecovery } from '../wal/log-recovery.ts';
import { recoverLog } from '../wal/recover-log.ts';
import { sealTail } from '../wal/seal-tail.ts';
import { CommitLog, isLogDeleted, type LogMark, markLogClean, readLogMark } from './commit-log.ts';
import type { Durability } from './durability.ts';
import { PipelineState } from './pipeline-state.ts';
import { LogReplay } from './recovery.ts';

/** What was found when a database was opened. */
export interface RecoveryReport {
  /** True when the last process closed it. */
  readonly wasClean: boolean;
  /** Commits that came back out of the log. */
  readonly commitCount: number;
  /** How the log ended; `undefined` when it was not read. */
  readonly end: LogEnd | undefined;
}

interface OpenOptions {
  readonly clock: Clock;
  readonly durability: Durability;
  readonly cache: RowCache | undefined;
  readonly columnCache: ColumnCache | undefined;
}

export interface OpenedState {
  readonly store: KvStore;
  readonly state: PipelineState;
  readonly log: CommitLog | undefined;
  /** Why nothing may be written, if so. */
  readonly refusal: AuroraError | undefined;
  readonly recovery: RecoveryReport;
  /** Brings what only the log holds into a copy of the file; `undefined` when the file lacks nothing for good. */
  readonly completeCopy: ((copy: KvStore) => Promise<void>) | undefined;
}

/** @throws AuroraError `FormatTooNew`, `DatabaseCorrupt`, `StorageFailure`, `DiskFull` */
export async function openPipelineState(
  store: KvStore,
  options: OpenOptions,
): Promise<OpenedState> {
  const { durability } = options;
  const mark = markOf(store);
  const { logFolder } = durability;
  const refusal = store.readOnly ? openedReadOnly() : undefined;
  if (logFolder === undefined || mark.isClean) {
    const state = newState(store, options);
    const log = refusal === undefined ? newLog(store, state, mark.epoch, options) : undefined;
    const recovery = { wasClean: true, commitCount: 0, end: undefined };
    return { store, state, log, refusal, recovery, completeCopy: undefined };
  }
  const target = store.readOnly ? overlayOn(store) : store;
  const found = await replay(target, logFolder, { ...options, isReadOnly: store.readOnly });
  const isDeleted = await isLogDeleted(mark, logFolder);
  if (isDeleted || found.read.end.kind === 'damaged') {
    return openDamaged(store, found, logFolder, { ...options, isDeleted });
  }
  const recovery = reportOf(found);
  if (refusal !== undefined) {
    const completeCopy = copyCompleter(logFolder, options);
    return { store: target, state: found.state, log: undefined, refusal, recovery, completeCopy };
  }
  const epoch = Math.max(mark.epoch, found.read.lastEpoch);
  await sealTail(logFolder, found.read, options.clock);
  // Commits that are not logged go past the log, so it must not be replayed again.
  if (durability.log === undefined) await markLogClean(store, epoch);
  const log = newLog(store, found.state, epoch, options);
  return { store, state: found.state, log, refusal, recovery, completeCopy: undefined };
}

interface Replayed {
  readonly state: PipelineState;
  readonly read: LogRecovery;
  readonly commitCount: number;
}

async function replay(
  store: KvStore,
  folder: LogFolder,
  options: OpenOptions & { readonly isReadOnly: boolean },
): Promise<Replayed> {
  const state = newState(store, options);
  try {
    const records = new LogReplay(store, state);
    const read = await recoverLog(folder, {
      databaseId: state.databaseId,
      afterLsn: state.published.sequence,
      clock: options.clock,
      isReadOnly: options.isReadOnly,
      onRecord: (record) => records.take(record),
    });
    await records.finish({ applies: options.durability.log === undefined });
    return { state, read, commitCount: records.commitCount };
  } catch (error) {
    state.close();
    throw error;
  }
}

/** The files stay as they are, for whoever wants to save what lies behind the damage. */
async function openDamaged(
  store: KvStore,
  found: Replayed,
  folder: LogFolder,
  options: OpenOptions & { readonly isDeleted: boolean },
): Promise<OpenedState> {
  found.state.close();
  const target = overlayOn(store);
  const again = await replay(target, folder, { ...options, isReadOnly: true });
  const end = options.isDeleted ? deletedLog(again.state.published.sequence) : again.read.end;
  return {
    store: target,
    state: again.state,
    log: undefined,
    refusal: damagedLog(end),
    recovery: { ...reportOf(again), end },
    completeCopy: copyCompleter(folder, options),
  };
}

/** The same records that lie over the store in memory, applied to a copy of it. */
function copyCompleter(
  folder: LogFolder,
  { clock, durability }: OpenOptions,
): (copy: KvStore) => Promise<void> {
  const options = {
    clock,
    durability: { ...durability, log: undefined },
    cache: undefined,
    columnCache: undefined,
    isReadOnly: true,
  };
  return async (copy) => (await replay(copy, folder, options)).state.close();
}

function newState(store: KvStore, options: OpenOptions): PipelineState {
  const { clock, durability, cache, columnCache } = options;
  const isLogged = durability.log !== undefined;
  return new PipelineState(store, { clock, isLogged, cache, columnCache });
}

function newLog(
  store: KvStore,
  state: PipelineState,
  epoch: number,
  { clock, durability }: OpenOptions,
): CommitLog | undefined {
  const { log, logFolder, mode } = durability;
  if (log === undefined || logFolder === undefined) return undefined;
  return new CommitLog(
    store,
    { ...log, folder: logFolder, databaseId: state.databaseId, clock, mode },
    { epoch, nextLsn: state.published.sequence + 1 },
  );
}

function markOf(store: KvStore): LogMark {
  const kv = store.snapshot();
  try {
    return readLogMark(kv);
  } finally {
    kv.release();
  }
}

function overlayOn(store: KvStore): KvStore {
  const overlay = openOverlayStore(store.snapshot());
  return {
    ...overlay,
    sizeBytes: () => store.sizeBytes(),
    stats: () => store.stats(),
    copyTo: (path, options) => store.copyTo(path, options),
    close: async () => {
      await overlay.close();
      await store.close({ isLeftAsItIs: true });
    },
  };
}

function reportOf({ read, commitCount }: Replayed): RecoveryReport {
  return { wasClean: false, commitCount, end: read.end };
}

function openedReadOnly(): AuroraError {
  return new AuroraError('ReadOnly', 'The database was opened read-only.', {
    hint: 'Open it without readOnly to change it.',
  });
}

function deletedLog(lastGoodLsn: number): LogEnd {
  const reason = 'its files were deleted while commits could be in them only';
  const nothing = { offset: 0, recordsBeyond: 0, firstLsnBeyond: 0 };
  return { kind: 'damaged', segment: 'wal', lastGoodLsn, reason, ...nothing };
}

function damagedLog(end: LogEnd): AuroraError {
  const details = end.kind === 'damaged' ? { ...end } : {};
  return new AuroraError('ReadOnly', `The write-ahead log cannot be trusted. ${whatIsLost(end)}`, {
    details,
    hint: 'Copy the folder, back up what can be read, and restore that backup; writing to this one would lose what lies behind the damage.',
  });
}

function whatIsLost(end: LogEnd): string {
  if (end.kind !== 'damaged') return 'It is damaged.';
  const { segment, offset, lastGoodLsn, firstLsnBeyond, recordsBeyond, reason } = end;
  const place = `It is damaged in ${segment} at byte ${offset}`;
  const here = `everything up to commit ${lastGoodLsn} is here`;
  if (recordsBeyond === 0) return `${place} (${reason}): ${here}, later commits may be lost.`;
  return `${place}: ${here}, commits from ${firstLsnBeyond} on (${recordsBeyond} records) lie behind the damage (${reason}).`;
}

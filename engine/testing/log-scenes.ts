/* Small things that tests of the log share: opening one, filling it, reading it back. */
import { systemClock } from '../base/clock.ts';
import type { LogFolder } from '../wal/log-folder.ts';
import type { LogOptions } from '../wal/log-options.ts';
import type { LogRecord } from '../wal/log-record.ts';
import type { LogRecovery } from '../wal/log-recovery.ts';
import { recoverLog } from '../wal/recover-log.ts';
import { sealTail } from '../wal/seal-tail.ts';
import { WriteAheadLog } from '../wal/write-ahead-log.ts';

const logDatabaseId = '018f0000-0000-7000-8000-0000000000aa';

export function openLog(
  folder: LogFolder,
  options: Partial<Omit<LogOptions, 'folder'>> = {},
): Promise<WriteAheadLog> {
  return WriteAheadLog.open({
    folder,
    databaseId: logDatabaseId,
    clock: systemClock,
    segmentBytes: 64 * 1024,
    syncIntervalMs: 5,
    epoch: 1,
    nextLsn: 1,
    onFailure: () => undefined,
    ...options,
  });
}

/** A payload that says whose it is. */
export function payloadOf(lsn: number, bytes = 40): Uint8Array {
  const payload = Buffer.alloc(bytes, lsn % 251);
  payload.write(`record ${lsn}`.slice(0, bytes));
  return payload;
}

export function appendTo(log: WriteAheadLog, lsn: number, bytes?: number): void {
  log.append({ lsn, kind: 'commit', payload: [payloadOf(lsn, bytes)] });
}

export interface ReadBack extends LogRecovery {
  readonly read: readonly LogRecord[];
  readonly lsns: readonly number[];
}

export async function readBack(folder: LogFolder, afterLsn = 0): Promise<ReadBack> {
  const read: LogRecord[] = [];
  const recovery = await recoverLog(folder, {
    databaseId: logDatabaseId,
    afterLsn,
    onRecord: (record) => {
      read.push(record);
    },
    clock: systemClock,
  });
  return { ...recovery, read, lsns: read.map(({ lsn }) => lsn) };
}

/** Recovers, cuts the tail and opens the log with the next epoch, as the engine does. */
export async function reopenLog(
  folder: LogFolder,
  options: Partial<Omit<LogOptions, 'folder'>> = {},
  afterLsn = 0,
): Promise<{ readonly log: WriteAheadLog; readonly back: ReadBack }> {
  const back = await readBack(folder, afterLsn);
  await sealTail(folder, back, systemClock);
  const log = await openLog(folder, {
    epoch: back.lastEpoch + 1,
    nextLsn: back.lastLsn + 1,
    ...options,
  });
  return { log, back };
}

export function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

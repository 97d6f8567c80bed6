/*
 * The part of a verification that reads the log: every record from the oldest that is kept, against its checksum and its
 * place in the chain. Nothing is changed. While others write, segments are retired and written on under the reader,
 * which looks like damage; real damage stays where it is, so only what is found at the same place again is reported. A
 * place that a later reading passes was none.
 */
import type { Clock } from '../base/clock.ts';
import { AuroraError } from '../errors.ts';
import type { LogFolder } from '../wal/log-folder.ts';
import type { LogEnd, LogRecovery } from '../wal/log-recovery.ts';
import { recoverLog } from '../wal/recover-log.ts';
import { readSegmentHeads } from '../wal/segment-heads.ts';
import type { VerifiedLog } from './verify-report.ts';
import type { VerifyRun } from './verify-walk.ts';

const readingsMax = 8;

export interface LogToVerify {
  readonly folder: LogFolder;
  readonly databaseId: string;
  readonly clock: Clock;
  /** How the log ended when the database was opened; `undefined` when it was not read. */
  readonly opened: LogEnd | undefined;
}

/** Reads the log and reports damage as a problem; `null` when there is none. */
export async function verifyLog(
  run: Pick<VerifyRun, 'slicer' | 'problems'>,
  log: LogToVerify,
): Promise<VerifiedLog | null> {
  // Nobody writes to it then; and what was above the store is told from what the store has anyway.
  if (log.opened?.kind === 'damaged') return damaged(run, log.opened, await read(run, log));
  let found = await read(run, log);
  let isConfirmed = false;
  for (let reading = 1; found?.end.kind === 'damaged' && reading < readingsMax; reading += 1) {
    const again = await read(run, log);
    isConfirmed = again !== undefined && placeOf(again.end) === placeOf(found.end);
    found = again;
    if (isConfirmed) break;
  }
  if (found === undefined) return null;
  const { records: recordCount, lastLsn, end } = found;
  if (end.kind !== 'damaged') return { recordCount, lastLsn, end: end.kind };
  return isConfirmed ? damaged(run, end, found) : { recordCount, lastLsn, end: 'clean' };
}

function damaged(
  { problems }: Pick<VerifyRun, 'problems'>,
  end: LogEnd & { readonly kind: 'damaged' },
  found: LogRecovery | undefined,
): VerifiedLog {
  const { segment, offset, reason, recordsBeyond, lastGoodLsn } = end;
  const lost = recordsBeyond === 0 ? '' : ` ${recordsBeyond} good records lie behind it.`;
  const message = `The log is damaged in ${segment} at byte ${offset}: ${reason}.${lost}`;
  problems.add({ kind: 'logDamaged', collection: '', message });
  return {
    recordCount: found?.records ?? 0,
    lastLsn: found?.lastLsn ?? lastGoodLsn,
    end: 'damaged',
  };
}

/** `undefined` when the log holds nothing. */
async function read(
  { slicer, problems }: Pick<VerifyRun, 'slicer' | 'problems'>,
  { folder, databaseId, clock }: LogToVerify,
): Promise<LogRecovery | undefined> {
  try {
    const heads = await readSegmentHeads(folder, databaseId);
    const oldest = heads.find((head) => head.kind === 'used');
    if (oldest === undefined) return undefined;
    const afterLsn = oldest.header.previousLsn;
    return await recoverLog(folder, {
      databaseId,
      afterLsn,
      clock,
      onRecord: () => slicer.yieldIfDue(),
    });
  } catch (error) {
    const isFinding = error instanceof AuroraError && findings.has(error.code);
    if (!isFinding) throw error;
    problems.add({ kind: 'logDamaged', collection: '', message: error.message });
    return undefined;
  }
}

/** What the reader of the log says of one that is not to be read at all. */
const findings: ReadonlySet<string> = new Set(['DatabaseCorrupt', 'FormatTooNew']);

function placeOf(end: LogEnd): string {
  return end.kind === 'damaged' ? `${end.segment} ${end.offset}` : end.kind;
}

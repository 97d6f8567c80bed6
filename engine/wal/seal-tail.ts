/*
 * Cuts off what a crash left behind the last whole record, so that its bytes can never verify again, and seals the
 * segment. The order makes it safe to crash in between: segments behind the tail that hold something go first, newest
 * first, while prepared ones stay for the next writer; the records are synced, because the end of a process leaves some
 * that are not; then the new seal says where the log ends; and only then are the bytes behind it overwritten, unless they
 * are zeros already.
 */
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { limits } from '../limits.ts';
import { logFailure } from './log-failure.ts';
import type { LogFile, LogFolder } from './log-folder.ts';
import type { LogRecovery } from './log-recovery.ts';
import { encodeSeal, sealOffset } from './log-segment.ts';

/**
 * Seals the log behind a recovery, cutting off what was torn; after that it can be opened for writing. Does nothing
 * to a log that was closed. On disk when it resolves. @throws AuroraError `StorageFailure`, `DiskFull`
 */
export async function sealTail(
  folder: LogFolder,
  recovery: LogRecovery,
  clock: Clock,
): Promise<void> {
  const { tail, end, behind } = recovery;
  assert(end.kind !== 'damaged', 'a damaged log is not cut');
  if (end.kind === 'clean' && (tail === undefined || tail.isSealed)) return;
  try {
    for (const name of behind.toReversed()) await folder.remove(name);
    if (tail !== undefined) await sealSegment(folder, tail, clock.now());
  } catch (error) {
    throw logFailure(error);
  }
}

async function sealSegment(
  folder: LogFolder,
  tail: NonNullable<LogRecovery['tail']>,
  nowMs: number,
): Promise<void> {
  const file = await folder.open(tail.segment, 'write');
  try {
    const seal = {
      partCount: tail.partCount,
      endOffset: tail.offset,
      lastCrc: tail.crc,
      lastLsn: tail.lsn,
      sealedAtMs: nowMs,
    };
    await file.sync();
    await file.write(encodeSeal(seal, tail.headerCrc), sealOffset);
    await file.sync();
    if (tail.isFollowedByZeros) return;
    await clearFrom(file, tail.offset);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Overwrites what is not zero. */
async function clearFrom(file: LogFile, start: number): Promise<void> {
  const chunk = Buffer.allocUnsafeSlow(Math.min(limits.logPartBytesMax, file.bytes));
  const zeros = Buffer.alloc(chunk.length);
  for (let offset = start; offset < file.bytes; offset += chunk.length) {
    const count = await file.read(chunk, offset);
    if (chunk.compare(zeros, 0, count, 0, count) !== 0) {
      await file.write(zeros.subarray(0, count), offset);
    }
  }
}

/*
 * What a commit waits for, and how the store gets it. The four modes differ in what they promise:
 *
 *   None         visible in memory; no log
 *   WAL          its record was handed to the operating system
 *   Strict       a sync of the log covers its record
 *   Synchronous  as Strict, and the store has it on disk; also without a log, then one transaction of the store each
 */
import type { LogFolder } from '../wal/log-folder.ts';
import type { DurabilityMode } from './commit-log.ts';

interface LogSettings {
  readonly segmentBytes: number;
  readonly syncIntervalMs: number;
  readonly retainedBytesMax: number;
  readonly retentionMs: number;
}

interface BufferSettings {
  /** Changes that are gathered before they are applied. */
  readonly changesMax: number;
  /** How long a change may wait until it is applied. */
  readonly flushIntervalMs: number;
}

export interface Durability {
  readonly mode: DurabilityMode;
  /** Where a log is, or was left by an earlier opening in another mode; `undefined` where there is no folder. */
  readonly logFolder: LogFolder | undefined;
  /** `undefined`: commits are not logged. */
  readonly log: LogSettings | undefined;
  /** `undefined`: commits are applied before they resolve. */
  readonly buffer: BufferSettings | undefined;
  readonly checkpointIntervalMs: number;
}

/** The plainest way: each commit is a transaction of the store, and resolves when that is on disk. */
export const synchronousWithoutLog: Durability = {
  mode: 'Synchronous',
  logFolder: undefined,
  log: undefined,
  buffer: undefined,
  checkpointIntervalMs: Number.POSITIVE_INFINITY,
};

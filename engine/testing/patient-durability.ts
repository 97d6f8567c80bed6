import type { DurabilityMode } from '../transactions/commit-log.ts';
import type { Durability } from '../transactions/durability.ts';
import type { FaultLogFolder } from './fault-log-folder.ts';

/** A log and a write buffer that do nothing of themselves while a test goes on: no sync, flush or checkpoint by time. */
export function patientDurability(mode: DurabilityMode, logFolder: FaultLogFolder): Durability {
  return {
    mode,
    logFolder,
    log: {
      segmentBytes: 1024 * 1024,
      syncIntervalMs: 60_000,
      retainedBytesMax: 0,
      retentionMs: 0,
    },
    buffer: { changesMax: 10_000, flushIntervalMs: 600_000 },
    checkpointIntervalMs: 600_000,
  };
}

/* What a log is opened with, and what it says of itself. */
import type { Clock } from '../base/clock.ts';
import type { AuroraError } from '../errors.ts';
import type { LogFolder } from './log-folder.ts';

export interface LogOptions {
  readonly folder: LogFolder;
  readonly databaseId: string;
  readonly clock: Clock;
  /** Size of a segment; smaller ones are made when space is short. */
  readonly segmentBytes: number;
  /** How long a record that was only `written` may wait for its sync. */
  readonly syncIntervalMs: number;
  /** Written into every segment that is begun from now on. */
  readonly epoch: number;
  /** Lowest number that may be appended. More than one above the last record says that commits went past the log. */
  readonly nextLsn: number;
  /** Called once when the log has failed; it only throws from then on. */
  readonly onFailure: (error: AuroraError) => void;
  /** Payload in one part; `limits.logPartBytesMax` unless told. */
  readonly partBytesMax?: number;
}

export interface LogStats {
  /** Segments that hold records. */
  readonly segmentCount: number;
  /** Size of all segments, prepared ones included. */
  readonly bytes: number;
  readonly syncCount: number;
  readonly syncMsLast: number;
  readonly lastLsn: number;
  readonly syncedLsn: number;
  /** Lowest number from which the log can be read without a gap. */
  readonly oldestLsn: number;
  readonly epoch: number;
}

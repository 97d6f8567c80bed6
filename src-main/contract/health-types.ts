/* The state of an open database, as the page Health shows it. */
import type { WireErrorShape } from './wire-types.ts';

/** How documents are written to the file, and whether those that lie there follow. */
interface ColdFigures {
  readonly mode: 'HighThroughput' | 'LowSpace';
  readonly isApplied: boolean;
}

interface LastCompaction {
  readonly at: number;
  /** It ran by itself. */
  readonly wasIdle: boolean;
  readonly sizeBytesBefore: number;
  readonly sizeBytesAfter: number;
  /** Documents that it looked at, and those it left deflated; null when it left all as they were. */
  readonly packed: { readonly count: number; readonly documentCount: number } | null;
}

/** Figures of an open database. Times are milliseconds since 1970; sizes are bytes. */
export interface HealthFigures {
  readonly path: string;
  /** `owner`: the host has the folder open. */
  readonly mode: string;
  readonly readOnly: boolean;
  /** Why every write is refused; null when none is. */
  readonly refusal: string | null;
  /** The process that holds the lock; null in memory. */
  readonly ownerPid: number | null;
  readonly openedAt: number;
  /** Null when the database was never closed. */
  readonly lastCloseAt: number | null;
  /** False when the last process did not close it; then so many commits came back out of the log. */
  readonly wasClosed: boolean;
  readonly recoveredCommits: number;
  readonly formatVersion: number;
  readonly sequence: number;
  readonly durabilityMode: string;
  readonly documentCount: number;
  readonly collections: readonly {
    readonly name: string;
    readonly documentCount: number;
    readonly indexCount: number;
  }[];
  /** Null in memory. */
  readonly file: {
    readonly sizeBytes: number;
    readonly usedBytes: number;
    readonly diskFreeBytes: number;
  } | null;
  /** How documents lie in the file. */
  readonly cold: ColdFigures;
  /** Null when it was never compacted. */
  readonly lastCompaction: LastCompaction | null;
  /** Changes that are not in the file yet. */
  readonly buffer: { readonly changeCount: number; readonly bytes: number };
  /** Null without a log, and until the host has changed something. */
  readonly log: {
    readonly bytes: number;
    readonly segmentCount: number;
    readonly oldestLsn: number;
    readonly lastLsn: number;
  } | null;
  /** The log as it lies in the folder; null in memory and when there is none. */
  readonly logFiles: { readonly segmentCount: number; readonly bytes: number } | null;
  /** Fields that are kept as vectors, for scans; null when none are. */
  readonly columnCache: {
    readonly hitCount: number;
    readonly fillCount: number;
    readonly bytes: number;
    readonly bytesMax: number;
  } | null;
  /** Null when documents are not cached. */
  readonly cache: {
    readonly hitCount: number;
    readonly missCount: number;
    readonly entryCount: number;
    readonly bytes: number;
    readonly bytesMax: number;
  } | null;
  /** Snapshots that are held, the oldest first. */
  readonly readers: readonly { readonly sequence: number; readonly ageMs: number }[];
}

export interface SizeSample {
  readonly at: number;
  readonly sizeBytes: number;
  readonly usedBytes: number;
}

export type MaintenanceTask =
  | { readonly kind: 'verify' }
  | { readonly kind: 'compact' }
  /** Backs up into a folder of the host that is empty or not there. */
  | { readonly kind: 'backup'; readonly target: string }
  /** Puts a backup into a folder of the host that is empty or not there; the database itself stays as it is. */
  | { readonly kind: 'restore'; readonly backup: string; readonly target: string };

export type MaintenanceKind = MaintenanceTask['kind'];

/** What is under way; one at a time for each database. */
export interface MaintenanceActivity {
  readonly kind: MaintenanceKind;
  readonly phase: 'copying' | 'comparing' | 'verifying';
  /** From 0 to 1 in this phase. */
  readonly fraction: number;
}

interface VerificationOutcome {
  readonly documentCount: number;
  /** Documents as they were before versions of migrations, kept to undo those with. */
  readonly keptCount: number;
  readonly problemCount: number;
  /** The first ones. */
  readonly problems: readonly { readonly collection: string; readonly message: string }[];
}

/** How the last task of a kind ended. */
export type MaintenanceOutcome = { readonly at: number; readonly elapsedMs: number } & (
  | ({ readonly kind: 'verify' } & VerificationOutcome)
  | ({
      readonly kind: 'backup' | 'restore';
      readonly path: string;
      readonly sizeBytes: number;
    } & VerificationOutcome)
  | { readonly kind: 'compact'; readonly sizeBefore: number; readonly sizeAfter: number }
  | { readonly kind: 'failed'; readonly task: MaintenanceKind; readonly error: WireErrorShape }
);

export interface HealthInfo {
  readonly figures: HealthFigures;
  /** Sizes while somebody looked, the oldest first; empty in memory. */
  readonly sizes: readonly SizeSample[];
  readonly activity: MaintenanceActivity | null;
  /** The last outcome of each task, the newest first. */
  readonly outcomes: readonly MaintenanceOutcome[];
}

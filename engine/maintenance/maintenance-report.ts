/* What the long operations on a whole database take, and what they tell when they are done. */
import type { VerifyReport } from './verify-report.ts';

/** How far an operation is. Phases follow one another; each begins at 0. */
export interface MaintenanceProgress {
  readonly phase: 'copying' | 'comparing' | 'verifying';
  /** The part of this phase that is done, from 0 to 1. */
  readonly fraction: number;
}

export interface MaintenanceOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called often; must be quick. */
  readonly onProgress?: ((progress: MaintenanceProgress) => void) | undefined;
}

export interface BackupReport {
  /** Absolute path of the backup: a database folder that can be opened as it is. */
  readonly path: string;
  readonly sizeBytes: number;
  /** What a verification of the backup found. A backup is as damaged as its database. */
  readonly verification: VerifyReport;
  readonly elapsedMs: number;
}

export interface RestoreOptions extends MaintenanceOptions {
  /** Replaces a database that is there; its folder is kept under another name. False unless told. */
  readonly force?: boolean;
}

export interface RestoreReport extends BackupReport {
  /** Where the folder lies that was replaced; null when there was none. */
  readonly keptPath: string | null;
}

export interface CompactReport {
  readonly sizeBytesBefore: number;
  readonly sizeBytesAfter: number;
  readonly elapsedMs: number;
}

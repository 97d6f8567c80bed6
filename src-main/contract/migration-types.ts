/* Versions of migrations, as the page Migrations shows them. */
import type { WriteConfirmation } from './studio-types.ts';
import type { CollectionInfo, WireValue } from './wire-types.ts';

type WireObject = { readonly [field: string]: WireValue };

/** A version that is recorded as applied. */
export interface AppliedVersion {
  readonly version: string;
  readonly checksum: string;
  /** Milliseconds since 1970. */
  readonly appliedAt: number;
  readonly elapsedMs: number;
  readonly documentsChanged: number;
  /** Who applied it; null where that was not recorded. */
  readonly appliedBy: string | null;
}

/** The last time that a version was run and could not be applied. */
export interface FailedVersion {
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly failedAt: number;
  readonly failedBy: string | null;
  readonly error: string;
}

/** A version that is being applied or undone now, by whomever. */
export interface RunningMigration {
  readonly version: string;
  readonly documentsDone: number;
  readonly documentsTotal: number;
  readonly isPaused: boolean;
}

export type MigrationOrder = 'pause' | 'resume' | 'cancel';

/** A folder of migration files, as it is on disk now. */
export interface MigrationFolder {
  readonly path: string;
  /** In the natural order of their names. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** How the versions of all files stand beside what is recorded; null when they cannot be read. */
  readonly status: {
    readonly versions: readonly PlannedVersion[];
    readonly missing: readonly string[];
  } | null;
  /** What keeps the files from being read or understood. */
  readonly problem: string | null;
}

/** The versions of a database, current. */
export interface MigrationsInfo {
  /** In the order in which they were applied. */
  readonly applied: readonly AppliedVersion[];
  readonly failed: readonly FailedVersion[];
  readonly running: readonly RunningMigration[];
  /** Null when no folder was asked for. */
  readonly folder: MigrationFolder | null;
}

/** A collection before and after the pending versions of a text. */
export interface DefinitionChangeInfo {
  /** Null for one that is created. */
  readonly before: DefinitionInfo | null;
  /** Null for one that is dropped. */
  readonly after: DefinitionInfo | null;
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}

export type DefinitionInfo = Pick<CollectionInfo, 'name' | 'fields' | 'definedIndexes'>;

/** A version of a text, beside what is recorded. */
export interface PlannedVersion {
  readonly version: string;
  readonly state: 'pending' | 'applied' | 'drifted';
  /** It is pending, and stands before one that is applied. */
  readonly isOutOfOrder: boolean;
  /** Its steps without layout and comments; for a drifted one also what they were when it was applied. */
  readonly meaning: string;
  readonly recordedMeaning: string | null;
}

interface MigrationStepInfo {
  readonly version: string;
  /** Such as `addField` or `dropCollection`. */
  readonly kind: string;
  readonly collection: string;
  /** What it does, in the language. */
  readonly text: string;
  readonly isSkipped: boolean;
  readonly documentsRead: number;
  readonly documentsChanged: number;
  readonly samples: readonly {
    readonly id: string;
    readonly before: WireObject;
    readonly after: WireObject;
  }[];
}

/** A step of a dry run. */
export interface TriedStepInfo extends MigrationStepInfo {
  /** Told by a sample of the documents; null for a step that leaves those that are there alone. */
  readonly estimate: { readonly elapsedMs: number; readonly growthBytes: number } | null;
}

/** What pending versions would cost together, told by a sample of the documents. */
export interface MigrationEstimateInfo {
  readonly elapsedMs: number;
  /** Null where no document is written. */
  readonly documentsPerSecond: number | null;
  readonly bytesWritten: number;
  /** How much more the file holds in the end. */
  readonly growthBytes: number;
}

/** Documents that keep a version from being applied or undone: how many, and the first ones. */
export interface RefusedDocumentsInfo {
  readonly count: number;
  readonly documents: readonly {
    readonly collection: string;
    readonly id: string;
    readonly problem: string;
  }[];
}

/** What a text would do, tried on the documents as they are. */
export interface MigrationPlanInfo {
  readonly versions: readonly PlannedVersion[];
  /** Recorded versions that the text does not have. */
  readonly missing: readonly string[];
  readonly steps: readonly TriedStepInfo[];
  readonly estimate: MigrationEstimateInfo;
  readonly documentsChanged: number;
  readonly definitions: readonly DefinitionChangeInfo[];
  readonly refused: RefusedDocumentsInfo;
  readonly confirmation: WriteConfirmation;
  /** Lets exactly this text run once. */
  readonly token: string;
}

/** What undoing the last version would do, or did. */
export interface RollbackInfo {
  readonly version: string;
  /** The last step first. */
  readonly steps: readonly { readonly collection: string; readonly text: string }[];
  readonly documentsChanged: number;
  /** What cannot be brought back or kept, in sentences. */
  readonly losses: readonly string[];
  readonly refused: RefusedDocumentsInfo;
}

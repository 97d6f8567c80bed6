/* Versions of migrations, as the page Migrations shows them. */
import type { WriteConfirmation } from './studio-types.ts';
import type { WireValue } from './wire-types.ts';

type WireObject = { readonly [field: string]: WireValue };

/** A version that is recorded as applied. */
export interface AppliedVersion {
  readonly version: string;
  readonly checksum: string;
  /** Milliseconds since 1970. */
  readonly appliedAt: number;
  readonly elapsedMs: number;
  readonly documentsChanged: number;
}

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

export interface MigrationStepInfo {
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
  readonly steps: readonly MigrationStepInfo[];
  readonly documentsChanged: number;
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

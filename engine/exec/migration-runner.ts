/* What the executor needs of migrations, which stand above it. */
import type { BoundMigrationVersion, BoundSchemaChange, JsonValue } from '#engine/aql';
import type { ExecEnvironment } from './environment.ts';

/** What one step of a version did, or would do. */
export interface MigrationStep {
  readonly version: string;
  /** `addField`, `dropField`, `renameField`, `modifyField`, `addIndex`, `dropIndex`, `createCollection`, `dropCollection`, `set` */
  readonly kind: string;
  readonly collection: string;
  /** What it does, in the language. */
  readonly text: string;
  /** True when what it asks for was there already. */
  readonly isSkipped: boolean;
  readonly documentsRead: number;
  readonly documentsChanged: number;
  /** The first documents that change: the part that the step is about, before and after it. */
  readonly samples: readonly {
    readonly id: string;
    readonly before: { readonly [field: string]: JsonValue };
    readonly after: { readonly [field: string]: JsonValue };
  }[];
}

/** How it went with one version. */
export interface MigrationVersion {
  readonly version: string;
  readonly status: 'applied' | 'skipped';
  readonly checksum: string;
  /** Documents that are not as they were, each once; those of dropped collections among them. */
  readonly documentsChanged: number;
  readonly elapsedMs: number;
}

export interface MigrationOutcome {
  readonly status: 'applied' | 'skipped';
  /** Versions that were applied. */
  readonly stepsApplied: number;
  /** The last version that was applied; when all were skipped, the last of them. */
  readonly version: string;
  readonly versions: readonly MigrationVersion[];
  readonly steps: readonly MigrationStep[];
}

export interface MigrationRunner {
  run(
    environment: ExecEnvironment,
    versions: readonly BoundMigrationVersion[],
  ): Promise<MigrationOutcome>;
  /** `alter collection` of a schema block: atomic, and recorded nowhere. Gives one sentence for each action. */
  alter(
    environment: ExecEnvironment,
    change: Extract<BoundSchemaChange, { kind: 'alterCollection' }>,
  ): Promise<readonly string[]>;
}

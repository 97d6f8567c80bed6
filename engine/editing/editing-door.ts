import type { CollectionDefinition } from '#engine/aql';
import type { ExplainOptions, Explanation } from '../exec/explanation.ts';
import type { MigrationPlan, MigrationStatus } from '../migrations/plan-migrations.ts';
import type { MigrationRollback } from '../migrations/roll-back.ts';
import type { ChangePosition } from '../transactions/change-log.ts';
import type { RewriteOrder, RewriteProgress } from '../transactions/running-rewrites.ts';
import type { DocumentHistory, HistoryRequest } from './document-history.ts';
import type { InverseMutation } from './inverse-mutation.ts';
import type { PreviewOptions, PreviewReport } from './preview-report.ts';

/** What a database object can tell of writes before and after they are made, wherever its data is. */
export interface EditingDoor {
  /** What the pending versions of migrate blocks would do now. */
  planMigration(
    text: string,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<MigrationPlan>;
  /** How the versions of migrate blocks stand beside what is recorded. */
  migrationStatus(
    text: string,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<MigrationStatus>;
  /** The definitions of collections as a version left them. */
  schemaAt(
    version: string,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<readonly CollectionDefinition[]>;
  /** Migrations that are under way, after an order to all of them, if one is given. */
  runningMigrations(order: RewriteOrder | undefined): Promise<readonly RewriteProgress[]>;
  /** Undoes the version that was applied last, or with `isTrial` says what that would do. */
  rollBackMigration(options: RollbackOptions): Promise<MigrationRollback>;
  /** How queries would be run, or were. */
  explain(text: string, options: ExplainOptions): Promise<Explanation>;
  /** What running a text would do now. */
  preview(text: string, options: PreviewOptions): Promise<PreviewReport>;
  /** What commits have made of a document, as far as the log reaches. */
  history(
    request: HistoryRequest,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<DocumentHistory>;
  /** What takes a commit back. */
  inverse(
    position: ChangePosition,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<InverseMutation>;
}

interface RollbackOptions {
  /** The version that is meant; refused when it is not the last. */
  readonly version?: string | undefined;
  readonly isTrial: boolean;
  readonly signal?: AbortSignal | undefined;
}

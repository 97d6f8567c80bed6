import type { CollectionDefinition } from '#engine/aql';
import { checkedOptions } from './base/arguments.ts';
import type { EditingDoor } from './editing/editing-door.ts';
import type { MigrationStatus } from './migrations/plan-migrations.ts';
import type { MigrationRollback } from './migrations/roll-back.ts';
import type { RewriteProgress } from './transactions/running-rewrites.ts';

export interface RollbackRequest {
  /** The version that is meant; refused when it is not the one that was applied last. */
  readonly version?: string;
  readonly signal?: AbortSignal;
}

/** Versions of migrations that are applied, to be undone: `db.migrations`. */
export class DatabaseMigrations {
  readonly #editing: EditingDoor;

  /** Made by its database. */
  constructor(editing: EditingDoor) {
    this.#editing = editing;
  }

  /** How versions stand beside what is recorded, without a look at documents. O(text). @throws AuroraError as `planMigration` */
  async status(
    text: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<MigrationStatus> {
    return this.#editing.migrationStatus(text, checkedOptions(options, 'migrations.status'));
  }

  /**
   * What the collections were defined as when a version had been applied; what was changed since without a migration is
   * as it is now. @throws AuroraError `InvalidOption` when it is not applied, or what came after it is not kept any more
   */
  async schemaAt(
    version: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<readonly CollectionDefinition[]> {
    return this.#editing.schemaAt(version, checkedOptions(options, 'migrations.schemaAt'));
  }

  /** Versions that are being applied or undone now, by whomever, and how far they are. */
  running(): Promise<readonly RewriteProgress[]> {
    return this.#editing.runningMigrations(undefined);
  }

  /**
   * Holds what is being applied or undone between two steps, until `resume`; others read and write on. What is about to
   * become visible is not held any more. Nothing of it outlives the process that owns the database.
   * @throws AuroraError `ReadOnly`
   */
  async pause(): Promise<void> {
    await this.#editing.runningMigrations('pause');
  }

  /** Lets what is held go on. @throws AuroraError `ReadOnly` */
  async resume(): Promise<void> {
    await this.#editing.runningMigrations('resume');
  }

  /** Ends what is being applied or undone with `Cancelled`; nothing of it stays. @throws AuroraError `ReadOnly` */
  async cancel(): Promise<void> {
    await this.#editing.runningMigrations('cancel');
  }

  /**
   * What undoing the version that was applied last would do now, and what it cannot bring back. Nothing is written.
   * O(documents of the collections that it altered).
   * @throws AuroraError `InvalidOption` when there is none, it is not `version`, or it cannot be undone; `Cancelled`
   */
  async planRollback(request: RollbackRequest = {}): Promise<MigrationRollback> {
    return this.#editing.rollBackMigration({
      ...checkedOptions(request, 'migrations.planRollback'),
      isTrial: true,
    });
  }

  /**
   * Undoes the version that was applied last: its definitions and documents are what they were, but for what was
   * written since. Resolves when it is durable and visible. O(documents of the collections that it altered).
   * @throws AuroraError as `planRollback`; `ValidationError` with the documents that do not allow it; `ReadOnly`,
   * `WriteConflict`, `DiskFull`; then nothing has changed
   */
  async rollBack(request: RollbackRequest = {}): Promise<MigrationRollback> {
    return this.#editing.rollBackMigration({
      ...checkedOptions(request, 'migrations.rollBack'),
      isTrial: false,
    });
  }
}

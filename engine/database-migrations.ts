import type { EditingDoor } from './editing/editing-door.ts';
import type { MigrationRollback } from './migrations/roll-back.ts';

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

  /**
   * What undoing the version that was applied last would do now, and what it cannot bring back. Nothing is written.
   * O(documents of the collections that it altered).
   * @throws AuroraError `InvalidOption` when there is none, it is not `version`, or it cannot be undone; `Cancelled`
   */
  planRollback(request: RollbackRequest = {}): Promise<MigrationRollback> {
    return this.#editing.rollBackMigration({ ...request, isTrial: true });
  }

  /**
   * Undoes the version that was applied last: its definitions and documents are what they were, but for what was
   * written since. Resolves when it is durable and visible. O(documents of the collections that it altered).
   * @throws AuroraError as `planRollback`; `ValidationError` with the documents that do not allow it; `ReadOnly`,
   * `WriteConflict`, `DiskFull`; then nothing has changed
   */
  rollBack(request: RollbackRequest = {}): Promise<MigrationRollback> {
    return this.#editing.rollBackMigration({ ...request, isTrial: false });
  }
}

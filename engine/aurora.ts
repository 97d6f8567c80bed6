/* Where databases come from. */
import { Database } from './database.ts';
import type { DatabaseSchema, UntypedSchema } from './database-types.ts';
import type { RestoreOptions, RestoreReport } from './maintenance/maintenance-report.ts';
import { restoreDatabase } from './maintenance/restore.ts';
import { createProcessDatabases, openBackend } from './open-backend.ts';
import { type AuroraConfig, type AuroraOptions, resolveOptions } from './options.ts';

const processDatabases = createProcessDatabases();

/** Where databases come from. */
export const Aurora = {
  /**
   * Opens a database: a folder, which is made when there is none; `:memory:` is a new one in memory. Opening a folder that this process has open already
   * shares it, with the options that it was opened with; another `durabilityMode` is refused there. Every database object is
   * closed by itself.
   * @throws AuroraError `InvalidOption`, `DatabaseNotFound`, `DatabaseLocked`, `FormatTooNew`, `DatabaseCorrupt`,
   * `StorageFailure`, `DiskFull`
   *
   * ```ts
   * const db = await Aurora.open('myapp.db');
   * ```
   */
  async open<Schema extends DatabaseSchema = UntypedSchema>(
    pathOrOptions: string | AuroraOptions,
  ): Promise<Database<Schema>> {
    const options = resolveOptions(pathOrOptions);
    const asked = typeof pathOrOptions === 'string' ? undefined : pathOrOptions.durabilityMode;
    const backend = await openBackend(processDatabases, options, asked);
    return new Database<Schema>({ backend, readOnly: options.readOnly });
  },

  /** Opens a database with a configuration; the same as `open`. */
  withConfig<Schema extends DatabaseSchema = UntypedSchema>(
    config: AuroraConfig,
  ): Promise<Database<Schema>> {
    return Aurora.open<Schema>(config);
  },

  /**
   * Puts a backup, or a database folder that nobody has open, to another folder; it is verified first. With `force` it
   * replaces a database, whose folder is kept under the name that the report tells.
   * @throws AuroraError `DatabaseNotFound`, `InvalidOption`, `DatabaseLocked`, `DatabaseCorrupt`, `StorageFailure`,
   * `DiskFull`, `Cancelled`; then the target is as it was
   */
  restore(backup: string, target: string, options: RestoreOptions = {}): Promise<RestoreReport> {
    const open = (path: string) => Aurora.open({ dbPath: path, create: false, guest: false });
    return restoreDatabase(backup, target, open, options);
  },
};

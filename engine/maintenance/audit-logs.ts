/* The audit logs of a process: one for each database that has one, shared by all who have the database open. */
import { type Clock, systemClock } from '../base/clock.ts';
import { AuroraError } from '../errors.ts';
import type { ResolvedOptions } from '../options.ts';
import { auditFilePath } from './audit-files.ts';
import { AuditLog } from './audit-log.ts';

interface SharedLog {
  readonly path: string;
  readonly log: AuditLog;
  holderCount: number;
}

export class AuditLogs {
  readonly #logs = new Map<string, SharedLog>();
  /** Logs whose last holder has let go, until they are closed. */
  readonly #closing = new Map<string, Promise<void>>();

  /** The log that a database has at the moment. */
  of(databasePath: string): AuditLog | undefined {
    // Asked at each operation, mostly where no database has any.
    return this.#logs.size === 0 ? undefined : this.#logs.get(databasePath)?.log;
  }

  /**
   * Gives an open database the log that its options ask for, if any; releasing the database lets go of the log first.
   * Operations of everybody who has the database open in this process are in the log.
   * @throws AuroraError `InvalidOption` for a path that cannot be, or another one than the database has already; the
   * database is released then
   */
  async withLog<Hold extends { readonly path: string; release(): Promise<void> }>(
    hold: Hold,
    { auditLogPath, clock }: Pick<ResolvedOptions, 'auditLogPath' | 'clock'>,
    newId: () => string,
  ): Promise<Hold> {
    if (auditLogPath === undefined) return hold;
    try {
      const source = { clock: clock ?? systemClock, newId };
      const release = await this.#hold(hold.path, auditLogPath, source);
      return {
        ...hold,
        release: async () => {
          await release();
          await hold.release();
        },
      };
    } catch (error) {
      await hold.release();
      throw error;
    }
  }

  async #hold(
    databasePath: string,
    option: string,
    { clock, newId }: { readonly clock: Clock; readonly newId: () => string },
  ): Promise<() => Promise<void>> {
    const path = auditFilePath(databasePath, option);
    for (
      let closing = this.#closing.get(databasePath);
      closing;
      closing = this.#closing.get(databasePath)
    ) {
      await closing;
    }
    const present = this.#logs.get(databasePath);
    if (present !== undefined && present.path !== path) throw otherPath(option, present.path);
    const shared = present ?? { path, log: createLog(path, clock, newId), holderCount: 0 };
    this.#logs.set(databasePath, shared);
    shared.holderCount += 1;
    let isReleased = false;
    return async () => {
      if (isReleased) return;
      isReleased = true;
      await this.#release(databasePath, shared);
    };
  }

  async #release(databasePath: string, shared: SharedLog): Promise<void> {
    shared.holderCount -= 1;
    if (shared.holderCount > 0) return shared.log.flush();
    this.#logs.delete(databasePath);
    const closing = shared.log.close();
    this.#closing.set(databasePath, closing);
    await closing;
    this.#closing.delete(databasePath);
  }
}

function createLog(path: string, clock: Clock, newId: () => string): AuditLog {
  return new AuditLog({
    path,
    clock,
    newId,
    onFailure: (error) => {
      const why = error instanceof Error ? error.message : String(error);
      process.emitWarning(`The audit log "${path}" cannot be written: ${why}`, {
        type: 'AuditLogWarning',
        detail: 'Operations go on; their records are kept for a while, then counted and dropped.',
      });
    },
  });
}

function otherPath(value: string, allowed: string): AuroraError {
  return new AuroraError(
    'InvalidOption',
    `Option "auditLogPath" is ${JSON.stringify(value)}; the database is open with "${allowed}" in this process.`,
    { details: { option: 'auditLogPath', value, allowed } },
  );
}

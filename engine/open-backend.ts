/* Puts together what stands behind a database object: data in this process, or a guest's way to another one. */

import { randomFillSync } from 'node:crypto';
import { userInfo } from 'node:os';
import { assert } from './base/assert.ts';
import { systemClock } from './base/clock.ts';
import type { DatabaseBackend } from './database-backend.ts';
import { queryMemory } from './exec/query-memory.ts';
import { LocalBackend } from './local-backend.ts';
import { AuditLogs } from './maintenance/audit-logs.ts';
import { MetricsRecorders } from './maintenance/metrics-recorders.ts';
import { OpenDatabases } from './open-databases.ts';
import type { DurabilityMode, ResolvedOptions } from './options.ts';
import { startOwnerService } from './remote/owner-service.ts';
import { SharedBackend } from './remote/shared-backend.ts';
import { assertNobodyServes } from './remote/socket-address.ts';
import { canonicalDatabasePath } from './storage/database-folder.ts';
import { isSystemError, systemFailure } from './storage/storage-failure.ts';
import { createIdGenerator } from './values/uuid.ts';

/** What the databases of one process share. */
interface ProcessDatabases {
  readonly openDatabases: OpenDatabases;
  readonly auditLogs: AuditLogs;
  readonly recorders: MetricsRecorders;
}

/** Guests get backends of their own over the pipelines of this process, which outlive them. */
export function createProcessDatabases(): ProcessDatabases {
  const auditLogs = new AuditLogs();
  const recorders = new MetricsRecorders();
  const openDatabases = new OpenDatabases(
    ({ path, pipeline, jobs, idleCompaction, spoolSpace, live, clock, newId, ...owned }) =>
      startOwnerService(path, {
        token: owned.token,
        keepLock: owned.keepLock,
        staleAddress: owned.staleAddress,
        isReadOnly: owned.readOnly,
        openBackend: ({ readOnly, pid }) =>
          new LocalBackend({
            hold: {
              path,
              pipeline,
              jobs,
              idleCompaction,
              spoolSpace,
              live,
              release: async () => undefined,
            },
            clock,
            newId,
            memory: owned.memory,
            user: processUser(),
            readOnly: readOnly || owned.readOnly,
            auditLog: () => auditLogs.of(path),
            metrics: () => recorders.of(path),
            slow: recorders.slowOf({ pipeline }),
            source: `guest ${pid}`,
          }),
        onFault: (error) => console.error('A guest was not ended cleanly:', error),
      }),
    assertNobodyServes,
  );
  return { openDatabases, auditLogs, recorders };
}

/** Opens a database, as its owner or as a guest of the process that owns it. @throws what opening throws */
export async function openBackend(
  { openDatabases, auditLogs, recorders }: ProcessDatabases,
  options: ResolvedOptions,
  /** The mode that was asked for by name; whoever leaves it out takes what the database has already. */
  askedMode?: DurabilityMode,
): Promise<DatabaseBackend> {
  const { readOnly, guest, create, ownerTimeoutMs, planner, clock = systemClock } = options;
  const newId = createIdGenerator(clock, randomFillSync);
  const memory = queryMemory(options.queryMemoryMb, options.resultMemoryMb);
  const openLocal = async (chosen: { readonly create: boolean }) => {
    const held = await openDatabases.hold({ ...options, ...chosen }, newId, askedMode);
    const logged = await auditLogs.withLog(held, options, newId);
    const hold = recorders.withRecorder(logged, options);
    const metrics = () => recorders.of(hold.path);
    const slow = recorders.slowOf(hold);
    const auditLog = () => auditLogs.of(hold.path);
    const parts = { hold, clock, planner, memory, newId, readOnly, auditLog, metrics, slow };
    const backend = new LocalBackend({ ...parts, user: processUser() });
    return { backend, note: hold.guestsRefused };
  };
  if (options.store === 'memory') return (await openLocal({ create })).backend;
  assert(options.dbPath !== undefined, 'a database on disk has a path');
  const path = canonicalDatabasePath(options.dbPath);
  const waitMsMax = ownerTimeoutMs;
  try {
    return await SharedBackend.open({ path, create, readOnly, guest, waitMsMax, openLocal });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw systemFailure(`The database ${path} cannot be opened`, path, error);
  }
}

/** The person whose process this is, as the system names them; guests of a database are of the same person. */
function processUser(): string {
  try {
    return userInfo().username;
  } catch {
    // The system knows no name for the user, as in some containers.
    return `user ${process.getuid?.() ?? ''}`.trim();
  }
}

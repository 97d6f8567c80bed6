import type { Clock } from './base/clock.ts';
import { OperationTracker } from './exec/operation-tracker.ts';
import type { AuditLog } from './maintenance/audit-log.ts';

/**
 * Tells the audit log of operations, while the database has one. `source`: for whom, as the log names it; the form of
 * the call unless told.
 */
export function auditedOperations(
  clock: Clock,
  auditLog: () => AuditLog | undefined,
  source: string | undefined,
): OperationTracker {
  return new OperationTracker(clock, () => {
    const log = auditLog();
    if (log === undefined) return undefined;
    return (operation) => log.append(operation, source);
  });
}

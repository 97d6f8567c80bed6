import type { Clock } from './base/clock.ts';
import { OperationTracker } from './exec/operation-tracker.ts';
import type { AuditLog } from './maintenance/audit-log.ts';
import type { MetricsRecorder } from './maintenance/metrics-recorder.ts';

export interface OperationObservers {
  readonly auditLog: () => AuditLog | undefined;
  readonly metrics: () => MetricsRecorder | undefined;
}

/**
 * Tells the audit log and the metrics of operations, while the database has them. `source`: for whom, as the log names
 * it; the form of the call unless told.
 */
export function auditedOperations(
  clock: Clock,
  { auditLog, metrics }: OperationObservers,
  source: string | undefined,
): OperationTracker {
  return new OperationTracker(clock, () => {
    const [log, recorder] = [auditLog(), metrics()];
    if (log === undefined && recorder === undefined) return undefined;
    return (operation) => {
      // Whoever follows the log would fill it otherwise, and never see it stand still.
      if (operation.isAboutLog !== true) log?.append(operation, source);
      recorder?.take(operation);
    };
  });
}

import type { Clock } from './base/clock.ts';
import { type EndedOperation, OperationTracker } from './exec/operation-tracker.ts';
import type { AuditLog } from './maintenance/audit-log.ts';
import type { MetricsRecorder } from './maintenance/metrics-recorder.ts';
import type { SlowStatements } from './maintenance/slow-statements.ts';

export interface OperationObservers {
  readonly auditLog: () => AuditLog | undefined;
  readonly metrics: () => MetricsRecorder | undefined;
  /** Keeps what was slow while nothing measures. */
  readonly slow: SlowStatements | undefined;
}

/**
 * Tells the audit log and the metrics of operations, while the database has them. `source`: for whom, as the log names
 * it; the form of the call unless told.
 */
export function auditedOperations(
  clock: Clock,
  { auditLog, metrics, slow }: OperationObservers,
  source: string | undefined,
): OperationTracker {
  const observer = () => {
    const log = auditLog();
    const recorder = metrics();
    if (log === undefined && recorder === undefined) return undefined;
    return (operation: EndedOperation) => {
      // Whoever follows the log would fill it otherwise, and never see it stand still.
      if (operation.isAboutLog !== true) log?.append(operation, source);
      if (recorder === undefined) slow?.take(operation);
      else recorder.take(operation);
    };
  };
  return new OperationTracker(clock, observer, slow && ((operation) => void slow.take(operation)));
}

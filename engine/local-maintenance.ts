/* Verification, copies and compaction of a database in this process, each an operation like any other. */

import type { Clock } from './base/clock.ts';
import type { ExecEnvironment } from './exec/environment.ts';
import type { OperationDescription } from './exec/operation-tracker.ts';
import type { AuditLog } from './maintenance/audit-log.ts';
import { backUpDatabase } from './maintenance/backup.ts';
import { compactDatabase } from './maintenance/compact.ts';
import { type DatabaseStats, databaseStats } from './maintenance/database-stats.ts';
import { indexDocuments } from './maintenance/index-documents.ts';
import type {
  BackupReport,
  CompactReport,
  MaintenanceOptions,
} from './maintenance/maintenance-report.ts';
import {
  type DatabaseMetrics,
  type MetricsRecorder,
  notMeasured,
} from './maintenance/metrics-recorder.ts';
import { slowQueryDocuments } from './maintenance/slow-query-documents.ts';
import type { SlowStatements } from './maintenance/slow-statements.ts';
import { statsDocuments } from './maintenance/stats-documents.ts';
import { type VerifyRequest, verifyDatabase } from './maintenance/verify.ts';
import type { VerifyReport } from './maintenance/verify-report.ts';
import type { StoreHold } from './open-databases.ts';
import { logFolderPath } from './storage/database-folder.ts';
import type { StoredDocument } from './values/stored-value.ts';
import { openLogFolder } from './wal/log-folder.ts';

export interface LocalMaintenanceOptions {
  readonly hold: Omit<StoreHold, 'guestsRefused'>;
  readonly clock: Clock;
  /** The log that the database has at the moment, if any. */
  readonly auditLog: () => AuditLog | undefined;
  /** What measures the database at the moment, if anything does. */
  readonly metrics: () => MetricsRecorder | undefined;
  /** What was slow while nothing measures. */
  readonly slow: SlowStatements | undefined;
  readonly readOnly: boolean;
  /** @throws AuroraError `ReadOnly` */
  readonly assertWritable: () => void;
  readonly run: <Result>(
    description: OperationDescription,
    signal: AbortSignal | undefined,
    work: (environment: ExecEnvironment) => Promise<Result>,
  ) => Promise<Result>;
}

export class LocalMaintenance {
  readonly #options: LocalMaintenanceOptions;
  readonly #openedAtMs: number;

  constructor(options: LocalMaintenanceOptions) {
    this.#options = options;
    this.#openedAtMs = options.clock.now();
  }

  verify(request: VerifyRequest): Promise<VerifyReport> {
    const { hold, clock, run } = this.#options;
    return run({ action: 'verify' }, request.signal, ({ slicerOptions }) =>
      verifyDatabase(hold.pipeline, {
        ...request,
        ...slicerOptions,
        clock,
        logFolder: hold.path === ':memory:' ? undefined : openLogFolder(logFolderPath(hold.path)),
      }),
    );
  }

  backup(target: string, options: MaintenanceOptions): Promise<BackupReport> {
    const { hold, clock, run } = this.#options;
    const description = { action: 'backup', target } as const;
    return run(description, options.signal, ({ slicerOptions: { signal }, newId }) =>
      backUpDatabase({ ...hold, clock, newId }, target, { ...options, signal }),
    );
  }

  compact(options: MaintenanceOptions): Promise<CompactReport> {
    const { hold, clock, assertWritable, run } = this.#options;
    return run({ action: 'compact' }, options.signal, ({ slicerOptions: { signal } }) => {
      assertWritable();
      return compactDatabase({ ...hold, clock }, { ...options, signal });
    });
  }

  async metrics(): Promise<DatabaseMetrics> {
    return (await this.#options.metrics()?.metrics()) ?? notMeasured;
  }

  /** Figures as documents of the collections that have them. */
  async figures(
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly StoredDocument[] | undefined> {
    const { hold, clock, metrics, slow } = this.#options;
    if (name === '_indexes') return indexDocuments(hold.pipeline, metrics(), { clock, signal });
    if (name === '_slow_queries') {
      const measured = await metrics()?.metrics();
      return slowQueryDocuments(measured?.slowQueries ?? slow?.all ?? []);
    }
    return name === '_stats' ? statsDocuments(this.stats(), clock.now()) : undefined;
  }

  stats(): DatabaseStats {
    const { hold, auditLog, readOnly } = this.#options;
    return databaseStats({
      ...hold,
      auditLog: auditLog(),
      readOnly,
      openedAtMs: this.#openedAtMs,
    });
  }
}

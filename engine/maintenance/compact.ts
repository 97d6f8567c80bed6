import type { Clock } from '../base/clock.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { CompactReport, MaintenanceOptions } from './maintenance-report.ts';

/**
 * Gives the free space of a database back to the disk, while others read and write.
 * @throws AuroraError `ReadOnly`, `InvalidOption` in memory or while another compaction runs, `DiskFull`,
 * `StorageFailure`, `DatabaseCorrupt`, `LimitExceeded`, `Cancelled`, `DatabaseClosed`; then nothing has changed
 */
export async function compactDatabase(
  { pipeline, clock }: { readonly pipeline: CommitPipeline; readonly clock: Clock },
  options: MaintenanceOptions = {},
): Promise<CompactReport> {
  const startedMs = clock.elapsed();
  const { sizeBytesBefore, sizeBytesAfter } = await pipeline.maintenance.compact(options);
  return { sizeBytesBefore, sizeBytesAfter, elapsedMs: clock.elapsed() - startedMs };
}

import type { Clock } from '../base/clock.ts';
import { openDatabaseFolder } from '../storage/database-folder.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { MaintenanceOptions } from './maintenance-report.ts';
import { verifyDatabase } from './verify.ts';
import type { VerifyReport } from './verify-report.ts';

/** Opens a folder for reading, verifies what is in it, and closes it. @throws AuroraError what opening throws, `Cancelled` */
export async function verifyFolder(
  path: string,
  options: MaintenanceOptions & { readonly clock: Clock; readonly newId: () => string },
): Promise<VerifyReport> {
  const { clock, newId, signal, onProgress } = options;
  const store = await openDatabaseFolder({ path, create: false, readOnly: true, newId });
  let pipeline: CommitPipeline;
  try {
    pipeline = await CommitPipeline.open(store, { clock });
  } catch (error) {
    await store.close();
    throw error;
  }
  try {
    return await verifyDatabase(pipeline, {
      signal,
      clock,
      onProgress: ({ documentsDone, documentsAll }) =>
        onProgress?.({
          phase: 'verifying',
          fraction: Math.min(1, documentsDone / Math.max(1, documentsAll)),
        }),
    });
  } finally {
    await pipeline.close();
  }
}

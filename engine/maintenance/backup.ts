/*
 * A backup is a database folder: one state of the store, copied while others read and write, and verified after it was
 * opened. It holds no log, since everything that was committed is in the store.
 */
import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { dataFile, openDatabaseFolder } from '../storage/database-folder.ts';
import { markLogClean, readLogMark } from '../transactions/commit-log.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { BackupReport, MaintenanceOptions } from './maintenance-report.ts';
import { assertVacant, makeTarget, targetPath } from './target-folder.ts';
import { verifyFolder } from './verify-folder.ts';

export interface BackupSource {
  readonly path: string;
  readonly pipeline: CommitPipeline;
  readonly clock: Clock;
  readonly newId: () => string;
}

/**
 * Backs a database up into a folder that is empty or not there.
 * @throws AuroraError `InvalidOption`, `StorageFailure`, `DiskFull`, `Cancelled`, `DatabaseClosed`; then there is none
 */
export async function backUpDatabase(
  source: BackupSource,
  target: string,
  options: MaintenanceOptions = {},
): Promise<BackupReport> {
  const { clock, newId } = source;
  const startedMs = clock.elapsed();
  const path = targetPath(target, { path: source.path, what: 'database' });
  assertVacant(path);
  const folder = await makeTarget(path);
  try {
    const dataPath = join(folder.aside, dataFile);
    await source.pipeline.maintenance.copyTo(dataPath, options);
    await makeWhole(folder.aside, source);
    const verification = await verifyFolder(folder.aside, { ...options, clock, newId });
    await rm(`${dataPath}-lock`, { force: true });
    const sizeBytes = statSync(dataPath).size;
    folder.complete();
    return { path, sizeBytes, verification, elapsedMs: clock.elapsed() - startedMs };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

/** Says that no log belongs to the copy, as after a clean close, once it holds all that one has. */
async function makeWhole(path: string, { newId, clock, pipeline }: BackupSource): Promise<void> {
  const store = await openDatabaseFolder({ path, create: false, readOnly: false, newId, clock });
  try {
    await pipeline.maintenance.completeCopy(store);
    const snapshot = store.snapshot();
    const { epoch } = readLogMark(snapshot);
    snapshot.release();
    await markLogClean(store, epoch);
  } finally {
    await store.close();
  }
}

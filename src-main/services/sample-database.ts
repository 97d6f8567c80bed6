import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createSampleDatabase } from '#engine';
import { isDatabaseThere } from './database-path.ts';
import { serviceLimits } from './limits.ts';

/*
 * The sample is built in the data folder the first time it is asked for: in a folder of another name that is renamed
 * when it is complete, so that whatever interrupts the build, a sample that is there is whole.
 */

const leftoverMark = '.building-';

export interface SampleOptions {
  /** Where the sample database is to be. */
  readonly path: string;
  /** The files it is built from. */
  readonly sampleFolder: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** Builds the sample database unless it is there. */
export async function ensureSampleDatabase(options: SampleOptions): Promise<void> {
  const { path, sampleFolder, signal, now } = options;
  if (await isDatabaseThere(path)) return;
  const parent = dirname(path);
  await mkdir(parent, { recursive: true });
  await removeLeftovers(parent, `${basename(path)}${leftoverMark}`, now());
  const building = `${path}${leftoverMark}${randomUUID()}`;
  try {
    await createSampleDatabase(building, sampleFolder, { signal });
    await rename(building, path);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    // Another process may have finished the same build first; its sample is as good.
    if (!(await isDatabaseThere(path))) throw error;
  }
}

/** A build that was killed leaves its folder; one that is young may still be under way in another process. */
async function removeLeftovers(parent: string, prefix: string, now: number): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    const { mtimeMs } = await stat(path);
    if (now - mtimeMs > serviceLimits.sampleLeftoverMsMax) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

/*
 * Raises the format of an older database when it is opened for writing. The file as it was stays beside it under the
 * name of its format, complete and synced before the number is raised, so an older program can be given it back:
 *
 *   copy data.mdb → data-format-1.mdb.new, sync → rename to data-format-1.mdb, sync folder → raise the number
 *
 * A crash in between leaves a copy too many and the database as it was. A copy that exists is never written over.
 */
import { copyFileSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assertFreeSpace, diskSpaceOf, syncPath } from './disk.ts';
import { formatVersion, readFormat, writeFormat } from './format.ts';
import type { KvStore } from './kv-store.ts';

/**
 * Opens a data file and raises its format. A store that only reads keeps its older format, which this version reads.
 * @throws AuroraError `FormatTooNew`, `DatabaseCorrupt`, `DiskFull`, and what opening throws
 */
export async function openUpgraded(
  dataPath: string,
  open: () => Promise<KvStore>,
): Promise<KvStore> {
  const store = await open();
  let present: ReturnType<typeof readFormat>;
  try {
    present = formatOf(store);
  } catch (error) {
    await store.close();
    throw error;
  }
  if (present.format === formatVersion || store.readOnly) return store;
  await store.close();
  keepCopy(dataPath, present.format);
  const reopened = await open();
  try {
    reopened.transact((writer) => writeFormat(writer, present.databaseId), 0);
    await reopened.flushed();
  } catch (error) {
    await reopened.close();
    throw error;
  }
  return reopened;
}

function formatOf(store: KvStore): ReturnType<typeof readFormat> {
  const snapshot = store.snapshot();
  try {
    return readFormat(snapshot);
  } finally {
    snapshot.release();
  }
}

function keepCopy(dataPath: string, format: number): void {
  const folder = dirname(dataPath);
  assertFreeSpace(dataPath, statSync(dataPath).size, diskSpaceOf(folder));
  const copy = freeName(folder, `data-format-${format}`);
  const aside = `${copy}.new`;
  rmSync(aside, { force: true });
  copyFileSync(dataPath, aside);
  syncPath(aside);
  renameSync(aside, copy);
  syncPath(folder);
}

function freeName(folder: string, name: string): string {
  for (let number = 1; ; number += 1) {
    const path = join(folder, number === 1 ? `${name}.mdb` : `${name}-${number}.mdb`);
    if (!existsSync(path)) return path;
  }
}

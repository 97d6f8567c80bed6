/*
 * Is the engine a good guest? While unindexed scans, sorts, groups, the building of an index and an import over 100,000
 * documents on disk go on (`--documents 1000000` for a million), how long is the event loop held: the 99th percentile
 * (target 8 ms) and at most (target 20 ms), and how long does a cancelled scan go on (target 50 ms). The longest hold is
 * measured twice: by the platform's histogram, and by a chain of immediates, which also sees holds between its
 * samples. Each workload has a process of its own. Its first run is left out: it measures the compiler and the cold page
 * cache. A round repeats its work for a second, so that a percentile is one of some hundred turns: of a scan of 25 ms it
 * would be the longest.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Aurora } from '#engine';
import { columns, print } from './loop/measure.ts';
import { fill, workloadNames } from './loop/workloads.ts';

const documentCountDefault = 100_000;
const program = join(import.meta.dirname, 'loop', 'child.ts');

/** Prints the longest hold of each workload and the time from abort to stop. */
export async function benchLoop(args: readonly string[] = []): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      documents: { type: 'string', default: String(documentCountDefault) },
      only: { type: 'string', multiple: true },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'aurora-bench-loop-'));
  try {
    const db = await Aurora.open(join(folder, 'loop.db'));
    await fill(db, Number(values.documents));
    await db.close();
    print('workload', ...columns);
    for (const name of values.only ?? [...workloadNames, 'cancel']) {
      const { status } = spawnSync(
        process.execPath,
        [...process.execArgv, program, folder, values.documents, name],
        { stdio: 'inherit' },
      );
      if (status !== 0) throw new Error(`“${name}” ended with ${status}.`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

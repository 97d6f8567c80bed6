/*
 * The storage engine beside SQLite, lmdb and the bare disk: `npm run bench -- storage [--only NAME] [--long]
 * [--rounds N] [--folder PATH]`. Same data, same durability, in turns; medians of the rounds, and every ratio beside
 * what is required and what is aimed at. Ratios count: the disk and the machine change from minute to minute. With
 * `--long` rounds take minutes, so that checkpoints are part of them, and databases have a million documents.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bulkLoad } from './storage/bulk-load.ts';
import { memory } from './storage/memory.ts';
import { opening } from './storage/opening.ts';
import { coldReads, hotReads } from './storage/reads.ts';
import { write } from './storage/report.ts';
import { sqlitePeers } from './storage/sqlite.ts';
import { syncCounts } from './storage/syncs.ts';
import { indexedUpdates, mixtureA, mixtureB } from './storage/updates.ts';
import type { Workload } from './storage/workload.ts';
import { manyWriters, singleWriter } from './storage/writes.ts';

const workloads: Readonly<Record<string, Workload>> = {
  syncs: syncCounts,
  single: singleWriter,
  many: manyWriters,
  bulk: bulkLoad,
  hot: hotReads,
  cold: coldReads,
  update: indexedUpdates,
  'ycsb-a': mixtureA,
  'ycsb-b': mixtureB,
  open: opening,
  memory,
};

/** Prints a table for each workload, and at the end what missed its requirement. */
export async function benchStorage(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      long: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      folder: { type: 'string', default: process.env['BENCH_FOLDER'] ?? tmpdir() },
    },
  });
  const names = values.only ?? Object.keys(workloads);
  const unknown = names.filter((name) => !Object.hasOwn(workloads, name));
  if (unknown.length > 0) {
    write(
      `There is no workload ${unknown.join(', ')}; there are ${Object.keys(workloads).join(', ')}.\n`,
    );
    process.exitCode = 2;
    return;
  }
  const peers = sqlitePeers();
  const folder = mkdtempSync(join(values.folder, 'aurora-bench-storage-'));
  const load = loadavg().map((value) => value.toFixed(1));
  write(`Node ${process.version}, load ${load.join(' ')}, databases in ${folder}\n`);
  const missed: string[] = [];
  try {
    for (const name of names) {
      const workload = workloads[name];
      const own = join(folder, name);
      mkdirSync(own);
      const rounds = Number(values.rounds);
      const context = { folder: own, peers, rounds, isLong: values.long };
      if (workload !== undefined && !(await workload(context))) missed.push(name);
      rmSync(own, { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  write(
    missed.length === 0 ? '\nEvery requirement is met.\n' : `\nMissed: ${missed.join(', ')}.\n`,
  );
}

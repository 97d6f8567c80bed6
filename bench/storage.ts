/*
 * The storage engine beside SQLite, lmdb and the bare disk: `npm run bench -- storage [--only NAME] [--long]
 * [--rounds N] [--folder PATH]`. Same data, same durability, in turns; medians of the rounds, and every ratio beside
 * what is required and what is aimed at. Ratios count: the disk and the machine change from minute to minute. With
 * `--long` rounds take minutes, so that checkpoints are part of them, and databases have a million documents. Several
 * workloads each get a process of their own, as JMH's forks do: what a compiler has learned from one workload, and the
 * heap that it leaves, would slow the next ones down.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
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
  const options = { rounds: values.rounds, folder: values.folder, isLong: values.long };
  const missed = [];
  for (const name of names) {
    const isMet = names.length === 1 ? await runHere(name, options) : await runApart(name, options);
    if (!isMet) missed.push(name);
  }
  if (process.send !== undefined) process.send({ isMet: missed.length === 0 });
  else
    write(
      missed.length === 0 ? '\nEvery requirement is met.\n' : `\nMissed: ${missed.join(', ')}.\n`,
    );
}

interface RunOptions {
  readonly rounds: string;
  readonly folder: string;
  readonly isLong: boolean;
}

async function runHere(name: string, { rounds, folder, isLong }: RunOptions): Promise<boolean> {
  const workload = workloads[name];
  if (workload === undefined) return false;
  const own = mkdtempSync(join(folder, 'aurora-bench-storage-'));
  const load = loadavg().map((value) => value.toFixed(1));
  write(`\nNode ${process.version}, load ${load.join(' ')}, databases in ${own}\n`);
  try {
    return await workload({ folder: own, peers: sqlitePeers(), rounds: Number(rounds), isLong });
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** In a process of its own, which says at its end whether everything required was met. */
async function runApart(name: string, { rounds, folder, isLong }: RunOptions): Promise<boolean> {
  const args = ['storage', '--only', name, '--rounds', rounds, '--folder', folder];
  const child = fork(join(import.meta.dirname, 'run.ts'), isLong ? [...args, '--long'] : args);
  let isMet = false;
  child.on('message', (message) => {
    isMet = typeof message === 'object' && 'isMet' in message && message.isMet === true;
  });
  await once(child, 'exit');
  return isMet;
}

/*
 * The job queue beside others: `npm run bench -- jobs [--only NAME] [--rounds N] [--count N] [--folder PATH]`. Jobs do
 * nothing. Enqueueing from 64 callers, each waiting for its own; running at a concurrency of 50; and how long it takes
 * from a call to enqueue until the handler starts, on a queue without work, when each queue has run fifty jobs before. In
 * turns; medians of the rounds. And how late the event loop is while jobs compute.
 *
 * The peers are installed into bench/peers with the first run (`npm ci` there), BullMQ wants `redis-server` beside it;
 * what is missing is said.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auroraQueue } from './jobs/aurora-queue.ts';
import { bullmqQueue } from './jobs/bullmq-queue.ts';
import { benchEventLoop } from './jobs/event-loop.ts';
import type { OpenQueue, QueuePeer } from './jobs/queue-peer.ts';
import { plainjobQueue, sqliteQueue } from './jobs/sqlite-queue.ts';
import { type Contender, interleave, median } from './storage/interleave.ts';
import { rawAppend } from './storage/raw-append.ts';
import { type Requirement, report, write } from './storage/report.ts';
import { sqlitePeers } from './storage/sqlite.ts';

const everything = ['enqueue', 'run', 'latency', 'loop'];
const callerCount = 64;
const concurrency = 50;
const strict = 'aurora Strict';
const always = 'BullMQ, appendfsync always';
const disk = 'a write and its sync, nothing else';
const latencyJobs = 500;
/** Run before those that are measured, by each queue: what a program does once, when it begins. */
const firstJobs = 50;

const enqueueing: readonly Requirement[] = [
  { ours: strict, peer: always, kind: 'faster', bounds: { required: 2, goal: 4 } },
];
const running: readonly Requirement[] = [
  { ours: strict, peer: always, kind: 'faster', bounds: { required: 2, goal: 4 } },
  {
    ours: strict,
    peer: 'better-sqlite3 FULL, one by one',
    kind: 'faster',
    bounds: { required: 4, goal: 4 },
  },
];

export async function benchJobs(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '5' },
      count: { type: 'string', default: '10000' },
      folder: { type: 'string', default: process.env['BENCH_FOLDER'] ?? tmpdir() },
    },
  });
  const folder = mkdtempSync(join(values.folder, 'aurora-bench-jobs-'));
  const load = loadavg().map((value) => value.toFixed(1));
  write(`Node ${process.version}, load ${load.join(' ')}, queues in ${folder}\n`);
  const wanted = values.only ?? everything;
  if (wanted.includes('loop')) await benchEventLoop();
  if (wanted.every((each) => each === 'loop')) return;
  const peers = await allPeers();
  const rounds = Number(values.rounds);
  const count = Number(values.count);
  try {
    if (wanted.includes('enqueue')) {
      const contenders = await contendersOf(peers, folder, enqueueContender);
      report(
        `enqueueing, ${callerCount} callers, ${count} jobs a round`,
        await interleave(contenders, { rounds, count }),
        enqueueing,
      );
    }
    if (wanted.includes('run')) {
      const contenders = await contendersOf(peers, folder, runContender);
      report(
        `running at a concurrency of ${concurrency}, ${count} jobs a round`,
        await interleave(contenders, { rounds, count }),
        running,
      );
    }
    if (wanted.includes('latency')) await latencies(peers, folder, rounds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function allPeers(): Promise<readonly QueuePeer[]> {
  const peers: QueuePeer[] = [auroraQueue('Strict'), auroraQueue('WAL')];
  for (const sqlite of sqlitePeers()) {
    if (sqlite.name !== 'better-sqlite3') continue;
    peers.push(sqliteQueue(sqlite, { isBatched: false }), sqliteQueue(sqlite, { isBatched: true }));
    peers.push(await plainjobQueue());
  }
  for (const appendfsync of ['always', 'everysec'] as const) {
    try {
      peers.push(bullmqQueue(appendfsync));
    } catch (error) {
      write(`SKIPPED: BullMQ: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return peers;
}

async function contendersOf(
  peers: readonly QueuePeer[],
  folder: string,
  make: (name: string, queue: OpenQueue) => Contender,
): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  for (const peer of peers) {
    const own = mkdtempSync(join(folder, 'queue-'));
    contenders.push(make(peer.name, await peer.open(own)));
  }
  return contenders;
}

function enqueueContender(name: string, queue: OpenQueue): Contender {
  return {
    name,
    run: (count) => fromCallers(queue, count),
    close: async () => {
      await queue.close();
    },
  };
}

function runContender(name: string, queue: OpenQueue): Contender {
  let prepared = 0;
  return {
    name,
    async prepare() {
      if (prepared === 0) return;
      await fromCallers(queue, prepared);
    },
    async run(count) {
      // The round that warms up has nothing prepared yet.
      if (prepared === 0) await fromCallers(queue, count);
      prepared = count;
      let left = count;
      let finish = (): void => undefined;
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const stop = await queue.work(concurrency, () => {
        left -= 1;
        if (left === 0) finish();
      });
      await finished;
      await stop();
    },
    close: async () => {
      await queue.close();
    },
  };
}

async function fromCallers(queue: OpenQueue, count: number): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await queue.enqueue(next);
    }
  };
  await Promise.all(Array.from({ length: callerCount }, caller));
}

/** What waiting for the disk alone takes: a write of the size of a job and its sync, beside the same pauses. */
async function syncsAlone(folder: string, count: number): Promise<readonly number[]> {
  const disk = rawAppend(join(folder, 'syncs'), 700);
  const waits: number[] = [];
  for (let n = -firstJobs; n < count; n += 1) {
    const startedAt = performance.now();
    await disk.run(1);
    if (n >= 0) waits.push(performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await disk.close();
  return waits;
}

async function latencies(
  peers: readonly QueuePeer[],
  folder: string,
  rounds: number,
): Promise<void> {
  write('\nfrom enqueueing to the start of the handler, on a queue without work\n');
  const measured = new Map<string, { readonly p50: number; readonly p99: number }[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const peer of peers) {
      const queue = await peer.open(mkdtempSync(join(folder, 'latency-')));
      // Who polls once a second would take minutes.
      const isSlow = peer.name.startsWith('plainjob');
      const found = await latencyOf(queue, isSlow ? 20 : latencyJobs, isSlow ? 1 : firstJobs);
      measured.set(peer.name, [...(measured.get(peer.name) ?? []), found]);
      await queue.close();
    }
    const alone = percentilesOf(
      await syncsAlone(mkdtempSync(join(folder, 'latency-')), latencyJobs),
    );
    measured.set(disk, [...(measured.get(disk) ?? []), alone]);
  }
  for (const [name, figures] of measured) {
    const p50 = median(figures.map((figure) => figure.p50));
    const p99 = median(figures.map((figure) => figure.p99));
    write(`  ${name.padEnd(34)} p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms\n`);
  }
  const figureOf = (name: string, of: 'p50' | 'p99'): number =>
    median((measured.get(name) ?? []).map((figure) => figure[of]));
  const ratio = (of: 'p50' | 'p99'): number => figureOf(always, of) / figureOf(strict, of);
  write(
    `  against ${always}: p50 ${ratio('p50').toFixed(2)} times better (required 1.5), p99 ${ratio('p99').toFixed(2)} (required 4)\n`,
  );
  write(
    `  a quarter of its p99 is ${(figureOf(always, 'p99') / 4).toFixed(2)} ms, of which the disk alone takes ${figureOf(disk, 'p99').toFixed(2)}\n`,
  );
}

async function latencyOf(
  queue: OpenQueue,
  count: number,
  firstCount: number,
): Promise<{ readonly p50: number; readonly p99: number }> {
  const startOf = new Map<number, number>();
  const waits: number[] = [];
  let seen = (): void => undefined;
  const stop = await queue.work(concurrency, (n) => {
    if (n >= firstCount) waits.push(performance.now() - (startOf.get(n) ?? Number.NaN));
    seen();
  });
  for (let n = 0; n < firstCount + count; n += 1) {
    const started = new Promise<void>((resolve) => {
      seen = resolve;
    });
    startOf.set(n, performance.now());
    await queue.enqueue(n);
    await started;
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await stop();
  return percentilesOf(waits);
}

function percentilesOf(waits: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = [...waits].sort((a, b) => a - b);
  return {
    p50: sorted[sorted.length >> 1] ?? Number.NaN,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  };
}

/*
 * How late the event loop of the host is while jobs take whole processors: eight jobs that compute for a second each,
 * as modules of a folder, are queued and run, while the host answers queries. Required: 99 of 100 delays within 20 ms.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Aurora, type Database, Job } from '#engine';
import { write } from '../storage/report.ts';

const jobCount = 8;
const busyMs = 1_000;
const requiredMs = 20;
const resolutionMs = 1;
const million = 1e6;

export async function benchEventLoop(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-bench-loop-'));
  try {
    const source = `export const handler = () => { const end = Date.now() + ${busyMs}; while (Date.now() < end); };`;
    writeFileSync(join(folder, 'compute.mjs'), source);
    const database = await Aurora.open(join(folder, 'jobs.db'));
    write(`\nevent loop while ${jobCount} jobs compute for ${busyMs} ms each\n`);
    report('nothing runs', await whileRunning(database, 0));
    await database.workers.registerHandlerFolder(folder);
    await database.workers.start();
    const delays = await whileRunning(database, jobCount);
    report('jobs run', delays);
    write(`  ${delays.p99 <= requiredMs ? 'meets' : 'MISSES'} ${requiredMs} ms at 99 %\n`);
    await database.workers.stop();
    await database.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function whileRunning(database: Database, count: number) {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  const jobs = Array.from({ length: count }, () => new Job('compute'));
  if (count > 0) await database.workers.enqueueMany(jobs);
  histogram.enable();
  let queries = 0;
  const endsAt = performance.now() + busyMs * 2;
  for (;;) {
    const { completed } = await database.workers.stats();
    queries += 1;
    if (completed >= count && performance.now() >= endsAt) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  histogram.disable();
  // The timer's own interval is no delay.
  const at = (share: number) => histogram.percentile(share) / million - resolutionMs;
  return { p50: at(50), p99: at(99), most: histogram.max / million - resolutionMs, queries };
}

function report(
  what: string,
  { p50, p99, most, queries }: Awaited<ReturnType<typeof whileRunning>>,
) {
  const [half, nearly, all] = [p50, p99, most].map((ms) => `${ms.toFixed(1)} ms`);
  write(
    `  ${what.padEnd(20)} p50 ${half}, p99 ${nearly}, most ${all}, ${queries} queries answered\n`,
  );
}

/* Runs one benchmark by name: `npm run bench -- loop`. Each prints a small table and exits with 0. */
import { benchAql } from './aql.ts';
import { benchCompletion } from './aql-completion.ts';
import { benchCache } from './cache.ts';
import { benchCalibrate } from './calibrate.ts';
import { benchGrid } from './grid.ts';
import { benchJobDashboard } from './job-dashboard.ts';
import { benchJobs } from './jobs.ts';
import { benchLive } from './live.ts';
import { benchLoop } from './loop.ts';
import { benchMigrations } from './migrations.ts';
import { benchPaint } from './paint.ts';
import { benchPlanner } from './planner.ts';
import { benchQueries } from './queries.ts';
import { benchServer } from './server.ts';
import { benchStorage } from './storage.ts';
import { benchTransfer } from './transfer.ts';
import { benchWal } from './wal.ts';

const benchmarks: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  aql: benchAql,
  'aql-completion': benchCompletion,
  cache: benchCache,
  calibrate: benchCalibrate,
  'job-dashboard': benchJobDashboard,
  grid: benchGrid,
  jobs: benchJobs,
  live: benchLive,
  loop: benchLoop,
  migrations: benchMigrations,
  paint: benchPaint,
  server: benchServer,
  planner: benchPlanner,
  queries: benchQueries,
  storage: benchStorage,
  transfer: benchTransfer,
  wal: benchWal,
};

const [name = '', ...args] = process.argv.slice(2);
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (benchmark === undefined) {
  process.stderr.write(`Usage: npm run bench -- <${Object.keys(benchmarks).join(' | ')}>\n`);
  process.exitCode = 2;
} else {
  await benchmark(args);
}

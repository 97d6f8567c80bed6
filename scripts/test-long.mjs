// `npm run test:long -- aql-fuzz`: tests that are too long for every change, one by name.
import { runTool } from './run-command.mjs';

const suites = {
  /** A million texts for parser and formatter; AQL_FUZZ_COUNT and AQL_FUZZ_SEED say how many, and which. */
  'aql-fuzz': { file: 'engine/test/fuzz.test.ts', env: { AQL_FUZZ_COUNT: '1000000' } },
  /** Images of what a power cut may leave, so many in each mode; POWER_CUT_IMAGES and POWER_CUT_SEED. */
  'power-cut': { file: 'engine/test/power-cut', env: { POWER_CUT_IMAGES: '400' } },
  /** Databases of processes that were killed, in all modes together; KILL_ROUNDS and KILL_SEED. */
  kill: { file: 'engine/test/kill-loop.test.ts', env: { KILL_ROUNDS: '2000' } },
  /** Every bit of a log turned, and the log cut at every byte. */
  'wal-bytes': { file: 'engine/wal/log-bytes.test.ts', env: { WAL_BYTES: 'all' } },
  /** Random lives of a log; WAL_CRASH_RUNS and WAL_CRASH_SEED say how many, and which. */
  'wal-crashes': { file: 'engine/wal/log-crashes.test.ts', env: { WAL_CRASH_RUNS: '20000' } },
  /** Overwrites everything twenty times under a reader. */
  'file-growth': { file: 'engine/test/file-growth.test.ts', env: { FILE_GROWTH_ROUNDS: '20' } },
  /** Disks of every size from 1 to 8 MB in every mode; DISK_FULL_SEED. */
  'disk-full': { file: 'engine/test/disk-full.test.ts', env: { DISK_FULL_SIZES: 'all' } },
  /** Sequences of operations and crashes for each configuration; STORAGE_MODEL_RUNS and STORAGE_MODEL_SEED. */
  'storage-model': { file: 'engine/test/storage-model', env: { STORAGE_MODEL_RUNS: '200' } },
  /** Histories of commits against live queries of every kind; LIVE_RUNS and LIVE_SEED say how many, and which. */
  live: { file: 'engine/test/live-law/live-law.test.ts', env: { LIVE_RUNS: '200000' } },
  /** What a guest follows across the deaths of its owners; LIVE_KILL_ROUNDS and LIVE_KILL_SEED. */
  'live-kill': {
    file: 'engine/test/live-law/live-after-kill.test.ts',
    env: { LIVE_KILL_ROUNDS: '100' },
  },
  /** Requests that no good client would send, and clients that are slow; SERVER_REQUESTS and SERVER_SEED say how many. */
  server: { file: 'engine/server', env: { SERVER_REQUESTS: '100000', SERVER_SLOW: 'all' } },
  /** Queries and mutations against the reference evaluator, in every configuration; DIFFERENTIAL_STEPS and DIFFERENTIAL_SEED. */
  differential: {
    file: 'engine/test/differential.test.ts',
    env: { DIFFERENTIAL_STEPS: '1000000' },
  },
  /** Every fault that is kept as a patch, each in a copy of the engine: the differential suite must find it. */
  faults: { file: 'engine/test/planted-faults.test.ts', env: { FAULTS: '1000' } },
  /** The package, packed and installed in a project of its own. */
  package: { file: 'scripts/package.test.ts', env: { PACKAGE_TEST: '1' } },
  /** Twenty owners killed one after the other; SHARING_ROUNDS and SHARING_SEED say how many, and which. */
  'owner-and-guest': { file: 'engine/test/owner-and-guest.test.ts', env: { SHARING_ROUNDS: '20' } },
  /** Pages through 100,000 documents while others insert and delete. */
  pages: {
    file: 'engine/test/differential-pages.test.ts',
    env: { AURORA_PAGE_DOCUMENTS: '100000' },
  },
  /** Processes with workers that are killed; JOB_KILL_ROUNDS and JOB_KILL_SEED. */
  'job-kill': {
    file: 'engine/test/jobs/job-kill-loop.test.ts',
    env: { JOB_KILL_ROUNDS: '500' },
  },
  /** Versions of chance over documents of chance, undone; ROLL_BACK_RUNS and ROLL_BACK_SEED say how many, and which. */
  'roll-back': { file: 'engine/migrations/roll-back-law.test.ts', env: { ROLL_BACK_RUNS: '3000' } },
  /** A process that migrates is killed; MIGRATION_KILL_ROUNDS, MIGRATION_KILL_DOCUMENTS and MIGRATION_KILL_SEED. */
  migrations: {
    file: 'engine/test/migrations/migration-kill-loop.test.ts',
    env: { MIGRATION_KILL_ROUNDS: '100', MIGRATION_KILL_DOCUMENTS: '1000000' },
  },
  /** The ten scenarios of migrations, the backfill over a million documents; SCENARIO_DOCUMENTS. */
  'migration-scenarios': {
    file: 'engine/test/migrations/migration-scenarios.test.ts',
    env: { SCENARIO_DOCUMENTS: '1000000' },
  },
  /** An hour of jobs at a steady rate; JOB_SOAK_SECONDS and JOB_SOAK_RATE. */
  'job-soak': {
    file: 'engine/test/jobs/job-soak.test.ts',
    env: { JOB_SOAK_SECONDS: '3600', JOB_SOAK_RATE: '500' },
  },
  /** Random mutations previewed and run; PREVIEW_RUNS and PREVIEW_SEED. */
  preview: { file: 'engine/test/preview.test.ts', env: { PREVIEW_RUNS: '1000' } },
  /** Host and page are killed while somebody edits; EDIT_KILL_ROUNDS and EDIT_KILL_SEED. Needs a build. */
  'edit-kill': { e2e: 'e2e/specs/editing-kills.spec.ts', env: { EDIT_KILL_ROUNDS: '50' } },
  /** Editing, where axe looks at every panel and dialog in both themes. Needs a build. */
  'edit-looks': { e2e: 'e2e/specs/editing-(pointer|results)', env: { EDITING_LOOKS: '1' } },
  /** Axe looks at every other page, panel and dialog of the studio in both themes. Needs a build. */
  looks: { e2e: 'e2e/specs/looks.spec.ts', env: { LOOKS: '1' } },
  /** Random lives of the job queue, and jobs that become due at once; JOB_MODEL_SEED. */
  'job-model': {
    file: 'engine/test/jobs/job-queue.test.ts',
    env: { JOB_MODEL_RUNS: '20000', JOB_DUE_COUNT: '100000' },
  },
};

const [name = ''] = process.argv.slice(2);
if (Object.hasOwn(suites, name)) {
  const { file, e2e, env } = suites[name];
  const [tool, given] =
    e2e === undefined
      ? ['vitest/vitest.mjs', ['run', file]]
      : [
          '@playwright/test/cli.js',
          ['test', '--config', 'e2e/playwright.config.ts', '--project=browser', e2e],
        ];
  const { code } = await runTool(tool, given, {
    env: { ...env, ...process.env },
  });
  process.exitCode = code;
} else {
  console.error(`Usage: npm run test:long -- <${Object.keys(suites).join(' | ')}>`);
  process.exitCode = 2;
}

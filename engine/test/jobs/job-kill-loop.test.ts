/*
 * A process with workers is killed, again and again, and some of its jobs kill it themselves. In the end another
 * process runs what is left. No job that was acknowledged is lost, each ends, none is completed twice in the database,
 * and none is started more often than its attempts say.
 *
 * JOB_KILL_ROUNDS says how many processes are killed (`npm run test:long -- job-kill`), JOB_KILL_SEED repeats a run as
 * far as chance allows.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Aurora } from '#engine';
import { buildPrograms } from '../durability/child-programs.ts';
import { fastFolder } from '../durability/fast-folder.ts';
import { chooseSeed, randomFrom } from '../durability/seeded-random.ts';
import { repositoryRoot } from '../source-tree.ts';

const roundCount = Number(process.env['JOB_KILL_ROUNDS'] ?? 6);
const seed = chooseSeed('JOB_KILL_SEED');
/** A process that says nothing for so long has stopped. */
const silenceMsMax = 60_000;
const maxAttempts = 5;

let program = '';
let removeProgram = (): void => undefined;
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(fastFolder(), 'aurora-job-kill-'));
  const built = await buildPrograms({
    worker: join(repositoryRoot, 'engine/test/jobs/job-worker-process.ts'),
  });
  program = join(built.folder, 'worker.js');
  removeProgram = built.remove;
}, 120_000);

afterAll(() => {
  removeProgram();
  rmSync(folder, { recursive: true, force: true });
});

interface Report {
  readonly enqueued: Map<string, string>;
  readonly starts: Map<string, number>;
}

/** Runs a process until it is killed, by itself or after `killAfterMs` of work; gives what ended it. */
function runProcess(
  args: readonly string[],
  report: Report,
  killAfterMs: number | undefined,
): Promise<number | string | null> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const silence = setTimeout(() => child.kill('SIGABRT'), silenceMsMax);
  let rest = '';
  let complaints = '';
  let isTimed = false;
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    silence.refresh();
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) note(report, line);
    if (killAfterMs !== undefined && !isTimed) {
      isTimed = true;
      setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    }
  });
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => {
      clearTimeout(silence);
      if (complaints !== '') reject(new Error(`The process complained: ${complaints}`));
      else resolve(signal ?? code);
    });
  });
}

function note({ enqueued, starts }: Report, line: string): void {
  const [kind, id = '', type = ''] = line.split(' ');
  if (kind === 'e') enqueued.set(id, type);
  if (kind === 's') starts.set(id, (starts.get(id) ?? 0) + 1);
}

it(
  `loses no job, and completes none twice, however often its process is killed (seed ${seed})`,
  async () => {
    const random = randomFrom(seed);
    const path = join(folder, 'jobs.db');
    const report: Report = { enqueued: new Map(), starts: new Map() };
    for (let round = 0; round < roundCount; round += 1) {
      const ended = await runProcess([path, String(seed + round)], report, random() * 300);
      expect(ended).toBe('SIGKILL');
    }
    // Poison kills the process that drains, too; another goes on.
    let drains = 0;
    for (let ended: unknown; ended !== 0; drains += 1) {
      ended = await runProcess(
        [path, String(seed + roundCount + drains), 'drain'],
        report,
        undefined,
      );
      expect([0, 'SIGKILL']).toContain(ended);
      expect(drains).toBeLessThan(100 + 4 * report.enqueued.size);
    }
    const db = await Aurora.open(path);
    const jobs = await db.query('_jobs').collect();
    const runs = await db.query('_job_runs').collect();
    const done = await db.query('done').collect();
    const verified = await db.verify();
    await db.close();
    const byId = new Map(jobs.map((job) => [job.id, job]));
    const doneCounts = new Map<unknown, number>();
    for (const each of done) doneCounts.set(each['job'], (doneCounts.get(each['job']) ?? 0) + 1);
    const problems: string[] = [];
    for (const [id, type] of report.enqueued) {
      const job = byId.get(id);
      if (job === undefined) problems.push(`${type} ${id} is lost`);
    }
    for (const { id, status, attempts, crashes, job_type: type } of jobs) {
      const count = doneCounts.get(id) ?? 0;
      const startCount = report.starts.get(String(id)) ?? 0;
      const told = `${String(type)} ${String(id)} (${String(status)}, attempts ${String(attempts)}, crashes ${String(crashes)})`;
      if (status !== 'Completed' && status !== 'DeadLetter') problems.push(`${told} has not ended`);
      if (status === 'Completed' && count !== 1) problems.push(`${told} is done ${count} times`);
      if (status !== 'Completed' && count !== 0) problems.push(`${told} is done and not completed`);
      if (startCount > maxAttempts || startCount > Number(attempts)) {
        problems.push(`${told} was started ${startCount} times`);
      }
      const runCount = runs.filter((run) => run['job_id'] === id).length;
      if (runCount !== attempts) problems.push(`${told} has ${runCount} runs`);
      if (type === 'poison' && (status !== 'DeadLetter' || crashes !== 3)) {
        problems.push(`${told} should be a dead letter after three crashes`);
      }
      if (type === 'fail' && status !== 'DeadLetter') problems.push(`${told} cannot have worked`);
    }
    expect(problems).toEqual([]);
    expect(verified.problems).toEqual([]);
    const crashed = jobs.filter(({ crashes }) => Number(crashes) > 0).length;
    const completed = jobs.filter(({ status }) => status === 'Completed').length;
    console.info(
      `job kill loop: ${roundCount} kills, ${jobs.length} jobs, ${completed} completed, ${crashed} taken back, ${drains} drains`,
    );
    expect(completed).toBeGreaterThan(roundCount);
    expect(crashed).toBeGreaterThan(0);
  },
  120_000 + roundCount * 20_000,
);

it('runs a job whose process died between its commit, which claimed it, and its start', async () => {
  const path = join(folder, 'claimed.db');
  const report: Report = { enqueued: new Map(), starts: new Map() };
  expect(await runProcess([path, '1', 'claimed'], report, undefined)).toBe('SIGKILL');
  const [id = ''] = report.enqueued.keys();
  const jobs = async () => {
    const db = await Aurora.open(path);
    const found = await Promise.all(
      ['_jobs', '_job_runs', 'done'].map((name) => db.query(name).collect()),
    );
    await db.close();
    return found;
  };
  expect([await jobs(), report.starts.size]).toMatchObject([
    [[{ id, status: 'Running', attempts: 1 }], [], []],
    0,
  ]);
  expect(await runProcess([path, '2', 'drain'], report, undefined)).toBe(0);
  const [job, runs, done] = await jobs();
  expect([job, runs?.at(0), done]).toMatchObject([
    [{ id, status: 'Completed', crashes: 1 }],
    { job_id: id, status: 'Lost', attempt: 1 },
    [{ job: id }],
  ]);
}, 60_000);

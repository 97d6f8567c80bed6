/*
 * Jobs come at a steady rate, are run, and are deleted soon after: nothing may pile up, neither jobs that wait, nor
 * documents, nor memory, nor the file. A short time in the quick check, an hour at 500 jobs a second with
 * `npm run test:long -- job-soak` (JOB_SOAK_SECONDS, JOB_SOAK_RATE).
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Aurora, Job, WorkerSystem } from '#engine';

const seconds = Number(process.env['JOB_SOAK_SECONDS'] ?? 4);
const rate = Number(process.env['JOB_SOAK_RATE'] ?? 100);
const folder = mkdtempSync(join(tmpdir(), 'aurora-job-soak-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it(
  `keeps up with ${rate} jobs a second for ${seconds} s`,
  async () => {
    const path = join(folder, 'soak.db');
    const database = await Aurora.open({ dbPath: path, changeLogBytesMax: 0 });
    const workers = new WorkerSystem({
      database,
      concurrency: 20,
      cleanupIntervalSeconds: 1,
      retentionSeconds: 1,
    });
    let done = 0;
    workers.registerHandler('soak', () => {
      done += 1;
    });
    await workers.start();
    let enqueued = 0;
    let mostWaiting = 0;
    const samples: { readonly heapBytes: number; readonly fileBytes: number }[] = [];
    const startedMs = performance.now();
    const elapsed = (): number => (performance.now() - startedMs) / 1_000;
    let sampledAt = 0;
    while (elapsed() < seconds) {
      const due = Math.floor(elapsed() * rate) - enqueued;
      const jobs = Array.from({ length: due }, () =>
        new Job('soak').addField('text', 'x'.repeat(100)),
      );
      if (due > 0) await workers.enqueueMany(jobs);
      enqueued += due;
      mostWaiting = Math.max(mostWaiting, (await workers.stats()).pending);
      if (elapsed() - sampledAt >= seconds / 20) {
        sampledAt = elapsed();
        globalThis.gc?.();
        const fileBytes = statSync(join(path, 'data.mdb')).size;
        samples.push({ heapBytes: process.memoryUsage().heapUsed, fileBytes });
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    while (done < enqueued) await new Promise((resolve) => setTimeout(resolve, 20));
    await workers.stop();
    const kept = await database.query('_jobs').count();
    const { isSound } = await database.verify();
    await database.close();
    console.info(
      `job soak: ${done} jobs, at most ${mostWaiting} waited, ${kept} kept; file ${samples.map(({ fileBytes }) => Math.round(fileBytes / 1e6)).join(' ')} MB; heap ${samples.map(({ heapBytes }) => Math.round(heapBytes / 1e6)).join(' ')} MB`,
    );
    expect([done, isSound]).toEqual([enqueued, true]);
    if (seconds < 60) return;
    // What was deleted is gone, but for some seconds' worth; file and heap stay as they were after the first fifth.
    const [early, last] = [samples[4], samples.at(-1)];
    if (early === undefined || last === undefined) throw new Error('there are samples');
    expect(kept).toBeLessThan(20 * rate);
    expect(last.fileBytes).toBeLessThan(2 * early.fileBytes);
    expect(last.heapBytes).toBeLessThan(2 * early.heapBytes + 50e6);
  },
  (seconds + 120) * 1_000,
);

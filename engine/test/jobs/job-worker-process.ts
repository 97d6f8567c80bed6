/*
 * A process that enqueues and runs jobs until it is killed, or until all of them have ended. It reports on standard
 * output: `e <id> <type>` once a job is enqueued, `s <id>` when a handler starts. Told to be `claimed`, it dies when a
 * job is durable, in the turn before its handler starts.
 */
import { writeSync } from 'node:fs';
import { Aurora, Job } from '#engine';
import { randomFrom } from '../durability/seeded-random.ts';

const [path, seedText, modeText] = process.argv.slice(2);
if (path === undefined)
  throw new Error('usage: job-worker-process <path> <seed> [drain | claimed]');
const random = randomFrom(Number(seedText));
const isDraining = modeText === 'drain';
const report = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const db = await Aurora.open({ dbPath: path, writeBufferFlushIntervalMs: 20 });
await db.newCollection('done', { job: { type: 'String', indexed: true } });
const { workers } = db;

const pause = (maxMs: number) => new Promise((resolve) => setTimeout(resolve, random() * maxMs));

workers.registerHandler('write', async ({ id, attempt }, { complete, progress }) => {
  report(`s ${id}`);
  progress(0.1);
  await pause(5);
  if (attempt === 1 && random() < 0.3) throw new Error('at first');
  await complete((tx) => tx.insertInto('done', { job: id }));
});
workers.registerHandler('fail', async ({ id }) => {
  report(`s ${id}`);
  await pause(2);
  throw new Error('always');
});
workers.registerHandler('poison', ({ id }) => {
  report(`s ${id}`);
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
});
await workers.start();

if (modeText === 'claimed') {
  const id = await workers.enqueue(new Job('write').withBackoff(5));
  report(`e ${id} write`);
  process.kill(process.pid, 'SIGKILL');
} else if (isDraining) {
  for (;;) {
    const { pending, running, failed } = await workers.stats();
    if (pending + running + failed === 0) break;
    await pause(10);
  }
} else {
  for (;;) {
    const types = Array.from({ length: 1 + Math.floor(random() * 5) }, () =>
      random() < 0.8 ? 'write' : random() < 0.8 ? 'fail' : 'poison',
    );
    const jobs = types.map((type) => new Job(type).withBackoff(5).withMaxRetries(4));
    const ids = await workers.enqueueMany(jobs);
    for (const [at, id] of ids.entries()) report(`e ${id} ${types[at]}`);
    await pause(8);
  }
}
await db.close();

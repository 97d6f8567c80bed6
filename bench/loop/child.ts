/*
 * Runs one workload in a process of its own, since what is in the heap after one decides what the collector does in the
 * next. Arguments: folder, documents, workload, which is `cancel` for the time from abort to stop.
 */
import { join } from 'node:path';
import { Aurora, type Database } from '#engine';
import { measure } from './measure.ts';
import { workloads } from './workloads.ts';

const [folder = '', documents = '', name = ''] = process.argv.slice(2);
const db = await Aurora.open(join(folder, 'loop.db'));
if (name === 'cancel') await measureCancel(db);
else {
  const work = workloads(db, Number(documents))[name];
  if (work === undefined) throw new Error(`There is no workload “${name}”.`);
  await measure(name, work);
}
await db.close();

async function measureCancel(db: Database): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const abort = new AbortController();
    let abortedAt = 0;
    setTimeout(() => {
      abortedAt = performance.now();
      abort.abort();
    }, 5 + round);
    const text = 'query { users(where: { bio: { matches: "never [x-z]+ there" } }) { id } }';
    const outcome = await db.execute(text, { signal: abort.signal }).then(
      () => 'ended before it was cancelled',
      () => 'cancelled',
    );
    if (outcome === 'cancelled') times.push(performance.now() - abortedAt);
  }
  times.sort((left, right) => left - right);
  const median = times[times.length >> 1] ?? Number.NaN;
  const longest = times.at(-1) ?? Number.NaN;
  process.stdout.write(
    `\nfrom abort to stop: median ${median.toFixed(2)} ms, longest ${longest.toFixed(2)} ms of ${times.length}\n`,
  );
}

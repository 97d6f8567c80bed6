/* Memory of a process that has read everything, beside the budget of its cache. */
import { join } from 'node:path';
import { EngineUsers } from './engine-users.ts';
import { write } from './report.ts';
import { runChild } from './run-child.ts';
import { twoIndexes } from './users.ts';
import type { Workload } from './workload.ts';

const budgetsMb = [0, 16, 32, 64];
/** What the collector may leave lying beside what the cache holds. */
const slackMb = 24;

export const memory: Workload = async ({ folder, isLong }) => {
  const count = isLong ? 1_000_000 : 100_000;
  const path = join(folder, 'memory.db');
  const users = await EngineUsers.open({ path, mode: 'WAL', indexed: twoIndexes });
  await users.fill(0, count);
  await users.close();
  write(`\nmemory of a process that has read ${count} documents twice in random order\n`);
  let baseMb = 0;
  let isBounded = true;
  for (const budgetMb of budgetsMb) {
    const weighed = runChild('weigh', path, `${count}`, `${budgetMb}`).split(' ');
    const [ownMb = Number.NaN, heapMb = Number.NaN] = weighed.map((kib) => Number(kib) / 1024);
    if (budgetMb === 0) baseMb = ownMb;
    const moreMb = ownMb - baseMb;
    const isMet = moreMb <= budgetMb + slackMb;
    isBounded &&= isMet;
    const figures = `${ownMb.toFixed(0)} MiB, ${moreMb.toFixed(0)} more than without a cache (${heapMb.toFixed(0)} on the heap after a collection)`;
    write(
      `  ${isMet ? 'met' : 'MISSED'}     budget ${`${budgetMb}`.padStart(3)} MiB: ${figures}\n`,
    );
  }
  return isBounded;
};

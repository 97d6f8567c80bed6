/*
 * Proof that durability is equal: the syncs that durable inserts, one after the other, ask of the system. Counted by
 * strace for two numbers of inserts, so that opening and defining fall out of the difference.
 */
import { join } from 'node:path';
import { EngineUsers } from './engine-users.ts';
import { write } from './report.ts';
import { countSyncs } from './run-child.ts';
import { twoIndexes } from './users.ts';
import type { Workload } from './workload.ts';

const few = 100;
const many = 500;

export const syncCounts: Workload = async ({ folder, peers }) => {
  write('\nsyncs of durable inserts, each waited for\n');
  const engine = await perInsert(async (count) => {
    const path = join(folder, `syncs-${count}.db`);
    const users = await EngineUsers.open({ path, mode: 'Strict', indexed: twoIndexes });
    await users.close();
    return countSyncs('insert-engine', path, String(count));
  });
  let isEqual = print('aurora Strict', engine);
  for (const { name } of peers) {
    const sqlite = await perInsert(async (count) =>
      countSyncs('insert-sqlite', name, join(folder, `${name}-${count}`), String(count)),
    );
    isEqual = print(`${name} FULL`, sqlite) && isEqual;
  }
  return isEqual;
};

async function perInsert(
  run: (count: number) => Promise<number | undefined>,
): Promise<number | undefined> {
  const low = await run(few);
  const high = await run(many);
  return low === undefined || high === undefined ? undefined : (high - low) / (many - few);
}

/** One sync each is the least; checkpoints that fall into the time come on top. */
function print(name: string, each: number | undefined): boolean {
  const figure = each === undefined ? 'not counted, strace is missing' : `${each.toFixed(3)} each`;
  write(`  ${name.padEnd(34)}${figure}\n`);
  return each === undefined || each >= 1;
}

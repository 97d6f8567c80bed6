/*
 * A child of the suite on file descriptors: for each number of descriptors that are left it tries to open a database
 * that is there, and says how that ended. Its arguments are the folder and the limit that the shell has set.
 */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Aurora } from '../../aurora.ts';

const [folder = '', leftMax = '0'] = process.argv.slice(2);
const path = join(folder, 'a.db');
await (await Aurora.open(path)).close();

for (let left = 0; left <= Number(leftMax); left += 1) {
  const taken = takeAll();
  for (let count = 0; count < left; count += 1) closeSync(taken.pop() ?? -1);
  let said = 'opened';
  try {
    await (await Aurora.open({ dbPath: path, ownerTimeoutMs: 100 })).close();
  } catch (error) {
    said = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  for (const descriptor of taken) closeSync(descriptor);
  process.stdout.write(`${left} ${said}\n`);
}
await (await Aurora.open(path)).close();
process.stdout.write('alive\n');

function takeAll(): number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync(folder, 'r'));
  } catch {
    // There are no more.
    return taken;
  }
}

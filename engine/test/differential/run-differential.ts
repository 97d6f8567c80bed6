/* `node … run-differential.ts STEPS SEED`: compares without a test runner, and ends with 1 where something differs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareWorlds } from './compare-worlds.ts';

const [steps = '1000', seed = '1'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'aurora-differential-'));
try {
  await compareWorlds({ steps: Number(steps), seed: Number(seed), folder });
} catch (error) {
  console.error(error instanceof Error ? error.message.slice(0, 2_000) : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

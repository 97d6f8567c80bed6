import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from './hosts/host-process.ts';

/*
 * Building the sample database takes seconds of a processor, and most tests open it. So one host builds it before all
 * tests, and every test gets a copy in its data folder, where its own host finds it as if it had built it before.
 */

const root = join(import.meta.dirname, '..');
const database = 'sample.db';
/** Tells the workers of this run, and of no other, where the sample is. */
const folderVariable = 'AURORA_E2E_SAMPLE';

/** Builds the sample; gives what removes it again. */
export async function prepareSample(): Promise<() => Promise<void>> {
  const webHost = join(root, 'out/main/web-host.js');
  if (!existsSync(webHost)) throw new Error('Nothing is built yet: npm run build');
  const folder = await mkdtemp(join(tmpdir(), 'aurora-e2e-sample-'));
  const host = startProcess([
    webHost,
    ...['--port', '0', '--no-open', '--sample', '--data', folder],
  ]);
  try {
    await host.outputMatching(/Aurora Studio is at/);
    host.child.kill('SIGTERM');
    const code = await host.ended();
    if (code !== 0) throw new Error(`The host of the sample ended with ${code}:\n${host.output()}`);
  } finally {
    await host.kill();
  }
  process.env[folderVariable] = folder;
  return () => rm(folder, { recursive: true });
}

/** Puts the sample into a new data folder; one that has a sample keeps it. */
export async function copySample(dataFolder: string): Promise<void> {
  const target = join(dataFolder, database);
  if (existsSync(target)) return;
  const folder = process.env[folderVariable];
  if (folder === undefined) throw new Error('No sample was prepared for this run');
  await cp(join(folder, database), target, { recursive: true });
}

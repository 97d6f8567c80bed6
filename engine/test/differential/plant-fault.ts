/* A copy of the engine with a fault in it, and whether the differential suite finds it there. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const faultFolder = join(root, 'engine/testdata/faults');
/** What the engine needs to run from its source. */
const copied = ['package.json', 'engine', 'src-main/contract'];

/** The names of all faults that are kept. */
export function faultNames(): readonly string[] {
  return readdirSync(faultFolder)
    .filter((name) => name.endsWith('.patch'))
    .sort();
}

/** A copy of the engine's source that is removed by `remove`. */
export function copyEngine(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-fault-'));
  for (const name of copied) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Puts a fault into a copy, or takes it out again. @throws Error when the patch does not fit the source */
export async function plant(folder: string, name: string, isReverse = false): Promise<void> {
  const patch = join(faultFolder, name);
  const { code, output } = await run('git', ['apply', ...(isReverse ? ['-R'] : []), patch], folder);
  if (code !== 0) throw new Error(`${name} does not fit the source any more: ${output}`);
}

/** What the suite says of a copy: `undefined` when it finds nothing. */
export async function findFault(
  folder: string,
  { steps, seed }: { readonly steps: number; readonly seed: number },
): Promise<string | undefined> {
  const script = 'engine/test/differential/run-differential.ts';
  const flags = ['--experimental-strip-types', '--no-warnings'];
  const args = [...flags, script, String(steps), String(seed)];
  const { code, output } = await run(process.execPath, args, folder);
  return code === 0 ? undefined : output;
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((done) => {
    execFile(program, args, { cwd, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      done({ code, output: `${stdout}${stderr}` });
    });
  });
}

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, 'child.ts');
const nodeOptions = ['--expose-gc', '--experimental-strip-types', '--no-warnings'];

/** Runs a task of `child.ts` to its end and gives what it printed. */
export function runChild(...args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [
    ...nodeOptions,
    program,
    ...args,
  ]);
  if (status !== 0) throw new Error(`${args[0]} failed: ${stderr.toString()}`);
  return stdout.toString();
}

/** Runs a task until it is ready, and kills it without warning. */
export function runAndKill(...args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeOptions, program, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let isReady = false;
    child.stdout.on('data', () => {
      isReady = true;
      child.kill('SIGKILL');
    });
    child.on('exit', (code) => {
      if (isReady) resolve();
      else reject(new Error(`${args[0]} ended with ${code} before it was ready`));
    });
  });
}

/** How many syncs a task asks the system for; `undefined` where strace is missing. */
export function countSyncs(...args: readonly string[]): number | undefined {
  const calls = 'trace=fsync,fdatasync,msync,sync_file_range';
  const traced = ['-f', '-qq', '-e', calls, process.execPath, ...nodeOptions, program, ...args];
  const { error, stderr, status } = spawnSync('strace', traced, { maxBuffer: 1 << 28 });
  if (error !== undefined || status !== 0) return undefined;
  return stderr.toString().split(/f(?:data)?sync\(|msync\(|sync_file_range\(/).length - 1;
}

/* Compiles the recorder, and runs writers under it. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WriterTask } from '../durability/writer-process.ts';
import { type RecordedEvent, readRecording } from './recording.ts';

/** Why nothing can be recorded here; `undefined` when it can. */
export function recorderObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'the recorder needs Linux';
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return `there is no C compiler (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** Compiles the recorder into a folder and gives the path of the library. */
export function compileRecorder(folder: string): string {
  const library = join(folder, 'recorder.so');
  const source = join(import.meta.dirname, 'recorder.c');
  execFileSync('cc', [
    '-shared',
    '-fPIC',
    '-O2',
    '-Wall',
    '-Werror',
    '-o',
    library,
    source,
    '-ldl',
    '-lpthread',
  ]);
  return library;
}

export interface Recording {
  /** The folder that was recorded; the databases lie directly in it. */
  readonly root: string;
  readonly events: readonly RecordedEvent[];
}

export interface RecordOptions {
  readonly library: string;
  /** The bundled writer. */
  readonly program: string;
  /** An empty folder to work in. */
  readonly folder: string;
  /** Makes the task from the folder in which the databases are to be. */
  readonly task: (root: string) => Omit<WriterTask, 'historyPath'>;
}

/** A sync takes at least so long, so that other callers write while it is under way. */
const syncDelayUs = 300;

/** Runs a writer to its end and gives what it did to the disk. */
export async function record({
  library,
  program,
  folder,
  task,
}: RecordOptions): Promise<Recording> {
  const work = mkdtempSync(join(folder, 'recording-'));
  const root = join(work, 'root');
  const historyPath = join(work, 'history');
  const log = join(work, 'log');
  mkdirSync(root);
  writeFileSync(historyPath, '');
  try {
    await run(program, JSON.stringify({ ...task(root), historyPath } satisfies WriterTask), {
      LD_PRELOAD: library,
      RECORDER_ROOT: `${root}:${historyPath}`,
      RECORDER_LOG: log,
      RECORDER_SYNC_DELAY_US: String(syncDelayUs),
      // Writes through the kernel's rings would pass below the recorder.
      UV_USE_IO_URING: '0',
    });
    return { root, events: readRecording(log) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function run(program: string, argument: string, variables: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, [program, argument], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`The recorded writer ended with ${signal ?? code}: ${complaints}`));
    });
  });
}

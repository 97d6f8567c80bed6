import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const exitMsMax = 15_000;

/** A host's process with what it printed, which always ends with its test. */
export interface HostProcess {
  readonly child: ChildProcess;
  output(): string;
  /** Waits until the output matches, and gives the match. Rejects when the process ends before. */
  outputMatching(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits for the end, and kills a process that does not come to one. */
  ended(): Promise<number | null>;
  kill(): Promise<void>;
}

export function startProcess(
  args: readonly string[],
  options: { readonly ipc?: boolean } = {},
): HostProcess {
  const child = spawn(process.execPath, [...args], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? (['ipc'] as const) : [])],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += String(chunk);
      child.emit('printed');
    });
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    child,
    output: () => text,
    outputMatching: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text);
          if (match) resolve(match);
        };
        child.on('printed', look);
        child.on('error', reject);
        child.on('close', () =>
          reject(new Error(`The host ended with ${child.exitCode}:\n${text}`)),
        );
        look();
      }),
    ended: async () => {
      const timer = setTimeout(() => child.kill('SIGKILL'), exitMsMax);
      if (!hasEnded()) await once(child, 'exit');
      clearTimeout(timer);
      return child.exitCode;
    },
    kill: async () => {
      if (hasEnded()) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/*
 * A process that runs the handlers of a folder, one job at a time. Whatever a handler does there harms only its job: it
 * throws, never returns, blocks, exhausts its memory or ends the process. Time and memory are watched from here, since
 * a process that is stuck cannot watch itself; one that passes a limit, or does not heed its signal, is killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type JobContext, JobFailure, type RunningJob } from './handler.ts';
import { handlerProgram } from './handler-program.ts';

export interface HandlerProcessLimits {
  /** Memory that a process may take, in MiB; Buffers included where the system tells (Linux), else the heap. */
  readonly memoryMb: number;
  /** How long a handler may go on after its signal was aborted, in milliseconds. */
  readonly graceMs: number;
}

/** A module, and which version of it. */
export interface HandlerModule {
  readonly file: string;
  /** Changes with the file, so that it is loaded again. */
  readonly version: string;
}

const mebibyte = 1024 * 1024;
const memoryIntervalMs = 100;
const pageBytes = 4_096;

interface HandlerMessage {
  readonly done?: unknown;
  readonly failed?: {
    readonly message: string;
    readonly stack?: string;
    readonly retryable: boolean;
    readonly retryAfterMs?: number;
  };
  readonly progress?: readonly [number, string | undefined];
  readonly log?: string;
}

export class HandlerProcess {
  readonly #limits: HandlerProcessLimits;
  readonly #child: ChildProcess;
  #isAlive = true;
  #lastWords = '';

  constructor(limits: HandlerProcessLimits) {
    this.#limits = limits;
    this.#child = spawn(
      process.execPath,
      [`--max-old-space-size=${limits.memoryMb}`, '--input-type=module', '--eval', handlerProgram],
      {
        stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
        // The binary of Electron is a Node when it is told so.
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      },
    );
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2_000);
    });
    this.#child.once('exit', () => {
      this.#isAlive = false;
    });
    this.#child.once('error', () => {
      this.#isAlive = false;
    });
    // An idle process must not keep its parent alive.
    this.#child.unref();
    this.#child.channel?.unref();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  kill(): void {
    this.#isAlive = false;
    this.#child.kill('SIGKILL');
  }

  /** Runs a job to its end, or to that of the process. @throws what the handler throws, and why the process ended */
  run(module: HandlerModule, job: RunningJob, context: JobContext, databasePath: string) {
    const child = this.#child;
    this.#lastWords = '';
    return new Promise<unknown>((resolve, reject) => {
      let killedFor: string | undefined;
      const killFor = (reason: string): void => {
        killedFor = reason;
        this.kill();
      };
      const watching = setInterval(() => {
        const bytes = residentBytes(child.pid);
        const { memoryMb } = this.#limits;
        if (bytes > memoryMb * mebibyte) killFor(`It took more than ${memoryMb} MiB of memory.`);
      }, memoryIntervalMs);
      let grace: NodeJS.Timeout | undefined;
      const onAbort = (): void => {
        const reason: unknown = context.signal.reason;
        const text = reason instanceof Error ? reason.message : String(reason);
        if (child.connected) child.send({ abort: text });
        grace = setTimeout(() => killFor(text), this.#limits.graceMs);
      };
      const settle = (end: () => void): void => {
        clearInterval(watching);
        clearTimeout(grace);
        context.signal.removeEventListener('abort', onAbort);
        child.off('message', onMessage);
        child.off('exit', onExit);
        end();
      };
      const onMessage = (message: HandlerMessage): void => {
        if (message.progress !== undefined) context.progress(...message.progress);
        else if (message.log !== undefined) context.log(message.log);
        else if (message.failed !== undefined) settle(() => reject(failureOf(message.failed)));
        else if ('done' in message) settle(() => resolve(message.done));
      };
      const onExit = (code: number | null, signal: string | null): void => {
        const ended = `Its process ended with ${signal ?? `code ${code}`}.`;
        settle(() => reject(new Error(killedFor ?? `${ended} ${this.#lastWords}`.trim())));
      };
      child.on('message', onMessage);
      child.once('exit', onExit);
      context.signal.addEventListener('abort', onAbort);
      if (context.signal.aborted) onAbort();
      child.send({ run: { ...module, job: { ...job, databasePath } } });
    });
  }
}

function failureOf(failed: HandlerMessage['failed']): Error {
  const { message = 'It failed.', stack, retryable = true, retryAfterMs } = failed ?? {};
  const failure = new JobFailure(message, {
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  if (stack !== undefined) failure.stack = stack;
  return failure;
}

/** What a process takes; 0 where the system does not tell. */
function residentBytes(pid: number | undefined): number {
  if (process.platform !== 'linux' || pid === undefined) return 0;
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return Number(pages) * pageBytes;
  } catch {
    // The process has ended in between, of which its exit tells.
    return 0;
  }
}

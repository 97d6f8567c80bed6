/*
 * Where handlers of a folder run: a process, or by choice a thread of this one. Either runs the same program and is
 * spoken to in messages. A thread starts faster and takes less memory; its limit holds for the heap alone, and a
 * handler that breaks native code takes everything with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { handlerProgram } from './handler-program.ts';

export interface HandlerChannelEvents {
  readonly onMessage: (message: unknown) => void;
  /** Called once, with words on how it ended. */
  readonly onEnd: (how: string) => void;
}

export interface HandlerChannel {
  readonly isAlive: boolean;
  /** What is listened to from now on. */
  listen(events: HandlerChannelEvents): void;
  send(message: object): void;
  kill(): void;
  /** Memory that it takes, Buffers included; 0 where that is not known. */
  bytes(): number;
}

const niceStep = 5;
const pageBytes = 4_096;
const lastWordsLength = 2_000;
const silent: HandlerChannelEvents = { onMessage: () => undefined, onEnd: () => undefined };

export class HandlerProcess implements HandlerChannel {
  readonly #child: ChildProcess;
  #events = silent;
  #isAlive = true;
  #lastWords = '';

  constructor(memoryMb: number) {
    this.#child = spawn(
      process.execPath,
      [`--max-old-space-size=${memoryMb}`, '--input-type=module', '--eval', handlerProgram],
      {
        stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
        // The binary of Electron is a Node when it is told so.
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      },
    );
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-lastWordsLength);
    });
    this.#child.on('message', (message) => this.#events.onMessage(message));
    this.#child.once('exit', (code, signal) => {
      this.#end(`Its process ended with ${signal ?? `code ${code}`}. ${this.#lastWords}`.trim());
    });
    this.#child.once('error', (error) => this.#end(`Its process failed: ${error.message}`));
    lowerPriority(this.#child.pid);
    // An idle process must not keep its parent alive.
    this.#child.unref();
    this.#child.channel?.unref();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  listen(events: HandlerChannelEvents): void {
    this.#lastWords = '';
    this.#events = events;
  }

  send(message: object): void {
    if (this.#child.connected) this.#child.send(message);
  }

  kill(): void {
    this.#isAlive = false;
    this.#child.kill('SIGKILL');
  }

  bytes(): number {
    const { pid } = this.#child;
    if (process.platform !== 'linux' || pid === undefined) return 0;
    try {
      const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
      return Number(pages) * pageBytes;
    } catch {
      // The process has ended in between, of which its exit tells.
      return 0;
    }
  }

  #end(how: string): void {
    this.#isAlive = false;
    const { onEnd } = this.#events;
    this.#events = silent;
    onEnd(how);
  }
}

/** What computes for long must not keep the process waiting that answers people. */
function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, Math.min(constants.priority.PRIORITY_LOW, getPriority() + niceStep));
  } catch {
    // It has ended already, or the system does not allow it: then it runs as it would have.
  }
}

export class HandlerThread implements HandlerChannel {
  readonly #worker: Worker;
  #events = silent;
  #isAlive = true;
  #failure: string | undefined;

  constructor(memoryMb: number) {
    const program = new URL(`data:text/javascript,${encodeURIComponent(handlerProgram)}`);
    this.#worker = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
    this.#worker.on('message', (message: unknown) => this.#events.onMessage(message));
    this.#worker.on('error', (error: unknown) => {
      this.#failure = error instanceof Error ? error.message : String(error);
    });
    this.#worker.once('exit', (code) => {
      this.#isAlive = false;
      const { onEnd } = this.#events;
      this.#events = silent;
      onEnd(this.#failure ?? `Its thread ended with code ${code}.`);
    });
    this.#worker.unref();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  listen(events: HandlerChannelEvents): void {
    this.#events = events;
  }

  send(message: object): void {
    this.#worker.postMessage(message);
  }

  kill(): void {
    this.#isAlive = false;
    // How it ended is told by its exit.
    void this.#worker.terminate();
  }

  bytes(): number {
    return 0;
  }
}

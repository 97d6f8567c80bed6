/* A few checker processes that share the work; one that dies is replaced, and its database counts as broken. */
import { type ChildProcess, fork } from 'node:child_process';
import type { CheckAnswer, CheckTask } from './checker-process.ts';

const checkMsMax = 30_000;

interface Waiting {
  readonly task: CheckTask;
  readonly resolve: (answer: CheckAnswer) => void;
}

export class Checkers {
  readonly #program: string;
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();
  readonly #waiting: Waiting[] = [];
  #isClosed = false;

  constructor(program: string, count: number) {
    this.#program = program;
    for (let index = 0; index < count; index += 1) this.#start();
  }

  /** Checks one database. Resolves with what is wrong with it. */
  check(task: CheckTask): Promise<CheckAnswer> {
    return new Promise((resolve) => {
      this.#waiting.push({ task, resolve });
      this.#next();
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const child of this.#all) child.kill('SIGKILL');
  }

  #start(): void {
    const child = fork(this.#program, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#all.add(child);
    this.#idle.push(child);
    child.once('exit', () => {
      this.#all.delete(child);
      const index = this.#idle.indexOf(child);
      if (index >= 0) this.#idle.splice(index, 1);
      if (this.#isClosed) return;
      this.#start();
      this.#next();
    });
  }

  #next(): void {
    const child = this.#idle.pop();
    if (child === undefined) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#idle.push(child);
      return;
    }
    const { task, resolve } = waiting;
    let complaints = '';
    const onComplaint = (chunk: Buffer): void => {
      complaints += chunk.toString('utf8');
    };
    const broken = (what: string): void => {
      resolve({ number: task.number, steps: [], problems: [`${what} ${complaints}`] });
    };
    const onExit = (code: number | null, signal: string | null): void => {
      clearTimeout(timer);
      broken(`The process that opened it ended with ${signal ?? code}.`);
    };
    const timer = setTimeout(() => {
      child.off('exit', onExit);
      broken(`It was not checked within ${checkMsMax} ms.`);
      child.kill('SIGKILL');
    }, checkMsMax);
    child.stderr?.on('data', onComplaint);
    child.once('exit', onExit);
    child.once('message', (message) => {
      clearTimeout(timer);
      child.off('exit', onExit);
      child.stderr?.off('data', onComplaint);
      this.#idle.push(child);
      // What checker-process.ts sends.
      resolve(message as CheckAnswer);
      this.#next();
    });
    child.send(task);
  }
}
